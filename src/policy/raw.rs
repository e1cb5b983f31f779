//! The policy file as it is written, before it is known to make sense.
//!
//! Optional throughout: a policy that extends another one gives parts. `shape` has refused unknown fields and wrong
//! types with their places by the time that these types see them, and leaves out what it refused.

#![allow(
    clippy::option_option,
    reason = "null lifts a limit, absence leaves it as it is"
)]

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::Role;

pub(super) type Labels = BTreeMap<String, String>;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct PolicyFile {
    pub(super) api_version: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) metadata: Metadata,
    pub(super) spec: Spec,
}

/// An `ObjectMeta`, as far as a policy has one.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Metadata {
    pub(super) name: Option<String>,
    pub(super) namespace: Option<String>,
    pub(super) labels: Labels,
    pub(super) annotations: Labels,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Spec {
    /// A name or path alone has become a list of one.
    pub(super) extends: Vec<String>,
    pub(super) baseline: Option<String>,
    pub(super) match_labels: Labels,
    pub(super) targets: BTreeMap<String, Target>,
    pub(super) scale_in: ScaleIn,
    pub(super) components: BTreeMap<String, Component>,
    pub(super) waivers: Vec<Waiver>,
    pub(super) charts: Vec<String>,
    pub(super) instance_label: Option<String>,
}

/// A count alone has become `{replicas: count}`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Target {
    pub(super) replicas: Option<u32>,
    pub(super) overrides: Option<Vec<Override>>,
    pub(super) optional: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Override {
    pub(super) match_labels: Labels,
    pub(super) replicas: Option<u32>,
}

/// Limits: not given, or given as a number, or lifted with null.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ScaleIn {
    #[serde(deserialize_with = "given")]
    pub(super) max_replicas: Option<Option<u32>>,
    #[serde(deserialize_with = "given")]
    pub(super) max_percent: Option<Option<u32>>,
    /// For `spec.scaleIn` only.
    #[serde(deserialize_with = "given")]
    pub(super) max_components: Option<Option<u32>>,
    #[serde(deserialize_with = "given")]
    pub(super) floor: Option<Option<u32>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Component {
    pub(super) role: Option<Role>,
    #[serde(deserialize_with = "given")]
    pub(super) replaced_by: Option<Option<String>>,
    pub(super) active_standby: Option<bool>,
    #[serde(deserialize_with = "given")]
    pub(super) set_by: Option<Option<SetBy>>,
    #[serde(deserialize_with = "given")]
    pub(super) values_key: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    pub(super) instance_label: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    pub(super) targets: Option<Option<Targets>>,
    pub(super) scale_in: ScaleIn,
    pub(super) workloads: Vec<Workload>,
}

/// Who alone may change a component's count.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum SetBy {
    Chart,
}

/// What becomes of a component's targets.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Targets {
    Refused,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Workload {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) match_labels: Labels,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Waiver {
    pub(super) rule: Option<String>,
    pub(super) component: Option<String>,
    pub(super) workload: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) expires: Option<String>,
}

/// Tells a field that is null from one that is not there.
fn given<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
