//! The autoscalers of a cluster: `HorizontalPodAutoscaler`s and KEDA's `ScaledObject`s.

use serde::Deserialize;

use super::ReleaseName;
use super::object::{LiveObject, lenient};
use crate::finding::ObjectRef;
use crate::manifest::{JumpWhy, ScaleDown, ScalingPolicy, Select, Share};

/// An autoscaler of the cluster.
#[derive(Debug)]
pub(crate) struct LiveAutoscaler {
    pub(crate) object: ObjectRef,
    /// The kind that it scales.
    pub(crate) target_kind: String,
    /// The name of what it scales, in its own namespace.
    pub(crate) target_name: String,
    pub(crate) min: Option<u32>,
    pub(crate) max: Option<u32>,
    pub(crate) scale_down: ScaleDown,
    /// The count that KEDA itself sets.
    pub(crate) jump: Option<(u32, JumpWhy)>,
    /// The count that KEDA sets when it is deleted.
    pub(crate) restores: Option<u32>,
    /// The release that it is part of.
    pub(crate) release: Option<ReleaseName>,
    /// Whether Helm leaves it there when its release no longer holds it.
    pub(crate) is_kept: bool,
}

/// What an autoscaler scales.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct TargetRef {
    kind: Option<String>,
    name: String,
}

/// How fast an autoscaler may act.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Behavior {
    scale_down: Option<Rules>,
}

