//! What a valid policy means.

use super::*;
use crate::baseline_source::BaselineSource;

#[test]
fn a_policy_lays_its_parts_over_the_catalogue() {
    let policy = valid(&milvus(
        "targets:
  proxy: 2
  queryNode: {replicas: 3, overrides: [{matchLabels: {milvus.io/resource-group: rg1}, replicas: 4}]}
  indexNode: {replicas: 1, optional: true}
scaleIn: {maxPercent: 25}
components:
  queryNode: {scaleIn: {maxReplicas: 2, floor: 2}}
  mixCoord: {activeStandby: true}
waivers:
- {rule: worker-removed, component: indexNode, reason: \"2.6 has none\", expires: 2026-12-31}",
    ));
    assert!(!policy.builtin);
    assert_eq!(policy.name, None);
    assert_eq!(
        targets(&policy),
        [
            "proxy=2",
            "queryNode=3 milvus.io/resource-group=rg1:4",
            "indexNode?=1"
        ]
    );
    assert_eq!(limits(&policy, "queryNode"), "2 25 2");
    assert_eq!(limits(&policy, "proxy"), "1 25 1");
    assert!(component(&policy, "mixCoord").active_standby.value);
    let waiver = &policy.waivers[0];
    assert_eq!(waiver.rule.id, "worker-removed");
    assert_eq!(told(waiver.component.as_ref()), Some("indexNode"));
    assert_eq!(told(waiver.reason.as_ref()), Some("2.6 has none"));
    assert_eq!(
        waiver.expires.as_ref().unwrap().value.to_string(),
        "2026-12-31"
    );
}

#[test]
fn a_target_points_at_its_number() {
    let folder = Folder::new(&[(
        "p.yaml",
        &milvus("targets:\n  proxy: 2\n  queryNode: {replicas: 33}"),
    )]);
    let path = folder.path("p.yaml");
    let mut sources = Sources::default();
    let options = PolicyOptions {
        file: Some(&path),
        rules: RULES,
        ..PolicyOptions::default()
    };
    let policy = Policy::load(&mut sources, &options).unwrap();
    let positions: Vec<_> = policy
        .targets
        .iter()
        .map(|target| {
            let source = sources.get(target.place.source);
            (
                source.position(target.place.start()),
                &source.text()[target.place.span()],
            )
        })
        .collect();
    assert_eq!(positions, [((6, 12), "2"), ((7, 27), "33")]);
    let place = component(&policy, "proxy")
        .scale_in
        .max_replicas
        .place
        .clone()
        .unwrap();
    assert_eq!(sources.get(place.source).name(), "<built-in milvus>");
    assert_eq!(&sources.get(place.source).text()[place.span()], "1");
}

#[test]
fn what_is_running_is_kept_by_a_word() {
    let text = milvus(
        "targets:
  proxy: keep
  dataNode: {replicas: keep, optional: true}
  queryNode: {replicas: 3, overrides: [{matchLabels: {milvus.io/resource-group: rg1}, replicas: keep}]}
  streamingNode: 2
components: {proxy: {scaleIn: {floor: 9}}, queryNode: {scaleIn: {floor: 5}}}",
    );
    assert_eq!(
        targets(&valid(&text)),
        [
            "proxy=keep",
            "dataNode?=keep",
            "queryNode=3 milvus.io/resource-group=rg1:keep",
            "streamingNode=2"
        ]
    );
    let folder = Folder::new(&[("p.yaml", &text)]);
    let options = PolicyOptions {
        file: Some(&folder.path("p.yaml")),
        targets: &[Argument::new("--target", "streamingNode=keep")],
        ..PolicyOptions::default()
    };
    let policy = Policy::load(&mut Sources::default(), &options).unwrap();
    assert_eq!(targets(&policy)[3], "streamingNode=keep");
}

#[test]
fn a_scale_in_waits_for_a_settled_release_unless_a_policy_says_otherwise() {
    for (scale_in, expected) in [
        ("{}", true),
        ("{requireSettled: true}", true),
        ("{requireSettled: false}", false),
        ("{requireSettled: null}", false),
    ] {
        let policy = valid(&milvus(&format!("scaleIn: {scale_in}")));
        assert_eq!(policy.require_settled.value, expected, "{scale_in}");
    }
}

#[test]
fn a_pin_is_merged_field_by_field() {
    let folder = Folder::new(&[
        (
            "base.yaml",
            &milvus("cluster: {context: staging, server: 'https://a:6443'}"),
        ),
        (
            "p.yaml",
            &policy("{extends: base.yaml, cluster: {context: production}}"),
        ),
    ]);
    let pin = folder.load("p.yaml").unwrap().cluster.unwrap();
    assert_eq!(pin.context.unwrap().value, "production");
    assert_eq!(pin.server.unwrap().value, "https://a:6443");
    assert!(valid(&milvus("scaleIn: {}")).cluster.is_none());
}

#[test]
fn null_lifts_a_limit_and_absence_leaves_it() {
    let policy = valid(&milvus(
        "scaleIn: {maxReplicas: null, maxComponents: ~, floor: null}
components: {proxy: {scaleIn: {maxReplicas: 3, floor: 0}}, dataNode: {scaleIn: {maxReplicas: null}}}",
    ));
    assert_eq!(limits(&policy, "queryNode"), "- - 0");
    assert_eq!(limits(&policy, "proxy"), "3 - 0");
    assert_eq!(limits(&policy, "dataNode"), "- - 0");
    assert_eq!(policy.max_components.value, None);
}

#[test]
fn without_a_catalogue_the_limits_are_strict_all_the_same() {
    let policy = valid(&policy(
        "components:
  worker:
    role: worker
    workloads:
    - {apiVersion: apps/v1, kind: Deployment, matchLabels: {app: trino}}",
    ));
    assert_eq!(limits(&policy, "worker"), "1 - 1");
    assert_eq!(policy.max_components.value, Some(1));
    assert_eq!(policy.max_components.place, None);
    assert_eq!(policy.components.len(), 1);
    assert!(policy.charts.is_empty());
}

#[test]
fn match_labels_lie_over_the_catalogue_and_not_over_what_the_policy_adds() {
    let policy = valid(&milvus(
        "matchLabels: {app.kubernetes.io/name: vecdb, team: search}
components:
  queryNode:
    workloads:
    - {apiVersion: apps/v1, kind: Deployment, matchLabels: {app.kubernetes.io/name: other, component: querynode}}",
    ));
    let node = ("component", "querynode");
    let vecdb = ("app.kubernetes.io/name", "vecdb");
    let team = ("team", "search");
    assert_eq!(
        recognised(&policy, "Deployment", &[vecdb, node, team]),
        ["queryNode"]
    );
    assert!(recognised(&policy, "Deployment", &[vecdb, node]).is_empty());
    let milvus = ("app.kubernetes.io/name", "milvus");
    assert!(recognised(&policy, "Deployment", &[milvus, node, team]).is_empty());
    let other = ("app.kubernetes.io/name", "other");
    assert_eq!(
        recognised(&policy, "Deployment", &[other, node]),
        ["queryNode"]
    );
}

#[test]
fn what_is_left_empty_says_nothing() {
    let policy = valid(&milvus(
        "targets:\nscaleIn:\ncomponents:\n  proxy:\nwaivers:\nmatchLabels:\ncharts:",
    ));
    assert_eq!(limits(&policy, "proxy"), "1 - 1");
    assert_eq!(policy.components.len(), 14);
    assert!(policy.targets.is_empty());
}

#[test]
fn a_bom_and_windows_line_ends_are_fine() {
    let text = format!(
        "\u{feff}{}",
        milvus("targets: {proxy: 2} # größe").replace('\n', "\r\n")
    );
    assert_eq!(targets(&valid(&text)), ["proxy=2"]);
}

#[test]
fn json_is_a_policy_too() {
    let text = r#"{"apiVersion": "trimtab.dev/v1alpha1", "kind": "ReplicaPolicy", "metadata": {"name": "j"},
        "spec": {"extends": "milvus", "targets": {"proxy": 2}}}"#;
    assert_eq!(targets(&valid(text)), ["proxy=2"]);
}

