//! The kinds of which objects are read, and how a kind is told.

use std::collections::BTreeMap;

use crate::field::{FieldPath, FieldTree};
use crate::yaml::Relevance;

pub(super) const HORIZONTAL_POD_AUTOSCALER: &str = "HorizontalPodAutoscaler";
pub(super) const SCALED_OBJECT: &str = "ScaledObject";
pub(super) const POD_DISRUPTION_BUDGET: &str = "PodDisruptionBudget";

/// The kind whose pods are numbered (Kubernetes' API reference, `StatefulSetOrdinals`).
const STATEFUL_SET: &str = "StatefulSet";

/// What every run reads, whatever the catalogue manages.
const FIXED: [&str; 3] = [
    HORIZONTAL_POD_AUTOSCALER,
    SCALED_OBJECT,
    POD_DISRUPTION_BUDGET,
];

/// The kinds that are read.
#[derive(Debug)]
pub(crate) struct Kinds {
    /// The catalogue's kinds, each with the counts of its objects.
    workloads: BTreeMap<String, Counts>,
    hpa: Bounds,
    keda: Bounds,
    /// Where the objects of all other kinds have theirs, if all kinds are read.
    others: Option<Counts>,
    /// All paths to counts, of whatever kind.
    fields: FieldTree,
    relevance: Relevance,
}

/// Where the objects of a kind have their counts: one or more.
#[derive(Debug)]
pub(super) struct Counts {
    pub(super) first: FieldPath,
    pub(super) further: Vec<FieldPath>,
    /// Where they say at which ordinal the names of their pods begin, if these are numbered.
    pub(super) start: Option<FieldPath>,
}

/// Where the autoscalers of a kind have their bounds.
#[derive(Debug)]
pub(super) struct Bounds {
    pub(super) min: FieldPath,
    pub(super) max: FieldPath,
}

impl Kinds {
    /// The kinds of a catalogue, and those that every run reads.
    pub(crate) fn new<'k>(catalogue: impl IntoIterator<Item = &'k str>) -> Self {
        let replicas = FieldPath::in_spec("replicas");
        let start = FieldPath::in_spec("ordinals").child("start");
        Self::with_counts(catalogue.into_iter().map(|kind| {
            let counts = Counts {
                first: replicas.clone(),
                further: Vec::new(),
                start: (kind == STATEFUL_SET).then(|| start.clone()),
            };
            (kind.to_owned(), counts)
        }))
    }

    /// All kinds, each with its count at `spec.replicas`: to find out what a stream holds.
    pub(crate) fn all() -> Self {
        let replicas = FieldPath::in_spec("replicas");
        let none = Self::new([]);
        let bounds = [&none.hpa, &none.keda].into_iter();
        let bounds = bounds.flat_map(|it| [&it.min, &it.max]);
        Self {
            fields: FieldTree::new(bounds.chain([&replicas])),
            others: Some(Counts {
                first: replicas,
                further: Vec::new(),
                start: None,
            }),
            ..none
        }
    }

    pub(super) fn with_counts(workloads: impl IntoIterator<Item = (String, Counts)>) -> Self {
        let workloads: BTreeMap<String, Counts> = workloads.into_iter().collect();
        let [hpa, keda] = [
            ("minReplicas", "maxReplicas"),
            ("minReplicaCount", "maxReplicaCount"),
        ]
        .map(|(min, max)| Bounds {
            min: FieldPath::in_spec(min),
            max: FieldPath::in_spec(max),
        });
        let counts = workloads.values();
        let counts = counts.flat_map(|it| it.further.iter().chain([&it.first]).chain(&it.start));
        let bounds = [&hpa.min, &hpa.max, &keda.min, &keda.max];
        Self {
            fields: FieldTree::new(counts.chain(bounds)),
            relevance: Relevance::new(workloads.keys().map(String::as_str).chain(FIXED)),
            workloads,
            hpa,
            keda,
            others: None,
        }
    }

    /// All paths to counts, of whatever kind.
    pub(super) fn fields(&self) -> &FieldTree {
        &self.fields
    }

    /// Where the objects of a managed kind have their counts.
    pub(super) fn counts_of(&self, kind: &str) -> Option<&Counts> {
        let is_other = !kind.is_empty() && !kind.ends_with("List") && !FIXED.contains(&kind);
        let others = || self.others.as_ref().filter(|_| is_other);
        self.workloads.get(kind).or_else(others)
    }

    /// Whether the objects of a kind have their one count at `spec.replicas`.
    pub(super) fn has_replicas_alone(&self, kind: &str) -> bool {
        let counts = self.counts_of(kind);
        counts.is_some_and(|it| it.further.is_empty() && it.first.is_in_spec("replicas"))
    }

    /// Where an autoscaler has its bounds.
    pub(super) fn bounds_of(&self, autoscaler: &str) -> &Bounds {
        if autoscaler == SCALED_OBJECT {
            &self.keda
        } else {
            &self.hpa
        }
    }

    /// Whether the catalogue manages workloads of this kind.
    pub(crate) fn manages(&self, kind: &str) -> bool {
        self.counts_of(kind).is_some()
    }

    /// Whether objects of this kind are read.
    pub(super) fn knows(&self, kind: &str) -> bool {
        self.manages(kind) || FIXED.contains(&kind)
    }

    /// The kind, or the kind of list, that this one equals but for the case of its letters.
    pub(super) fn in_other_case(&self, kind: &str) -> Option<String> {
        let known = self.workloads.keys().map(String::as_str).chain(FIXED);
        let forms = known.flat_map(|known| [known.to_owned(), format!("{known}List")]);
        let mut meant = forms.filter(|form| form.eq_ignore_ascii_case(kind));
        meant.next().filter(|form| form != kind)
    }

    /// Whether a document can hold an object of one of these kinds.
    pub(super) fn may_be_in(&self, document: &str) -> bool {
        self.others.is_some() || self.relevance.must_read(document)
    }
}

/// The kind of a list's items that have none of their own, as Kubernetes' unstructured decoder has it
/// (`k8s.io/apimachinery/pkg/apis/meta/v1/unstructured/helpers.go`).
pub(super) fn of_items(list: &str) -> &str {
    list.strip_suffix("List").unwrap_or(list)
}
