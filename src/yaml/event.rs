//! One event of a document, as far as it matters here.

use std::borrow::Cow;

use crate::source::Span;

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Without quotes.
    Plain,
    /// In `'` quotes.
    SingleQuoted,
    /// In `"` quotes.
    DoubleQuoted,
    /// As a `|` or `>` block.
    Block,
}

/// The tag of a node, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    /// None.
    Absent,
    /// `!!str`, `!!map` or `!!seq`: says what the node is anyway.
    Usual,
    /// `!!merge`.
    Merge,
    /// Any other: the value is not what it looks like.
    Other,
}

/// A scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scalar<'t> {
    pub(crate) value: Cow<'t, str>,
    pub(crate) style: Style,
    pub(crate) tag: Tag,
    /// The anchor's number, 0 for none.
    pub(crate) anchor: u32,
    pub(crate) span: Span,
}

impl Scalar<'_> {
    /// Whether this is a null: nothing at all, `~`, or one of the three spellings that Go's YAML resolves.
    pub(crate) fn is_null(&self) -> bool {
        self.style == Style::Plain
            && self.tag == Tag::Absent
            && matches!(&*self.value, "" | "~" | "null" | "Null" | "NULL")
    }

    /// Whether Go's YAML certainly reads a string here, rather than a number, a boolean or null (`resolve.go` of
    /// `go.yaml.in/yaml/v2`).
    pub(crate) fn is_surely_a_string(&self) -> bool {
        if self.style != Style::Plain || self.tag != Tag::Absent {
            return true;
        }
        let may_be_a_number = self
            .value
            .starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first));
        let lower = self.value.to_ascii_lowercase();
        !may_be_a_number
            && !matches!(
                &*lower,
                "" | "~" | "null" | "y" | "yes" | "on" | "true" | "n" | "no" | "off" | "false"
            )
    }

    /// Whether it merges as a key: to Go's YAML (`isMerge` in `decode.go` of `yaml.v2`) a `<<` without a tag and without
    /// quotes does, and one with the tag `!!merge`, as Helm 4 writes it. A `! <<` does too, and has a tag that hides it.
    pub(crate) fn merges(&self) -> bool {
        let is_plain = self.style == Style::Plain && self.tag == Tag::Absent;
        self.value == "<<" && (is_plain || self.tag == Tag::Merge)
    }
}

/// The start of a mapping or a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Start {
    pub(crate) flow: bool,
    pub(crate) tag: Tag,
    /// The anchor's number, 0 for none.
    pub(crate) anchor: u32,
    pub(crate) span: Span,
}

/// One event of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event<'t> {
    Scalar(Scalar<'t>),
    MappingStart(Start),
    SequenceStart(Start),
    /// The end of a mapping or sequence.
    End,
    /// An alias, with the number of its anchor, 0 for one that is not there.
    Alias {
        anchor: u32,
        span: Span,
    },
}

impl Event<'_> {
    /// Where the node is written; an end has no place.
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Scalar(scalar) => scalar.span,
            Self::MappingStart(start) | Self::SequenceStart(start) => start.span,
            Self::Alias { span, .. } => *span,
            Self::End => Span::default(),
        }
    }

    /// Where an alias is written; none for any other node.
    pub(crate) fn alias_span(&self) -> Option<Span> {
        if let Self::Alias { span, .. } = self {
            Some(*span)
        } else {
            None
        }
    }

    /// The number of its anchor, 0 for none.
    pub(crate) fn anchor(&self) -> u32 {
        match self {
            Self::Scalar(scalar) => scalar.anchor,
            Self::MappingStart(start) | Self::SequenceStart(start) => start.anchor,
            Self::Alias { .. } | Self::End => 0,
        }
    }

    /// Whether both are the same node, wherever they are written.
    pub(super) fn says_the_same_as(&self, other: &Self) -> bool {
        let start = |it: &Start| (it.flow, it.tag, it.anchor);
        match (self, other) {
            (Self::Scalar(one), Self::Scalar(other)) => {
                one.value == other.value
                    && (one.style, one.tag, one.anchor) == (other.style, other.tag, other.anchor)
            }
            (Self::MappingStart(one), Self::MappingStart(other))
            | (Self::SequenceStart(one), Self::SequenceStart(other)) => start(one) == start(other),
            (Self::Alias { anchor: one, .. }, Self::Alias { anchor: other, .. }) => one == other,
            (Self::End, Self::End) => true,
            _ => false,
        }
    }

    /// How many bytes it takes to keep it.
    pub(super) fn bytes(&self) -> usize {
        let value = match self {
            Self::Scalar(Scalar {
                value: Cow::Owned(value),
                ..
            }) => value.len(),
            _ => 0,
        };
        size_of::<Self>() + value
    }

    /// How the nesting changes after this event.
    pub(super) fn depth_change(&self) -> isize {
        match self {
            Self::MappingStart(_) | Self::SequenceStart(_) => 1,
            Self::End => -1,
            Self::Scalar(_) | Self::Alias { .. } => 0,
        }
    }
}
