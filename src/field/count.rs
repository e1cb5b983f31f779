//! The value of a count.

use std::fmt;

use crate::source::slice;
use crate::word::Word;
use crate::yaml::{Scalar, Style, Tag};

/// The largest count that Kubernetes can hold (`spec.replicas` is an `int32`).
pub(crate) const MAX_REPLICAS: u32 = i32::MAX.unsigned_abs();

/// The value of `spec.replicas`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Count {
    /// A plain decimal, in replicas.
    Set(u32),
    /// The key has no value.
    Null,
    /// The key is missing.
    Absent,
    /// Anything else, as it is written.
    Invalid(Word),
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
    /// The count as Kubernetes reads it: the API server defaults an absent or null field to 1.
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

    pub(super) fn of(scalar: &Scalar<'_>, source: &str) -> Self {
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
            _ => Self::Invalid(as_written(scalar, source).into()),
        }
    }
}

/// An odd count as a message quotes it.
fn as_written(scalar: &Scalar<'_>, source: &str) -> String {
    /// A longer quote would not help.
    const SHOWN: usize = 40;
    if scalar.style == Style::Block {
        return "a block of text".to_owned();
    }
    let shown: String = slice(source, &scalar.span.range())
        .chars()
        .take(SHOWN)
        .collect();
    if scalar.tag == Tag::Absent {
        shown
    } else {
        format!("{shown} with a tag")
    }
}
