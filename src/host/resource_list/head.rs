//! The top of a `ResourceList`: its `apiVersion` and `kind`, and where its results go.
//!
//! Results are one line of JSON before the first key, where they do not end a block scalar and do not depend on what
//! follows. Existing results are kept, after the new ones. If the place is uncertain, no results are written.

use std::ops::Range;

use crate::source::{Span, slice};
use crate::yaml::{Edit, Effect, Event, MalformedYaml, Reader};

/// The root mapping of a list.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) api_version: String,
    pub(super) kind: String,
    /// The value of `functionConfig`.
    pub(super) config: Config,
    root: Span,
    is_flow: bool,
    first_key: Option<usize>,
    results: Option<Present>,
}

/// A list's `functionConfig`.
#[derive(Debug, Default)]
pub(super) enum Config {
    /// None, or a null.
    #[default]
    Absent,
    /// A mapping.
    Mapping(Span),
    /// Anything else: it cannot be a policy.
    Other(Span),
}

/// An existing `results`.
#[derive(Debug)]
enum Present {
    /// Nothing, or a null: where the key ends, and the value.
    Null(usize, Span),
    /// A flow sequence: its bracket, and whether it is empty.
    Flow(Span, bool),
    /// A block sequence: its first dash, and its start.
    Block(usize, Span),
    Other,
}

/// Where results are written, and how.
#[derive(Debug)]
pub(super) struct Slot {
    span: Range<usize>,
    /// The node that they change: the root mapping, the null, or the sequence.
    node: Span,
    form: Form,
    /// How lines end there.
    line_end: &'static str,
}

