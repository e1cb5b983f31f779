//! The built-in catalogues against each other's streams: what each recognises in those of all charts.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod support;

use std::fs;
use std::path::PathBuf;

use support::root;

/// Cases whose input is a whole chart, and the catalogue that is for it.
const STREAMS: [(&str, &str); 11] = [
    ("bitnami-milvus", "milvus"),
    ("coordinators-of-every-chart-line", "milvus"),
    ("several-targets", "milvus"),
    ("druid", "druid"),
    ("loki", "loki"),
    ("loki-monolithic", "loki"),
    ("loki-scalable", "loki"),
    ("mimir", "mimir"),
    ("presto", "presto"),
    ("qdrant", "qdrant"),
    ("trino", "trino"),
];

const CATALOGUES: [&str; 7] = [
    "milvus", "druid", "loki", "mimir", "presto", "qdrant", "trino",
];

/// The findings of a stream under a policy, and how many of its workloads the policy knows.
fn check(case: &str, policy: Option<&PathBuf>) -> (u64, Vec<String>) {
    let input = root().join("testdata/cases").join(case).join("input.yaml");
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = support::command(env!("CARGO_BIN_EXE_trimtab"), folder.path(), &[]);
    command.args(["check", "--output=json"]).arg(input);
    command.args(policy.map(|path| format!("--policy={}", path.display())));
    let outcome = support::run_with(&mut command, b"");
    let report: serde_json::Value =
        serde_json::from_slice(&outcome.stdout).unwrap_or_else(|_| panic!("{}", outcome.stderr));
    let recognised = report.pointer("/summary/workloads");
    let recognised = recognised.and_then(serde_json::Value::as_u64);
    let findings = report.get("findings").and_then(|it| it.as_array());
    let rules = findings.into_iter().flatten().map(|finding| {
        let rule = finding.get("rule").and_then(|rule| rule.as_str());
        rule.expect("a rule").to_owned()
    });
    (recognised.expect("a number"), rules.collect())
}

#[test]
fn a_stream_is_recognised_by_its_own_catalogue_alone_and_the_same_without_a_policy() {
    let folder = tempfile::tempdir().expect("a folder");
    for (case, own) in STREAMS {
        let (by_all, findings) = check(case, None);
        assert!(
            !findings.contains(&"ambiguous-workload".to_owned()),
            "{case}"
        );
        for name in CATALOGUES {
            let path = folder.path().join(format!("{name}.yaml"));
            let text = format!(
                "apiVersion: trimtab.dev/v1alpha1\nkind: ReplicaPolicy\nspec: {{extends: {name}}}\n"
            );
            fs::write(&path, text).expect("a policy");
            let (by_one, found) = check(case, Some(&path));
            if name == own {
                assert!(by_one > 0, "{case} by {name}");
                assert_eq!((by_one, &found), (by_all, &findings), "{case} by {name}");
            } else {
                assert_eq!(
                    (by_one, found.as_slice()),
                    (0, &["nothing-recognised".to_owned()][..]),
                    "{case} by {name}"
                );
            }
        }
    }
}
