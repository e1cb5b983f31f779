//! Objects as real API servers give them, and what of them is not settled.
#![allow(clippy::expect_used, reason = "a test that fails should stop")]

use super::{LiveObject, LivePod};

/// A Deployment of three replicas that is done, with `more` in its status.
fn deployment(replicas: u32, status: &str) -> LiveObject {
    object(&format!(
        r#"{{"metadata": {{"name": "querynode", "generation": 4}}, "spec": {{"replicas": {replicas},
            "selector": {{"matchLabels": {{"component": "querynode", "app": "demo"}}}}}}, "status": {status}}}"#
    ))
}

fn object(json: &str) -> LiveObject {
    serde_json::from_str(json).expect(json)
}

fn pod(json: &str) -> LivePod {
    serde_json::from_str(json).expect(json)
}

fn waits(object: &LiveObject, kind: &str, pods: &[LivePod]) -> Vec<String> {
    let pending = object.pending(kind, pods);
    pending.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn assert_waits(replicas: u32, status: &str, expected: &[&str]) {
    let found = waits(&deployment(replicas, status), "Deployment", &[]);
    assert_eq!(found, expected, "{status}");
}

#[test]
fn a_deployment_is_settled_when_every_field_says_so() {
    let done = r#"{"observedGeneration": 4, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3,
        "availableReplicas": 3, "terminatingReplicas": 0}"#;
    assert_waits(3, done, &[]);
    assert_waits(
        0,
        r#"{"observedGeneration": 4, "terminatingReplicas": 0}"#,
        &[],
    );
}

#[test]
fn a_change_that_its_controller_has_not_seen_hides_the_rest() {
    let unseen = ["its controller has not seen the last change yet"];
    assert_waits(3, "{}", &unseen);
    assert_waits(3, "null", &unseen);
    let before = r#"{"observedGeneration": 3, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3,
        "availableReplicas": 3, "terminatingReplicas": 0}"#;
    assert_waits(3, before, &unseen);
    let deleted = object(
        r#"{"metadata": {"deletionTimestamp": "2026-05-04T10:00:30Z", "deletionGracePeriodSeconds": 30}}"#,
    );
    assert_eq!(
        waits(&deleted, "Deployment", &[]),
        ["it is being deleted (since 2026-05-04T10:00:00Z)"]
    );
}

#[test]
fn a_rollout_says_the_first_step_that_lacks() {
    assert_waits(
        3,
        r#"{"observedGeneration": 4, "replicas": 4, "updatedReplicas": 1, "readyReplicas": 3}"#,
        &[
            "1 of 3 replicas is updated",
            "1 surplus replica is still there",
        ],
    );
    assert_waits(
        3,
        r#"{"observedGeneration": 4, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 2,
            "availableReplicas": 2, "conditions": [
            {"type": "Available", "status": "False", "lastTransitionTime": "2026-05-04T10:00:00Z"},
            {"type": "Progressing", "status": "True", "lastTransitionTime": "2026-05-04T09:00:00Z"}]}"#,
        &["2 of 3 replicas are ready (since 2026-05-04T10:00:00Z)"],
    );
    assert_waits(
        3,
        r#"{"observedGeneration": 4, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3,
            "conditions": [{"type": "Available", "status": "True", "lastTransitionTime": "2026-05-04T10:00:00Z"}]}"#,
        &["0 of 3 replicas are available"],
    );
    assert_waits(
        1,
        r#"{"observedGeneration": 4, "replicas": 1, "updatedReplicas": 1, "conditions": [
            {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded",
             "lastTransitionTime": "2026-05-04T10:00:00Z"}]}"#,
        &[
            "its rollout exceeded the progress deadline (since 2026-05-04T10:00:00Z)",
            "0 of 1 replicas are ready",
        ],
    );
}

