//! Reports as trimtab writes them, and what is not one.

#![allow(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;

fn object(name: &str) -> Value {
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "milvus", "name": name})
}

fn workload(name: &str, count: Option<u32>, keeps: bool) -> Value {
    json!({"object": object(name), "baseline": 5, "rendered": 1, "target": 2, "keeps": keeps, "count": count, "next": []})
}

/// A report of query nodes that go to this count, a coordinator and attu.
fn report(verdict: &str, query_nodes: u32) -> Value {
    let component = |role: &str, workload: Value| json!({"component": "c", "role": role, "waitsFor": [], "remaining": 0, "end": "target", "workloads": [workload]});
    let cluster = json!({
        "server": "https://a:6443", "context": "prod", "namespace": "milvus", "knownFrom": "KUBECONFIG"
    });
    json!({
        "version": 1,
        "verdict": verdict,
        "baseline": {"source": "cluster", "liveCountsChecked": true, "cluster": cluster},
        "remaining": if verdict == "passed" { json!(2) } else { Value::Null },
        "releases": [{"namespace": "milvus", "instance": "demo", "folder": null, "remaining": 2, "components": [
            component("worker", workload("querynode", Some(query_nodes), false)),
            component("coordinator", workload("mixcoord", Some(1), false)),
            component("worker", workload("datanode", Some(3), true)),
            component("singleton", workload("attu", Some(1), false)),
        ]}],
        "findings": []
    })
}

fn refused(findings: &[(&str, &str, Value)]) -> Value {
    let mut report = report("refused", 4);
    let findings = findings.iter().map(|(rule, severity, waived)| {
        json!({"rule": rule, "severity": severity, "object": object("elsewhere"), "waived": waived})
    });
    *report.get_mut("findings").unwrap() = findings.collect();
    report
}

/// What is read from a folder of these reports.
fn taken(reports: &[String]) -> Result<Option<Said>, String> {
    let folder = TempDir::new().unwrap();
    for (number, report) in reports.iter().enumerate() {
        let path = folder.path().join(format!("{}.json", 9 - number));
        fs::write(&path, report).unwrap();
        let written = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(number as u64);
        let file = fs::File::options().append(true).open(path).unwrap();
        file.set_modified(written).unwrap();
    }
    let said = Said::take(folder.path());
    if said.is_ok() {
        assert_eq!(Said::take(folder.path()), Ok(None), "they are taken away");
    }
    said
}

fn said(reports: &[Value]) -> Said {
    let reports: Vec<String> = reports.iter().map(ToString::to_string).collect();
    taken(&reports).unwrap().unwrap()
}

fn counts(said: &Said) -> Vec<(&str, Option<u32>)> {
    let workloads = said.workloads.iter();
    workloads.map(|it| (&*it.object.name, it.count)).collect()
}

#[test]
fn a_step_says_what_is_to_be_waited_for() {
    let said = said(&[report("passed", 4)]);
    assert_eq!((said.verdict, said.remaining), (Verdict::Passed, 2));
    assert_eq!(
        counts(&said),
        [
            ("querynode", Some(4)),
            ("mixcoord", Some(1)),
            ("datanode", None)
        ],
        "what is kept may move, and a singleton is not waited for"
    );
    let cluster = said
        .baselines
        .first()
        .and_then(|it| it.cluster.as_ref())
        .unwrap();
    assert_eq!(
        (&*cluster.server, cluster.context.as_deref()),
        ("https://a:6443", Some("prod"))
    );
}

#[test]
fn of_what_was_not_applied_no_count_is_expected() {
    let unsettled = (UNSETTLED, "error", Value::Null);
    let warning = ("autoscaler-reset", "warning", Value::Null);
    let waived = ("below-floor", "error", json!({"reason": null}));
    let said = said(&[refused(&[unsettled, warning, waived])]);
    assert_eq!(said.verdict, Verdict::Unsettled);
    let all = ["querynode", "mixcoord", "datanode", "elsewhere"];
    assert_eq!(counts(&said), all.map(|name| (name, None)));
}

#[test]
fn any_other_refusal_is_one() {
    let unsettled = || (UNSETTLED, "error", Value::Null);
    let other = || ("below-floor", "error", Value::Null);
    for findings in [&[unsettled(), other()][..], &[other()], &[]] {
        assert_eq!(said(&[refused(findings)]).verdict, Verdict::Refused);
    }
    let failed = json!({"version": 1, "verdict": "failed", "errors": []});
    assert_eq!(said(&[failed]).verdict, Verdict::Failed);
}

#[test]
fn of_several_runs_the_worst_and_the_last_count() {
    let both = said(&[report("passed", 4), report("passed", 3)]);
    assert_eq!(counts(&both).first(), Some(&("querynode", Some(3))));
    assert_eq!(both.baselines.len(), 1);
    let failed = json!({"version": 1, "verdict": "failed", "errors": []});
    let mixed = said(&[report("passed", 4), failed, report("refused", 4)]);
    assert_eq!((mixed.verdict, mixed.remaining), (Verdict::Failed, 2));
    assert_eq!(counts(&mixed).first(), Some(&("querynode", Some(4))));
}

#[test]
fn what_is_no_report_of_this_version_is_an_error() {
    assert_eq!(taken(&[]), Ok(None));
    for (text, why) in [
        ("", "EOF while parsing"),
        ("{}", "missing field `verdict`"),
        (r#"{"verdict": "odd"}"#, "unknown verdict `odd`"),
        (
            r#"{"verdict": "passed"}"#,
            "it does not say how many releases remain",
        ),
    ] {
        let error = taken(&[text.to_owned()]).unwrap_err();
        assert!(error.starts_with(why), "{error}");
    }
}
