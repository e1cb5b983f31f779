//! `spec.replicas` of one object: what it says, and where another count could be written.

use std::fmt;
use std::ops::Range;

use crate::yaml::{Edit, Effect, Event, Scalar, Start, Style, Tag};

/// The largest count that Kubernetes can hold (`spec.replicas` is an `int32`).
pub(crate) const MAX_REPLICAS: u32 = i32::MAX.unsigned_abs();

/// What `spec.replicas` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Count {
    /// A plain decimal, in replicas.
    Set(u32),
    /// The key stands there without a value.
    Null,
    /// There is no such key.
    Absent,
    /// Anything else, as it is written.
    Invalid(String),
}

impl fmt::Display for Count {
    /// As it is written, or `absent`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(count) => count.fmt(f),
            Self::Null => f.write_str("null"),
            Self::Absent => f.write_str("absent"),
            Self::Invalid(text) => f.write_str(text),
        }
    }
}

impl Count {
    /// The count as Kubernetes reads it: the API server fills in 1 for a field that is absent or null.
    pub(crate) fn effective(&self) -> Option<u32> {
        match self {
            Self::Set(count) => Some(*count),
            Self::Null | Self::Absent => Some(1),
            Self::Invalid(_) => None,
        }
    }

    /// The count that is written there.
    pub(crate) fn written(&self) -> Option<u32> {
        if let Self::Set(count) = self {
            Some(*count)
        } else {
            None
        }
    }

    fn of(scalar: &Scalar<'_>, source: &str) -> Self {
        if scalar.is_null() {
            return Self::Null;
        }
        let text = &*scalar.value;
        let canonical = text.bytes().all(|byte| byte.is_ascii_digit())
            && (text == "0" || !text.starts_with('0'));
        let count = text
            .parse()
            .ok()
            .filter(|count| canonical && *count <= MAX_REPLICAS);
        match count {
            Some(count) if scalar.style == Style::Plain && scalar.tag == Tag::Absent => {
                Self::Set(count)
            }
            _ => Self::Invalid(as_written(scalar, source)),
        }
    }
}

/// Why YAML cannot be read or edited with certainty, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hazard {
    pub(crate) kind: HazardKind,
    /// Byte span in the stream.
    pub(crate) span: Range<usize>,
}

/// What stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HazardKind {
    /// An alias: the edit would go to another place.
    Alias,
    /// A merge key: the count may come from elsewhere.
    MergeKey,
    /// A tag: the value is not what it looks like.
    Tag,
    /// An anchor that an alias names: the edit would change another place too.
    SharedAnchor,
    /// The same key twice: Kubernetes takes the last one.
    DuplicateKey,
    /// A block scalar, a mapping or a sequence where a number belongs.
    NotANumber,
    /// A line break that Go's YAML and YAML 1.2 see differently.
    LineBreak,
    /// A first key that cannot be preceded by another: a complex key, an anchored one, one behind `?`.
    FirstKey,
    /// A key without a colon.
    NoColon,
    /// An anchor on nothing: a count behind the colon would leave it without a node.
    EmptyAnchor,
    /// An alias or a merge that cannot be followed.
    Unresolved,
    /// A value that Kubernetes does not know there, or one that is missing.
    Unknown,
    /// A kind that is spelt as Kubernetes spells it but for the case of its letters.
    Case,
    /// `items` in an object that is no list.
    Items,
    /// A number, a boolean or a null where a string belongs.
    NotAString,
}

