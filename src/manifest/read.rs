//! From a text to a [`Manifest`]: cut, pass over what cannot matter, walk the rest.

use std::collections::HashSet;
use std::ops::Range;

use super::object::Object;
use super::room::Room;
use super::sort::Sort;
use super::walk::Walk;
use super::{Kinds, Malformed, Manifest, Origin};
use crate::parallel;
use crate::source::{Place, slice};
use crate::word::Words;
use crate::yaml::{self, Event, MalformedYaml, Reader, Rest};

/// Texts from this size on, in bytes, are read by several threads.
const PARALLEL_FROM: usize = 1 << 20;

/// The most malformed documents that are reported.
const MOST_MALFORMED: usize = 100;

/// No document that is shorter, in bytes, can say of what kind it is. A stream may be made of nothing but separators.
const SHORTEST: usize = "kind: X".len();

impl Manifest {
    /// Reads a text.
    ///
    /// # Errors
    /// Every document that must be read and is malformed, or holds more than one document.
    pub(crate) fn read(origin: &Origin, text: &str, kinds: &Kinds) -> Result<Self, Vec<Malformed>> {
        Self::read_as(&Reading {
            origin,
            text,
            kinds,
            room: Room::of(text),
            skims: true,
        })
    }

    /// Like [`Self::read`], but each document that must be read is read to its end.
    #[cfg(test)]
    pub(super) fn read_whole(
        origin: &Origin,
        text: &str,
        kinds: &Kinds,
    ) -> Result<Self, Vec<Malformed>> {
        Self::read_as(&Reading {
            origin,
            text,
            kinds,
            room: Room::of(text),
            skims: false,
        })
    }

    fn read_as(reading: &Reading<'_>) -> Result<Self, Vec<Malformed>> {
        let Reading { origin, text, .. } = *reading;
        let documents: Vec<Range<usize>> = yaml::split(text)
            .filter(|document| document.len() >= SHORTEST)
            .collect();
        let (mut manifest, mut malformed) = (
            Self {
                sources: vec![origin.source],
                ..Self::default()
            },
            Vec::new(),
        );
        let parts = reading.all(&documents);
        drop(documents);
        for (part, errors) in parts {
            manifest.append(part);
            malformed.extend(errors);
        }
        if reading.room.is_exceeded() {
            return Err(vec![Malformed {
                place: Place::new(origin.source, 0..0),
                message: reading.room.message(),
                template: None,
                help: None,
                is_too_many: true,
            }]);
        }
        if malformed.is_empty() {
            Ok(manifest)
        } else {
            Err(malformed)
        }
    }

    /// Takes in the objects of another text.
    pub(crate) fn append(&mut self, other: Self) {
        self.sources.extend(other.sources);
        self.workloads.append(other.workloads);
        self.autoscalers.append(other.autoscalers);
        self.budgets.extend(other.budgets);
        self.newest = self.newest.max(other.newest);
        self.unreadable.extend(other.unreadable);
    }
}

/// One text on its way into a manifest.
struct Reading<'t> {
    origin: &'t Origin,
    text: &'t str,
    kinds: &'t Kinds,
    room: Room,
    /// Whether the rest of a document may be left unread.
    skims: bool,
}

impl Reading<'_> {
    /// Reads the documents, several at a time in a large text, and gives the results in their order.
    fn all(&self, documents: &[Range<usize>]) -> Vec<(Manifest, Vec<Malformed>)> {
        if self.text.len() < PARALLEL_FROM {
            return vec![self.documents(documents)];
        }
        parallel::stretches(documents, |stretch| self.documents(stretch))
    }

    fn documents(&self, documents: &[Range<usize>]) -> (Manifest, Vec<Malformed>) {
        let (mut manifest, mut malformed) = (Manifest::default(), Vec::new());
        let words = Words::default();
        for document in documents {
            let text = slice(self.text, document);
            if !self.kinds.may_be_in(text) || (self.skims && yaml::is_comment(text)) {
                continue;
            }
            if let Err(error) = self.document(document, &words, &mut manifest) {
                let place = Place::new(self.origin.source, error.offset..error.offset);
                malformed.push(Malformed {
                    place,
                    message: error.message,
                    template: source_comment(text).map(str::to_owned),
                    help: remedy(self.text, error.offset),
                    is_too_many: false,
                });
            }
            if malformed.len() == MOST_MALFORMED || self.room.is_exceeded() {
                break;
            }
        }
        (manifest, malformed)
    }

    fn document(
        &self,
        document: &Range<usize>,
        words: &Words,
        manifest: &mut Manifest,
    ) -> Result<(), MalformedYaml> {
        let text = slice(self.text, document);
        let line_break = yaml::foreign_line_break(text).map(|at| document.start + at);
        let objects = self.objects(document, words, line_break)?;
        self.room.take(objects.len());
        manifest.append(objects);
        Ok(())
    }

    fn objects(
        &self,
        document: &Range<usize>,
        words: &Words,
        line_break: Option<usize>,
    ) -> Result<Manifest, MalformedYaml> {
        let text = slice(self.text, document);
        let Some((mut reader, root)) = Reader::open(self.text, document)? else {
            return Ok(Manifest::default());
        };
        let Event::MappingStart(start) = &root else {
            reader.skip(&root)?;
            return reader.finish().map(|_| Manifest::default());
        };
        let may_be_left = self.skims && line_break.is_none();
        let rest = may_be_left.then(|| Rest::of(self.text, document));
        let mut sort = Sort {
            origin: self.origin,
            kinds: self.kinds,
            text: self.text,
            document,
            template: source_comment(text).map(|path| words.of(path)),
            words,
            aliased: HashSet::new(),
            line_break,
        };
        let mut walk = Walk::new(&mut reader, &sort, rest, &self.room);
        let object = walk.object(start)?;
        let (has_left, mut found) = (walk.has_left, walk.found);
        if !has_left {
            sort.aliased = reader.finish()?;
        }
        self.is_one_to_all(&object, document)?;
        let is_list = object.has_items.is_some();
        let (is_hook, hazard) = (object.metadata.is_hook, object.metadata.hazard);
        sort.take(object, &mut Vec::new(), None, &mut found);
        if is_list {
            found.take_hook_of(is_hook, hazard);
        }
        Ok(found)
    }

    /// Refuses a document with an object that matters where Helm, kubectl and YAML cut differently.
    fn is_one_to_all(&self, object: &Object, document: &Range<usize>) -> Result<(), MalformedYaml> {
        let cut = yaml::looks_like_separator(self.text, document);
        match cut.filter(|_| object.is_any(&|kind| self.kinds.knows(kind))) {
            None => Ok(()),
            Some(offset) => Err(MalformedYaml {
                message: "Helm cuts the stream at this line, and kubectl refuses it: what is read here is not what Kubernetes gets".to_owned(),
                offset,
            }),
        }
    }
}

/// What to do about a character at which reading ends.
fn remedy(text: &str, offset: usize) -> Option<&'static str> {
    let is_tab = text.as_bytes().get(offset) == Some(&b'\t');
    is_tab.then_some("indent with spaces: YAML does not allow tabs")
}

/// The path in Helm's `# Source:` comment, which precedes a document's content.
fn source_comment(document: &str) -> Option<&str> {
    let comments = document
        .lines()
        .skip_while(|line| line.trim_start_matches('\u{feff}').starts_with("---"));
    let mut comments = comments.take_while(|line| line.starts_with('#') || line.trim().is_empty());
    comments
        .find_map(|line| line.strip_prefix("# Source: "))
        .map(str::trim_end)
}
