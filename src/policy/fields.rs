//! The fields of a policy file: the one table of what may stand where.
//!
//! What the contract promises and this version does not do yet is [`Shape::Later`] here, and the sources of
//! `spec.baseline` in `baseline.rs`: refused with a frame, never ignored. Lifting one is giving it its shape.

use crate::field::MAX_REPLICAS;

/// What a value must look like.
#[derive(Debug)]
pub(super) enum Shape {
    /// A string that is not empty.
    Text,
    /// A label's value: a string.
    Label,
    /// A label's name: `app.kubernetes.io/instance`.
    LabelName,
    /// Keys of a chart's values, joined with dots.
    ValuesKey,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// `true` or `false`.
    Flag,
    /// A plain decimal between two bounds.
    Number(u32, u32),
    /// One of some words.
    OneOf(&'static [&'static str]),
    /// This word.
    Exactly(&'static str),
    /// Null, or the other.
    OrNull(&'static Shape),
    /// A sequence.
    List(&'static Shape),
    /// One, or a sequence of them.
    OneOrMany(&'static Shape),
    /// Names that the user chooses; with `true` at least one.
    Map(&'static Shape, bool),
    /// Known fields. The words are what messages call it.
    Object(&'static str, &'static [Field]),
    /// A count, or known fields of which `replicas` is that count.
    CountOr(&'static [Field]),
    /// Promised, and not supported yet.
    Later,
}

/// A known field.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) required: bool,
}

const fn may(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        required: false,
    }
}

const fn must(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        required: true,
    }
}

/// The whole file.
pub(super) static POLICY: Shape = Shape::Object(
    "a policy",
    &[
        must("apiVersion", Shape::Exactly("trimtab.dev/v1alpha1")),
        must("kind", Shape::Exactly("ReplicaPolicy")),
        may("metadata", Shape::Object("`metadata`", METADATA)),
        must("spec", Shape::Object("`spec`", SPEC)),
    ],
);

const METADATA: &[Field] = &[
    may("name", Shape::Text),
    may("namespace", Shape::Text),
    may("labels", LABELS),
    may("annotations", LABELS),
];

const SPEC: &[Field] = &[
    may("extends", Shape::OneOrMany(&Shape::Text)),
    may("baseline", Shape::Text),
    may("matchLabels", LABELS),
    may("targets", Shape::Map(&Shape::CountOr(TARGET), false)),
    may("scaleIn", Shape::Object("`spec.scaleIn`", SCALE_IN)),
    may(
        "components",
        Shape::Map(&Shape::Object("a component", COMPONENT), false),
    ),
    may("waivers", Shape::List(&Shape::Object("a waiver", WAIVER))),
    may("charts", Shape::List(&Shape::Text)),
    may("instanceLabel", Shape::LabelName),
    may("cluster", Shape::Later),
];

const TARGET: &[Field] = &[
    may("replicas", COUNT),
    may(
        "overrides",
        Shape::List(&Shape::Object("an override", OVERRIDE)),
    ),
    may("optional", Shape::Flag),
    may("minReplicas", Shape::Later),
    may("maxReplicas", Shape::Later),
];

const OVERRIDE: &[Field] = &[must("matchLabels", SELECTOR), must("replicas", COUNT)];

const SCALE_IN: &[Field] = &[
    may("maxReplicas", Shape::OrNull(&COUNT)),
    may("maxPercent", Shape::OrNull(&Shape::Number(1, 100))),
    may("maxComponents", Shape::OrNull(&COUNT)),
    may("floor", Shape::OrNull(&COUNT)),
    may("requireSettled", Shape::Later),
];

const COMPONENT: &[Field] = &[
    may(
        "role",
        Shape::OneOf(&["worker", "coordinator", "singleton"]),
    ),
    may("replacedBy", Shape::OrNull(&Shape::Text)),
    may("activeStandby", Shape::Flag),
    may("setBy", Shape::OrNull(&Shape::OneOf(&["chart"]))),
    may("valuesKey", Shape::OrNull(&Shape::ValuesKey)),
    may("instanceLabel", Shape::OrNull(&Shape::LabelName)),
    may("targets", Shape::OrNull(&Shape::OneOf(&["refused"]))),
    may(
        "scaleIn",
        Shape::Object("a component's `scaleIn`", COMPONENT_SCALE_IN),
    ),
    may(
        "workloads",
        Shape::List(&Shape::Object("a workload", WORKLOAD)),
    ),
];

const COMPONENT_SCALE_IN: &[Field] = &[
    may("maxReplicas", Shape::OrNull(&COUNT)),
    may("maxPercent", Shape::OrNull(&Shape::Number(1, 100))),
    may("floor", Shape::OrNull(&COUNT)),
];

const WORKLOAD: &[Field] = &[
    must("apiVersion", Shape::Text),
    must("kind", Shape::Text),
    must("matchLabels", SELECTOR),
];

const WAIVER: &[Field] = &[
    must("rule", Shape::Text),
    may("component", Shape::Text),
    may("workload", Shape::Text),
    must("reason", Shape::Text),
    may("expires", Shape::Date),
];

const COUNT: Shape = Shape::Number(0, MAX_REPLICAS);
const LABELS: Shape = Shape::Map(&Shape::Label, false);
/// Labels that select: none at all would select every workload.
const SELECTOR: Shape = Shape::Map(&Shape::Label, true);
