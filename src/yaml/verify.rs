//! Edits of a document, and the proof that an edited document differs from its original in nothing else.

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::content::content;
use super::event::{Event, Scalar, Style, Tag};
use super::parser::{Parsed, Parser};
use super::reader::MalformedYaml;
use crate::source::Span;

/// A change of the stream: the bytes of `span` become `text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit {
    /// The bytes to replace; empty for an insertion.
    pub(crate) span: Range<usize>,
    /// The replacement.
    pub(crate) text: String,
    /// What the edit does to the document's events.
    pub(crate) effect: Effect,
}

/// A node that an edit writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Written {
    /// A plain scalar.
    Scalar(String),
    /// A mapping, in its order.
    Mapping(Vec<(String, Written)>),
}

/// What an edit does to the events of its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The scalar at this span becomes this node.
    Becomes(Span, Written),
    /// The mapping whose start is at this span has these new first keys.
    FirstKeys(Span, Vec<(String, Written)>),
    /// The scalar at this span is another node, of any kind.
    Node(Span),
    /// The mapping whose start is at this span has this new first key, with a value of any kind.
    FirstEntry(Span, &'static str),
    /// The sequence whose start is at this span has so many new items in front.
    FirstItems(Span, usize),
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
    let start = content(text, document)?;
    let original = text.get(start..document.end).ok_or_else(outside)?;
    let edited = apply(text, &(start..document.end), edits).ok_or_else(outside)?;
    let mut check = Check {
        before: Parser::new(original, start)?,
        after: Parser::new(&edited, 0)?,
        base: start,
    };
    let mut pending = edits.iter().peekable();
    loop {
        let event = match check.before.next()? {
            Parsed::StreamEnd => break,
            Parsed::Event(event) => event,
            other => {
                check.expect_mark(&other)?;
                continue;
            }
        };
        match pending.next_if(|edit| edit.effect.concerns(&event)) {
            None => check.expect(&event)?,
            Some(edit) => check.expect_edited(edit, &event)?,
        }
    }
    check.expect_mark(&Parsed::StreamEnd)?;
    match pending.next() {
        None => Ok(()),
        Some(edit) => Err(Mismatch {
            offset: edit.span.start,
            message: "an edit met no scalar or mapping".to_owned(),
        }),
    }
}

/// The document with its edits, as a new text; `None` if an edit is outside of it, or not after the previous one.
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
    fn concerns(&self, event: &Event<'_>) -> bool {
        match (self, event) {
            (Self::Becomes(span, _) | Self::Node(span), Event::Scalar(scalar)) => {
                *span == scalar.span
            }
            (Self::FirstKeys(span, _) | Self::FirstEntry(span, _), Event::MappingStart(start))
            | (Self::FirstItems(span, _), Event::SequenceStart(start)) => *span == start.span,
            _ => false,
        }
    }
}

fn plain(value: &str, anchor: u32) -> Event<'_> {
    Event::Scalar(Scalar {
        value: value.into(),
        style: Style::Plain,
        tag: Tag::Absent,
        anchor,
        span: Span::default(),
    })
}

struct Check<'o, 'e> {
    before: Parser<'o>,
    after: Parser<'e>,
    base: usize,
}

impl<'e> Check<'_, 'e> {
    fn edited(&mut self) -> Result<Parsed<'e>, Mismatch> {
        let offset = self.before.end();
        self.after.next().map_err(|error| Mismatch {
            offset,
            message: format!("the edited document is malformed: {}", error.message),
        })
    }

    fn mismatch<T>(&self, expected: &str, found: &Parsed<'_>) -> Result<T, Mismatch> {
        Err(Mismatch {
            offset: self.before.end().max(self.base),
            message: format!("expected {expected}, found {found:?}"),
        })
    }

    /// Expects a document to start or end, or the stream to.
    fn expect_mark(&mut self, expected: &Parsed<'_>) -> Result<(), Mismatch> {
        let found = self.edited()?;
        if std::mem::discriminant(expected) == std::mem::discriminant(&found) {
            return Ok(());
        }
        self.mismatch(&format!("{expected:?}"), &found)
    }

    /// Expects an event of the original, with the tag that is written there.
    fn expect(&mut self, expected: &Event<'_>) -> Result<(), Mismatch> {
        self.expect_event(expected)?;
        let (expected, found) = (self.before.written_tag(), self.after.written_tag());
        if expected == found {
            return Ok(());
        }
        Err(Mismatch {
            offset: self.before.end(),
            message: format!("expected the tag `{expected}`, found `{found}`"),
        })
    }

    fn expect_event(&mut self, expected: &Event<'_>) -> Result<(), Mismatch> {
        match self.edited()? {
            Parsed::Event(found) if found.says_the_same_as(expected) => Ok(()),
            found => self.mismatch(&format!("{expected:?}"), &found),
        }
    }

    /// Expects what an edit made of an event.
    fn expect_edited(&mut self, edit: &Edit, event: &Event<'_>) -> Result<(), Mismatch> {
        match &edit.effect {
            Effect::Becomes(_, Written::Scalar(value)) => {
                self.expect_event(&plain(value, event.anchor()))
            }
            Effect::Becomes(_, written) => self.expect_written(written),
            Effect::FirstKeys(_, keys) => {
                self.expect(event)?;
                self.expect_keys(keys)
            }
            Effect::Node(_) => self.pass_node(),
            Effect::FirstEntry(_, key) => {
                self.expect(event)?;
                self.expect_new_key(key)?;
                self.pass_node()
            }
            Effect::FirstItems(_, count) => {
                self.expect(event)?;
                (0..*count).try_for_each(|_| self.pass_node())
            }
        }
    }

    fn expect_written(&mut self, written: &Written) -> Result<(), Mismatch> {
        let keys = match written {
            Written::Scalar(value) => return self.expect_event(&plain(value, 0)),
            Written::Mapping(keys) => keys,
        };
        match self.edited()? {
            Parsed::Event(Event::MappingStart(start))
                if (start.anchor, start.tag) == (0, Tag::Absent) =>
            {
                self.expect_keys(keys)?;
                self.expect_event(&Event::End)
            }
            found => self.mismatch("a new mapping", &found),
        }
    }

    fn expect_keys(&mut self, keys: &[(String, Written)]) -> Result<(), Mismatch> {
        keys.iter().try_for_each(|(key, written)| {
            self.expect_new_key(key)?;
            self.expect_written(written)
        })
    }

    fn expect_new_key(&mut self, name: &str) -> Result<(), Mismatch> {
        match self.edited()? {
            Parsed::Event(Event::Scalar(key))
                if key.value == name
                    && matches!(key.style, Style::Plain | Style::DoubleQuoted)
                    && (key.anchor, key.tag) == (0, Tag::Absent) =>
            {
                Ok(())
            }
            found => self.mismatch(&format!("the key `{name}`"), &found),
        }
    }

    /// Passes over one whole node of the edited document.
    fn pass_node(&mut self) -> Result<(), Mismatch> {
        let mut depth = 0;
        loop {
            match self.edited()? {
                Parsed::Event(event)
                    if !matches!(event, Event::Alias { .. })
                        && (depth > 0 || !matches!(event, Event::End)) =>
                {
                    depth += event.depth_change();
                }
                found => return self.mismatch("a new node", &found),
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }
}