/// Where a `ScaledObject` has the behavior of the autoscaler that KEDA makes of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Advanced {
    #[serde(deserialize_with = "lenient")]
    horizontal_pod_autoscaler_config: Config,
    #[serde(deserialize_with = "lenient")]
    restore_to_original_replica_count: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Config {
    behavior: Option<Behavior>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Rules {
    stabilization_window_seconds: Option<u32>,
    select_policy: Option<String>,
    policies: Option<Vec<Policy>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Policy {
    r#type: String,
    value: u32,
    #[serde(default)]
    period_seconds: u32,
}

impl LiveAutoscaler {
    /// An autoscaler as the API server gives it; nothing for one that KEDA made, whose `ScaledObject` says the same, and
    /// for one that scales nothing.
    pub(crate) fn of(object: ObjectRef, live: &LiveObject) -> Option<Self> {
        let spec = &live.spec;
        let is_kedas = object.kind == "ScaledObject";
        let mut owners = live.metadata.owner_references.iter();
        if owners.any(|owner| owner.kind == "ScaledObject") {
            return None;
        }
        let target = spec.scale_target_ref.clone()?;
        let behavior = if is_kedas {
            let config = &spec.advanced.horizontal_pod_autoscaler_config;
            config.behavior.clone().unwrap_or_default()
        } else {
            spec.behavior.clone()
        };
        let (min, max) = if is_kedas {
            (spec.min_replica_count, spec.max_replica_count)
        } else {
            (spec.min_replicas, spec.max_replicas)
        };
        // KEDA's default (keda.sh, "ScaledObject specification").
        let usual_kind = || if is_kedas { "Deployment" } else { "" }.to_owned();
        Some(Self {
            target_kind: target.kind.unwrap_or_else(usual_kind),
            target_name: target.name,
            min,
            max,
            scale_down: behavior
                .scale_down
                .map_or_else(ScaleDown::default, Rules::settled),
            jump: jump(live).filter(|_| is_kedas),
            restores: restores(live).filter(|_| is_kedas),
            release: live.metadata.annotations.release(),
            is_kept: live.metadata.annotations.is_kept(),
            object,
        })
    }
}

/// The count that KEDA sets in one step: while it is paused, or when no trigger is active.
fn jump(live: &LiveObject) -> Option<(u32, JumpWhy)> {
    let paused = live.metadata.annotations.paused.as_deref();
    let paused = paused.and_then(|it| it.parse().ok());
    let idle = live.spec.idle_replica_count;
    let paused = paused.map(|to| (to, JumpWhy::Paused));
    paused.or(idle.map(|to| (to, JumpWhy::Idle)))
}

/// The count that KEDA found, if it goes back to that (kedacore/keda, `controllers/keda/scaledobject_finalizer.go`).
fn restores(live: &LiveObject) -> Option<u32> {
    let is_asked_for = live.spec.advanced.restore_to_original_replica_count;
    let original = live.status.original_replica_count;
    original.filter(|_| is_asked_for)
}

impl Rules {
    /// With the defaults of Kubernetes.
    fn settled(self) -> ScaleDown {
        let default = ScaleDown::default();
        let policies = self.policies.unwrap_or_default().into_iter();
        let policies: Vec<ScalingPolicy> = policies.map(Policy::settled).collect();
        ScaleDown {
            policies: if policies.is_empty() {
                default.policies
            } else {
                policies.into()
            },
            select: match self.select_policy.as_deref() {
                Some("Min") => Select::Fewest,
                Some("Disabled") => Select::Disabled,
                _ => Select::Most,
            },
            stabilization_seconds: self.stabilization_window_seconds,
            span: None,
        }
    }
}

impl Policy {
    fn settled(self) -> ScalingPolicy {
        ScalingPolicy {
            most: match self.r#type.as_str() {
                "Percent" => Share::Percent(self.value),
                _ => Share::Pods(self.value),
            },
            period_seconds: self.period_seconds,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test that fails should stop")]

    use super::*;

    fn autoscaler(kind: &str, json: &str) -> Option<LiveAutoscaler> {
        let object = ObjectRef {
            api_version: "".into(),
            kind: kind.into(),
            namespace: Some("milvus".into()),
            name: "a".into(),
        };
        LiveAutoscaler::of(object, &serde_json::from_str(json).expect(json))
    }

    #[test]
    fn an_autoscaler_has_the_defaults_of_kubernetes() {
        let plain = autoscaler(
            "HorizontalPodAutoscaler",
            r#"{"spec": {"scaleTargetRef": {"kind": "Deployment", "name": "querynode"}, "maxReplicas": 5,
                "metrics": [{"type": "Resource"}]}}"#,
        )
        .expect("one with a target");
        assert_eq!(plain.scale_down, ScaleDown::default());
        assert_eq!((plain.min, plain.max), (None, Some(5)));
        let names = (plain.target_kind, plain.target_name);
        assert_eq!(names, ("Deployment".to_owned(), "querynode".to_owned()));
    }

    #[test]
    fn its_behavior_is_read() {
        let slow = autoscaler(
            "HorizontalPodAutoscaler",
            r#"{"spec": {"scaleTargetRef": {"kind": "Deployment", "name": "a"}, "minReplicas": 2, "maxReplicas": 5,
                "behavior": {"scaleDown": {"selectPolicy": "Min", "stabilizationWindowSeconds": 60, "policies": [
                    {"type": "Pods", "value": 1, "periodSeconds": 300}, {"type": "Percent", "value": 10, "periodSeconds": 60}]}}}}"#,
        )
        .expect("one with a target");
        let most = |most, period_seconds| ScalingPolicy {
            most,
            period_seconds,
        };
        let expected = ScaleDown {
            policies: vec![most(Share::Pods(1), 300), most(Share::Percent(10), 60)].into(),
            select: Select::Fewest,
            stabilization_seconds: Some(60),
            span: None,
        };
        assert_eq!(slow.scale_down, expected);
    }

    #[test]
    fn kedas_is_read_where_it_is_written() {
        let scaled = autoscaler(
            "ScaledObject",
            r#"{"spec": {"scaleTargetRef": {"name": "querynode"}, "minReplicaCount": 1, "maxReplicaCount": 4,
                "advanced": {"horizontalPodAutoscalerConfig": {"behavior": {"scaleDown": {"selectPolicy": "Disabled"}}}}}}"#,
        )
        .expect("one with a target");
        assert_eq!(scaled.target_kind, "Deployment");
        assert_eq!((scaled.min, scaled.max), (Some(1), Some(4)));
        assert_eq!(scaled.scale_down.select, Select::Disabled);
        let made = r#"{"metadata": {"ownerReferences": [{"kind": "ScaledObject", "name": "a"}]},
            "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "a"}}}"#;
        assert!(autoscaler("HorizontalPodAutoscaler", made).is_none());
        assert!(autoscaler("HorizontalPodAutoscaler", "{}").is_none());
    }
}