impl HazardKind {
    /// What stands there, in a few words.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Alias => "an alias: the value stands elsewhere",
            Self::MergeKey => "a merge key: values may come from elsewhere",
            Self::Tag => "a tag: the value is not what it looks like",
            Self::SharedAnchor => {
                "an anchor that an alias names: an edit would change another place too"
            }
            Self::DuplicateKey => "the same key twice: Kubernetes takes the last one",
            Self::NotANumber => "no number but a block, a mapping or a sequence",
            Self::LineBreak => {
                "a line break that Kubernetes' YAML sees and others do not (or the other way round)"
            }
            Self::FirstKey => "a first key that no other can be put before",
            Self::NoColon => "a key without a colon",
            Self::EmptyAnchor => "an anchor without a value",
            Self::Unresolved => "an alias or a merge that cannot be followed",
            Self::Unknown => "not a value that Kubernetes accepts here",
            Self::Case => "Kubernetes does not know this spelling of the kind",
            Self::Items => "Kubernetes takes an object with `items` for a list",
            Self::NotAString => {
                "not a string to Kubernetes, which then takes the apiVersion and the kind of the list"
            }
        }
    }

    /// What to do about it.
    pub(crate) fn remedy(self) -> &'static str {
        match self {
            Self::Alias | Self::Unresolved => "write the value out instead of the alias",
            Self::MergeKey => "write the merged keys out",
            Self::Tag => "write it without the tag",
            Self::SharedAnchor => {
                "write the value out where the alias stands, and take the anchor away"
            }
            Self::DuplicateKey => "take one of the two away",
            Self::NotANumber => "write a plain number behind `replicas:`",
            Self::LineBreak => {
                "take the character out: U+0085, U+2028, U+2029, or a carriage return without a line feed"
            }
            Self::FirstKey => "write `replicas` out as the first key of `spec`",
            Self::NoColon => "write a colon and a plain number behind `replicas`",
            Self::EmptyAnchor => "take the anchor away, or write a number behind it",
            Self::Unknown | Self::Case => "write one of the values that Kubernetes documents",
            Self::Items => "remove `items`",
            Self::NotAString => "write the apiVersion and the kind of the item as strings",
        }
    }
}

/// Where a count can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Slot {
    /// Over the value.
    Replace(Range<usize>),
    /// Behind the colon of a key without a value; `scalar` is the empty span of the null.
    AfterColon { at: usize, scalar: Range<usize> },
    /// As a new line before the first key of `spec`.
    Line {
        at: usize,
        mapping: Range<usize>,
        indent: String,
        line_break: &'static str,
    },
    /// As a new first key of a flow mapping.
    Flow {
        at: usize,
        mapping: Range<usize>,
        quoted: bool,
        separator: &'static str,
    },
}

impl Slot {
    /// The edit that writes a count here.
    pub(crate) fn edit(&self, replicas: u32) -> Edit {
        let value = replicas.to_string();
        let (span, text, effect) = match self {
            Self::Replace(span) => (span.clone(), value.clone(), Effect::Value(span.clone())),
            Self::AfterColon { at, scalar } => {
                (*at..*at, format!(" {value}"), Effect::Value(scalar.clone()))
            }
            Self::Line {
                at,
                mapping,
                indent,
                line_break,
            } => (
                *at..*at,
                format!("replicas: {value}{line_break}{indent}"),
                Effect::FirstKey(mapping.clone()),
            ),
            Self::Flow {
                at,
                mapping,
                quoted,
                separator,
            } => {
                let key = if *quoted { "\"replicas\"" } else { "replicas" };
                (
                    *at..*at,
                    format!("{key}: {value}{separator}"),
                    Effect::FirstKey(mapping.clone()),
                )
            }
        };
        Edit {
            span,
            text,
            effect,
            value,
        }
    }
}

/// `spec.replicas` as it was read: the count, its place, and where another could go.
#[derive(Debug, Clone)]
pub(crate) struct Replicas {
    pub(crate) count: Count,
    /// The value if there is one, else the key, else the mapping of `spec`.
    pub(crate) span: Range<usize>,
    pub(crate) slot: Result<Slot, Hazard>,
    /// Set when the count cannot be relied on.
    pub(crate) doubt: Option<Hazard>,
    /// The anchors on the value.
    pub(crate) anchor: usize,
}

impl Replicas {
    /// Of a key with its value. `via_alias` is the place of the alias that led to the value.
    pub(super) fn of(
        text: &str,
        key: &Scalar<'_>,
        value: &Event<'_>,
        via_alias: Option<Range<usize>>,
    ) -> Self {
        let is_list = matches!(value, Event::SequenceStart(_));
        let what = if is_list { "a list" } else { "a mapping" };
        let mut replicas = Self {
            count: Count::Invalid(what.to_owned()),
            span: value.span(),
            slot: hazard(HazardKind::NotANumber, value.span()),
            doubt: None,
            anchor: 0,
        };
        if let Event::Scalar(scalar) = value {
            replicas.count = Count::of(scalar, text);
            replicas.anchor = scalar.anchor;
            replicas.slot = slot_of_value(text, key, scalar);
            if scalar.span.is_empty() {
                replicas.span = key.span.clone();
            }
            replicas.doubt = (scalar.tag != Tag::Absent).then(|| Hazard {
                kind: HazardKind::Tag,
                span: scalar.span.clone(),
            });
        }
        if let Some(span) = via_alias {
            replicas.slot = hazard(HazardKind::Alias, span.clone());
            replicas.span = span;
        }
        if let Event::Alias { span, .. } = value {
            replicas.doubt = Some(Hazard {
                kind: HazardKind::Unresolved,
                span: span.clone(),
            });
        }
        replicas
    }

