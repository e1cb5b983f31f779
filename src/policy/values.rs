//! The values that fields may have: what each looks like, how it is read, and what becomes of it under a later policy.

use jiff::civil::Date;

use super::given::{Slot, Text};
use super::reader::Reader;
use super::record::Field;
use super::{Wanted, scalar};
use crate::field::MAX_REPLICAS;
use crate::yaml::positions::{Content, Node};

/// What a value looks like: what messages ask for, and what the JSON Schema is made from.
#[derive(Debug)]
pub(crate) enum Shape {
    /// A string that is not empty.
    Text,
    /// What `extends` names: a built-in policy, or a path.
    Policy,
    /// What `--baseline` takes.
    Baseline,
    /// The id of a rule that can be waived.
    Rule,
    /// A string.
    Label,
    /// The name of a label.
    LabelName,
    /// Keys of a chart's values, joined with dots.
    ValuesKey,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// `true` or `false`.
    Flag,
    /// A plain decimal between two bounds.
    Number(u32, u32),
    /// A count of replicas, or `keep`.
    Replicas,
    /// One of some words.
    OneOf(&'static [&'static str]),
    /// Null, or the other.
    Nullable(&'static Shape),
    /// A sequence.
    List(&'static Shape),
    /// One, or a sequence of them.
    OneOrMany(&'static Shape),
    /// Values under names that the user chooses, and whether there must be one.
    Map(&'static Shape, bool),
    /// Known fields, and what messages call the whole.
    Record(&'static str, &'static [Field]),
    /// A count, or known fields of which `replicas` is that count.
    CountOr(&'static str, &'static [Field]),
    /// Promised, and not supported yet.
    Later,
}

impl Shape {
    /// What a message asks for.
    pub(super) fn wanted(&self) -> String {
        match self {
            Self::Text | Self::Policy | Self::Baseline | Self::Rule => {
                "a non-empty string".to_owned()
            }
            Self::Label => "a string".to_owned(),
            Self::LabelName => "a label name".to_owned(),
            Self::ValuesKey => "a key in the chart's values".to_owned(),
            Self::Date => "a date, YYYY-MM-DD".to_owned(),
            Self::Flag => "true or false".to_owned(),
            Self::Number(0, _) => "a plain non-negative integer".to_owned(),
            Self::Replicas => "a plain non-negative integer or `keep`".to_owned(),
            Self::Number(..) => "a plain positive integer".to_owned(),
            Self::OneOf(words) => in_words(words),
            Self::Nullable(shape) => shape.wanted(),
            Self::List(_) | Self::OneOrMany(_) => "a list".to_owned(),
            Self::Map(..) | Self::Record(..) => "a mapping".to_owned(),
            Self::CountOr(..) => "a count or a mapping".to_owned(),
            Self::Later => "left out".to_owned(),
        }
    }

    /// The record that it is, or holds: what messages call it, and its fields.
    pub(crate) fn record(&'static self) -> Option<(&'static str, &'static [Field])> {
        match self {
            Self::Record(what, fields) | Self::CountOr(what, fields) => Some((what, fields)),
            Self::Nullable(of) | Self::List(of) | Self::OneOrMany(of) | Self::Map(of, _) => {
                of.record()
            }
            _ => None,
        }
    }
}

/// `` `a`, `b` or `c` ``
pub(super) fn in_words(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// A value's node, and what messages say of it.
#[derive(Clone, Copy)]
pub(super) struct Spot<'n> {
    /// The key that it is under.
    pub(super) name: &'n str,
    /// A value that would do, as flow YAML; none for names that the user chooses.
    pub(super) example: Option<&'static str>,
    pub(super) node: &'n Node,
    /// Null would do.
    pub(super) may_be_null: bool,
}

/// A value of a policy.
pub(super) trait Value: Sized {
    /// What it looks like.
    const SHAPE: Shape;

    /// The value; none, and a problem told, where the node holds none of this kind.
    fn read(reader: &mut Reader<'_>, at: Spot<'_>) -> Option<Self>;

    /// Merges a later policy's value into this one. It replaces this one, unless it has parts.
    fn merge(&mut self, over: Self) {
        *self = over;
    }
}

impl<T: Value> Slot<T> {
    /// Merges what a later policy says into this.
    pub(super) fn merge(&mut self, over: Self) {
        match (self, over) {
            (_, Self::Absent) => {}
            (Self::Given(own), Self::Given(over)) => {
                own.value.merge(over.value);
                own.place = over.place;
            }
            (own, over) => *own = over,
        }
    }
}

impl Value for Text {
    const SHAPE: Shape = Shape::Text;

    fn read(reader: &mut Reader<'_>, at: Spot<'_>) -> Option<Self> {
        reader.text(at, &Self::SHAPE, |text| {
            (!text.trim().is_empty()).then(|| text.clone())
        })
    }
}

/// A label's value.
#[derive(Debug, Clone)]
pub(super) struct Label(pub(super) Text);

impl Value for Label {
    const SHAPE: Shape = Shape::Label;

    fn read(reader: &mut Reader<'_>, at: Spot<'_>) -> Option<Self> {
        reader.text(at, &Self::SHAPE, |text| Some(Self(text.clone())))
    }
}

/// A label's name.
#[derive(Debug, Clone)]
pub(super) struct LabelName(pub(super) Text);

impl Value for LabelName {
    const SHAPE: Shape = Shape::LabelName;

    fn read(reader: &mut Reader<'_>, at: Spot<'_>) -> Option<Self> {
        reader.text(at, &Self::SHAPE, |text| {
            scalar::is_label_name(text).then(|| Self(text.clone()))
        })
    }
}

/// A key of a chart's values.
#[derive(Debug, Clone)]
pub(super) struct ValuesKey(pub(super) Text);

impl Value for ValuesKey {
    const SHAPE: Shape = Shape::ValuesKey;

    fn read(reader: &mut Reader<'_>, at: Spot<'_>) -> Option<Self> {
        reader.text(at, &Self::SHAPE, |text| {
            scalar::is_values_key(text).then(|| Self(text.clone()))
        })
    }
}

impl Value for Date {
    const SHAPE: Shape = Shape::Date;

    fn read(reader: &mut Reader<'_>, at: Spot<'_>) -> Option<Self> {
        reader.text(at, &Self::SHAPE, |text| scalar::date(text))
    }
}

impl Value for bool {
    const SHAPE: Shape = Shape::Flag;

    fn read(reader: &mut Reader<'_>, at: Spot<'_>) -> Option<Self> {
        match &at.node.content {
            Content::Scalar { text, plain: true } if text == "true" => Some(true),
            Content::Scalar { text, plain: true } if text == "false" => Some(false),
            _ => reader.wrong(at, &Self::SHAPE),
        }
    }
}

/// A plain decimal from `LEAST` to `MOST`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number<const LEAST: u32, const MOST: u32>(pub(super) u32);

/// A count of replicas.
pub(super) type Count = Number<0, MAX_REPLICAS>;

impl<const LEAST: u32, const MOST: u32> Value for Number<LEAST, MOST> {
    const SHAPE: Shape = Shape::Number(LEAST, MOST);

    fn read(reader: &mut Reader<'_>, at: Spot<'_>) -> Option<Self> {
        reader.number(at, &Self::SHAPE).map(Self)
    }
}

/// The replicas that a target declares.
#[derive(Debug, Clone, Copy)]
pub(super) struct Replicas(pub(super) Wanted);

/// The target that leaves the count as it is running.
pub(crate) const KEEP: &str = "keep";

impl Value for Replicas {
    const SHAPE: Shape = Shape::Replicas;

    fn read(reader: &mut Reader<'_>, at: Spot<'_>) -> Option<Self> {
        if matches!(&at.node.content, Content::Scalar { text, .. } if text == KEEP) {
            return Some(Self(Wanted::Keep));
        }
        let count = reader.number(at, &Self::SHAPE)?;
        Some(Self(Wanted::Replicas(count)))
    }
}

/// Makes a type the value of some words.
macro_rules! one_of {
    ($type:ty: $($word:literal => $value:expr),+) => {
        impl $crate::policy::values::Value for $type {
            const SHAPE: $crate::policy::values::Shape =
                $crate::policy::values::Shape::OneOf(&[$($word),+]);

            fn read(
                reader: &mut $crate::policy::reader::Reader<'_>,
                at: $crate::policy::values::Spot<'_>,
            ) -> Option<Self> {
                reader.text(at, &Self::SHAPE, |text| match &**text {
                    $($word => Some($value),)+
                    _ => None,
                })
            }
        }
    };
}

pub(super) use one_of;

/// Null takes away what is extended.
impl<T: Value> Value for Option<T> {
    const SHAPE: Shape = Shape::Nullable(&T::SHAPE);

    fn read(reader: &mut Reader<'_>, at: Spot<'_>) -> Option<Self> {
        if at.node.is_null() {
            return Some(None);
        }
        let at = Spot {
            may_be_null: true,
            ..at
        };
        T::read(reader, at).map(Some)
    }
}

/// What the contract promises and this version does not do yet: no value is one.
#[derive(Debug, Clone)]
pub(super) enum Later {}

impl Value for Later {
    const SHAPE: Shape = Shape::Later;

    fn read(reader: &mut Reader<'_>, at: Spot<'_>) -> Option<Self> {
        reader.later(at)
    }
}
