//! Where a count can be written, and what is written there.

use super::hazard::{Hazard, HazardKind};
use crate::source::{Span, slice};
use crate::yaml::{Edit, Effect, Event, Scalar, Start, Style, Tag, Written};

/// Where a count can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(super) opening: Opening,
    /// How many keys on the path to the count are missing, including the count's own key.
    pub(super) missing: usize,
}

/// A place at which something can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    /// Over the scalar at a span.
    Over(Span),
    /// After the colon of a key without a value; `colon` is the empty span there, and `scalar` that of the null.
    AfterColon { colon: Span, scalar: Span },
    /// On new lines before the first key of a block mapping, which begins with it.
    Lines {
        mapping: Span,
        /// The spaces before the key.
        indent: Span,
        line_break: LineBreak,
    },
    /// Before the first key of a flow mapping.
    Flow {
        mapping: Span,
        quoted: bool,
        separator: Separator,
    },
}

/// The line breaks of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineBreak {
    Lf,
    CrLf,
}

/// What separates a new first key of a flow mapping from what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Separator {
    /// There is no other key.
    None,
    /// A blank follows.
    Comma,
    CommaAndBlank,
}

impl Opening {
    /// In place of the value of a key.
    pub(crate) fn of_value(
        text: &str,
        key: &Scalar<'_>,
        value: &Scalar<'_>,
    ) -> Result<Self, Hazard> {
        if value.tag != Tag::Absent {
            return hazard(HazardKind::Tag, value.span);
        }
        if value.style == Style::Block {
            return hazard(HazardKind::NotANumber, value.span);
        }
        // A name that goes on as the value begins (`&a:b`) would go on with the number.
        let ends_anchor = value.anchor != 0
            && !slice(text, &(0..value.span.start())).ends_with(char::is_whitespace);
        if !value.span.is_empty() && !ends_anchor {
            return Ok(Self::Over(value.span));
        }
        if value.anchor != 0 {
            return hazard(HazardKind::EmptyAnchor, key.span);
        }
        let rest = slice(text, &(key.span.end()..text.len()));
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if rest.as_bytes().get(blanks) == Some(&b':') {
            let after = key.span.end() + blanks + 1;
            Ok(Self::AfterColon {
                colon: (after..after).into(),
                scalar: value.span,
            })
        } else {
            hazard(HazardKind::NoColon, key.span)
        }
    }

    /// Before the first key of a mapping.
    pub(crate) fn of_mapping(
        text: &str,
        start: &Start,
        first: Option<&Event<'_>>,
    ) -> Result<Self, Hazard> {
        if start.flow {
            Self::in_flow(text, start, first)
        } else {
            Self::on_lines(text, start, first)
        }
    }

    fn in_flow(text: &str, start: &Start, first: Option<&Event<'_>>) -> Result<Self, Hazard> {
        let at = start.span.end();
        // One pair of a flow sequence has no brace of its own.
        if start.span.is_empty() {
            return hazard(HazardKind::FirstKey, start.span);
        }
        if let Some(first) = first {
            let before = slice(text, &(at..first.span().start()));
            let is_plain =
                matches!(first, Event::Scalar(key) if key.anchor == 0 && key.tag == Tag::Absent);
            if !is_plain || before.trim_end().ends_with('?') {
                return hazard(HazardKind::FirstKey, first.span());
            }
        }
        let rest = slice(text, &(at..text.len()));
        let quoted = matches!(first, Some(Event::Scalar(key)) if key.style == Style::DoubleQuoted);
        let separator = match first {
            None => Separator::None,
            Some(_) if rest.starts_with([' ', '\t', '\r', '\n']) => Separator::Comma,
            Some(_) => Separator::CommaAndBlank,
        };
        Ok(Self::Flow {
            mapping: start.span,
            quoted,
            separator,
        })
    }

    fn on_lines(text: &str, start: &Start, first: Option<&Event<'_>>) -> Result<Self, Hazard> {
        let Some(Event::Scalar(key)) = first else {
            let span = first.map_or(start.span, Event::span);
            return hazard(HazardKind::FirstKey, span);
        };
        let at = key.span.start();
        let before = slice(text, &(0..at));
        let line = before.rfind('\n').map_or(0, |feed| feed + 1);
        let indent = slice(text, &(line..at));
        // A mapping starts at its first key, unless a `?`, an anchor or a tag is before that, perhaps on another line.
        if start.span.start() != at || indent.bytes().any(|byte| byte != b' ') {
            return hazard(HazardKind::FirstKey, key.span);
        }
        let is_crlf = slice(text, &(0..line)).ends_with("\r\n");
        Ok(Self::Lines {
            mapping: start.span,
            indent: (line..at).into(),
            line_break: if is_crlf {
                LineBreak::CrLf
            } else {
                LineBreak::Lf
            },
        })
    }

    /// The edit that writes something here.
    pub(super) fn edit(self, written: &Written) -> Edit {
        let keys = match written {
            Written::Mapping(keys) => keys.as_slice(),
            Written::Scalar(_) => &[],
        };
        let first_keys = |mapping| Effect::FirstKeys(mapping, keys.to_vec());
        let becomes = |scalar| Effect::Becomes(scalar, written.clone());
        let (span, text, effect) = match self {
            Self::Over(span) => (span.range(), in_flow(written, true), becomes(span)),
            Self::AfterColon { colon, scalar } => {
                let text = format!(" {}", in_flow(written, true));
                (colon.range(), text, becomes(scalar))
            }
            Self::Lines {
                mapping,
                indent,
                line_break,
            } => {
                let indent = indent.range().len();
                let end = format!("{}{:indent$}", line_break.as_str(), "");
                (mapping.range(), on_lines(keys, &end), first_keys(mapping))
            }
            Self::Flow {
                mapping,
                quoted,
                separator,
            } => {
                let text = keys_in_flow(keys, quoted) + separator.as_str();
                let at = mapping.end();
                (at..at, text, first_keys(mapping))
            }
        };
        Edit { span, text, effect }
    }
}

impl LineBreak {
    fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }
}

impl Separator {
    fn as_str(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Comma => ",",
            Self::CommaAndBlank => ", ",
        }
    }
}

fn hazard<T>(kind: HazardKind, span: Span) -> Result<T, Hazard> {
    Err(Hazard::new(kind, span))
}

fn in_flow(written: &Written, quoted: bool) -> String {
    match written {
        Written::Scalar(value) => value.clone(),
        Written::Mapping(keys) => format!("{{{}}}", keys_in_flow(keys, quoted)),
    }
}

fn keys_in_flow(keys: &[(String, Written)], quoted: bool) -> String {
    let quote = if quoted { "\"" } else { "" };
    let entry = |(key, written): &(String, Written)| {
        format!("{quote}{key}{quote}: {}", in_flow(written, quoted))
    };
    keys.iter().map(entry).collect::<Vec<_>>().join(", ")
}

/// Block lines; `end` is a line break and the indent of the lines.
fn on_lines(keys: &[(String, Written)], end: &str) -> String {
    let line = |(key, written): &(String, Written)| match written {
        Written::Scalar(value) => format!("{key}: {value}{end}"),
        Written::Mapping(keys) => {
            let deeper = format!("{end}  ");
            let lines = on_lines(keys, &deeper);
            let lines = lines.strip_suffix("  ").unwrap_or(&lines);
            format!("{key}:{deeper}{lines}")
        }
    };
    keys.iter().map(line).collect()
}
