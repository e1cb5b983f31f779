//! The streaming walk over one document, from events to [`Object`]s.
//!
//! Of duplicate keys the last one counts, as in Go's YAML; merge keys are read in their place. Both are noted as
//! hazards, as are tags and aliases, and left for the rules to judge. An entry that could be hidden behind a tag, an
//! alias or a merge is never taken for absent.

mod allowances;
mod autoscaling;
mod entries;
mod head;
mod items;
mod metadata;
mod selector;
mod surroundings;
mod way;

use self::entries::Entry;
use self::head::{Head, is_disguised, of_matter};
use super::object::{Object, Spec};
use super::room::Room;
use super::sort::Sort;
use super::{Kinds, Manifest};
use crate::field::{Hazard, HazardKind, Level};
use crate::source::Span;
use crate::yaml::{Event, MalformedYaml, Reader, Rest, Start};

type Read<T> = Result<T, MalformedYaml>;

/// Walks one document.
pub(super) struct Walk<'r, 't> {
    reader: &'r mut Reader<'t>,
    text: &'t str,
    kinds: &'t Kinds,
    /// Sorts the items of lists, as far as that can be done before the document is read to its end.
    sort: &'r Sort<'t>,
    room: &'r Room,
    /// The objects of lists that were sorted.
    pub(super) found: Manifest,
    /// How many items are kept until the document is read to its end.
    held: usize,
    /// What follows in the document; taken by its root object, none where the document must be read to its end.
    rest: Option<Rest<'t>>,
    /// Whether each key so far is a scalar without a tag, and merges nothing.
    is_plain: bool,
    /// Whether the rest of the document was left unread.
    pub(super) has_left: bool,
}

impl<'r, 't> Walk<'r, 't> {
    /// Walks from where the reader is; the rest is what may be left unread.
    pub(super) fn new(
        reader: &'r mut Reader<'t>,
        sort: &'r Sort<'t>,
        rest: Option<Rest<'t>>,
        room: &'r Room,
    ) -> Self {
        Self {
            reader,
            text: sort.text,
            kinds: sort.kinds,
            sort,
            room,
            found: Manifest::default(),
            held: 0,
            rest,
            is_plain: true,
            has_left: false,
        }
    }

    /// The object that begins with this mapping.
    pub(super) fn object(&mut self, start: &Start) -> Read<Object> {
        let mut object = Object::new(start);
        let before = self.found.mark();
        let mut rest = self.rest.take();
        let mut head = Head::of_root(start, rest.as_mut());
        let mut disguised = None;
        let around = self.entries(&mut |walk, entry| {
            match of_matter(&entry.key.value) {
                _ if walk.leaves_object(head.as_mut(), &object, &entry) => {}
                "apiVersion" => {
                    let key = entry.key.span;
                    object.set_api_version(walk.string(entry)?, key);
                }
                "kind" => {
                    let key = entry.key.span;
                    object.set_kind(walk.string(entry)?, key, walk.kinds);
                }
                "metadata" => object.metadata = walk.metadata(entry.value)?,
                "spec" => walk.spec_of(&mut object, entry, head.as_mut())?,
                "status" => {
                    let status = walk.status(entry.value)?;
                    object.live |= status.any;
                    object.newest = object.newest.max(status.newest);
                }
                "items" => {
                    object.has_items = Some(entry.key.span);
                    walk.found.forget_from(&before);
                    walk.items(&entry.value, &mut object)?;
                }
                _ => {
                    let is_metadata = is_disguised(&entry.key.value, "metadata");
                    disguised = disguised.take().or(is_metadata.then_some(entry.key.span));
                    walk.reader.skip(&entry.value)?;
                }
            }
            Ok(())
        })?;
        object.metadata.note_disguised(disguised);
        object.live |= object.metadata.uid;
        object.newest = object.newest.max(object.metadata.newest);
        object.unreadable = object.unreadable.take().or(around.unreadable);
        object.hazard = object.hazard.take().or(around.hazard);
        if let Some(hazard) = object.hazard {
            object.doubt(hazard);
            self.found.doubt_from(&before, hazard);
        }
        Ok(object)
    }

    fn spec_of(
        &mut self,
        object: &mut Object,
        entry: Entry<'t>,
        head: Option<&mut Head<'_, 't>>,
    ) -> Read<()> {
        object.spec = match entry.value {
            Event::MappingStart(start) => {
                let head = Head::of_spec(&start, object, self.kinds, head);
                Some(Box::new(self.spec(&start, entry.alias, head)?))
            }
            other => {
                if let Event::Alias { span, .. } = &other {
                    object.hidden(*span);
                }
                self.reader.skip(&other)?;
                None
            }
        };
        if let Some(spec) = object.spec.as_mut().filter(|_| object.has_spec) {
            spec.doubt(Hazard::new(HazardKind::DuplicateKey, entry.key.span));
        }
        object.has_spec = true;
        Ok(())
    }

    fn spec(
        &mut self,
        start: &Start,
        alias: Option<Span>,
        mut head: Option<Head<'_, 't>>,
    ) -> Read<Spec> {
        let (mut spec, mut directive) = (Spec::default(), None);
        let fields = self.kinds.fields().child("spec");
        let around = self.entries(&mut |walk, entry| {
            if let Some(field) = fields.and_then(|it| it.child(&entry.key.value)) {
                return walk.way(field, entry, &mut spec.counts);
            }
            match of_matter(&entry.key.value) {
                "selector" => walk.selector(entry.value, &mut spec)?,
                "scaleTargetRef" | "behavior" | "advanced" | "idleReplicaCount" => {
                    walk.autoscaling(entry, spec.autoscaling.get_or_insert_default())?;
                }
                "minAvailable" | "maxUnavailable" => {
                    walk.allowance(&entry, spec.allowances.get_or_insert_default())?;
                }
                _ if entry.key.value.starts_with('$') => {
                    directive = Some(Hazard::new(HazardKind::Directive, entry.key.span));
                    walk.reader.skip(&entry.value)?;
                }
                _ if walk.leaves_spec(head.as_mut(), &spec.selector, &entry) => {}
                _ => walk.reader.skip(&entry.value)?,
            }
            Ok(())
        })?;
        let hazard = around.hazard_with(start).or(directive);
        if let Some(fields) = fields {
            let (path, first) = (fields.path(), around.first.as_ref());
            let level = Level::of_mapping(path.clone(), self.text, start, first);
            spec.counts.close(level, hazard);
            if let Some(alias) = alias {
                spec.counts.stands_elsewhere(path, alias);
            }
        }
        if let Some(hazard) = hazard {
            spec.doubt(hazard);
        }
        spec.selector.hazard = spec.selector.hazard.take().or(around.unreadable);
        Ok(spec)
    }
}
