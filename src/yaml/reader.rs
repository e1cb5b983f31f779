//! One document as events with byte spans in the stream.
//!
//! The reader keeps what an anchor names, so that an alias can be followed where it matters; what it keeps and what it
//! replays is bounded, so that a document of nested aliases costs no more than one without.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use granit_parser::{
    Event as Parsed, Parser, ScalarStyle, ScanError, Span, StrInput, StructureStyle,
};

use super::event::{Event, Scalar, Start, tag_of};

/// Events that all anchors of a document together may keep.
const KEEP_LIMIT: usize = 100_000;

/// Events that all aliases of a document together may replay.
const REPLAY_LIMIT: usize = 10_000;

/// Why a document cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MalformedYaml {
    /// What the parser says.
    pub(crate) message: String,
    /// Where, as a byte offset into the stream.
    pub(crate) offset: usize,
}

/// An anchored node that is being kept.
struct Recording<'t> {
    anchor: usize,
    depth: isize,
    events: Vec<Event<'t>>,
    whole: bool,
}

/// A kept node that is being replayed.
struct Replay<'t> {
    events: Rc<[Event<'t>]>,
    next: usize,
}

/// Reads one document.
pub(crate) struct Reader<'t> {
    parser: Parser<'t, StrInput<'t>>,
    /// Where the document begins in the stream.
    base: usize,
    open: Vec<Recording<'t>>,
    kept: HashMap<usize, Rc<[Event<'t>]>>,
    aliased: HashSet<usize>,
    replays: Vec<Replay<'t>>,
    may_keep: usize,
    may_replay: usize,
}

impl<'t> Reader<'t> {
    /// Starts on the document at `span` of a stream, and gives its first node; none if it holds comments only.
    pub(crate) fn open(
        text: &'t str,
        span: &Range<usize>,
    ) -> Result<Option<(Self, Event<'t>)>, MalformedYaml> {
        let document = text.get(span.clone()).unwrap_or_default();
        let mut reader = Self {
            parser: Parser::new_from_str(document),
            base: span.start,
            open: Vec::new(),
            kept: HashMap::new(),
            aliased: HashSet::new(),
            replays: Vec::new(),
            may_keep: KEEP_LIMIT,
            may_replay: REPLAY_LIMIT,
        };
        loop {
            match reader.parse()? {
                Some((Parsed::StreamStart | Parsed::DocumentStart(..), _)) => {}
                None | Some((Parsed::StreamEnd, _)) => return Ok(None),
                Some((event, span)) => {
                    let root = reader.convert(event, &span)?;
                    let root = reader.keep(root);
                    return Ok(Some((reader, root)));
                }
            }
        }
    }