#[test]
fn a_baseline_file_starts_at_the_policys_folder() {
    let folder = Folder::new(&[
        ("a/p.yaml", &policy("extends: ../b/base.yaml")),
        (
            "a/q.yaml",
            &policy("{extends: ../b/base.yaml, baseline: rendered}"),
        ),
        ("b/base.yaml", &milvus("baseline: file:last.yaml")),
    ]);
    let baseline = folder.load("a/p.yaml").unwrap().baseline.unwrap();
    assert_eq!(
        baseline.value,
        BaselineSource::File(folder.path("a/../b/last.yaml"))
    );
    let baseline = folder.load("a/q.yaml").unwrap().baseline.unwrap();
    assert_eq!(baseline.value, BaselineSource::Rendered);
    let policy = valid(&milvus("baseline: cluster"));
    assert_eq!(policy.baseline.unwrap().value, BaselineSource::Cluster);
}

#[test]
fn every_value_knows_where_it_comes_from() {
    let folder = Folder::new(&[(
        "p.yaml",
        &milvus(
            "baseline: rendered
matchLabels: {app.kubernetes.io/name: vecdb}
scaleIn: {floor: 2}
components: {mixCoord: {activeStandby: true}}",
        ),
    )]);
    let path = folder.path("p.yaml");
    let mut sources = Sources::default();
    let options = PolicyOptions {
        file: Some(&path),
        targets: &[Argument::new("TRIMTAB_TARGETS", "proxy=3")],
        ..PolicyOptions::default()
    };
    let policy = Policy::load(&mut sources, &options).unwrap();
    let at = |place: &Option<Place>| {
        place.as_ref().map_or("default".to_owned(), |place| {
            let source = sources.get(place.source);
            let name = source.name().rsplit('/').next().unwrap();
            format!("{name}:{}", source.position(place.start()).0)
        })
    };
    let proxy = component(&policy, "proxy");
    let standby = component(&policy, "mixCoord");
    let labels = &proxy.workloads[0].match_labels;
    assert_eq!(at(&policy.baseline.as_ref().unwrap().place), "p.yaml:5");
    assert_eq!(at(&labels[0].1.place), "p.yaml:6");
    assert_eq!(at(&labels[1].1.place), "<built-in milvus>:44");
    assert_eq!(at(&proxy.role.place), "<built-in milvus>:39");
    assert_eq!(
        at(&proxy.values_key.as_ref().unwrap().place),
        "<built-in milvus>:40"
    );
    assert_eq!(at(&proxy.scale_in.floor.place), "p.yaml:7");
    assert_eq!(
        at(&proxy.scale_in.max_replicas.place),
        "<built-in milvus>:32"
    );
    assert_eq!(at(&proxy.scale_in.max_percent.place), "default");
    assert_eq!(at(&policy.max_components.place), "<built-in milvus>:33");
    assert_eq!(at(&standby.active_standby.place), "p.yaml:8");
    assert_eq!(at(&proxy.active_standby.place), "default");
    assert_eq!(
        at(&Some(policy.targets[0].place.clone())),
        "TRIMTAB_TARGETS:1"
    );
}