    /// Of a `spec` without the key.
    pub(super) fn absent(text: &str, spec: &Start, first: Option<&Event<'_>>) -> Self {
        let slot = if spec.flow {
            slot_in_flow(text, spec, first)
        } else {
            slot_on_line(text, spec, first)
        };
        Self {
            count: Count::Absent,
            span: spec.span.clone(),
            slot,
            doubt: None,
            anchor: 0,
        }
    }
}

/// An odd count as a message quotes it.
fn as_written(scalar: &Scalar<'_>, source: &str) -> String {
    /// More of it helps nobody.
    const SHOWN: usize = 40;
    if scalar.style == Style::Block {
        return "a block of text".to_owned();
    }
    let text = source.get(scalar.span.clone()).unwrap_or(&scalar.value);
    let shown: String = text.chars().take(SHOWN).collect();
    if scalar.tag == Tag::Absent {
        shown
    } else {
        format!("{shown} with a tag")
    }
}

fn hazard(kind: HazardKind, span: Range<usize>) -> Result<Slot, Hazard> {
    Err(Hazard { kind, span })
}

fn slot_of_value(text: &str, key: &Scalar<'_>, value: &Scalar<'_>) -> Result<Slot, Hazard> {
    if value.tag != Tag::Absent {
        return hazard(HazardKind::Tag, value.span.clone());
    }
    if value.style == Style::Block {
        return hazard(HazardKind::NotANumber, value.span.clone());
    }
    if !value.span.is_empty() {
        return Ok(Slot::Replace(value.span.clone()));
    }
    if value.anchor != 0 {
        return hazard(HazardKind::EmptyAnchor, key.span.clone());
    }
    let rest = text.get(key.span.end..).unwrap_or_default();
    let blanks = rest
        .bytes()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    if rest.as_bytes().get(blanks) == Some(&b':') {
        Ok(Slot::AfterColon {
            at: key.span.end + blanks + 1,
            scalar: value.span.clone(),
        })
    } else {
        hazard(HazardKind::NoColon, key.span.clone())
    }
}

fn slot_in_flow(text: &str, spec: &Start, first: Option<&Event<'_>>) -> Result<Slot, Hazard> {
    let at = spec.span.end;
    if let Some(first) = first {
        let before = text.get(at..first.span().start).unwrap_or_default();
        let is_plain =
            matches!(first, Event::Scalar(key) if key.anchor == 0 && key.tag == Tag::Absent);
        if !is_plain || before.trim_end().ends_with('?') {
            return hazard(HazardKind::FirstKey, first.span());
        }
    }
    let blank_follows = text
        .get(at..)
        .unwrap_or_default()
        .starts_with([' ', '\t', '\r', '\n']);
    let quoted = matches!(first, Some(Event::Scalar(key)) if key.style == Style::DoubleQuoted);
    let separator = match first {
        None => "",
        Some(_) if blank_follows => ",",
        Some(_) => ", ",
    };
    Ok(Slot::Flow {
        at,
        mapping: spec.span.clone(),
        quoted,
        separator,
    })
}

fn slot_on_line(text: &str, spec: &Start, first: Option<&Event<'_>>) -> Result<Slot, Hazard> {
    let Some(Event::Scalar(key)) = first else {
        return hazard(
            HazardKind::FirstKey,
            first.map_or(spec.span.clone(), Event::span),
        );
    };
    let at = key.span.start;
    let before = text.get(..at).unwrap_or_default();
    let line = before.rfind('\n').map_or(0, |feed| feed + 1);
    let indent = before.get(line..).unwrap_or_default();
    let plain = key.anchor == 0 && key.tag == Tag::Absent && key.style != Style::Block;
    if !plain || indent.is_empty() || indent.bytes().any(|byte| byte != b' ') {
        return hazard(HazardKind::FirstKey, key.span.clone());
    }
    let line_break = if before.get(..line).unwrap_or_default().ends_with("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    Ok(Slot::Line {
        at,
        mapping: spec.span.clone(),
        indent: indent.to_owned(),
        line_break,
    })
}
