//! The JSON form: its values, and that the schema describes them.

use std::path::Path;

use serde_json::{Value, json};

use super::failure_json;
use super::{Texts, schema};
use crate::diagnostic::Diagnostic;
use crate::report::{Command, Form};
use crate::source::Sources;

/// The document, after the schema has passed it.
fn valid(printed: &str) -> Value {
    assert!(printed.ends_with("}\n"), "{printed}");
    let document = serde_json::from_str(printed).unwrap();
    assert_eq!(schema::faults(&document), Vec::<String>::new());
    document
}

#[test]
fn a_refused_check() {
    let texts = Texts::new();
    let mut report = Texts::report(Command::Check, vec![texts.scale_in(), texts.waived()]);
    report.notes.push("a note".into());
    let document = valid(&super::json(&report, &texts.sources));
    assert_eq!(document["version"], 1);
    assert_eq!(
        document["tool"],
        json!({"name": "trimtab", "version": env!("CARGO_PKG_VERSION")})
    );
    assert_eq!(document["command"], "check");
    assert_eq!(document["verdict"], "refused");
    assert_eq!(
        document["baseline"],
        json!({"source": "rendered", "liveCountsChecked": false, "cluster": null})
    );
    assert_eq!(
        document["summary"],
        json!({"workloads": 5, "releases": 1, "changes": 0, "errors": 1, "warnings": 0, "waived": 1})
    );
    assert_eq!(
        document["findings"][0]["locations"],
        json!([
            {"source": "policies/production.yaml", "line": 3, "column": 26, "endLine": 3, "endColumn": 27,
             "label": "the target"},
            {"source": "<stdin>", "line": 8, "column": 13, "endLine": 8, "endColumn": 14,
             "label": "Deployment milvus/my-release-milvus-datanode"},
        ])
    );
    assert_eq!(document["remaining"], Value::Null);
    assert_eq!(document["findings"][0]["waived"], Value::Null);
    assert_eq!(
        document["findings"][0]["object"],
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "milvus", "name": "my-release-milvus-datanode"})
    );
    let waived = &document["findings"][1]["waived"];
    assert_eq!(waived["reason"], "2.6 has none");
    assert_eq!(waived["expires"], "2026-12-31");
    assert_eq!(waived["location"]["line"], 5);
}

#[test]
fn a_filter_that_passed() {
    let texts = Texts::new();
    let mut report = Texts::report(Command::Filter, Vec::new());
    let mut bare = texts.change();
    (bare.place, bare.from, bare.step, bare.release) = (None, None, None, None);
    report.changes = vec![texts.change(), bare];
    report.policy = crate::report::PolicyRef::default();
    report.remaining = Some(2);
    report.baseline.cluster = Some(super::in_cluster());
    let document = valid(&super::json(&report, &texts.sources));
    assert_eq!(document["verdict"], "passed");
    assert_eq!(document["policy"], json!({"name": null, "path": null}));
    let change = &document["changes"][0];
    assert_eq!(
        change["step"],
        json!({"number": 1, "of": 3, "next": [3, 2], "last": 2})
    );
    assert_eq!((&change["from"], &change["to"]), (&json!(5), &json!(4)));
    assert_eq!(document["changes"][1]["from"], Value::Null);
    assert_eq!(document["remaining"], 2);
    assert_eq!(
        document["baseline"]["cluster"],
        json!({"server": "https://10.0.0.1:6443", "context": "prod", "namespace": "milvus", "knownFrom": "--context"})
    );
    let workload = json!({
        "object": {"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "milvus", "name": "my-release-milvus-datanode"},
        "baseline": 5, "rendered": 5, "target": 2, "keeps": false, "count": 4, "next": [3, 2]
    });
    assert_eq!(
        document["releases"],
        json!([{
            "namespace": "milvus", "instance": "my-release", "folder": null, "remaining": 2,
            "components": [{
                "component": "dataNode", "role": "worker", "waitsFor": [], "remaining": 2, "end": "target",
                "workloads": [workload]
            }]
        }])
    );
}

#[test]
fn a_run_that_could_not_decide() {
    let texts = Texts::new();
    let place = texts.place(texts.policy, "targets:\n    dataNode");
    let error = Diagnostic::new("no")
        .label(place, "")
        .note("n")
        .help("h\u{9b}");
    let printed = failure_json(Command::Filter, &[error], &texts.sources);
    assert!(printed.contains(r"h\u009b"));
    let document = valid(&printed);
    assert_eq!(document["verdict"], "failed");
    assert_eq!(
        document["errors"],
        json!([{"message": "no", "notes": ["n"], "help": ["h\u{9b}"], "locations": [
            {"source": "policies/production.yaml", "line": 2, "column": 3, "endLine": 3, "endColumn": 13, "label": ""}
        ]}])
    );
    valid(&failure_json(Command::Check, &[], &Sources::default()));
}

#[test]
fn a_report_file_is_named_for_its_form() {
    assert_eq!(Form::of_path(Path::new("a/b.JSON")), Some(Form::Json));
    assert_eq!(Form::of_path(Path::new("b.txt")), Some(Form::Text));
    assert_eq!(Form::of_path(Path::new("b.yaml")), None);
    assert_eq!(Form::of_path(Path::new("json")), None);
}
