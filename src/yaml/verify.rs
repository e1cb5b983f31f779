//! Edits of a document, and the proof that an edited document differs from its original in nothing else.

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span, StrInput};

use super::reader::{MalformedYaml, bytes_of, malformed};

/// A change of the stream: the bytes of `span` become `text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit {
    /// The bytes to replace; empty for an insertion.
    pub(crate) span: Range<usize>,
    /// What stands there afterwards.
    pub(crate) text: String,
    /// What the edit does to the document's events.
    pub(crate) effect: Effect,
    /// The count that the edit writes, in digits; empty for a node of another kind.
    pub(crate) value: String,
}

/// What an edit does to the events of its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The scalar at this span has another value.
    Value(Range<usize>),
    /// The mapping whose start is at this span has `replicas` as a new first key.
    FirstKey(Range<usize>),
    /// The scalar at this span is another node, of any kind.
    Node(Range<usize>),
    /// The mapping whose start is at this span has this new first key, with a value of any kind.
    FirstEntry(Range<usize>, &'static str),
    /// The sequence whose start is at this span has so many new items in front.
    FirstItems(Range<usize>, usize),
}

/// A difference that no edit accounts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// Where the documents part, as a byte offset into the original stream.
    pub(crate) offset: usize,
    /// What was expected, and what was read.
    pub(crate) message: String,
}

/// Reads a document and its edited form in step; all events must be equal but for those that the edits name.
///
/// `edits` are the edits inside `document`, ordered, not overlapping.
///
/// # Errors
/// The first difference, or an edit that took no effect.
pub(crate) fn verify(text: &str, document: &Range<usize>, edits: &[Edit]) -> Result<(), Mismatch> {
    let outside = || Mismatch {
        offset: document.start,
        message: "an edit lies outside of its document".to_owned(),
    };
    let original = text.get(document.clone()).ok_or_else(outside)?;
    let edited = apply(text, document, edits).ok_or_else(outside)?;
    let mut check = Check {
        before: Parser::new_from_str(original),
        after: Parser::new_from_str(&edited),
        base: document.start,
    };
    let mut pending = edits.iter().peekable();
    while let Some((event, span)) = check.original()? {
        let span = bytes_of(&span, check.base)?;
        match pending.next_if(|edit| edit.effect.concerns(&event, &span)) {
            None => check.expect(&event, span.start)?,
            Some(edit) => check.expect_edited(edit, &event, span.start)?,
        }
    }
    check.expect_end()?;
    match pending.next() {
        None => Ok(()),
        Some(edit) => Err(Mismatch {
            offset: edit.span.start,
            message: "an edit met no scalar or mapping".to_owned(),
        }),
    }
}

/// The document with its edits, as a text of its own; none where an edit does not lie in it, behind the one before.
fn apply(text: &str, document: &Range<usize>, edits: &[Edit]) -> Option<String> {
    let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut edited = String::with_capacity(document.len() + added);
    let mut at = document.start;
    for edit in edits {
        edited.push_str(text.get(at..edit.span.start)?);
        edited.push_str(&edit.text);
        at = edit.span.end;
    }
    edited.push_str(text.get(at..document.end)?);
    Some(edited)
}

impl From<MalformedYaml> for Mismatch {
    fn from(MalformedYaml { offset, message }: MalformedYaml) -> Self {
        Self { offset, message }
    }
}

impl Effect {
    fn concerns(&self, event: &Event<'_>, at: &Range<usize>) -> bool {
        match self {
            Self::Value(span) | Self::Node(span) => {
                matches!(event, Event::Scalar(..)) && span == at
            }
            Self::FirstKey(span) | Self::FirstEntry(span, _) => {
                matches!(event, Event::MappingStart(..)) && span == at
            }
            Self::FirstItems(span, _) => matches!(event, Event::SequenceStart(..)) && span == at,
        }
    }
}

fn plain(value: &str) -> Event<'_> {
    Event::Scalar(value.into(), ScalarStyle::Plain, 0, None)
}

fn with_value<'e>(event: &Event<'e>, value: &'e str) -> Event<'e> {
    let anchor = event.anchor_id().unwrap_or_default();
    Event::Scalar(value.into(), ScalarStyle::Plain, anchor, None)
}

struct Check<'o, 'e> {
    before: Parser<'o, StrInput<'o>>,
    after: Parser<'e, StrInput<'e>>,
    base: usize,
}