#[derive(Debug)]
enum Form {
    /// The key with its value, in a flow mapping.
    FlowKey,
    /// The same in a block mapping with this indent.
    BlockKey(String),
    /// The value.
    Value(&'static str),
    /// Items of a flow sequence, and what separates them from the next.
    FlowItems(&'static str),
    /// Items of a block sequence with this indent.
    BlockItems(String),
}

impl Head {
    /// Reads the root of a document as far as possible, and returns what stopped it: after a key that is not a string
    /// the policy could follow.
    pub(super) fn read(text: &str, document: &Range<usize>) -> (Self, Option<MalformedYaml>) {
        let mut head = Self::default();
        let error = head.fill(text, document).err();
        (head, error)
    }

    fn fill(&mut self, text: &str, document: &Range<usize>) -> Result<(), MalformedYaml> {
        let Some((mut reader, Event::MappingStart(start))) = Reader::open(text, document)? else {
            return Ok(());
        };
        self.is_flow = start.flow;
        self.root = start.span;
        let mut odd_key = None;
        loop {
            let key = match reader.next()? {
                Event::End => break,
                Event::Scalar(key) => key,
                other => {
                    odd_key.get_or_insert(other.span().start());
                    reader.skip(&other)?;
                    let value = reader.next()?;
                    reader.skip(&value)?;
                    continue;
                }
            };
            self.first_key.get_or_insert(key.span.start());
            let value = reader.next()?;
            let end = reader.skip_to_end(&value)?;
            match (&*key.value, &value) {
                ("apiVersion", Event::Scalar(scalar)) => {
                    self.api_version = scalar.value.to_string();
                }
                ("kind", Event::Scalar(scalar)) => self.kind = scalar.value.to_string(),
                ("functionConfig", value) => self.config = Config::read(value, end),
                ("results", _) => {
                    self.results = Some(Present::read(text, key.span.end(), &value, end));
                }
                _ => {}
            }
        }
        let message = "a key that is not a string".to_owned();
        odd_key.map_or(Ok(()), |offset| Err(MalformedYaml { message, offset }))
    }

    /// Whether it declares this kind and API group.
    pub(super) fn is_list(&self, kind: &str, group: &str) -> bool {
        self.kind == kind && self.api_version.starts_with(group)
    }

    /// Whether it could be one, as far as it was read.
    pub(super) fn could_be_list(&self, kind: &str, group: &str) -> bool {
        (self.kind.is_empty() || self.kind == kind)
            && (self.api_version.is_empty() || self.api_version.starts_with(group))
    }

    /// Where results go.
    pub(super) fn slot(&self, text: &str) -> Option<Slot> {
        let (span, node, form) = match self.results {
            None => {
                let at = self.first_key?;
                let form = if self.is_flow {
                    let is_first = slice(text, &(0..at)).trim_end().ends_with('{');
                    is_first.then_some(Form::FlowKey)?
                } else {
                    Form::BlockKey(indent(text, at)?)
                };
                (at..at, self.root, form)
            }
            Some(Present::Null(key_end, node)) if node.is_empty() => {
                let colon = key_end + slice(text, &(key_end..text.len())).find(':')? + 1;
                (colon..colon, node, Form::Value(" "))
            }
            Some(Present::Null(_, node)) => (node.range(), node, Form::Value("")),
            Some(Present::Flow(node, is_empty)) => {
                let comma = if is_empty { "" } else { ", " };
                (node.end()..node.end(), node, Form::FlowItems(comma))
            }
            Some(Present::Block(at, node)) => (at..at, node, Form::BlockItems(indent(text, at)?)),
            Some(Present::Other) => return None,
        };
        let after = text.get(span.end..).unwrap_or_default();
        let line = after.split_inclusive('\n').next().unwrap_or_default();
        Some(Slot {
            span,
            node,
            form,
            line_end: if line.ends_with("\r\n") { "\r\n" } else { "\n" },
        })
    }
}

impl Config {
    fn read(value: &Event<'_>, end: usize) -> Self {
        match value {
            Event::Scalar(scalar) if scalar.is_null() => Self::Absent,
            Event::MappingStart(start) => Self::Mapping((start.span.start()..end).into()),
            other => Self::Other(other.span()),
        }
    }
}

impl Present {
    fn read(text: &str, key_end: usize, value: &Event<'_>, end: usize) -> Self {
        match value {
            Event::Scalar(scalar) if scalar.is_null() => Self::Null(key_end, scalar.span),
            Event::SequenceStart(start) if start.flow => {
                let inner = start.span.start() + 1..end.saturating_sub(1);
                let is_empty = slice(text, &inner).trim().is_empty();
                Self::Flow(start.span, is_empty)
            }
            // Its span begins at the first dash, or after it if it is not indented.
            Event::SequenceStart(start) => {
                let (before, after) = text.split_at(start.span.start());
                match before.trim_ascii_end().strip_suffix('-') {
                    Some(before) => Self::Block(before.len(), start.span),
                    None if after.starts_with('-') => Self::Block(start.span.start(), start.span),
                    None => Self::Other,
                }
            }
            _ => Self::Other,
        }
    }
}

impl Slot {
    /// The edit that writes results, each given as JSON.
    pub(super) fn fill(&self, results: &[String]) -> Edit {
        let line_end = self.line_end;
        let list = results.join(",");
        let node = self.node;
        let entry = |node| Effect::FirstEntry(node, "results");
        let items = |node| Effect::FirstItems(node, results.len());
        let (text, effect) = match &self.form {
            Form::FlowKey => (format!("\"results\": [{list}], "), entry(node)),
            Form::BlockKey(indent) => (format!("results: [{list}]{line_end}{indent}"), entry(node)),
            Form::Value(space) => (format!("{space}[{list}]"), Effect::Node(node)),
            Form::FlowItems(comma) => (format!("{list}{comma}"), items(node)),
            Form::BlockItems(indent) => {
                let list = results.join(&format!("{line_end}{indent}- "));
                (format!("- {list}{line_end}{indent}"), items(node))
            }
        };
        Edit {
            span: self.span.clone(),
            text,
            effect,
        }
    }
}

/// The blanks before an offset; `None` if anything else precedes it on its line.
fn indent(text: &str, at: usize) -> Option<String> {
    let line = slice(text, &(0..at)).rsplit('\n').next()?;
    let indent = line.trim_start_matches('\u{feff}');
    indent
        .bytes()
        .all(|byte| byte == b' ')
        .then(|| indent.to_owned())
}
