//! Disruption budgets: which pods they guard, and how many of them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::autoscaler::Share;
use super::walk::{Entry, Read, Walk};
use crate::field::{Count, Hazard, HazardKind};
use crate::finding::ObjectRef;
use crate::source::SourceId;

/// A `PodDisruptionBudget`.
#[derive(Debug)]
#[allow(dead_code, reason = "for the rule on disruption budgets")]
pub(crate) struct Budget {
    pub(crate) source: SourceId,
    /// The folder of the file that it was read from; none for standard input.
    pub(crate) folder: Option<Arc<str>>,
    pub(crate) object: ObjectRef,
    pub(crate) template: Option<String>,
    /// `spec.selector.matchLabels`; none without a selector, which selects no pods (an empty one selects all).
    pub(crate) match_labels: Option<BTreeMap<String, String>>,
    /// The selector has `matchExpressions` too, so that it may select fewer pods.
    pub(crate) has_expressions: bool,
    pub(crate) min_available: Option<Allowance>,
    pub(crate) max_unavailable: Option<Allowance>,
    /// What makes its name, its selector or its numbers unreadable.
    pub(crate) hazard: Option<Hazard>,
}

/// `minAvailable` or `maxUnavailable`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Allowance {
    /// How many pods: a number, or `"50%"` of those that are expected.
    pub(crate) share: Share,
    /// The value.
    pub(crate) span: Range<usize>,
}

/// What a `spec` says to a disruption budget.
#[derive(Debug, Default)]
pub(super) struct Allowances {
    pub(super) min_available: Option<Allowance>,
    pub(super) max_unavailable: Option<Allowance>,
    pub(super) hazard: Option<Hazard>,
}

impl<'t> Walk<'_, 't> {
    /// `minAvailable` or `maxUnavailable` of a `spec`.
    pub(super) fn allowance(&mut self, entry: Entry<'t>, found: &mut Allowances) -> Read<()> {
        let is_min = entry.key.value == "minAvailable";
        let (allowance, hazard) = match self.share(entry)? {
            Ok(allowance) => (allowance, None),
            Err(hazard) => (None, Some(hazard)),
        };
        if is_min {
            found.min_available = allowance;
        } else {
            found.max_unavailable = allowance;
        }
        found.hazard = found.hazard.take().or(hazard);
        Ok(())
    }

    /// An int or a percentage (Kubernetes' `IntOrString`).
    fn share(&mut self, entry: Entry<'t>) -> Read<Result<Option<Allowance>, Hazard>> {
        let percent = entry.percent();
        let found = self.number(entry)?;
        if let Some(hazard) = found.doubt {
            return Ok(Err(hazard));
        }
        let share = match (&found.count, percent) {
            (Count::Null | Count::Absent, _) => return Ok(Ok(None)),
            (Count::Set(count), _) => Share::Pods(*count),
            (Count::Invalid(_), Some(percent)) => Share::Percent(percent),
            (Count::Invalid(_), None) => {
                return Ok(Err(Hazard {
                    kind: HazardKind::NotANumber,
                    span: found.span,
                }));
            }
        };
        let span = found.span;
        Ok(Ok(Some(Allowance { share, span })))
    }
}