impl<'o> Check<'o, '_> {
    fn original(&mut self) -> Result<Option<(Event<'o>, Span)>, Mismatch> {
        let event = self.before.next_event().transpose();
        Ok(event.map_err(|error| malformed(&error, self.base))?)
    }

    fn edited(&mut self, offset: usize) -> Result<Option<Event<'_>>, Mismatch> {
        match self.after.next_event() {
            None => Ok(None),
            Some(Ok((event, _))) => Ok(Some(event)),
            Some(Err(error)) => Err(Mismatch {
                offset,
                message: format!("the edited document is malformed: {}", error.info()),
            }),
        }
    }

    fn expect(&mut self, expected: &Event<'_>, offset: usize) -> Result<(), Mismatch> {
        match self.edited(offset)? {
            Some(found) if found == *expected => Ok(()),
            found => Err(Mismatch {
                offset,
                message: format!("expected {expected:?}, found {found:?}"),
            }),
        }
    }

    /// Expects what an edit made of an event.
    fn expect_edited(
        &mut self,
        edit: &Edit,
        event: &Event<'_>,
        offset: usize,
    ) -> Result<(), Mismatch> {
        match &edit.effect {
            Effect::Value(_) => self.expect(&with_value(event, &edit.value), offset),
            Effect::FirstKey(_) => {
                self.expect(event, offset)?;
                self.expect_new_key("replicas", offset)?;
                self.expect(&plain(&edit.value), offset)
            }
            Effect::Node(_) => self.pass_node(offset),
            Effect::FirstEntry(_, key) => {
                self.expect(event, offset)?;
                self.expect_new_key(key, offset)?;
                self.pass_node(offset)
            }
            Effect::FirstItems(_, count) => {
                self.expect(event, offset)?;
                (0..*count).try_for_each(|_| self.pass_node(offset))
            }
        }
    }

    fn expect_new_key(&mut self, name: &str, offset: usize) -> Result<(), Mismatch> {
        match self.edited(offset)? {
            Some(Event::Scalar(key, ScalarStyle::Plain | ScalarStyle::DoubleQuoted, 0, None))
                if key == name =>
            {
                Ok(())
            }
            found => Err(Mismatch {
                offset,
                message: format!("expected the key `{name}`, found {found:?}"),
            }),
        }
    }

    /// Passes over one whole node of the edited document.
    fn pass_node(&mut self, offset: usize) -> Result<(), Mismatch> {
        let mut depth = 0;
        loop {
            depth += match self.edited(offset)? {
                Some(Event::MappingStart(..) | Event::SequenceStart(..)) => 1,
                Some(Event::MappingEnd | Event::SequenceEnd) if depth > 0 => -1,
                Some(Event::Scalar(..)) => 0,
                found => {
                    return Err(Mismatch {
                        offset,
                        message: format!("expected a new node, found {found:?}"),
                    });
                }
            };
            if depth == 0 {
                return Ok(());
            }
        }
    }

    fn expect_end(&mut self) -> Result<(), Mismatch> {
        let offset = self.base;
        match self.edited(offset)? {
            None => Ok(()),
            found => Err(Mismatch {
                offset,
                message: format!("the edited document goes on: {found:?}"),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(
        text: &str,
        span: Range<usize>,
        scalar: Range<usize>,
        new: &str,
        value: &str,
    ) -> Result<(), Mismatch> {
        let edit = Edit {
            span,
            text: new.to_owned(),
            effect: Effect::Value(scalar),
            value: value.to_owned(),
        };
        verify(text, &(0..text.len()), &[edit])
    }

    #[test]
    fn the_edited_scalar_may_differ_and_nothing_else() {
        assert_eq!(value("a: 1\nb: 2\n", 3..4, 3..4, "7", "7"), Ok(()));
        assert!(
            value("a: 1\nb: 2\n", 3..4, 8..9, "7", "7").is_err(),
            "another scalar than the one that was meant"
        );
        assert!(
            value("a: 1\nb: 2\n", 3..4, 3..4, "7\nc: 3", "7").is_err(),
            "a key too many"
        );
        assert!(
            value("a: 1\nb: 2\n", 3..4, 3..4, "[", "[").is_err(),
            "malformed afterwards"
        );
        assert!(
            value("a: 1 # x\n", 4..4, 3..4, "", "7").is_err(),
            "an edit that does nothing"
        );
    }

    #[test]
    fn a_null_gets_its_value_behind_the_colon() {
        assert_eq!(value("a: \nb: 2\n", 2..2, 1..1, " 7", "7"), Ok(()));
    }

    #[test]
    fn new_nodes_of_any_kind_stand_where_they_were_meant() {
        let edit = |text: &str, span: Range<usize>, new: &str, effect: Effect| {
            let edit = Edit {
                span,
                text: new.to_owned(),
                effect,
                value: String::new(),
            };
            verify(text, &(0..text.len()), &[edit])
        };
        let entry = || Effect::FirstEntry(0..0, "results");
        assert_eq!(edit("a: 1\n", 0..0, "results: [{b: 2}]\n", entry()), Ok(()));
        assert!(edit("a: 1\n", 0..0, "result: []\n", entry()).is_err());
        assert!(edit("a: 1\n", 0..0, "results: []\nb: 2\n", entry()).is_err());
        let node = || Effect::Node(3..4);
        assert_eq!(edit("a: ~\nb: 2\n", 3..4, "[x, {y: z}]", node()), Ok(()));
        assert!(edit("a: ~\nb: 2\n", 3..4, "1\nc: 3", node()).is_err());
        let items = |count| Effect::FirstItems(3..4, count);
        assert_eq!(edit("a: [b]\n", 4..4, "{c: 1}, 2, ", items(2)), Ok(()));
        assert!(edit("a: [b]\n", 4..4, "{c: 1}, 2, ", items(1)).is_err());
        assert!(edit("a: [b]\n", 4..4, "{c: 1}, 2, ", items(4)).is_err());
    }

    #[test]
    fn a_new_key_stands_first_in_its_mapping() {
        let first = |text: &str, at: usize, new: &str, start: Range<usize>| {
            let edit = Edit {
                span: at..at,
                text: new.to_owned(),
                effect: Effect::FirstKey(start),
                value: "7".to_owned(),
            };
            verify(text, &(0..text.len()), &[edit])
        };
        assert_eq!(first("spec:\n  a: 1\n", 8, "replicas: 7\n  ", 8..8), Ok(()));
        assert_eq!(first("spec: {a: 1}\n", 7, "replicas: 7, ", 6..7), Ok(()));
        assert_eq!(first("spec: {}\n", 7, "replicas: 7", 6..7), Ok(()));
        assert!(
            first("spec:\n  a: 1\n", 8, "replicas: 7\n", 8..8).is_err(),
            "the indent is missing"
        );
        assert!(
            first("spec:\n  a: 1\n", 8, "replica: 7\n  ", 8..8).is_err(),
            "another key"
        );
    }
}
