//! What matters in a stream: the workloads of managed kinds and the autoscalers, each with its places.
//!
//! A document that cannot hold a managed kind passes unread. One that is read must be well-formed and single; of its
//! objects only identity, selector, count and slot are kept, never a tree.

mod by_namespace;
mod object;
mod read;
mod replicas;
mod sort;
mod surroundings;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

pub(crate) use by_namespace::ByNamespace;
pub(crate) use replicas::{Count, Hazard, MAX_REPLICAS, Replicas};

use crate::finding::ObjectRef;
use crate::source::{Place, SourceId};

/// The managed objects of one or more texts, in their order.
#[derive(Debug, Default)]
pub(crate) struct Manifest {
    /// The texts, in the order of reading.
    pub(crate) sources: Vec<SourceId>,
    pub(crate) workloads: Vec<Workload>,
    pub(crate) autoscalers: Vec<Autoscaler>,
    /// Objects whose kind cannot be read.
    pub(crate) unreadable: Vec<Unreadable>,
}

/// An object of a kind that the catalogue manages, recognised or not.
#[derive(Debug)]
pub(crate) struct Workload {
    pub(crate) source: SourceId,
    /// The folder of the file that it was read from; none for standard input.
    pub(crate) folder: Option<Arc<str>>,
    /// The byte span of its document.
    pub(crate) document: Range<usize>,
    pub(crate) object: ObjectRef,
    /// `spec.selector.matchLabels`.
    pub(crate) match_labels: BTreeMap<String, String>,
    /// The label `helm.sh/chart`.
    pub(crate) chart: Option<String>,
    /// The chart's template that rendered it.
    pub(crate) template: Option<String>,
    /// The file that a KRM host read it from.
    pub(crate) path: Option<String>,
    pub(crate) replicas: Replicas,
    /// Whether it was read from a live cluster (it has a `status` or a `metadata.uid`).
    pub(crate) live: bool,
    /// Where the object is named.
    pub(crate) name: Range<usize>,
    /// What makes its name, namespace or selector unreadable.
    pub(crate) hazard: Option<Hazard>,
}

/// A `HorizontalPodAutoscaler` or KEDA `ScaledObject`.
#[derive(Debug)]
pub(crate) struct Autoscaler {
    pub(crate) source: SourceId,
    /// The folder of the file that it was read from; none for standard input.
    pub(crate) folder: Option<Arc<str>>,
    pub(crate) object: ObjectRef,
    pub(crate) template: Option<String>,
    /// The kind that it scales.
    pub(crate) target_kind: String,
    /// The name of what it scales, in its own namespace.
    pub(crate) target_name: String,
    /// Where it names its target.
    pub(crate) span: Range<usize>,
}

/// An object of which it cannot be said whether it is managed.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) source: SourceId,
    pub(crate) hazard: Hazard,
}

/// Where a text comes from, as far as its objects are concerned.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) source: SourceId,
    /// The folder of a file; none for standard input.
    pub(crate) folder: Option<Arc<str>>,
    /// The namespace of objects that name none.
    pub(crate) namespace: Option<Arc<str>>,
    /// It is the list of a KRM host: objects say themselves which file they are from.
    pub(crate) is_resource_list: bool,
}

/// The kinds that are read.
#[derive(Debug)]
pub(crate) struct Kinds {
    workloads: BTreeSet<String>,
    relevance: crate::yaml::Relevance,
}

/// A document that cannot be read.
#[derive(Debug)]
pub(crate) struct Malformed {
    pub(crate) place: Place,
    pub(crate) message: String,
    pub(crate) template: Option<String>,
}

impl Manifest {
    fn is_empty(&self) -> bool {
        self.workloads.is_empty() && self.autoscalers.is_empty() && self.unreadable.is_empty()
    }

    /// Whether two readings of a document hold the same objects, wherever these stand.
    fn says_the_same_as(&self, other: &Self) -> bool {
        let workload = |it: &Workload| {
            (
                it.object.clone(),
                it.match_labels.clone(),
                it.replicas.count.clone(),
            )
        };
        let autoscaler = |it: &Autoscaler| {
            (
                it.object.clone(),
                it.target_kind.clone(),
                it.target_name.clone(),
            )
        };
        self.workloads
            .iter()
            .map(workload)
            .eq(other.workloads.iter().map(workload))
            && self
                .autoscalers
                .iter()
                .map(autoscaler)
                .eq(other.autoscalers.iter().map(autoscaler))
            && self.unreadable.len() == other.unreadable.len()
    }
}

impl Workload {
    /// A span of its text as a place.
    pub(crate) fn place(&self, span: &Range<usize>) -> Place {
        Place::new(self.source, span.clone())
    }

    /// Where its count stands, or would stand.
    pub(crate) fn replicas_place(&self) -> Place {
        self.place(&self.replicas.span)
    }
}

impl Autoscaler {
    /// Where it names its target.
    pub(crate) fn place(&self) -> Place {
        Place::new(self.source, self.span.clone())
    }
}
