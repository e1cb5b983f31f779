//! Objects in the API server's JSON, as far as they matter here.
//!
//! A kind of its own may use the usual fields for something else: what has another type than expected counts as absent.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::ReleaseName;
use super::autoscaler::{Advanced, Behavior, TargetRef};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

/// A running object: a workload of any kind.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct LiveObject {
    pub(crate) metadata: Metadata,
    #[serde(deserialize_with = "nullable")]
    pub(crate) spec: Spec,
    #[serde(deserialize_with = "nullable")]
    pub(crate) status: Status,
}

/// A pod.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct LivePod {
    pub(crate) metadata: Metadata,
    #[serde(deserialize_with = "nullable")]
    pub(crate) status: PodStatus,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Metadata {
    pub(crate) name: String,
    pub(crate) namespace: Option<String>,
    pub(crate) generation: Option<i64>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) deletion_timestamp: Option<Timestamp>,
    pub(crate) deletion_grace_period_seconds: Option<i64>,
    #[serde(deserialize_with = "nullable")]
    pub(crate) annotations: Annotations,
    #[serde(deserialize_with = "lenient")]
    pub(super) owner_references: Vec<OwnerReference>,
    #[serde(deserialize_with = "nullable")]
    pub(super) managed_fields: Vec<ManagedFields>,
}

/// The annotations that matter.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Annotations {
    #[serde(rename = "meta.helm.sh/release-name")]
    pub(super) release_name: Option<String>,
    #[serde(rename = "meta.helm.sh/release-namespace")]
    pub(super) release_namespace: Option<String>,
    #[serde(rename = "helm.sh/hook")]
    hook: Option<String>,
    #[serde(rename = "argocd.argoproj.io/hook")]
    argo_cd_hook: Option<String>,
    /// The count of a `ScaledObject` that is paused.
    #[serde(rename = "autoscaling.keda.sh/paused-replicas")]
    pub(super) paused: Option<String>,
    #[serde(rename = "helm.sh/resource-policy")]
    resource_policy: Option<String>,
    /// What `kubectl apply` keeps of the last manifest.
    #[serde(rename = "kubectl.kubernetes.io/last-applied-configuration")]
    pub(crate) last_applied: Option<String>,
}

/// What an object belongs to.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct OwnerReference {
    pub(super) kind: String,
}

/// An entry of `metadata.managedFields`, of whose fields only the count and what every whole object has are looked at.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ManagedFields {
    pub(super) manager: String,
    pub(super) operation: String,
    pub(super) subresource: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) time: Option<Timestamp>,
    #[serde(rename = "fieldsV1", deserialize_with = "nullable")]
    pub(super) fields: Fields,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    #[serde(rename = "f:spec", deserialize_with = "nullable")]
    pub(super) spec: SpecFields,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct SpecFields {
    #[serde(rename = "f:replicas")]
    pub(super) replicas: Option<IgnoredAny>,
    #[serde(rename = "f:selector")]
    pub(super) selector: Option<IgnoredAny>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Spec {
    #[serde(deserialize_with = "lenient")]
    pub(crate) replicas: Option<u32>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) ordinals: Ordinals,
    #[serde(deserialize_with = "lenient")]
    pub(crate) selector: LabelSelector,
    #[serde(deserialize_with = "lenient")]
    pub(super) update_strategy: UpdateStrategy,
    #[serde(deserialize_with = "lenient")]
    pub(super) scale_target_ref: Option<TargetRef>,
    #[serde(deserialize_with = "lenient")]
    pub(super) min_replicas: Option<u32>,
    #[serde(deserialize_with = "lenient")]
    pub(super) max_replicas: Option<u32>,
    /// KEDA's `minReplicas`.
    #[serde(deserialize_with = "lenient")]
    pub(super) min_replica_count: Option<u32>,
    /// KEDA's `maxReplicas`.
    #[serde(deserialize_with = "lenient")]
    pub(super) max_replica_count: Option<u32>,
    /// What KEDA sets when no trigger is active.
    #[serde(deserialize_with = "lenient")]
    pub(super) idle_replica_count: Option<u32>,
    #[serde(deserialize_with = "lenient")]
    pub(super) behavior: Behavior,
    #[serde(deserialize_with = "lenient")]
    pub(super) advanced: Advanced,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct LabelSelector {
    pub(crate) match_labels: BTreeMap<String, String>,
    match_expressions: Vec<Requirement>,
}

#[derive(Debug, Clone, Deserialize)]
struct Requirement {
    key: String,
    operator: String,
    #[serde(default)]
    values: Vec<String>,
}

/// How a `StatefulSet` numbers its pods.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Ordinals {
    #[serde(deserialize_with = "lenient")]
    pub(crate) start: Option<u32>,
}

/// How a `StatefulSet` replaces its pods.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct UpdateStrategy {
    r#type: Option<String>,
    rolling_update: Option<RollingUpdate>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct RollingUpdate {
    #[serde(deserialize_with = "lenient")]
    partition: Option<u32>,
}

