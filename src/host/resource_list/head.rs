//! The top of a `ResourceList`: what it says of itself, and where its results go.
//!
//! Results are one line of JSON in front of the first key, where they end no block scalar and depend on nothing that
//! follows; results that are there already stay, behind the new ones. What would take a guess gets none.

use std::ops::Range;

use crate::yaml::{self, Event, Reader};

/// The root mapping of a list.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) api_version: String,
    pub(super) kind: String,
    /// The value of `functionConfig`.
    pub(super) config: Option<Range<usize>>,
    is_flow: bool,
    first_key: Option<usize>,
    results: Option<Present>,
}

/// A `results` that is there already.
#[derive(Debug)]
enum Present {
    /// Nothing, or a null: where the key ends, and the value.
    Null(usize, Range<usize>),
    /// A flow sequence: behind its bracket, and whether it is empty.
    Flow(usize, bool),
    /// A block sequence: its first dash.
    Block(usize),
    Other,
}

/// Where results are written, and how.
#[derive(Debug)]
pub(super) struct Slot {
    span: Range<usize>,
    form: Form,
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
    /// Reads the root of a document; nothing when it is no mapping.
    pub(super) fn read(
        text: &str,
        document: &Range<usize>,
    ) -> Result<Option<Self>, yaml::MalformedYaml> {
        let Some((mut reader, Event::MappingStart(start))) = Reader::open(text, document)? else {
            return Ok(None);
        };
        let mut head = Self {
            is_flow: start.flow,
            ..Self::default()
        };
        while let Event::Scalar(key) = reader.next()? {
            head.first_key.get_or_insert(key.span.start);
            let value = reader.next()?;
            let end = reader.skip_to_end(&value)?;
            match (&*key.value, &value) {
                ("apiVersion", Event::Scalar(scalar)) => {
                    head.api_version = scalar.value.to_string();
                }
                ("kind", Event::Scalar(scalar)) => head.kind = scalar.value.to_string(),
                ("functionConfig", Event::MappingStart(start)) => {
                    head.config = Some(start.span.start..end);
                }
                ("results", _) => {
                    head.results = Some(Present::read(text, key.span.end, &value, end));
                }
                _ => {}
            }
        }
        Ok(Some(head))
    }

    /// Where results go.
    pub(super) fn slot(&self, text: &str) -> Option<Slot> {
        let (span, form) = match self.results.as_ref() {
            None => {
                let at = self.first_key?;
                let form = if self.is_flow {
                    let is_first = text.get(..at)?.trim_end().ends_with('{');
                    is_first.then_some(Form::FlowKey)?
                } else {
                    Form::BlockKey(indent(text, at)?)
                };
                (at..at, form)
            }
            Some(Present::Null(key_end, span)) if span.is_empty() => {
                let colon = key_end + text.get(*key_end..)?.find(':')? + 1;
                (colon..colon, Form::Value(" "))
            }
            Some(Present::Null(_, span)) => (span.clone(), Form::Value("")),
            Some(Present::Flow(at, is_empty)) => {
                let comma = if *is_empty { "" } else { ", " };
                (*at..*at, Form::FlowItems(comma))
            }
            Some(Present::Block(at)) => (*at..*at, Form::BlockItems(indent(text, *at)?)),
            Some(Present::Other) => return None,
        };
        Some(Slot { span, form })
    }
}

impl Present {
    fn read(text: &str, key_end: usize, value: &Event<'_>, end: usize) -> Self {
        match value {
            Event::Scalar(scalar) if scalar.is_null() => Self::Null(key_end, scalar.span.clone()),
            Event::SequenceStart(start) if start.flow => {
                let inner = start.span.start + 1..end.saturating_sub(1);
                let is_empty = text.get(inner).is_some_and(|inner| inner.trim().is_empty());
                Self::Flow(start.span.start + 1, is_empty)
            }
            // Its span begins at the first dash, or behind it where that is not indented.
            Event::SequenceStart(start) => {
                let (before, after) = text.split_at(start.span.start);
                match before.trim_ascii_end().strip_suffix('-') {
                    Some(before) => Self::Block(before.len()),
                    None if after.starts_with('-') => Self::Block(start.span.start),
                    None => Self::Other,
                }
            }
            _ => Self::Other,
        }
    }
}

impl Slot {
    /// The bytes for results, each as JSON, and in place of what.
    pub(super) fn fill(&self, results: &[String]) -> (Range<usize>, String) {
        let list = results.join(",");
        let text = match &self.form {
            Form::FlowKey => format!("\"results\": [{list}], "),
            Form::BlockKey(indent) => format!("results: [{list}]\n{indent}"),
            Form::Value(space) => format!("{space}[{list}]"),
            Form::FlowItems(comma) => format!("{list}{comma}"),
            Form::BlockItems(indent) => {
                let items = results.join(&format!("\n{indent}- "));
                format!("- {items}\n{indent}")
            }
        };
        (self.span.clone(), text)
    }
}

/// The blanks before an offset; nothing when more stands on its line.
fn indent(text: &str, at: usize) -> Option<String> {
    let line = text.get(..at)?.rsplit('\n').next()?;
    let indent = line.trim_start_matches('\u{feff}');
    indent
        .bytes()
        .all(|byte| byte == b' ')
        .then(|| indent.to_owned())
}
