//! Events of the parser as ours.

use std::borrow::Cow;
use std::ops::Range;

use libyaml_safer as libyaml;
use libyaml_safer::{EventData, MappingStyle, ScalarStyle, SequenceStyle};

use super::{ANCHORS, DIRECTIVE, Parsed, Parser, index};
use crate::source::{Span, slice};
use crate::yaml::event::{Event, Scalar, Start, Style, Tag};
use crate::yaml::input::DELETE;
use crate::yaml::properties::Properties;
use crate::yaml::reader::MalformedYaml;

type Converted<T> = Result<T, MalformedYaml>;

/// What every node has: an anchor, a tag and a place.
struct Node {
    anchor: Option<String>,
    tag: Option<String>,
    /// Where it is written, with its properties, in the parser's text.
    marks: Range<usize>,
}

impl<'t> Parser<'t> {
    pub(super) fn convert(&mut self, event: libyaml::Event) -> Converted<Parsed<'t>> {
        let marks = self.marks(&event)?;
        self.properties = Properties::default();
        let node = |anchor, tag| Node {
            anchor,
            tag,
            marks: marks.clone(),
        };
        let event = match event.data {
            EventData::StreamStart { .. } => return self.next(),
            EventData::DocumentStart {
                version_directive: Some(_),
                ..
            } => return Err(self.refuse(DIRECTIVE, marks.start)),
            // A text with a `%TAG` is refused before it is parsed.
            EventData::DocumentStart { .. } => {
                return Ok(Parsed::DocumentStart(self.in_stream(marks)));
            }
            EventData::DocumentEnd { .. } => return Ok(Parsed::DocumentEnd),
            EventData::StreamEnd => return Ok(Parsed::StreamEnd),
            EventData::Alias { anchor } => {
                self.end = marks.end;
                Event::Alias {
                    anchor: self.anchors.get(&anchor).copied().unwrap_or_default(),
                    span: self.in_stream(marks),
                }
            }
            EventData::Scalar {
                anchor,
                tag,
                value,
                style,
                ..
            } => Event::Scalar(self.scalar(node(anchor, tag), value, style)?),
            EventData::MappingStart {
                anchor, tag, style, ..
            } => Event::MappingStart(self.start(node(anchor, tag), style == MappingStyle::Flow)?),
            EventData::SequenceStart {
                anchor, tag, style, ..
            } => Event::SequenceStart(self.start(node(anchor, tag), style == SequenceStyle::Flow)?),
            EventData::MappingEnd | EventData::SequenceEnd => {
                if self.open.pop().is_some_and(|open| open.bracket) {
                    self.end = marks.end;
                }
                Event::End
            }
        };
        Ok(Parsed::Event(event))
    }

    /// The marks of an event as a span of the parser's text.
    fn marks(&self, event: &libyaml::Event) -> Converted<Range<usize>> {
        let offset = |mark| self.exchanges.offset(index(mark)).min(self.text.len());
        let span = offset(event.start_mark)..offset(event.end_mark);
        if self.text.get(span.clone()).is_some() {
            Ok(span)
        } else {
            Err(self.refuse(
                "internal error: the parser reported a position outside the text",
                0,
            ))
        }
    }

    fn scalar(&mut self, node: Node, value: String, style: ScalarStyle) -> Converted<Scalar<'t>> {
        let start = self.value_start(&node.marks);
        let span = start..node.marks.end;
        let style = style.into();
        self.end = span.end;
        Ok(Scalar {
            value: self.value(value, style, &span),
            style,
            tag: tag_of(node.tag.as_deref()),
            anchor: self.number(node.anchor, node.marks.start)?,
            span: self.in_stream(span),
        })
    }

    /// The start of a collection, at its bracket, or before its first key or dash.
    fn start(&mut self, node: Node, flow: bool) -> Converted<Start> {
        let end = node.marks.end;
        _ = self.value_start(&node.marks);
        let written = slice(self.text, &node.marks);
        let bracket = flow && written.ends_with(['{', '[']);
        let is_behind_dash = !flow && written.ends_with('-');
        let span = match (bracket, is_behind_dash) {
            (true, _) => end - 1..end,
            (_, true) => end - 1..end - 1,
            // One pair in a flow sequence begins at its key, or at its `?`.
            _ if flow => node.marks.start..node.marks.start,
            _ => end..end,
        };
        self.end = span.end;
        self.open(bracket, span.start)?;
        Ok(Start {
            flow,
            tag: tag_of(node.tag.as_deref()),
            anchor: self.number(node.anchor, node.marks.start)?,
            span: self.in_stream(span),
        })
    }

    /// Where a node's value begins; keeps the places of its properties.
    fn value_start(&mut self, marks: &Range<usize>) -> usize {
        let (properties, start) = Properties::read(self.text, marks);
        self.properties = properties;
        start
    }

    fn in_stream(&self, span: Range<usize>) -> Span {
        (self.base + span.start..self.base + span.end).into()
    }

    /// A value, borrowed from the text where it is written as it is read: it may be as long as the text.
    fn value(&self, value: String, style: Style, span: &Range<usize>) -> Cow<'t, str> {
        let inside = match style {
            Style::Plain | Style::Block => span.clone(),
            Style::SingleQuoted | Style::DoubleQuoted => span.start + 1..span.end - 1,
        };
        match self.text.get(inside) {
            Some(written) if written == value => Cow::Borrowed(written),
            _ if self.exchanges.len() > 0 => Cow::Owned(value.replace(DELETE, "\u{7f}")),
            _ => Cow::Owned(value),
        }
    }

    /// The number of a new anchor; 0 for none.
    fn number(&mut self, anchor: Option<String>, at: usize) -> Converted<u32> {
        let Some(name) = anchor else { return Ok(0) };
        self.numbered += 1;
        if self.numbered > ANCHORS {
            return Err(self.refuse(format!("more than {ANCHORS} anchors"), at));
        }
        self.anchors.insert(name, self.numbered);
        Ok(self.numbered)
    }
}

impl From<ScalarStyle> for Style {
    fn from(style: ScalarStyle) -> Self {
        match style {
            ScalarStyle::SingleQuoted => Self::SingleQuoted,
            ScalarStyle::DoubleQuoted => Self::DoubleQuoted,
            ScalarStyle::Literal | ScalarStyle::Folded => Self::Block,
            _ => Self::Plain,
        }
    }
}

fn tag_of(tag: Option<&str>) -> Tag {
    let Some(tag) = tag else { return Tag::Absent };
    match tag.strip_prefix("tag:yaml.org,2002:") {
        Some("str" | "map" | "seq") => Tag::Usual,
        Some("merge") => Tag::Merge,
        _ => Tag::Other,
    }
}
