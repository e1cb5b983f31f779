//! The SARIF form: valid by the standard's schema, with what code scanning of GitHub asks for.

use std::path::Path;

use serde_json::{Value, json};

use super::{Texts, finding, printed};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::report::{Command, Form, Outcome, Style};
use crate::rules::RULES;
use crate::source::{Place, Sources};

/// The log of an outcome, after the schema has passed it.
fn valid(outcome: &Outcome, sources: &Sources) -> Value {
    let form = (Form::Sarif, Style::default());
    let printed = printed(outcome, Command::Check, form, sources);
    super::hostile::assert_harmless(&printed);
    assert!(printed.ends_with("}\n"), "{printed}");
    let log = serde_json::from_str(&printed).unwrap();
    let schema = include_str!("../../../testdata/sarif/sarif-schema-2.1.0.json");
    // An unpaired bracket makes it no regular expression; the language is never written.
    let schema = schema.replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}$");
    let schema = serde_json::from_str(&schema).unwrap();
    let options = jsonschema::options().should_validate_formats(true);
    let schema = options.build(&schema).unwrap();
    let faults: Vec<String> = schema
        .iter_errors(&log)
        .map(|it| format!("{}: {it}", it.instance_path()))
        .collect();
    assert_eq!(faults, Vec::<String>::new());
    log
}

fn judged(findings: Vec<Finding>, texts: &Texts) -> Value {
    let report = Texts::report(Command::Check, findings);
    valid(&Outcome::Judged(report), &texts.sources)
}

/// A manifest that was read from a file, and a policy.
fn texts_of_files() -> Texts {
    let mut texts = Texts::new();
    texts
        .sources
        .is_from(texts.policy, Path::new("policies/production.yaml"));
    texts
        .sources
        .is_from(texts.stream, Path::new("./prod/a b.yaml"));
    texts
}

#[test]
fn a_finding_is_a_result_with_all_that_code_scanning_asks_for() {
    let texts = texts_of_files();
    let log = judged(vec![texts.scale_in()], &texts);
    let run = &log["runs"][0];
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["tool"]["driver"]["name"], "trimtab");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    assert_eq!(run["invocations"][0]["exitCode"], 1);
    let rule = &run["tool"]["driver"]["rules"][0];
    assert_eq!(rule["id"], "scale-in-too-large");
    let summary =
        "A component that would lose more replicas in one release than the policy allows.";
    assert_eq!(rule["shortDescription"]["text"], summary);
    assert!(
        rule["help"]["text"]
            .as_str()
            .unwrap()
            .starts_with("# scale-in-too-large\n")
    );
    let result = &run["results"][0];
    assert_eq!(
        (&result["ruleId"], &result["ruleIndex"]),
        (&json!("scale-in-too-large"), &json!(0))
    );
    assert_eq!(result["level"], "error");
    assert_eq!(
        result["message"]["text"],
        "dataNode would lose 3 of 5 replicas in one release; at most 1 may go.\n\
         note: rendered by milvus/templates/datanode-deployment.yaml\n\
         help: set the target to 4 now, then 3, then 2, each once the one before is available\n\
         help: in an emergency: --allow scale-in-too-large=dataNode"
    );
    assert_eq!(
        result["locations"],
        json!([{
            "physicalLocation": {
                "artifactLocation": {"uri": "policies/production.yaml"},
                "region": {"startLine": 3, "startColumn": 26, "endLine": 3, "endColumn": 27},
            },
            "logicalLocations": [
                {"fullyQualifiedName": "Deployment milvus/my-release-milvus-datanode", "kind": "resource"}
            ],
            "message": {"text": "the target"},
        }])
    );
    assert_eq!(
        result["relatedLocations"],
        json!([{
            "id": 1,
            "physicalLocation": {
                "artifactLocation": {"uri": "prod/a%20b.yaml"},
                "region": {"startLine": 8, "startColumn": 13, "endLine": 8, "endColumn": 14},
            },
            "message": {"text": "Deployment milvus/my-release-milvus-datanode"},
        }])
    );
    assert_eq!(result.get("suppressions"), None);
}

#[test]
fn a_waived_finding_is_suppressed() {
    let texts = texts_of_files();
    let log = judged(vec![texts.waived()], &texts);
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["level"], "note");
    assert_eq!(result["properties"]["severity"], "error");
    let suppression = &result["suppressions"][0];
    assert_eq!(suppression["kind"], "external");
    assert_eq!(suppression["justification"], "2.6 has none");
    let place = &suppression["location"]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "policies/production.yaml");
    assert_eq!(place["region"]["startLine"], 5);
}

#[test]
fn a_warning_is_a_warning_and_notes_are_notifications() {
    let texts = texts_of_files();
    let mut warning = texts.scale_in();
    warning.severity = Severity::Warning;
    let mut report = Texts::report(Command::Check, vec![warning]);
    report.notes.push("3 workers are new".to_owned());
    let log = valid(&Outcome::Judged(report), &texts.sources);
    let run = &log["runs"][0];
    assert_eq!(run["results"][0]["level"], "warning");
    assert_eq!(run["invocations"][0]["exitCode"], 0);
    let notes = &run["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(
        notes[0],
        json!({"level": "note", "message": {"text": "3 workers are new"}})
    );
    assert_eq!(
        notes[1]["message"]["text"],
        "baseline: rendered; live counts not checked"
    );
}