    /// The next event of the document's tree.
    pub(crate) fn next(&mut self) -> Result<Event<'t>, MalformedYaml> {
        while let Some(replay) = self.replays.last_mut() {
            if let Some(event) = replay.events.get(replay.next) {
                replay.next += 1;
                return Ok(event.clone());
            }
            self.replays.pop();
        }
        match self.parse()? {
            Some((event, span)) => {
                let event = self.convert(event, &span)?;
                Ok(self.keep(event))
            }
            None => Err(self.too_early()),
        }
    }

    /// The node that an alias names, in the alias's place; the alias itself when it cannot be followed.
    pub(crate) fn follow(&mut self, event: Event<'t>) -> Result<Event<'t>, MalformedYaml> {
        let Event::Alias { anchor, .. } = event else {
            return Ok(event);
        };
        let Some(kept) = self
            .kept
            .get(&anchor)
            .filter(|kept| kept.len() <= self.may_replay)
        else {
            return Ok(event);
        };
        self.may_replay -= kept.len();
        self.replays.push(Replay {
            events: Rc::clone(kept),
            next: 0,
        });
        let node = self.next()?;
        self.follow(node)
    }

    /// Passes over the rest of a node that began with `event`.
    pub(crate) fn skip(&mut self, event: &Event<'t>) -> Result<(), MalformedYaml> {
        let mut depth = event.depth_change();
        while depth > 0 {
            let is_kept = !self.replays.is_empty() || !self.open.is_empty();
            depth += if is_kept {
                self.next()?.depth_change()
            } else {
                self.pass()?
            };
        }
        Ok(())
    }

    /// Like [`Self::next`] for an event that nobody looks at: most of a document is this. Gives its change of depth.
    fn pass(&mut self) -> Result<isize, MalformedYaml> {
        match self.parser.next_event() {
            Some(Ok((event, span))) if event.anchor_id().is_some() => {
                let event = self.convert(event, &span)?;
                Ok(self.keep(event).depth_change())
            }
            Some(Ok((Parsed::MappingStart(..) | Parsed::SequenceStart(..), _))) => Ok(1),
            Some(Ok((Parsed::MappingEnd | Parsed::SequenceEnd, _))) => Ok(-1),
            Some(Ok((Parsed::Alias(anchor), _))) => {
                self.aliased.insert(anchor);
                Ok(0)
            }
            Some(Ok(_)) => Ok(0),
            Some(Err(error)) => Err(malformed(&error, self.base)),
            None => Err(self.too_early()),
        }
    }

    /// Passes over the rest of a node of the document that began with `event`, and gives the offset behind it.
    pub(crate) fn skip_to_end(&mut self, event: &Event<'t>) -> Result<usize, MalformedYaml> {
        let (mut depth, mut end) = (event.depth_change(), event.span().end);
        while depth > 0 {
            let Some((parsed, span)) = self.parse()? else {
                break;
            };
            end = self.bytes(&span)?.end;
            let event = self.convert(parsed, &span)?;
            depth += self.keep(event).depth_change();
        }
        Ok(end)
    }

    /// Reads to the document's end and gives the numbers of all anchors that an alias named.
    pub(crate) fn finish(mut self) -> Result<HashSet<usize>, MalformedYaml> {
        while let Some((event, span)) = self.parse()? {
            match event {
                Parsed::DocumentEnd => {}
                Parsed::StreamEnd => break,
                _ => {
                    return Err(MalformedYaml {
                        message: "a second document begins here without a `---` line of its own"
                            .to_owned(),
                        offset: self.bytes(&span)?.start,
                    });
                }
            }
        }
        Ok(self.aliased)
    }

    fn too_early(&self) -> MalformedYaml {
        MalformedYaml {
            message: "the document ends too early".to_owned(),
            offset: self.base,
        }
    }

    fn parse(&mut self) -> Result<Option<(Parsed<'t>, Span)>, MalformedYaml> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(Some(event)),
            Some(Err(error)) => Err(malformed(&error, self.base)),
            None => Ok(None),
        }
    }

    /// A span of the parser in the stream.
    fn bytes(&self, span: &Span) -> Result<Range<usize>, MalformedYaml> {
        bytes_of(span, self.base)
    }

    fn convert(&self, event: Parsed<'t>, span: &Span) -> Result<Event<'t>, MalformedYaml> {
        let is_empty = span.is_empty();
        let span = self.bytes(span)?;
        Ok(match event {
            Parsed::Scalar(value, style, anchor, tag) => {
                let value = if is_empty && style == ScalarStyle::Plain {
                    Cow::Borrowed("")
                } else {
                    value
                };
                Event::Scalar(Scalar {
                    value,
                    style: style.into(),
                    tag: tag_of(tag.as_deref()),
                    anchor,
                    span,
                })
            }
            Parsed::MappingStart(style, anchor, tag) => Event::MappingStart(Start {
                flow: style == StructureStyle::Flow,
                tag: tag_of(tag.as_deref()),
                anchor,
                span,
            }),
            Parsed::SequenceStart(style, anchor, tag) => Event::SequenceStart(Start {
                flow: style == StructureStyle::Flow,
                tag: tag_of(tag.as_deref()),
                anchor,
                span,
            }),
            Parsed::Alias(anchor) => Event::Alias { anchor, span },
            Parsed::MappingEnd | Parsed::SequenceEnd => Event::End,
            _ => return Err(self.too_early()),
        })
    }

    /// Notes an event in all open recordings, opens one for an anchor, and closes those that are complete.
    fn keep(&mut self, event: Event<'t>) -> Event<'t> {
        if let Event::Alias { anchor, .. } = event {
            self.aliased.insert(anchor);
        }
        if event.anchor() != 0 {
            self.open.push(Recording {
                anchor: event.anchor(),
                depth: 0,
                events: Vec::new(),
                whole: true,
            });
        }
        for recording in &mut self.open {
            recording.depth += event.depth_change();
            if self.may_keep > 0 {
                self.may_keep -= 1;
                recording.events.push(event.clone());
            } else {
                recording.whole = false;
            }
        }
        while let Some(done) = self.open.pop_if(|recording| recording.depth == 0) {
            if done.whole {
                self.kept.insert(done.anchor, done.events.into());
            }
        }
        event
    }
}

/// A span of the parser in the stream; `base` is where the document begins.
pub(super) fn bytes_of(span: &Span, base: usize) -> Result<Range<usize>, MalformedYaml> {
    let bytes = span.byte_range().ok_or_else(|| MalformedYaml {
        message: "internal error: the parser does not say where it is".to_owned(),
        offset: base,
    })?;
    Ok(base + bytes.start..base + bytes.end)
}

pub(super) fn malformed(error: &ScanError, base: usize) -> MalformedYaml {
    let offset = base + error.marker().byte_offset().unwrap_or_default();
    MalformedYaml {
        message: error.info(),
        offset,
    }
}
