//! What a catalogue says of its components, and what follows for a policy over it.

use super::*;

/// A policy over a catalogue of three components of a system that is not Milvus.
fn over_a_catalogue(spec: &str) -> Result<Policy, Vec<String>> {
    let catalogue = policy(
        "instanceLabel: release
components:
  broker:
    role: worker
    valuesKey: broker.replicaCount
    workloads: [{apiVersion: apps/v1, kind: Deployment, matchLabels: {app: druid, component: broker}}]
  store:
    role: worker
    setBy: chart
    targets: refused
    instanceLabel: druid.io/release
    workloads: [{apiVersion: apps/v1, kind: StatefulSet, matchLabels: {app: druid, component: store}}]
  overlord:
    role: coordinator
    workloads: [{apiVersion: apps/v1, kind: Deployment, matchLabels: {app: druid, component: overlord}}]",
    );
    let top = policy(&format!("extends: ./druid.yaml\n{spec}"));
    Folder::new(&[("druid.yaml", &catalogue), ("p.yaml", &top)]).load("p.yaml")
}

fn refusals(spec: &str) -> Vec<String> {
    over_a_catalogue(spec).unwrap_err()
}

#[test]
fn an_entry_says_where_its_count_comes_from_and_how_releases_are_told_apart() {
    let policy = over_a_catalogue("").unwrap();
    let broker = component(&policy, "broker");
    assert_eq!(
        broker.values_key.as_ref().unwrap().value,
        "broker.replicaCount"
    );
    assert_eq!(broker.instance_label.value, "release");
    assert!(!broker.set_by_chart.value && !broker.targets_refused.value);
    assert_eq!(broker.set_by_chart.place, None);
    let store = component(&policy, "store");
    assert_eq!(store.instance_label.value, "druid.io/release");
    assert!(store.set_by_chart.value && store.targets_refused.value);
    assert_eq!(store.values_key, None);
}

#[test]
fn null_takes_a_fact_of_an_entry_away() {
    let policy = over_a_catalogue(
        "targets: {store: 3}
components:
  broker: {valuesKey: null}
  store: {setBy: null, targets: null, instanceLabel: null}",
    )
    .unwrap();
    let store = component(&policy, "store");
    assert!(!store.set_by_chart.value && !store.targets_refused.value);
    assert_eq!(store.instance_label.value, "release");
    assert_eq!(component(&policy, "broker").values_key, None);
}

#[test]
fn an_instance_label_is_of_what_its_policy_names_or_extends() {
    let systems = Folder::new(&[
        (
            "a.yaml",
            &policy(
                "instanceLabel: release
components:
  broker: {role: worker, workloads: [{apiVersion: apps/v1, kind: Deployment, matchLabels: {app: druid}}]}",
            ),
        ),
        ("p.yaml", &policy("extends: [milvus, ./a.yaml]")),
        ("q.yaml", &policy("extends: ./p.yaml\ninstanceLabel: team")),
    ]);
    let policy = systems.load("p.yaml").unwrap();
    let label = |policy: &Policy, name| component(policy, name).instance_label.value.clone();
    assert_eq!(label(&policy, "broker"), "release");
    assert_eq!(label(&policy, "proxy"), INSTANCE_LABEL);
    let policy = systems.load("q.yaml").unwrap();
    assert_eq!(label(&policy, "broker"), "team");
    assert_eq!(label(&policy, "proxy"), "team");
}

#[test]
fn a_role_is_a_fact() {
    assert_eq!(
        refused(&milvus("components: {mixCoord: {role: worker}}")),
        [
            "p.yaml:5:33 'worker' <built-in milvus>:124:13 'coordinator' `mixCoord` is a coordinator, and its role \
             cannot be changed | remove `role`; a component of another system needs its own name"
        ]
    );
    assert_eq!(
        refusals("components: {broker: {role: coordinator, activeStandby: true}}").len(),
        2
    );
    let same = over_a_catalogue("components: {broker: {role: worker}}").unwrap();
    assert_eq!(component(&same, "broker").role.value, Role::Worker);
}

#[test]
fn a_component_that_refuses_targets_gets_none() {
    let problem =
        "`store` cannot have a target | remove the target: the component is guarded without one";
    assert_eq!(
        refusals("targets: {store: {replicas: 3}}"),
        [format!(
            "p.yaml:5:31 '3' ./druid.yaml:13:16 'refused' {problem}"
        )]
    );
    assert_eq!(
        refusals("targets: {store: {optional: true}}"),
        [format!(
            "p.yaml:5:13 'store' ./druid.yaml:13:16 'refused' {problem}"
        )]
    );
}

