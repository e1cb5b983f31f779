//! The fields of a policy file: the one table of what it may hold.
//!
//! A planned field that this version does not support is [`Later`] here: refused with a frame, never ignored.

use jiff::civil::Date;

use super::Role;
use super::collections::{CountOr, Map, OneOrMany, Union};
use super::given::{Given, Text};
use super::record::record;
use super::values::{Count, Label, LabelName, Later, Number, Replicas, Shape, ValuesKey, one_of};

pub(super) type Labels = Map<Label>;
/// Labels that select. An empty map would select every workload.
pub(super) type SelectorLabels = Map<Label, true>;

/// The version of the policy's format.
#[derive(Debug, Clone, Copy)]
pub(super) enum ApiVersion {
    V1Alpha1,
}
one_of!(ApiVersion: "trimtab.dev/v1alpha1" => ApiVersion::V1Alpha1);

/// What a policy file is.
#[derive(Debug, Clone, Copy)]
pub(super) enum PolicyKind {
    ReplicaPolicy,
}
one_of!(PolicyKind: "ReplicaPolicy" => PolicyKind::ReplicaPolicy);

/// The only one that can change a component's count.
#[derive(Debug, Clone, Copy)]
pub(super) enum SetBy {
    Chart,
}
one_of!(SetBy: "chart" => SetBy::Chart);

/// How targets of a component are handled.
#[derive(Debug, Clone, Copy)]
pub(super) enum Targets {
    Refused,
}
one_of!(Targets: "refused" => Targets::Refused);

one_of!(Role: "worker" => Role::Worker, "coordinator" => Role::Coordinator, "singleton" => Role::Singleton);

record! {
    /// The whole file.
    PolicyFile, "a policy";

    /// The version of the format.
    api_version: ApiVersion = "apiVersion", "trimtab.dev/v1alpha1", required;
    /// The kind of this file.
    kind: PolicyKind = "kind", "ReplicaPolicy", required;
    /// The policy's name and labels, as of any Kubernetes object.
    metadata: Metadata = "metadata", "{name: milvus-production}";
    /// What the policy declares.
    spec: Spec = "spec", "{extends: milvus, targets: {queryNode: 3}}", required;
}

record! {
    /// An `ObjectMeta`, as far as a policy has one.
    Metadata, "`metadata`";

    /// The policy's name, for reports.
    name: Text = "name", "milvus-production";
    /// The namespace of the policy itself. It does not affect which workloads the policy covers.
    namespace: Text = "namespace", "milvus";
    /// Labels of the policy itself.
    labels: Labels = "labels", "{team: search}";
    /// Annotations of the policy itself.
    annotations: Labels = "annotations", "{config.kubernetes.io/local-config: \"true\"}";
}

record! {
    /// What a policy declares.
    Spec, "`spec`";

    /// The policies that this one builds on: names of built-in ones, or paths relative to this file.
    extends: OneOrMany<Text> = "extends", "milvus" => Shape::OneOrMany(&Shape::Policy);
    /// Where the counts before a change come from, unless `--baseline` is given.
    baseline: Text = "baseline", "file:last-release.yaml" => Shape::Baseline;
    /// Labels that are added to every selector of the extended policies, overriding theirs: for a chart with a
    /// `nameOverride`, or for one release only.
    match_labels: Labels = "matchLabels", "{app.kubernetes.io/name: vecdb}";
    /// The replica counts that the policy declares, by component. If several components have to scale in, they do so in
    /// this order.
    targets: Map<CountOr<Target>> = "targets", "{proxy: 2, queryNode: 3}";
    /// How fast components may lose replicas.
    scale_in: ScaleIn = "scaleIn", "{maxReplicas: 1, maxComponents: 1, floor: 1}";
    /// The catalogue: new components, or changes to components of the extended policies.
    components: Map<Component> = "components", "{queryNode: {scaleIn: {floor: 2}}}";
    /// Findings to accept. They are still reported.
    waivers: Union<Waiver> = "waivers", "[{rule: worker-removed, component: indexNode, reason: 2.6 has none}]";
    /// Charts whose workloads should all match a component, as in the label `helm.sh/chart` without the version.
    charts: Union<Text> = "charts", "[milvus]";
    /// The selector label that identifies the release, for the components that the policy defines or extends; the default
    /// is `app.kubernetes.io/instance`.
    instance_label: LabelName = "instanceLabel", "release";
    /// The cluster that the policy is for: no other is asked for live counts.
    cluster: Cluster = "cluster", "{context: production}";
}

record! {
    /// Which cluster a policy is for.
    Cluster, "`spec.cluster`";

    /// The name of its context in the kubeconfig.
    context: Text = "context", "production";
    /// The URL of its API server.
    server: Text = "server", "https://milvus.example.com:6443";
}

record! {
    /// The count of a component, and exceptions to it.
    Target, "a target";