/// GitHub drops a result without a location.
#[test]
fn a_finding_in_no_file_has_a_stand_in() {
    let location = |texts: &Texts, finding: &Finding| {
        let log = judged(vec![finding.clone()], texts);
        let result = &log["runs"][0]["results"][0];
        let place = result["locations"][0]["physicalLocation"].clone();
        let prints = result["partialFingerprints"].clone();
        // GitHub tells findings on one line apart by this one only.
        assert_eq!(
            prints["primaryLocationLineHash"],
            prints["trimtabFinding/v1"]
        );
        (
            place["artifactLocation"]["uri"].clone(),
            place["region"].clone(),
        )
    };
    let mut texts = Texts::new();
    let in_stream = Diagnostic::new("no").label(texts.place(texts.stream, "5"), "here");
    let in_stream = finding("coordinator-scaled", "mixCoord", in_stream);
    let first = json!({"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1});
    let count = json!({"startLine": 8, "startColumn": 13, "endLine": 8, "endColumn": 14});
    assert_eq!(location(&texts, &in_stream), (json!("stdin"), count));
    let nowhere = finding("nothing-recognised", "x", Diagnostic::new("no"));
    assert_eq!(location(&texts, &nowhere), (json!("stdin"), first.clone()));
    let whole = Place::new(texts.stream, 0..super::STREAM.len());
    texts
        .sources
        .renders(&whole, "milvus/templates/mixcoord.yaml");
    assert_eq!(
        location(&texts, &in_stream),
        (json!("milvus/templates/mixcoord.yaml"), first)
    );
    texts
        .sources
        .is_from(texts.policy, Path::new("policies/production.yaml"));
    let line = json!({"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 6});
    assert_eq!(
        location(&texts, &in_stream),
        (json!("policies/production.yaml"), line)
    );
}

/// An alert is closed and a new one opened when its fingerprint changes.
#[test]
fn fingerprints_stay_when_lines_move_and_differ_from_each_other() {
    let texts = texts_of_files();
    let prints = |findings: Vec<Finding>| -> Vec<Value> {
        let log = judged(findings, &texts);
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        results
            .iter()
            .map(|it| it["partialFingerprints"]["trimtabFinding/v1"].clone())
            .collect()
    };
    let mut moved = texts.scale_in();
    moved.diagnostic.message = "dataNode would lose 2 of 4 replicas in one release".into();
    moved.diagnostic.labels[0].place = texts.place(texts.policy, "spec");
    assert_eq!(prints(vec![moved]), prints(vec![texts.scale_in()]));
    let mut all = prints(vec![texts.scale_in(), texts.scale_in(), texts.waived()]);
    all.sort_by_key(Value::to_string);
    all.dedup();
    assert_eq!(all.len(), 3);
}

#[test]
fn a_run_that_could_not_decide_was_not_successful() {
    let texts = texts_of_files();
    let place = texts.place(texts.policy, "targets:\n    dataNode");
    let error = Diagnostic::new("no such component")
        .label(place, "")
        .help("did you mean x?");
    let log = valid(&Outcome::Undecided(vec![error]), &texts.sources);
    let run = &log["runs"][0];
    assert_eq!(run["results"], json!([]));
    let invocation = &run["invocations"][0];
    assert_eq!(
        (&invocation["executionSuccessful"], &invocation["exitCode"]),
        (&json!(false), &json!(2))
    );
    let notification = &invocation["toolExecutionNotifications"][0];
    assert_eq!(notification["level"], "error");
    assert_eq!(
        notification["message"]["text"],
        "no such component.\nhelp: did you mean x?"
    );
    let region = &notification["locations"][0]["physicalLocation"]["region"];
    assert_eq!(
        *region,
        json!({"startLine": 2, "startColumn": 3, "endLine": 3, "endColumn": 13})
    );
}

#[test]
fn each_rule_is_described_within_the_limits() {
    let texts = Texts::new();
    let findings = RULES
        .iter()
        .map(|rule| finding(rule.id, "x", Diagnostic::new("no")));
    let log = judged(findings.collect(), &texts);
    let rules = log["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(rules.len(), RULES.len());
    for (rule, index) in rules.iter().zip(0..) {
        let text = rule["fullDescription"]["text"].as_str().unwrap();
        assert!(text.chars().count() <= 1024 && text.len() > 40, "{text}");
        assert!(
            !text.contains(['`', '#']) && !text.ends_with('\n'),
            "{text}"
        );
        assert_eq!(log["runs"][0]["results"][index]["ruleIndex"], index);
    }
    insta::assert_snapshot!(rules[3]["fullDescription"]["text"].as_str().unwrap(), @r"
    - A worker component with fewer replicas than its floor, over all of its workloads.
    - A workload with no replicas, unless the floor is 0. A resource group at 0 cannot be searched, however many replicas the other groups have.
    No baseline is needed: a worker rendered at 0 is refused under rendered too. If a baseline shows that the count was no higher before, there is no finding.
    ");
}

/// Neither links nor placeholders, which a viewer would fill in.
#[test]
fn a_message_is_only_text() {
    let texts = Texts::new();
    let mean = "[click](https://evil.example) {0} {{12}} {a: {b: 1}} [x] {";
    let log = judged(
        vec![finding("unsafe-edit", "x", Diagnostic::new(mean))],
        &texts,
    );
    assert_eq!(
        log["runs"][0]["results"][0]["message"]["text"],
        "[click] (https://evil.example) {{0}} {{{12}}} {a: {b: 1}} [x] {"
    );
}
