//! What prevents reading or editing a value.

use crate::source::Span;

/// Why YAML cannot be read or edited with certainty, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hazard {
    pub(crate) kind: HazardKind,
    /// In the stream.
    pub(crate) span: Span,
}

impl Hazard {
    pub(crate) fn new(kind: HazardKind, span: impl Into<Span>) -> Self {
        let span = span.into();
        Self { kind, span }
    }
}

/// The kinds of hazards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HazardKind {
    /// An alias: the edit would change another place.
    Alias,
    /// A merge key: the count can come from elsewhere.
    MergeKey,
    /// A tag: the value is not what it looks like.
    Tag,
    /// An anchor that an alias names: the edit would change another place too.
    SharedAnchor,
    /// A duplicate key: Kubernetes uses the last one.
    DuplicateKey,
    /// A block scalar, a mapping or a sequence where a number belongs.
    NotANumber,
    /// A number in another form than a plain decimal, or no number.
    NotPlain,
    /// A value on the way to a count that cannot contain one.
    NotAMapping,
    /// A character that only one of Go's YAML and YAML 1.2 treats as a line break.
    LineBreak,
    /// A first key that another key cannot be inserted before: a complex or anchored key, or one after `?`.
    FirstKey,
    /// A key without a colon.
    NoColon,
    /// An anchor without a value: a count after the colon would leave it without a node.
    EmptyAnchor,
    /// An alias or a merge that cannot be followed.
    Unresolved,
    /// A value that Kubernetes does not know there, or one that is missing.
    Unknown,
    /// A kind that is spelt as Kubernetes spells it but for the case of its letters.
    Case,
    /// A key that Helm reads whatever the case of its letters, and Kubernetes does not.
    KeyCase,
    /// A key that tells the server how to patch: Helm 3 sends it, and `$retainKeys` then takes away what it does not list
    /// (`k8s.io/apimachinery/pkg/util/strategicpatch`).
    Directive,
    /// `items` in an object that is not a list.
    Items,
    /// A number, a boolean or a null where a string belongs.
    NotAString,
    /// An item that could have the kind of its list, which was not known yet.
    KindOfTheList,
    /// More labels than are read of one selector.
    TooManyLabels,
}

impl HazardKind {
    /// A short description, used as a label.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Alias => "an alias: the value is defined elsewhere",
            Self::MergeKey => "a merge key: values may come from elsewhere",
            Self::Tag => "a tag: the value is not what it looks like",
            Self::SharedAnchor => {
                "an anchor that an alias names: an edit would change another place too"
            }
            Self::DuplicateKey => "duplicate key: Kubernetes uses the last one",
            Self::NotANumber => "a block, a mapping or a sequence instead of a number",
            Self::NotPlain => "not a plain decimal number",
            Self::NotAMapping => "a value that cannot contain a count",
            Self::LineBreak => "a character that only some YAML parsers treat as a line break",
            Self::FirstKey => "no key can be inserted before this one",
            Self::NoColon => "a key without a colon",
            Self::EmptyAnchor => "an anchor without a value",
            Self::Unresolved => "an alias or a merge that cannot be followed",
            Self::Unknown => "not a value that Kubernetes accepts here",
            Self::Case => "Kubernetes does not know this spelling of the kind",
            Self::KeyCase => "Helm ignores the case of this key, Kubernetes does not",
            Self::Directive => "a directive of a patch: Helm 3 sends it, and Kubernetes obeys it",
            Self::Items => "Kubernetes treats an object with `items` as a list",
            Self::KindOfTheList => "an item without a kind, before the kind of its list",
            Self::TooManyLabels => "more labels than trimtab reads of a selector",
            Self::NotAString => {
                "not a string to Kubernetes, which then uses the apiVersion and kind of the list"
            }
        }
    }

    /// What to do about it.
    pub(crate) fn remedy(self) -> &'static str {
        match self {
            Self::Alias | Self::Unresolved => "replace the alias with its value",
            Self::MergeKey => "write out the merged keys",
            Self::Tag => "remove the tag",
            Self::SharedAnchor => "replace the alias with the value, and remove the anchor",
            Self::DuplicateKey => "remove one of the two",
            Self::NotANumber => {
                "write a plain number; if this is a template (`{{ ... }}`), render it first"
            }
            Self::NotPlain => "write a plain number",
            Self::NotAMapping => "write a mapping",
            Self::LineBreak => {
                "remove the character: U+0085, U+2028, U+2029, or a carriage return without a line feed"
            }
            Self::FirstKey => "write the count explicitly, as the first key of its mapping",
            Self::NoColon => "write a colon and a plain number after the key",
            Self::EmptyAnchor => "remove the anchor, or write a number after it",
            Self::Unknown | Self::Case => "write one of the values that Kubernetes documents",
            Self::KeyCase | Self::Directive => "remove the key",
            Self::Items => "remove `items`",
            Self::KindOfTheList => "write `kind` once, and before `items`",
            Self::TooManyLabels => "select by fewer labels: a few suffice",
            Self::NotAString => "write the apiVersion and the kind of the item as strings",
        }
    }
}
