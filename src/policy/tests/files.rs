//! The policies that come with trimtab.

use super::*;

#[test]
fn every_policy_in_the_repository_is_valid() {
    let mut seen = 0;
    for folder in ["policies", "policies/examples"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                continue;
            }
            let options = PolicyOptions {
                file: Some(&path),
                ..PolicyOptions::default()
            };
            let policy =
                load(&options).unwrap_or_else(|problems| panic!("{path:?}: {problems:#?}"));
            assert!(policy.name.is_some(), "{path:?}");
            assert!(!policy.builtin);
            seen += 1;
        }
    }
    assert!(seen >= 6);
}

#[test]
fn without_a_file_the_catalogue_guards_and_sets_nothing() {
    let policy = load(&PolicyOptions::default()).unwrap();
    assert!(policy.builtin);
    assert_eq!(told(policy.name.as_ref()), Some("all systems"));
    let charts: Vec<&str> = policy.charts.iter().map(|it| &*it.value).collect();
    assert_eq!(
        charts,
        [
            "milvus",
            "druid",
            "loki",
            "mimir-distributed",
            "presto",
            "qdrant",
            "trino"
        ]
    );
    assert_eq!(policy.max_components.value, Some(1));
    assert!(policy.targets.is_empty() && policy.waivers.is_empty() && policy.baseline.is_none());
    assert_eq!(limits(&policy, "queryNode"), "1 - 1");
    let kinds: Vec<_> = policy.kinds().into_iter().collect();
    assert_eq!(
        kinds,
        [("apps/v1", "Deployment"), ("apps/v1", "StatefulSet")]
    );
}

#[test]
fn the_catalogue_knows_every_role() {
    let policy = valid(&milvus(""));
    let of = |role| -> Vec<&str> {
        let all = policy.components.iter().filter(|c| c.role.value == role);
        all.map(|component| component.name.as_str()).collect()
    };
    assert_eq!(
        of(Role::Worker),
        [
            "proxy",
            "queryNode",
            "dataNode",
            "indexNode",
            "streamingNode",
            "woodpecker"
        ]
    );
    assert_eq!(
        of(Role::Coordinator),
        [
            "mixCoord",
            "rootCoord",
            "dataCoord",
            "queryCoord",
            "indexCoord"
        ]
    );
    assert_eq!(of(Role::Singleton), ["standalone", "attu", "cdc"]);
    let replaced = |name: &str| {
        let successor = component(&policy, name).replaced_by.as_ref();
        successor.map(|given| &*given.value)
    };
    assert_eq!(replaced("indexNode"), Some("dataNode"));
    assert_eq!(replaced("queryCoord"), Some("mixCoord"));
    assert_eq!(replaced("mixCoord"), None);
}

#[test]
fn a_workload_is_recognised_by_kind_version_and_all_labels() {
    let policy = load(&PolicyOptions::default()).unwrap();
    let milvus = ("app.kubernetes.io/name", "milvus");
    let instance = ("app.kubernetes.io/instance", "my-release");
    let group = ("milvus.io/resource-group", "rg1");
    let node = ("component", "querynode");
    assert_eq!(
        recognised(&policy, "Deployment", &[milvus, instance, node, group]),
        ["queryNode"]
    );
    assert_eq!(
        recognised(&policy, "StatefulSet", &[milvus, instance, node]),
        ["queryNode"]
    );
    assert!(recognised(&policy, "DaemonSet", &[milvus, instance, node]).is_empty());
    // Pulsar's proxy, and an alias of the chart.
    assert!(
        recognised(
            &policy,
            "StatefulSet",
            &[("app", "pulsar"), ("component", "proxy")]
        )
        .is_empty()
    );
    assert!(
        recognised(
            &policy,
            "Deployment",
            &[("app.kubernetes.io/name", "db"), node]
        )
        .is_empty()
    );
    let proxy = component(&policy, "proxy");
    let found = labels(&[milvus, ("component", "proxy")]);
    assert!(!proxy.workloads[0].matches("apps/v1beta1", "Deployment", &found));
}

#[test]
fn no_workload_of_the_catalogue_has_two_owners() {
    let policy = load(&PolicyOptions::default()).unwrap();
    for component in &policy.components {
        for workload in &component.workloads {
            let found: Vec<(&str, &str)> = workload
                .match_labels
                .iter()
                .map(|(key, value)| (&**key, &*value.value))
                .collect();
            assert_eq!(
                recognised(&policy, &workload.kind, &found),
                [component.name.as_str()]
            );
        }
    }
}
