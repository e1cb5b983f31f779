//! One document as events with byte spans in the stream.
//!
//! The reader keeps anchored nodes, so that an alias can be followed where it matters. What it keeps and replays is bounded, so
//! that a document of nested aliases costs no more than one without.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use super::content::content;
use super::event::Event;
use super::parser::{DEPTH, Parsed, Parser, Passed, SECOND_DOCUMENT};
use crate::source::slice;

/// How many bytes may be kept for all anchors of a document: their events, and the values in them.
const KEEP_LIMIT: usize = 8 << 20;

/// How many bytes all aliases of a document together may replay.
const REPLAY_LIMIT: usize = 1 << 20;

/// Why a document cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MalformedYaml {
    /// What the parser says.
    pub(crate) message: String,
    /// Where, as a byte offset into the stream.
    pub(crate) offset: usize,
}

/// Reads a document to its end, and returns what is malformed.
pub(crate) fn malformed_in(text: &str, document: &Range<usize>) -> Option<MalformedYaml> {
    let read = || match Reader::open(text, document)? {
        Some((mut reader, root)) => reader.skip(&root).and_then(|()| reader.finish().map(drop)),
        None => Ok(()),
    };
    read().err()
}

/// An anchored node that is being kept.
struct Recording<'t> {
    anchor: u32,
    depth: isize,
    events: Vec<Event<'t>>,
    bytes: usize,
    whole: bool,
}

/// An anchored node that was kept.
struct Kept<'t> {
    events: Rc<[Event<'t>]>,
    bytes: usize,
}

/// A kept node that is being replayed.
struct Replay<'t> {
    events: Rc<[Event<'t>]>,
    next: usize,
}

/// Reads one document.
pub(crate) struct Reader<'t> {
    parser: Parser<'t>,
    open: Vec<Recording<'t>>,
    kept: HashMap<u32, Kept<'t>>,
    aliased: HashSet<u32>,
    has_anchors: bool,
    replays: Vec<Replay<'t>>,
    depth: isize,
    may_keep: usize,
    may_replay: usize,
}

impl<'t> Reader<'t> {
    /// Starts on the document at `span` of a stream, and gives its first node; none if it holds comments only.
    pub(crate) fn open(
        text: &'t str,
        span: &Range<usize>,
    ) -> Result<Option<(Self, Event<'t>)>, MalformedYaml> {
        let start = content(text, span)?;
        let mut reader = Self {
            parser: Parser::new(slice(text, &(start..span.end)), start)?,
            open: Vec::new(),
            kept: HashMap::new(),
            aliased: HashSet::new(),
            has_anchors: false,
            replays: Vec::new(),
            depth: 0,
            may_keep: KEEP_LIMIT,
            may_replay: REPLAY_LIMIT,
        };
        loop {
            match reader.parser.next()? {
                Parsed::DocumentStart(_) => {}
                Parsed::DocumentEnd | Parsed::StreamEnd => return Ok(None),
                Parsed::Event(event) => {
                    let root = reader.keep(event)?;
                    let root = reader.at_depth(root)?;
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
                let event = event.clone();
                return self.at_depth(event);
            }
            self.replays.pop();
        }
        match self.parser.next()? {
            Parsed::Event(event) => {
                let event = self.keep(event)?;
                self.at_depth(event)
            }
            _ => Err(self.parser.too_early()),
        }
    }

    /// An event, unless it is nested too deep for what walks the tree: replayed nodes nest in each other.
    fn at_depth(&mut self, event: Event<'t>) -> Result<Event<'t>, MalformedYaml> {
        self.depth += event.depth_change();
        if self.depth.unsigned_abs() > DEPTH {
            return Err(MalformedYaml {
                message: format!("nested deeper than {DEPTH} levels, aliases followed"),
                offset: event.span().start(),
            });
        }
        Ok(event)
    }

    /// The node that an alias names, or the alias itself if it cannot be followed.
    pub(crate) fn follow(&mut self, event: Event<'t>) -> Result<Event<'t>, MalformedYaml> {
        let Event::Alias { anchor, .. } = event else {
            return Ok(event);
        };
        let Some(kept) = self
            .kept
            .get(&anchor)
            .filter(|kept| kept.bytes <= self.may_replay)
        else {
            return Ok(event);
        };
        self.may_replay -= kept.bytes;
        self.replays.push(Replay {
            events: Rc::clone(&kept.events),
            next: 0,
        });
        let node = self.next()?;
        self.follow(node)
    }

    /// Whether an anchor or an alias was met so far.
    pub(crate) fn has_anchors(&self) -> bool {
        self.has_anchors || !self.aliased.is_empty()
    }

    /// Skips the rest of a node that began with `event`.
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

    /// Like [`Self::next`] for an event that is ignored, as most are. Returns its change of depth.
    fn pass(&mut self) -> Result<isize, MalformedYaml> {
        let change = match self.parser.pass()? {
            Passed::Plain(change) => change,
            Passed::Noted(event) => self.keep(event)?.depth_change(),
        };
        self.depth += change;
        Ok(change)
    }

    /// Skips the rest of a node that began with `event`, and returns the offset after it.
    pub(crate) fn skip_to_end(&mut self, event: &Event<'t>) -> Result<usize, MalformedYaml> {
        let mut depth = event.depth_change();
        while depth > 0 {
            depth += self.next()?.depth_change();
        }
        Ok(self.parser.end())
    }

    /// Reads to the end of the document, and returns the numbers of all anchors that an alias named.
    pub(crate) fn finish(mut self) -> Result<HashSet<u32>, MalformedYaml> {
        loop {
            match self.parser.next()? {
                Parsed::DocumentEnd => {}
                Parsed::StreamEnd => return Ok(self.aliased),
                Parsed::DocumentStart(_) | Parsed::Event(_) => {
                    return Err(MalformedYaml {
                        message: SECOND_DOCUMENT.to_owned(),
                        offset: self.parser.end(),
                    });
                }
            }
        }
    }

    /// Notes an event in all open recordings, opens one for an anchor, and closes those that are complete.
    fn keep(&mut self, event: Event<'t>) -> Result<Event<'t>, MalformedYaml> {
        if let Event::Alias { anchor, span } = &event {
            if *anchor == 0 {
                return Err(MalformedYaml {
                    message: "an alias to an undefined anchor".to_owned(),
                    offset: span.start(),
                });
            }
            self.aliased.insert(*anchor);
        }
        if event.anchor() != 0 {
            self.has_anchors = true;
            self.open.push(Recording {
                anchor: event.anchor(),
                depth: 0,
                events: Vec::new(),
                bytes: 0,
                whole: true,
            });
        }
        for recording in &mut self.open {
            recording.depth += event.depth_change();
            let bytes = event.bytes();
            if recording.whole && bytes <= self.may_keep {
                self.may_keep -= bytes;
                recording.bytes += bytes;
                recording.events.push(event.clone());
            } else {
                self.may_keep += std::mem::take(&mut recording.bytes);
                recording.events = Vec::new();
                recording.whole = false;
            }
        }
        while let Some(done) = self.open.pop_if(|recording| recording.depth == 0) {
            if done.whole {
                let (events, bytes) = (done.events.into(), done.bytes);
                self.kept.insert(done.anchor, Kept { events, bytes });
            }
        }
        Ok(event)
    }
}

#[cfg(test)]
mod tests;
