//! Code quality of GitLab.

use std::collections::HashSet;
use std::path::Path;

use serde_json::{Value, json};

use super::{Texts, printed};
use crate::diagnostic::Diagnostic;
use crate::finding::Severity;
use crate::report::{Command, Form, Outcome, Style};

fn issues(outcome: &Outcome, texts: &Texts) -> Vec<Value> {
    let form = (Form::Gitlab, Style::default());
    let printed = printed(outcome, Command::Check, form, &texts.sources);
    serde_json::from_str(&printed).unwrap()
}

fn texts_of_files() -> Texts {
    let mut texts = Texts::new();
    let policy = Path::new("policies/production.yaml");
    texts.sources.is_from(texts.policy, policy);
    texts
}

#[test]
fn each_finding_is_an_issue() {
    let texts = texts_of_files();
    let mut warning = texts.scale_in();
    warning.severity = Severity::Warning;
    let findings = vec![texts.scale_in(), warning, texts.waived()];
    let report = Texts::report(Command::Check, findings);
    let issues = issues(&Outcome::Judged(report), &texts);
    assert_eq!(
        issues[0],
        json!({
            "description":
                "scale-in-too-large: dataNode would lose 3 of 5 replicas in one release; at most 1 may go",
            "check_name": "scale-in-too-large",
            "fingerprint": issues[0]["fingerprint"],
            "severity": "critical",
            "location": {"path": "policies/production.yaml", "lines": {"begin": 3}},
        })
    );
    assert_eq!(issues[1]["severity"], "minor");
    // It points into the stream only, so that the policy stands in.
    assert_eq!(issues[2]["severity"], "info");
    assert_eq!(issues[2]["location"]["lines"]["begin"], 1);
    assert_eq!(
        issues[2]["description"],
        "worker-removed: indexNode is gone from release my-release (waived: 2.6 has none (until 2026-12-31))"
    );
    let fingerprints: HashSet<_> = issues
        .iter()
        .map(|it| it["fingerprint"].to_string())
        .collect();
    assert_eq!(fingerprints.len(), 3);
}

#[test]
fn what_ends_a_run_is_a_blocker() {
    let texts = texts_of_files();
    let error = Diagnostic::new("no such file").label(texts.place(texts.policy, "targets"), "");
    let same = Outcome::Undecided(vec![error.clone(), error, Diagnostic::new("nowhere")]);
    let issues = issues(&same, &texts);
    assert_eq!(issues[0]["severity"], "blocker");
    assert_eq!(
        issues[0]["description"],
        "trimtab could not decide: no such file"
    );
    assert_eq!(
        issues[0]["location"],
        json!({"path": "policies/production.yaml", "lines": {"begin": 2}})
    );
    assert_eq!(issues[2]["location"]["path"], "stdin");
    assert_ne!(issues[0]["fingerprint"], issues[1]["fingerprint"]);
}
