//! The catalogue: components, how fast they may shrink, and how their workloads are recognised.

use super::{Given, Text};
use crate::finding::ObjectRef;
use crate::labels::MatchLabels;
use crate::source::Place;
use crate::word::Word;

/// A named group of workloads of one system.
#[derive(Debug)]
pub(crate) struct Component {
    /// Its name: `queryNode`, or `mimir.ingester` where several catalogues have one of that name.
    pub(crate) name: Word,
    /// The built-in catalogue that has it.
    pub(crate) system: Option<&'static str>,
    /// Whether it may scale.
    pub(crate) role: Given<Role>,
    /// Where it went in newer releases: another component's name.
    pub(crate) replaced_by: Option<Given<Text>>,
    /// A coordinator that may have a standby.
    pub(crate) active_standby: Given<bool>,
    /// The chart writes its count into other lines too, so that only the chart's value can change it.
    pub(crate) set_by_chart: Given<bool>,
    /// The value that the chart takes its count from, unless a selector has its own: `queryNode.replicas`.
    pub(crate) values_key: Option<Given<Text>>,
    /// The label of a selector that tells releases apart.
    pub(crate) instance_label: Given<Text>,
    /// It is guarded, and may have no target.
    pub(crate) targets_refused: Given<bool>,
    /// How fast it may shrink.
    pub(crate) scale_in: ScaleIn,
    /// Which workloads are its own: any of these.
    pub(crate) workloads: Vec<Selector>,
    /// Where it is first named.
    pub(crate) place: Option<Place>,
}

/// What a component's replicas are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    /// It scales.
    Worker,
    /// It coordinates the others: one copy, or two where one is a standby.
    Coordinator,
    /// One copy by design.
    Singleton,
}

impl Role {
    /// The word that policies and reports use.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::Coordinator => "coordinator",
            Self::Singleton => "singleton",
        }
    }
}

/// How many replicas of a component may go in one release; the strictest holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// At most this many; `None` means no limit.
    pub(crate) max_replicas: Option<u32>,
    /// At most this share in percent, 1 to 100, but one may always go; `None` means no limit.
    pub(crate) max_percent: Option<u32>,
    /// The component keeps at least this many.
    pub(crate) floor: u32,
}

/// The limits of a component's scale-in, each with where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScaleIn {
    /// At most this many replicas; `None` means no limit.
    pub(crate) max_replicas: Given<Option<u32>>,
    /// At most this share in percent, 1 to 100, but one may always go; `None` means no limit.
    pub(crate) max_percent: Given<Option<u32>>,
    /// The component keeps at least this many.
    pub(crate) floor: Given<u32>,
}

impl ScaleIn {
    /// The limits, for arithmetic.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            max_replicas: self.max_replicas.value,
            max_percent: self.max_percent.value,
            floor: self.floor.value,
        }
    }
}

/// Labels in the order of the text, each value with where it is written: in its selector, or in the `spec.matchLabels`
/// that replaced it.
pub(crate) type Labels = Vec<(Text, Given<Text>)>;

/// Recognises workloads of one kind by the labels that they select their pods with.
#[derive(Debug, Clone)]
pub(crate) struct Selector {
    /// `apiVersion`, as the workload writes it.
    pub(crate) api_version: Given<Text>,
    /// `kind`.
    pub(crate) kind: Given<Text>,
    /// Labels that must all be in the workload's `spec.selector.matchLabels`; never empty. `spec.matchLabels` is
    /// among them already.
    pub(crate) match_labels: Labels,
    /// The value that the chart takes the counts of these workloads from, where it is not the component's.
    pub(crate) values_key: Option<Given<Text>>,
}

impl Component {
    /// Whether a workload with these labels in its selector is one of this component.
    pub(crate) fn claims(&self, object: &ObjectRef, labels: &MatchLabels) -> bool {
        self.selector_of(object, labels).is_some()
    }

    /// The value that the chart takes a workload's count from.
    pub(crate) fn values_key_of(
        &self,
        object: &ObjectRef,
        labels: &MatchLabels,
    ) -> Option<&Given<Text>> {
        let selector = self.selector_of(object, labels);
        let own = selector.and_then(|selector| selector.values_key.as_ref());
        own.or(self.values_key.as_ref())
    }

    fn selector_of(&self, object: &ObjectRef, labels: &MatchLabels) -> Option<&Selector> {
        let mut selectors = self.workloads.iter();
        selectors.find(|selector| selector.matches(&object.api_version, &object.kind, labels))
    }
}

impl Selector {
    /// Whether it recognises a workload; `labels` are its `spec.selector.matchLabels`.
    pub(super) fn matches(&self, api_version: &str, kind: &str, labels: &MatchLabels) -> bool {
        self.api_version.value == api_version
            && self.kind.value == kind
            && contained(&self.match_labels, labels)
    }
}

/// Whether all these labels are among those.
pub(super) fn contained(wanted: &Labels, labels: &MatchLabels) -> bool {
    wanted
        .iter()
        .all(|(key, value)| labels.get(key) == Some(&*value.value))
}