#[test]
fn pods_that_terminate_are_waited_for_when_all_else_is_done() {
    let counts = |terminating: &str| {
        format!(
            r#"{{"observedGeneration": 4, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3,
            "availableReplicas": 3{terminating}}}"#
        )
    };
    assert_waits(
        3,
        &counts(r#", "terminatingReplicas": 2"#),
        &["2 pods are still terminating"],
    );
    let old = deployment(3, &counts(""));
    assert!(old.needs_pods("Deployment"));
    assert!(!deployment(3, &counts(r#", "terminatingReplicas": 0"#)).needs_pods("Deployment"));
    let pods = [
        pod(
            r#"{"metadata": {"name": "a", "deletionTimestamp": "2026-05-04T10:30:00Z",
            "deletionGracePeriodSeconds": 1800}, "status": {"phase": "Running"}}"#,
        ),
        pod(r#"{"metadata": {"name": "b"}, "status": {"phase": "Running"}}"#),
        pod(
            r#"{"metadata": {"name": "c", "deletionTimestamp": "2026-05-04T08:00:00Z"},
            "status": {"phase": "Succeeded"}}"#,
        ),
    ];
    assert_eq!(
        waits(&old, "Deployment", &pods),
        ["1 pod is still terminating (since 2026-05-04T10:00:00Z)"]
    );
}

#[test]
fn a_stateful_set_counts_the_pods_that_terminate_among_its_replicas() {
    let stateful = |strategy: &str, status: &str| {
        object(&format!(
            r#"{{"metadata": {{"generation": 1}}, "spec": {{"replicas": 3, "updateStrategy": {strategy}}},
                "status": {{"observedGeneration": 1, {status}}}}}"#
        ))
    };
    let done = r#""replicas": 3, "readyReplicas": 3, "availableReplicas": 3, "updatedReplicas": 3"#;
    let shrinks =
        r#""replicas": 4, "readyReplicas": 3, "availableReplicas": 3, "updatedReplicas": 3"#;
    let partly =
        r#""replicas": 3, "readyReplicas": 3, "availableReplicas": 3, "updatedReplicas": 1"#;
    let rolling = r#"{"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}"#;
    let canary = r#"{"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}"#;
    let by_hand = r#"{"type": "OnDelete"}"#;
    let surplus = "1 surplus replica is still there";
    for (strategy, status, expected) in [
        (rolling, done, &[][..]),
        (rolling, shrinks, &[surplus][..]),
        (rolling, partly, &["1 of 3 replicas is updated"][..]),
        (canary, partly, &[][..]),
        (by_hand, partly, &[][..]),
    ] {
        let object = stateful(strategy, status);
        assert_eq!(
            waits(&object, "StatefulSet", &[]),
            expected,
            "{strategy} {status}"
        );
        assert!(object.needs_pods("StatefulSet"));
    }
}

#[test]
fn of_another_kind_only_what_it_shows_is_judged_and_its_pods_tell_the_rest() {
    let set = |status: &str| {
        object(&format!(
            r#"{{"metadata": {{"generation": 1}}, "spec": {{"replicas": 2, "selector": "app=demo"}},
                "status": {{"observedGeneration": 1, "conditions": {{}}, {status}}}}}"#
        ))
    };
    let ready = pod(r#"{"status": {"conditions": [{"type": "Ready", "status": "True"}]}}"#);
    let other = pod(r#"{"status": {"conditions": [{"type": "Ready", "status": "False"}]}}"#);
    let two = [ready.clone(), ready.clone()];
    let one = [ready, other];
    let short = "1 of 2 replicas is ready";
    for (status, pods, expected) in [
        (r#""replicas": 2"#, &two, &[][..]),
        (r#""replicas": 2"#, &one, &[short][..]),
        (r#""replicas": 2, "readyReplicas": 2"#, &one, &[][..]),
        (r#""replicas": 2, "readyReplicas": 1"#, &two, &[short][..]),
        (r#""replicas": "2""#, &two, &[][..]),
    ] {
        assert_eq!(waits(&set(status), "CloneSet", pods), expected, "{status}");
    }
    assert!(set(r#""replicas": 2"#).needs_pods("CloneSet"));
    let bare = object(r#"{"metadata": {"generation": 3}, "spec": {"replicas": 0}}"#);
    assert!(waits(&bare, "CloneSet", &[]).is_empty());
    let behind = object(r#"{"metadata": {"generation": 3}, "status": {"observedGeneration": 2}}"#);
    assert_eq!(
        waits(&behind, "CloneSet", &two),
        ["its controller has not seen the last change yet"]
    );
}

#[test]
fn pods_are_asked_for_by_the_whole_selector() {
    let object = object(
        r#"{"spec": {"selector": {"matchLabels": {"b": "2", "a": "1"}, "matchExpressions": [
            {"key": "c", "operator": "In", "values": ["3", "4"]}, {"key": "d", "operator": "NotIn", "values": ["5"]},
            {"key": "e", "operator": "Exists"}, {"key": "f", "operator": "DoesNotExist"}]}}}"#,
    );
    let selector = object.pod_selector();
    assert_eq!(
        selector.as_deref(),
        Some("a=1,b=2,c in (3,4),d notin (5),e,!f")
    );
    assert_eq!(LiveObject::default().pod_selector(), None);
}
