//! What matters in a stream: the workloads of managed kinds and the autoscalers, each with its places.
//!
//! A document that cannot hold a managed kind passes unread. One that is read must be well-formed and single; of its
//! objects only identity, selector, count and slot are kept, never a tree.

mod autoscaler;
mod budget;
mod by_namespace;
mod counts;
mod kinds;
mod object;
mod read;
mod room;
mod sort;
mod stretches;
#[cfg(test)]
mod tests;
mod unreadable;
mod walk;

use std::borrow::Cow;

pub(crate) use autoscaler::{Autoscaler, Jump, JumpWhy, ScaleDown};
pub(crate) use autoscaler::{ScalingPolicy, Select, Share};
pub(crate) use budget::{Allowance, Budget};
pub(crate) use by_namespace::ByNamespace;
pub(crate) use kinds::Kinds;
pub(crate) use stretches::Stretches;

use crate::field::{Count, Field, Hazard};
use crate::finding::ObjectRef;
use crate::labels::MatchLabels;
use crate::source::{Place, SourceId, Span};
use crate::word::Word;

/// The managed objects of one or more texts, in their order.
#[derive(Debug, Default)]
pub(crate) struct Manifest {
    /// The texts, in the order of reading.
    pub(crate) sources: Vec<SourceId>,
    pub(crate) workloads: Stretches<Workload>,
    pub(crate) autoscalers: Stretches<Autoscaler>,
    pub(crate) budgets: Vec<Budget>,
    /// The newest timestamp of its workloads from a live cluster: when one was created, written, or changed its condition.
    pub(crate) newest: Option<jiff::Timestamp>,
    /// Objects of which something cannot be read that decides what they are or what they scale.
    pub(crate) unreadable: Vec<Unreadable>,
}

/// An object of a kind that the catalogue manages, recognised or not.
#[derive(Debug)]
pub(crate) struct Workload {
    pub(crate) source: SourceId,
    /// The folder of the file that it was read from; none for standard input.
    pub(crate) folder: Option<Word>,
    /// Its document.
    pub(crate) document: Span,
    pub(crate) object: ObjectRef,
    /// Whether it names its namespace itself.
    pub(crate) names_namespace: bool,
    /// `spec.selector.matchLabels`.
    pub(crate) match_labels: MatchLabels,
    /// The label `helm.sh/chart`.
    pub(crate) chart: Option<Word>,
    /// The chart's template that rendered it.
    pub(crate) template: Option<Word>,
    /// The file that a KRM host read it from.
    pub(crate) path: Option<Word>,
    /// Its count; the first of a kind whose objects hold several.
    pub(crate) replicas: Field,
    /// What few have.
    pub(crate) further: Option<Box<Further>>,
    /// Whether it was read from a live cluster (it has a `status` or a `metadata.uid`).
    pub(crate) live: bool,
    /// Whether it has the annotation `helm.sh/hook` or `argocd.argoproj.io/hook`: Helm and Argo CD take such an object out of
    /// the release, whatever the value (`pkg/releaseutil/manifest_sorter.go`; gitops-engine, `pkg/sync/reconcile.go`).
    pub(crate) is_hook: bool,
    /// What Grafana's rollout operator takes its count from.
    pub(crate) leader: Option<Box<Leader>>,
    /// Where it names owners: Kubernetes deletes it with them.
    pub(crate) owners: Option<Span>,
    /// Where the object is named.
    pub(crate) name: Span,
    /// What makes its name, namespace or selector unreadable, or could hide that it is a hook.
    pub(crate) hazard: Option<Hazard>,
}

/// What few workloads have.
#[derive(Debug, Default)]
pub(crate) struct Further {
    /// The further counts of a kind whose objects hold several.
    #[allow(dead_code, reason = "for kinds whose objects hold several counts")]
    pub(crate) counts: Vec<Field>,
    /// The first ordinal of its pods, if it says one or it is uncertain whether it does.
    pub(crate) start: Option<Field>,
    /// How Argo CD applies it.
    pub(crate) sync: Sync,
}

/// How Argo CD applies an object, by the annotation `argocd.argoproj.io/sync-options`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Sync {
    /// It patches it, or applies it server-side.
    #[default]
    Patches,
    /// It replaces it as a whole: `Replace=true`.
    Replaces,
    /// It deletes it, with its pods, and creates it again: `Force=true` as well.
    Recreates,
}

/// The resource that another one takes its count from, by an annotation.
#[derive(Debug, Clone)]
pub(crate) struct Leader {
    pub(crate) name: String,
    /// Where it is named.
    pub(crate) span: Span,
}

/// An object of which it cannot be said whether it is managed, or which workload it scales.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) source: SourceId,
    pub(crate) what: Hidden,
    pub(crate) hazard: Hazard,
    /// What to do about it.
    pub(crate) remedy: Cow<'static, str>,
}

/// What of an object cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Hidden {
    /// What it is.
    Kind,
    /// What an autoscaler scales; with its kind and name.
    Scaled(Box<str>),
    /// What an autoscaler is called; with its kind.
    Name(Box<str>),
    /// The namespace of an autoscaler, or metadata that could hold it; with its kind and name.
    Namespace(Box<str>),
}

/// Where a text comes from, as far as its objects are concerned.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) source: SourceId,
    /// The folder of a file; none for standard input.
    pub(crate) folder: Option<Word>,
    /// The namespace of objects that name none.
    pub(crate) namespace: Option<Word>,
    /// It is the list of a KRM host: objects say themselves which file they are from.
    pub(crate) is_resource_list: bool,
}

/// A document that cannot be read.
#[derive(Debug)]
pub(crate) struct Malformed {
    pub(crate) place: Place,
    pub(crate) message: String,
    pub(crate) template: Option<String>,
    /// What to do about it, where that is clear.
    pub(crate) help: Option<&'static str>,
    /// It is well-formed as far as it was read; its text holds too many objects.
    pub(crate) is_too_many: bool,
}

impl Workload {
    /// What it is sorted by in the order of the texts.
    pub(crate) fn rank(&self) -> (SourceId, usize, usize) {
        (self.source, self.document.start(), self.name.start())
    }

    /// A span of its text as a place.
    pub(crate) fn place(&self, span: Span) -> Place {
        Place::new(self.source, span)
    }

    /// The first ordinal of its pods, if it says one or it is uncertain whether it does.
    pub(crate) fn start(&self) -> Option<&Field> {
        self.further.as_ref()?.start.as_ref()
    }

    /// How Argo CD applies it.
    pub(crate) fn sync(&self) -> Sync {
        let further = self.further.as_ref();
        further.map_or(Sync::Patches, |it| it.sync)
    }

    /// The first ordinal of its pods, 0 where it says none; none if that cannot be read with certainty.
    pub(crate) fn first_ordinal(&self) -> Option<u32> {
        let Some(start) = self.start() else {
            return Some(0);
        };
        match start.count {
            _ if start.doubt.is_some() => None,
            Count::Set(start) => Some(start),
            Count::Null | Count::Absent => Some(0),
            Count::Invalid(_) => None,
        }
    }

    /// Where its count is, or would be.
    pub(crate) fn replicas_place(&self) -> Place {
        self.place(self.replicas.span)
    }
}
