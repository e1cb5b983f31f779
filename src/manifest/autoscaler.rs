//! Autoscalers: what they scale, between which bounds, and how fast they may scale in.
//!
//! What is read of `behavior.scaleDown` is what Kubernetes makes of it, its defaults included.

use std::borrow::Cow;

use crate::field::{Field, Hazard};
use crate::finding::ObjectRef;
use crate::source::{Place, SourceId, Span};
use crate::word::Word;

/// A `HorizontalPodAutoscaler` or KEDA `ScaledObject`.
#[derive(Debug)]
pub(crate) struct Autoscaler {
    pub(crate) source: SourceId,
    /// The folder of the file that it was read from; none for standard input.
    pub(crate) folder: Option<Word>,
    pub(crate) object: ObjectRef,
    pub(crate) template: Option<Word>,
    /// The apiVersion of what it scales; none where it does not say.
    pub(crate) target_api_version: Option<Word>,
    /// The kind that it scales.
    pub(crate) target_kind: Word,
    /// The name of what it scales, in its own namespace.
    pub(crate) target_name: Word,
    /// Where it names its target.
    pub(crate) span: Span,
    /// `spec.minReplicas` (KEDA: `minReplicaCount`).
    pub(crate) min: Field,
    /// `spec.maxReplicas` (KEDA: `maxReplicaCount`).
    pub(crate) max: Field,
    /// How fast it may scale in, or what makes that unreadable.
    pub(crate) scale_down: Result<ScaleDown, Hazard>,
    /// The count that KEDA itself sets, or what makes that unreadable.
    pub(crate) jump: Option<Result<Jump, Hazard>>,
}

impl Autoscaler {
    /// Where it names its target.
    pub(crate) fn place(&self) -> Place {
        Place::new(self.source, self.span)
    }
}

/// A count that KEDA sets in one step, whatever `behavior` says (`pkg/scaling/executor/scale_scaledobjects.go`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Jump {
    pub(crate) to: u32,
    pub(crate) why: JumpWhy,
    /// The value.
    pub(crate) span: Span,
}

/// When KEDA sets a count itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JumpWhy {
    /// At once: the annotation `autoscaling.keda.sh/paused-replicas`.
    Paused,
    /// When no trigger is active any more: `spec.idleReplicaCount`.
    Idle,
    /// The same, with a minimum of 0.
    Zero,
}

/// `behavior.scaleDown` as Kubernetes applies it.
///
/// Absent fields have the defaults of `k8s.io/kubernetes/pkg/apis/autoscaling/v2/defaults.go`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScaleDown {
    pub(crate) policies: Cow<'static, [ScalingPolicy]>,
    pub(crate) select: Select,
    /// `stabilizationWindowSeconds`; where it is absent the controller's own setting holds (300 s by default).
    pub(crate) stabilization_seconds: Option<u32>,
    /// The key `scaleDown`, if present.
    pub(crate) span: Option<Span>,
}

/// How many pods may go within a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ScalingPolicy {
    pub(crate) most: Share,
    pub(crate) period_seconds: u32,
}

/// A number of pods, or a share of those that run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Share {
    Pods(u32),
    Percent(u32),
}

/// Which of several policies holds (`selectPolicy`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Select {
    /// `Max`: the one that lets most pods go.
    Most,
    /// `Min`: the one that lets fewest pods go.
    Fewest,
    /// `Disabled`: none may go.
    Disabled,
}

impl Default for ScaleDown {
    fn default() -> Self {
        const ALL_AT_ONCE: ScalingPolicy = ScalingPolicy {
            most: Share::Percent(100),
            period_seconds: 15,
        };
        Self {
            policies: Cow::Borrowed(&[ALL_AT_ONCE]),
            select: Select::Most,
            stabilization_seconds: None,
            span: None,
        }
    }
}
