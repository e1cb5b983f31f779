//! Lines and columns of all places of a report, in one pass over each source.
//!
//! A stream may be 100 MB and hold thousands of findings; to count the lines before each one anew would take minutes.

use std::collections::BTreeMap;

use crate::source::{Place, SourceId, Sources};

/// A line and a column, both counted from 1; columns count characters, as [`Source::position`] does.
///
/// [`Source::position`]: crate::source::Source::position
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// The positions of the starts and ends of some places.
#[derive(Debug, Default)]
pub(super) struct Positions(BTreeMap<(SourceId, usize), Position>);

impl Positions {
    /// Looks the places up, each source from its start to its last place once.
    pub(super) fn of<'a>(sources: &Sources, places: impl IntoIterator<Item = &'a Place>) -> Self {
        let mut found: BTreeMap<_, _> = places
            .into_iter()
            .flat_map(|place| [(place.source, place.start()), (place.source, place.end())])
            .map(|key| (key, Position { line: 1, column: 1 }))
            .collect();
        let mut current: Option<(SourceId, Walk<'_>)> = None;
        for (&(source, offset), position) in &mut found {
            let walk = match &mut current {
                Some((id, walk)) if *id == source => walk,
                other => {
                    &mut other
                        .insert((source, Walk::new(sources.get(source).text())))
                        .1
                }
            };
            *position = walk.forward_to(offset);
        }
        Self(found)
    }

    /// The position of a byte offset; counted anew if it was not among the places.
    pub(super) fn get(&self, sources: &Sources, source: SourceId, offset: usize) -> Position {
        self.0.get(&(source, offset)).copied().unwrap_or_else(|| {
            let (line, column) = sources.get(source).position(offset);
            Position { line, column }
        })
    }
}

/// A text, and how far it was counted.
struct Walk<'a> {
    text: &'a str,
    at: usize,
    position: Position,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            position: Position { line: 1, column: 1 },
        }
    }

    /// Counts on to an offset; offsets must come in ascending order.
    fn forward_to(&mut self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset);
        let passed = self.text.get(self.at..offset).unwrap_or_default();
        if let Some(last) = memchr::memrchr(b'\n', passed.as_bytes()) {
            self.position.line += memchr::memchr_iter(b'\n', passed.as_bytes()).count();
            self.position.column = 1 + characters(passed.get(last + 1..).unwrap_or_default());
        } else {
            self.position.column += characters(passed);
        }
        self.at = offset;
        self.position
    }
}

/// The characters of a text; byte order marks do not count.
fn characters(text: &str) -> usize {
    text.chars().filter(|&c| c != '\u{feff}').count()
}
