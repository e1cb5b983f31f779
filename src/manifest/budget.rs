//! Disruption budgets: which pods they guard, and how many of them.

use super::autoscaler::Share;
use crate::field::Hazard;
use crate::finding::ObjectRef;
use crate::labels::MatchLabels;
use crate::source::{SourceId, Span};
use crate::word::Word;

/// A `PodDisruptionBudget`.
#[derive(Debug)]
pub(crate) struct Budget {
    pub(crate) source: SourceId,
    /// The folder of the file that it was read from; none for standard input.
    pub(crate) folder: Option<Word>,
    pub(crate) object: ObjectRef,
    pub(crate) template: Option<Word>,
    /// `spec.selector.matchLabels`; none without a selector, which selects no pods (an empty one selects all).
    pub(crate) match_labels: Option<MatchLabels>,
    /// The selector has `matchExpressions` too, so that it may select fewer pods.
    pub(crate) has_expressions: bool,
    pub(crate) min_available: Option<Allowance>,
    pub(crate) max_unavailable: Option<Allowance>,
    /// What makes its name or its selector unreadable.
    pub(crate) hazard: Option<Hazard>,
    /// What makes one of its numbers unreadable.
    pub(crate) odd_number: Option<Hazard>,
}

/// `minAvailable` or `maxUnavailable`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Allowance {
    /// How many pods: a number, or `"50%"` of those that are expected.
    pub(crate) share: Share,
    /// The value.
    pub(crate) span: Span,
}