    /// The replicas of each of the component's workloads, or `keep` for those that are running.
    replicas: Replicas = "replicas", "3";
    /// Other counts for some of the component's workloads. The first override that matches a workload applies.
    overrides: Vec<Given<Override>> = "overrides", "[{matchLabels: {milvus.io/resource-group: rg1}, replicas: 4}]";
    /// Whether the component may be absent from the stream.
    optional: bool = "optional", "true";
    /// The minimum count of a component that an autoscaler scales.
    min_replicas: Later = "minReplicas", "2";
    /// The maximum count of a component that an autoscaler scales.
    max_replicas: Later = "maxReplicas", "6";
}

record! {
    /// A count for some of a component's workloads.
    Override, "an override";

    /// Labels that must all be in a workload's own `spec.selector.matchLabels`.
    match_labels: SelectorLabels = "matchLabels", "{milvus.io/resource-group: rg1}", required;
    /// The replicas of each of these workloads, or `keep` for those that are running.
    replicas: Replicas = "replicas", "4", required;
}

record! {
    /// The limits of a scale-in.
    ScaleIn, "`spec.scaleIn`";

    /// How many replicas a component may lose in one release; null removes the limit.
    max_replicas: Option<Count> = "maxReplicas", "1";
    /// The share of its replicas, in percent, that a component may lose in one release (one is always allowed); null removes the limit.
    max_percent: Option<Number<1, 100>> = "maxPercent", "25";
    /// How many components of a release may lose replicas at once; null removes the limit.
    max_components: Option<Count> = "maxComponents", "1";
    /// The minimum number of replicas of a component. Unless it is 0, none of its workloads goes to 0 either; null means 0.
    floor: Option<Count> = "floor", "1";
    /// Whether a scale-in waits until all workers and coordinators of the release are fully rolled out and available, and no
    /// pod of them is terminating. Only live counts of the cluster show that. The default is true; null means false.
    require_settled: Option<bool> = "requireSettled", "true";
}

record! {
    /// The limits of a component's scale-in, overriding those of `spec.scaleIn`.
    ComponentScaleIn, "a component's `scaleIn`";

    /// How many of its replicas the component may lose in one release; null removes the limit.
    max_replicas: Option<Count> = "maxReplicas", "2";
    /// The share of its replicas, in percent, that the component may lose in one release (one is always allowed); null removes the limit.
    max_percent: Option<Number<1, 100>> = "maxPercent", "25";
    /// The minimum number of replicas of the component. Unless it is 0, none of its workloads goes to 0 either; null means 0.
    floor: Option<Count> = "floor", "2";
}

record! {
    /// An entry of the catalogue: a named group of workloads.
    Component, "a component";

    /// What the component is: a worker may scale, a coordinator may not, and a singleton has one copy by design. A policy
    /// cannot change the role that the component has in what it extends.
    role: Role = "role", "worker";
    /// The component that replaces it in newer versions: its removal is not a loss if the replacement is in the release.
    replaced_by: Option<Text> = "replacedBy", "dataNode";
    /// Whether the coordinator may have a standby: a second copy.
    active_standby: bool = "activeStandby", "true";
    /// Set to `chart` if only the chart can change the count, because it writes the count into other objects too: a
    /// target is then the rule `count-used-elsewhere`.
    set_by: Option<SetBy> = "setBy", "chart";
    /// The key in the chart's values that sets the count.
    values_key: Option<ValuesKey> = "valuesKey", "queryNode.replicas";
    /// The selector label that identifies the release, overriding `spec.instanceLabel`.
    instance_label: Option<LabelName> = "instanceLabel", "release";
    /// Set to `refused` if the component is guarded, but cannot have a target: because its replicas hold data, for example.
    targets: Option<Targets> = "targets", "refused";
    /// The component's own limits, overriding those of `spec.scaleIn`.
    scale_in: ComponentScaleIn = "scaleIn", "{maxReplicas: 2, floor: 2}";
    /// Selectors of the component's workloads, added to those of the extended policies.
    workloads: Union<Workload> = "workloads", "[{apiVersion: apps/v1, kind: Deployment, matchLabels: {component: querynode}}]";
}

record! {
    /// Recognises the workloads of one kind.
    Workload, "a workload";

    /// The workload's `apiVersion`.
    api_version: Text = "apiVersion", "apps/v1", required;
    /// The workload's `kind`.
    kind: Text = "kind", "Deployment", required;
    /// Labels that must all be in the workload's own `spec.selector.matchLabels`.
    match_labels: SelectorLabels = "matchLabels", "{app.kubernetes.io/name: milvus, component: querynode}", required;
    /// The key in the chart's values that sets the count of these workloads, overriding the component's.
    values_key: ValuesKey = "valuesKey", "queryNode.replicaCount";
}

record! {
    /// Accepts findings of one rule.
    Waiver, "a waiver";

    /// The rule to waive.
    rule: Text = "rule", "worker-removed", required => Shape::Rule;
    /// The component that the findings must be about.
    component: Text = "component", "indexNode";
    /// The name of the workload that the findings must be about.
    workload: Text = "workload", "my-release-milvus-querynode-rg1";
    /// The reason, shown in reports.
    reason: Text = "reason", "Milvus 2.6 has none", required;
    /// The last day on which the waiver is valid, in UTC.
    expires: Date = "expires", "2026-12-31";
}
