//! Waiting on a server that answers as a test says.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic fails the test, as it should"
)]

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::cluster::tests::cluster;
use crate::cluster::tests::server::{Server, json, list};

/// The states of a Deployment `querynode`, one after the other: its count, and how many of its pods terminate.
fn states(states: &'static [(u32, u32)]) -> Server {
    let listed = AtomicUsize::new(0);
    Server::new(move |asked| {
        if asked.path.contains("watch=1") {
            return json("200 OK", "{\"type\": \"MODIFIED\", \"object\": {}}\n");
        }
        let at = listed.fetch_add(1, Ordering::Relaxed).min(states.len() - 1);
        let (count, terminating) = states[at];
        list("Deployment", "", &deployment(count, terminating))
    })
}

fn deployment(count: u32, terminating: u32) -> String {
    format!(
        r#"{{"metadata": {{"name": "querynode", "generation": 1}}, "spec": {{"replicas": {count},
        "selector": {{"matchLabels": {{"component": "querynode"}}}}}}, "status": {{"observedGeneration": 1,
        "replicas": {count}, "updatedReplicas": {count}, "readyReplicas": {count}, "availableReplicas": {count},
        "terminatingReplicas": {terminating}}}}}"#
    )
}

fn object(kind: &str, name: &str) -> ObjectRef {
    ObjectRef {
        api_version: "apps/v1".into(),
        kind: kind.into(),
        namespace: Some("milvus".into()),
        name: name.into(),
    }
}

fn awaited(count: Option<u32>) -> [WorkloadSaid; 1] {
    [WorkloadSaid {
        object: object("Deployment", "querynode"),
        count,
    }]
}

/// Waits, and what was seen meanwhile, a line a look.
fn waited(server: &Server, workloads: &[WorkloadSaid], patience: Duration) -> (Waited, String) {
    let mut seen = String::new();
    let deadline = Instant::now() + patience;
    let end = wait(&cluster(server), workloads, deadline, |unsettled| {
        let lines: Vec<String> = unsettled.iter().map(Unsettled::line).collect();
        writeln!(seen, "{}", lines.join(" | ")).unwrap();
    });
    (end, seen)
}

const LONG: Duration = Duration::from_mins(1);

#[test]
fn what_is_settled_is_not_waited_for() {
    let server = states(&[(4, 0)]);
    let (end, seen) = waited(&server, &awaited(Some(4)), LONG);
    assert_eq!((end, &*seen), (Waited::Settled { at_once: true }, "\n"));
    assert_eq!(server.asked().len(), 1, "nothing is watched");
}

#[test]
fn each_change_is_looked_at_until_all_is_settled() {
    let server = states(&[(4, 2), (4, 1), (4, 0)]);
    let (end, seen) = waited(&server, &awaited(Some(4)), LONG);
    assert_eq!(end, Waited::Settled { at_once: false });
    assert_eq!(
        seen,
        "Deployment querynode: 2 pods are still terminating\n\
         Deployment querynode: 1 pod is still terminating\n\n"
    );
}

#[test]
fn a_count_that_moves_is_seen_at_once() {
    let moved = |found| {
        Waited::Moved(Moved {
            object: object("Deployment", "querynode"),
            expected: 4,
            found,
        })
    };
    let server = states(&[(4, 1), (5, 1)]);
    assert_eq!(waited(&server, &awaited(Some(4)), LONG).0, moved(Some(5)));
    let gone = Server::new(|_| list("Deployment", "", ""));
    assert_eq!(waited(&gone, &awaited(Some(4)), LONG).0, moved(None));
    // Nothing is expected of it: what is not there is settled.
    let end = waited(&gone, &awaited(None), LONG).0;
    assert_eq!(end, Waited::Settled { at_once: true });
}

#[test]
fn after_the_deadline_it_says_what_is_pending() {
    let server = Server::speaking(|asked, stream| {
        // A watch on which nothing happens.
        if !asked.path.contains("watch=1") {
            let _ = stream.write_all(&list("Deployment", "", &deployment(4, 1)));
        }
    });
    let (end, _) = waited(&server, &awaited(Some(4)), Duration::from_millis(300));
    let pending = "Deployment querynode: 1 pod is still terminating, for 0s".to_owned();
    assert_eq!(end, Waited::TimedOut(vec![pending]));
}

#[test]
fn a_server_that_forbids_is_not_asked_again() {
    let status = r#"{"kind": "Status", "message": "no", "reason": "Forbidden", "code": 403}"#;
    let server = Server::new(|_| json("403 Forbidden", status));
    let (end, _) = waited(&server, &awaited(Some(4)), LONG);
    assert!(matches!(end, Waited::Undecided(_)), "{end:?}");
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_server_that_is_away_for_a_moment_is_asked_again() {
    let asked = AtomicUsize::new(0);
    let server = Server::new(move |request| {
        if request.path.contains("watch=1") {
            return json("200 OK", "{\"type\": \"MODIFIED\", \"object\": {}}\n");
        }
        match asked.fetch_add(1, Ordering::Relaxed) {
            0 => list("Deployment", "", &deployment(4, 1)),
            1 => json("503 Service Unavailable", "{}"),
            _ => list("Deployment", "", &deployment(4, 0)),
        }
    });
    let (end, _) = waited(&server, &awaited(Some(4)), LONG);
    assert_eq!(end, Waited::Settled { at_once: false });
}

#[test]
fn pods_are_asked_for_where_a_status_does_not_count_them() {
    let server = Server::new(|asked| {
        if asked.path.contains("/pods") {
            let pod =
                r#"{"metadata": {"name": "q-1", "deletionTimestamp": "2026-05-04T10:00:30Z"}}"#;
            return list("Pod", "", pod);
        }
        let older = deployment(4, 0).replace(r#""terminatingReplicas""#, r#""other""#);
        list("Deployment", "", &older)
    });
    let (_, seen) = waited(&server, &awaited(Some(4)), Duration::ZERO);
    assert_eq!(seen, "Deployment querynode: 1 pod is still terminating\n");
    let pods = &server.asked()[1].path;
    assert!(
        pods.contains("labelSelector=component%3Dquerynode"),
        "{pods}"
    );
}

#[test]
fn one_request_for_each_kind_and_namespace() {
    let named = |kind: &str, namespace: Option<&str>, name: &str| WorkloadSaid {
        object: ObjectRef {
            namespace: namespace.map(Into::into),
            ..object(kind, name)
        },
        count: None,
    };
    let all = [
        named("Deployment", None, "a"),
        named("Deployment", Some("default"), "b"),
        named("Deployment", Some("other"), "c"),
        named("StatefulSet", None, "d"),
    ];
    let requests = requests(&all, "default");
    let places = requests.iter().map(|it| (&*it.kind, &*it.namespace));
    let expected = [
        ("Deployment", "default"),
        ("Deployment", "other"),
        ("StatefulSet", "default"),
    ];
    assert_eq!(places.collect::<Vec<_>>(), expected);
}

#[test]
fn a_duration_is_said_in_two_units_at_most() {
    for (seconds, said) in [
        (0, "0s"),
        (59, "59s"),
        (60, "1m"),
        (3600, "1h"),
        (3785, "1h 3m"),
    ] {
        assert_eq!(lasting(Duration::from_secs(seconds)), said);
    }
}