#[test]
fn a_floor_above_its_target_is_refused() {
    assert_eq!(
        refused(&milvus(
            "targets: {proxy: 1, queryNode: 2, dataNode: 0}
components: {queryNode: {scaleIn: {floor: 3}}}"
        )),
        [
            "p.yaml:5:34 '2' p.yaml:6:45 '3' the target of `queryNode` is 2, below its floor of 3 | raise the target, \
             or lower the floor: `components: {queryNode: {scaleIn: {floor: 2}}}` in the policy",
            "p.yaml:5:47 '0' <built-in milvus>:34:12 '1' the target of `dataNode` is 0, below its floor of 1 | raise \
             the target, or lower the floor: `components: {dataNode: {scaleIn: {floor: 0}}}` in the policy",
        ]
    );
    // A group of its own may reach the floor alone, and a floor may be lifted.
    let policy = valid(&milvus(
        "targets:
  queryNode: {replicas: 1, overrides: [{matchLabels: {a: b}, replicas: 3}]}
  dataNode: 0
components: {queryNode: {scaleIn: {floor: 3}}, dataNode: {scaleIn: {floor: null}}}",
    ));
    assert_eq!(targets(&policy), ["queryNode=1 a=b:3", "dataNode=0"]);
}

#[test]
fn facts_have_a_form() {
    assert_eq!(
        refusals(
            "instanceLabel: 'a b'
components:
  broker: {setBy: me, valuesKey: 'broker..replicas', targets: none, instanceLabel: -x, role: null}
  overlord: {valuesKey: 'a = b', instanceLabel: a/b/c}"
        ),
        [
            "p.yaml:5:18 ''a b'' `instanceLabel` must be a label name, found the string \"a b\" | for example: `instanceLabel: release`",
            "p.yaml:7:21 'me' `setBy` must be `chart`, found the string \"me\"",
            "p.yaml:7:36 ''broker..replicas'' `valuesKey` must be a key in the chart's values, found the string \"broker..replicas\" | for example: `valuesKey: queryNode.replicas`",
            "p.yaml:7:65 'none' `targets` must be `refused`, found the string \"none\"",
            "p.yaml:7:86 '-x' `instanceLabel` must be a label name, found the string \"-x\" | for example: `instanceLabel: release`",
            "p.yaml:7:96 'null' `role` must be `worker`, `coordinator` or `singleton`, found nothing",
            "p.yaml:8:27 ''a = b'' `valuesKey` must be a key in the chart's values, found the string \"a = b\" | for example: `valuesKey: queryNode.replicas`",
            "p.yaml:8:51 'a/b/c' `instanceLabel` must be a label name, found the string \"a/b/c\" | for example: `instanceLabel: release`",
        ]
    );
}

#[test]
fn what_the_built_in_catalogue_knows_is_a_reason_to_extend_it() {
    assert_eq!(
        refused(&policy(
            "targets: {querynode: 3}\ncomponents: {proxy: {scaleIn: {floor: 2}}}"
        )),
        [
            "p.yaml:4:13 'querynode' unknown component `querynode` | `queryNode` is in the built-in catalogue: add \
             `extends: milvus` under `spec`",
            "p.yaml:5:16 'proxy' `proxy` is not in the catalogue, and a new component needs `role` and `workloads` | \
             `proxy` is in the built-in catalogue: add `extends: milvus` under `spec`",
        ]
    );
}

#[test]
fn a_waiver_may_be_for_one_workload() {
    let policy = valid(&milvus(
        "waivers: [{rule: worker-removed, component: queryNode, workload: a-milvus-querynode-rg1, reason: x}]",
    ));
    assert_eq!(
        told(policy.waivers[0].workload.as_ref()),
        Some("a-milvus-querynode-rg1")
    );
}

#[test]
fn metadata_is_that_of_a_kubernetes_object() {
    let text = "apiVersion: trimtab.dev/v1alpha1
kind: ReplicaPolicy
metadata:
  name: p
  namespace: milvus
  labels: {team: search}
  annotations: {config.kubernetes.io/local-config: 'true'}
spec: {extends: milvus}";
    assert_eq!(told(valid(text).name.as_ref()), Some("p"));
}

#[test]
fn a_component_of_several_catalogues_names_them_all() {
    assert_eq!(
        refused(&policy("targets: {ingester: 3, chunks: 1}")),
        [
            "p.yaml:4:13 'ingester' the policy has targets, but knows no component: it has neither `extends` nor \
             `components` | `ingester` is in the built-in catalogues loki and mimir: add `extends: loki` or \
             `extends: mimir` under `spec`",
        ]
    );
}

#[test]
fn a_selector_may_have_a_values_key_of_its_own() {
    let policy = valid(&milvus("components: {queryNode: {valuesKey: mine.count}}"));
    let query_node = component(&policy, "queryNode");
    let object = ObjectRef {
        api_version: "apps/v1".into(),
        kind: "Deployment".into(),
        namespace: None,
        name: "q".into(),
    };
    let key = |label| {
        let labels = labels(&[("app.kubernetes.io/name", "milvus"), label]);
        let key = query_node.values_key_of(&object, &labels);
        key.map(|key| &*key.value)
    };
    assert_eq!(key(("component", "querynode")), Some("mine.count"));
    assert_eq!(
        key(("app.kubernetes.io/component", "query-node")),
        Some("queryNode.replicaCount")
    );
}
