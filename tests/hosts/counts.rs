//! What is set: the targets reach the workloads that they are meant for, and nothing else changes.

use std::fs;

use tempfile::TempDir;

use crate::compare::{Edit, assert_counts, edits};
use crate::helm::{Helm, Policy};

pub(crate) const TESTS: &[crate::UnderHelm] = tests![
    a_target_from_the_arguments,
    targets_from_the_environment,
    a_policy_from_the_environment,
    a_policy_from_the_arguments,
    no_target_changes_nothing,
    resource_groups,
    another_proxy_is_left_alone,
    a_count_that_is_absent,
    a_count_that_is_null,
    a_count_in_json,
    another_name_label,
    a_second_component_label,
    autoscalers_keep_their_counts,
    the_largest_step,
    standby_coordinators,
];

/// A line whose count is set.
const fn set<'a>(before: &'a str, after: &'a str) -> Edit<'a> {
    (Some(before), after)
}

const ONE_TO_THREE: Edit = set("  replicas: 1", "  replicas: 3");

/// Renders with the values and trimtab's arguments; exactly these lines differ from a render without trimtab, and kubectl
/// sees exactly these counts change.
#[track_caller]
fn assert_trimmed(
    helm: &Helm,
    values: &[&str],
    args: &[&str],
    lines: &[Edit],
    counts: &[(&str, Option<u64>, u64)],
) {
    let before = helm.plain(values);
    let after = helm.template(values).trimmed(args).ok();
    assert_eq!(edits(&before, &after), lines);
    assert_counts(&before, &after, counts);
}

fn a_target_from_the_arguments(helm: &Helm) {
    let counts = [("querynode", Some(1), 3)];
    assert_trimmed(
        helm,
        &[],
        &["--target", "queryNode=3"],
        &[ONE_TO_THREE],
        &counts,
    );
}

fn targets_from_the_environment(helm: &Helm) {
    let template = helm
        .template(&[])
        .env("TRIMTAB_TARGETS", "queryNode=3,dataNode=2");
    let (before, after) = (helm.plain(&[]), template.trimmed(&[]).ok());
    let lines = [set("  replicas: 1", "  replicas: 2"), ONE_TO_THREE];
    assert_eq!(edits(&before, &after), lines);
    assert_counts(
        &before,
        &after,
        &[("datanode", Some(1), 2), ("querynode", Some(1), 3)],
    );
}

fn a_policy_from_the_environment(helm: &Helm) {
    let policy = Policy::new(
        "{queryNode: 3, streamingNode: {replicas: 2}, indexNode: {replicas: 1, optional: true}}",
    );
    let template = helm.template(&[]).env("TRIMTAB_POLICY", policy.path());
    let (before, after) = (helm.plain(&[]), template.trimmed(&[]).ok());
    let lines = [ONE_TO_THREE, set("  replicas: 1", "  replicas: 2")];
    assert_eq!(edits(&before, &after), lines);
    assert_counts(
        &before,
        &after,
        &[("querynode", Some(1), 3), ("streamingnode", Some(1), 2)],
    );
}

/// The path holds spaces and a comma; both Helms pass it on as it is.
fn a_policy_from_the_arguments(helm: &Helm) {
    let policy = Policy::new("{queryNode: 3}");
    let counts = [("querynode", Some(1), 3)];
    assert_trimmed(
        helm,
        &[],
        &["--policy", policy.path()],
        &[ONE_TO_THREE],
        &counts,
    );
}

fn no_target_changes_nothing(helm: &Helm) {
    for values in [
        &[][..],
        &["cluster.enabled=false"],
        &["dataNode.hpa.enabled=true"],
    ] {
        assert_trimmed(helm, values, &[], &[], &[]);
    }
}

fn resource_groups(helm: &Helm) {
    let policy = Policy::new(
        "{queryNode: {replicas: 3, overrides: [{matchLabels: {milvus.io/resource-group: rg2}, replicas: 4}]}}",
    );
    assert_trimmed(
        helm,
        &["resourceGroups={rg1,rg2}", "queryNode.replicas=2"],
        &["--policy", policy.path()],
        &[
            set("  replicas: 2", "  replicas: 3"),
            set("  replicas: 2", "  replicas: 4"),
        ],
        &[("querynode-rg1", Some(2), 3), ("querynode-rg2", Some(2), 4)],
    );
}

