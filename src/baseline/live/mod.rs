//! What a cluster shows: workloads with who sets their counts and what of them is not settled yet, autoscalers, and what
//! the last release said.
//!
//! Everything here is a pure function of objects as the server's JSON has them; asking for them is done elsewhere.

mod applied;
mod autoscaler;
mod object;
mod owners;
mod pending;

#[allow(unused_imports, reason = "the cluster baseline is being built")]
pub(crate) use {
    applied::{Applied, Applier, Last, Method},
    autoscaler::LiveAutoscaler,
    object::{LiveObject, LivePod},
    owners::{Operation, Owner},
    pending::{Pending, Wait},
};

use crate::finding::ObjectRef;

/// A running workload, as far as its source shows it.
#[derive(Debug)]
pub(crate) enum Live {
    /// In a listing in a file: its count alone is known.
    Listed,
    /// In the cluster itself.
    Seen(Box<Seen>),
}

/// What the cluster shows of a workload beyond its count.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) object: LiveObject,
    /// Who owns `spec.replicas`; empty where nobody does.
    pub(crate) owners: Vec<Owner>,
    /// The Helm release that it is part of.
    pub(crate) release: Option<ReleaseName>,
    /// Its pods, where they were asked for.
    pub(crate) pods: Option<Vec<LivePod>>,
    /// How it is applied, and what the last manifest said, where that was asked for.
    pub(crate) applied: Option<Applied>,
    /// Whether the stream changes its pod template.
    pub(crate) rollout: Rollout,
    /// What KEDA does to its count, since its `ScaledObject` goes with the release.
    pub(crate) restored: Option<Box<Restored>>,
}

/// A count that KEDA restores when a `ScaledObject` is deleted.
#[derive(Debug)]
pub(crate) struct Restored {
    /// The `ScaledObject`.
    pub(crate) by: ObjectRef,
    pub(crate) to: u32,
}

/// Whether a stream changes a workload's pod template, so that all its pods are replaced.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Rollout {
    /// The last manifest is not known, or was not asked for.
    #[default]
    Unknown,
    /// The template is that of the last manifest.
    Same,
    /// It differs, first at this path in `spec.template`.
    Differs(String),
}

/// The name of a Helm release.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ReleaseName {
    pub(crate) name: String,
    /// The namespace that Helm keeps its records in.
    pub(crate) namespace: String,
}

/// Which cluster a baseline is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InCluster {
    /// The URL of the API server.
    pub(crate) server: String,
    pub(crate) context: Option<String>,
    /// The namespace of objects that name none.
    pub(crate) namespace: String,
    /// What told where the cluster is: `Helm's --kube-context`.
    pub(crate) known_from: String,
    pub(crate) certainty: Certainty,
    /// The namespaces that were asked for.
    pub(crate) namespaces: Vec<String>,
}

/// How certain it is that a release goes to the place that was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// Helm's own command line says so.
    Helms,
    /// The policy pins the cluster, and an option gives the namespace.
    Pinned,
    /// The policy pins the cluster: it is certain for workloads that name their namespace.
    PinnedCluster,
    /// It can be another one.
    Open,
}

impl Seen {
    /// A running object.
    pub(crate) fn new(object: LiveObject) -> Self {
        Self {
            owners: object.owners(),
            release: object.metadata.annotations.release(),
            object,
            ..Self::default()
        }
    }

    /// What is not settled yet.
    pub(crate) fn pending(&self, kind: &str) -> Vec<Pending> {
        self.object
            .pending(kind, self.pods.as_deref().unwrap_or_default())
    }
}
