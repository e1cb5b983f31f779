//! The kinds of which objects are read, and how a kind is told.

use std::collections::BTreeSet;

use crate::yaml::Relevance;

pub(super) const HORIZONTAL_POD_AUTOSCALER: &str = "HorizontalPodAutoscaler";
pub(super) const SCALED_OBJECT: &str = "ScaledObject";
pub(super) const POD_DISRUPTION_BUDGET: &str = "PodDisruptionBudget";

/// What every run reads, whatever the catalogue manages.
const FIXED: [&str; 3] = [
    HORIZONTAL_POD_AUTOSCALER,
    SCALED_OBJECT,
    POD_DISRUPTION_BUDGET,
];

/// The kinds that are read.
#[derive(Debug)]
pub(crate) struct Kinds {
    workloads: BTreeSet<String>,
    relevance: Relevance,
}

impl Kinds {
    /// The kinds of a catalogue, and those that every run reads.
    pub(crate) fn new<'k>(catalogue: impl IntoIterator<Item = &'k str>) -> Self {
        let workloads: BTreeSet<String> = catalogue.into_iter().map(str::to_owned).collect();
        let relevance = Relevance::new(workloads.iter().map(String::as_str).chain(FIXED));
        Self {
            workloads,
            relevance,
        }
    }

    /// Whether the catalogue manages workloads of this kind.
    pub(crate) fn manages(&self, kind: &str) -> bool {
        self.workloads.contains(kind)
    }

    /// Whether objects of this kind are read.
    pub(super) fn knows(&self, kind: &str) -> bool {
        self.manages(kind) || FIXED.contains(&kind)
    }

    /// The kind, or the kind of list, that this one equals but for the case of its letters.
    pub(super) fn in_other_case(&self, kind: &str) -> Option<String> {
        let known = self.workloads.iter().map(String::as_str).chain(FIXED);
        let forms = known.flat_map(|known| [known.to_owned(), format!("{known}List")]);
        let mut meant = forms.filter(|form| form.eq_ignore_ascii_case(kind));
        meant.next().filter(|form| form != kind)
    }

    /// Whether a document can hold an object of one of these kinds.
    pub(super) fn may_be_in(&self, document: &str) -> bool {
        self.relevance.must_read(document)
    }
}

/// The kind of a list's items that have none of their own, as Kubernetes' unstructured decoder has it
/// (`k8s.io/apimachinery/pkg/apis/meta/v1/unstructured/helpers.go`).
pub(super) fn of_items(list: &str) -> &str {
    list.strip_suffix("List").unwrap_or(list)
}