/// The message queue has a `StatefulSet` and a Deployment with `component: proxy`.
fn another_proxy_is_left_alone(helm: &Helm) {
    let values = ["courier.gateway.enabled=true"];
    let counts = [("proxy", Some(1), 3)];
    assert_trimmed(
        helm,
        &values,
        &["--target", "proxy=3"],
        &[ONE_TO_THREE],
        &counts,
    );
}

fn a_count_that_is_absent(helm: &Helm) {
    let inserted = (None, "  replicas: 3");
    let counts = [("querynode", None, 3)];
    assert_trimmed(
        helm,
        &["queryNode.replicas=-1"],
        &["--target", "queryNode=3"],
        &[inserted],
        &counts,
    );
}

/// Helm 3 leaves a space after the colon. It is not part of the count, so it stays; Helm 4 removes it.
fn a_count_that_is_null(helm: &Helm) {
    let edit = match helm.major {
        3 => set("  replicas: ", "  replicas: 3 "),
        _ => set("  replicas:", "  replicas: 3"),
    };
    let counts = [("querynode", None, 3)];
    assert_trimmed(
        helm,
        &["queryNode.replicas="],
        &["--target", "queryNode=3"],
        &[edit],
        &counts,
    );
}

/// Helm 3 passes JSON on as the chart wrote it, Helm 4 in one line.
fn a_count_in_json(helm: &Helm) {
    for (replicas, old) in [("1", "\"replicas\": 1"), ("", "\"replicas\": null")] {
        let values = [
            "indexNode.enabled=true",
            &format!("indexNode.replicas={replicas}"),
        ];
        let before = helm.plain(&values);
        let after = helm
            .template(&values)
            .trimmed(&["--target", "indexNode=3"])
            .ok();
        assert_eq!(after, before.replace(old, "\"replicas\": 3"));
        assert_counts(&before, &after, &[("indexnode", replicas.parse().ok(), 3)]);
    }
}

fn another_name_label(helm: &Helm) {
    let policy = Policy::with(
        "{queryNode: 3}",
        "matchLabels: {app.kubernetes.io/name: vecdb}",
    );
    let values = ["nameOverride=vecdb", "fullnameOverride=my-release-milvus"];
    let counts = [("querynode", Some(1), 3)];
    assert_trimmed(
        helm,
        &values,
        &["--policy", policy.path()],
        &[ONE_TO_THREE],
        &counts,
    );
}

/// A user's label that is called `component` too; the selector does not hold it.
fn a_second_component_label(helm: &Helm) {
    let values = ["queryNode.labels.component=datanode"];
    let counts = [("querynode", Some(1), 3)];
    assert_trimmed(
        helm,
        &values,
        &["--target", "queryNode=3"],
        &[ONE_TO_THREE],
        &counts,
    );
}

/// The chart renders a count beside the autoscaler, which is worth a warning, unless it is -1.
fn autoscalers_keep_their_counts(helm: &Helm) {
    let folder = TempDir::new().expect("a temporary folder");
    let report = folder.path().join("report.json");
    let report = report.to_str().expect("a plain path");
    for (replicas, warned) in [("2", true), ("-1", false)] {
        let values = [
            "dataNode.hpa.enabled=true",
            &format!("dataNode.replicas={replicas}"),
        ];
        let args = ["--target", "queryNode=3", "--report", report];
        let counts = [("querynode", Some(1), 3)];
        assert_trimmed(helm, &values, &args, &[ONE_TO_THREE], &counts);
        let report = fs::read_to_string(report).expect("a report");
        assert_eq!(report.contains("\"autoscaler-reset\""), warned, "{report}");
    }
}

/// The chart falls back to 1 data node where five run, of which the policy wants two: the first step is four.
fn the_largest_step(helm: &Helm) {
    let baseline = "file:testdata/charts/rendered/helm3/five.yaml";
    let args = [
        "--target",
        "dataNode=2",
        "--baseline",
        baseline,
        "--scale-in",
        "step",
    ];
    let edit = set("  replicas: 1", "  replicas: 4");
    let counts = [("datanode", Some(1), 4)];
    assert_trimmed(helm, &["queryNode.replicas=5"], &args, &[edit], &counts);
}

fn standby_coordinators(helm: &Helm) {
    let policy = Policy::with(
        "{queryNode: 3}",
        "components: {mixCoord: {activeStandby: true}}",
    );
    let values = [
        "mixCoordinator.replicas=2",
        "mixCoordinator.activeStandby.enabled=true",
    ];
    let counts = [("querynode", Some(1), 3)];
    assert_trimmed(
        helm,
        &values,
        &["--policy", policy.path()],
        &[ONE_TO_THREE],
        &counts,
    );
}