/// The status fields that workloads have by convention. The API server leaves out those that are 0.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Status {
    #[serde(deserialize_with = "lenient")]
    pub(crate) observed_generation: Option<i64>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) replicas: Option<u32>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) updated_replicas: Option<u32>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) ready_replicas: Option<u32>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) available_replicas: Option<u32>,
    /// Pods that were told to go and are still there; servers before 1.35 do not count them.
    #[serde(deserialize_with = "lenient")]
    pub(crate) terminating_replicas: Option<u32>,
    /// What KEDA found before it began to scale.
    #[serde(deserialize_with = "lenient")]
    pub(super) original_replica_count: Option<u32>,
    #[serde(deserialize_with = "lenient")]
    pub(super) conditions: Vec<Condition>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct PodStatus {
    phase: Option<String>,
    #[serde(deserialize_with = "lenient")]
    conditions: Vec<Condition>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Condition {
    r#type: String,
    status: String,
    reason: Option<String>,
    #[serde(deserialize_with = "lenient")]
    last_transition_time: Option<Timestamp>,
}

impl LiveObject {
    /// The replicas that it should have; the API server sets an absent count to 1.
    pub(crate) fn desired(&self) -> u32 {
        self.spec.replicas.unwrap_or(1)
    }

    /// The first ordinal of its pods; a kind whose pods are not numbered may mean something else by that field.
    pub(crate) fn first_ordinal(&self, kind: &str) -> u32 {
        let start = self.spec.ordinals.start;
        start.filter(|_| kind == "StatefulSet").unwrap_or_default()
    }

    /// Its pods, as a label selector of a request; none where it selects none.
    pub(crate) fn pod_selector(&self) -> Option<String> {
        let selector = &self.spec.selector;
        let labels = selector.match_labels.iter();
        let labels = labels.map(|(key, value)| format!("{key}={value}"));
        let expressions = selector.match_expressions.iter().map(Requirement::written);
        let parts: Vec<String> = labels.chain(expressions).collect();
        (!parts.is_empty()).then(|| parts.join(","))
    }

    /// How many of its pods a `StatefulSet` replaces when its template changes; any other kind replaces all.
    pub(super) fn replaced_on_update(&self) -> u32 {
        let strategy = &self.spec.update_strategy;
        if strategy.r#type.as_deref() == Some("OnDelete") {
            return 0;
        }
        let partition = strategy
            .rolling_update
            .as_ref()
            .and_then(|it| it.partition)
            .unwrap_or_default();
        self.desired().saturating_sub(partition)
    }

    /// Since when a condition has the status that is not wanted.
    pub(super) fn fails_since(&self, condition: &str) -> Option<Timestamp> {
        let mut conditions = self.status.conditions.iter();
        let failing = conditions.find(|it| it.r#type == condition && it.status == "False")?;
        failing.last_transition_time
    }

    /// Whether its rollout takes longer than its `progressDeadlineSeconds`.
    pub(super) fn is_past_its_deadline(&self) -> bool {
        let mut conditions = self.status.conditions.iter();
        conditions.any(|it| it.reason.as_deref() == Some("ProgressDeadlineExceeded"))
    }
}

impl Annotations {
    /// Whether it is a hook of Helm or Argo CD, which no release holds.
    pub(crate) fn is_hook(&self) -> bool {
        self.hook.is_some() || self.argo_cd_hook.as_deref().is_some_and(|it| it != "Skip")
    }

    /// Whether Helm never deletes the object.
    pub(super) fn is_kept(&self) -> bool {
        self.resource_policy.as_deref() == Some("keep")
    }

    /// The Helm release that the object is part of.
    pub(crate) fn release(&self) -> Option<ReleaseName> {
        Some(ReleaseName {
            name: self.release_name.clone()?,
            namespace: self.release_namespace.clone()?,
        })
    }
}

impl LivePod {
    /// Whether it was told to go and has not ended yet (`pkg/controller/controller_utils.go`, `IsPodTerminating`).
    pub(crate) fn is_terminating(&self) -> bool {
        let has_ended = matches!(self.status.phase.as_deref(), Some("Succeeded" | "Failed"));
        self.metadata.deletion_timestamp.is_some() && !has_ended
    }

    /// Whether it serves.
    pub(super) fn is_ready(&self) -> bool {
        let mut conditions = self.status.conditions.iter();
        conditions.any(|it| it.r#type == "Ready" && it.status == "True")
    }
}

impl Metadata {
    /// When it was told to go: its `deletionTimestamp` is when its grace period ends.
    pub(super) fn told_to_go(&self) -> Option<Timestamp> {
        let end = self.deletion_timestamp?;
        let grace = self.deletion_grace_period_seconds.unwrap_or_default();
        end.checked_sub(jiff::SignedDuration::from_secs(grace)).ok()
    }
}

impl Requirement {
    /// As a request has it (`k8s.io/apimachinery/pkg/labels/selector.go`).
    fn written(&self) -> String {
        let Self {
            key,
            operator,
            values,
        } = self;
        let values = values.join(",");
        match operator.as_str() {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "DoesNotExist" => format!("!{key}"),
            _ => key.clone(),
        }
    }
}

/// The value, or the default where it is null.
pub(super) fn nullable<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// The value, or the default where it is null or of another type. It is held in memory twice: for small values only.
pub(super) fn lenient<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either<T> {
        Expected(T),
        Other(IgnoredAny),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::Expected(value) => value,
        Either::Other(_) => T::default(),
    })
}
