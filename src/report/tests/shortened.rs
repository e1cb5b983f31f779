//! Many findings of one rule.

use insta::assert_snapshot;

use super::json;
use super::{Texts, finding};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity, Waived};
use crate::report::text::text;
use crate::report::{Command, Style, Verbosity};

fn findings(rule: &str, component: &str, count: usize) -> Vec<Finding> {
    let numbered = (0..count).map(|n| Diagnostic::new(format!("{rule} {component} {n}")));
    numbered
        .map(|diagnostic| finding(rule, component, diagnostic))
        .collect()
}

#[test]
fn the_rest_of_a_rule_is_counted_by_component() {
    let texts = Texts::new();
    let mut findings: Vec<Finding> = [
        findings("worker-removed", "queryNode", 19),
        findings("target-drift", "queryNode", 20),
        findings("worker-removed", "dataNode", 3),
        findings("worker-removed", "proxy", 1),
        findings("worker-removed", "dataNode", 1),
    ]
    .concat();
    for finding in findings
        .iter_mut()
        .filter(|it| it.rule.id == "target-drift")
    {
        finding.severity = Severity::Warning;
    }
    let report = Texts::report(Command::Check, findings);
    let told = text(&report, &texts.sources, Style::default());
    assert_eq!(
        told.matches("error[worker-removed]: worker-removed")
            .count(),
        20
    );
    assert_eq!(told.matches("warning[target-drift]: ").count(), 20);
    let end = told
        .find("error[worker-removed]: 4 more")
        .unwrap_or_default();
    assert_snapshot!(&told[end..], @r"
    error[worker-removed]: 4 more: 3 of dataNode, 1 of proxy
     |
     = note: the JSON report has all of them

    checked 5 workloads of 1 release: 24 errors, 20 warnings
    baseline: rendered; live counts not checked
    ");
    let all = json(&report, &texts.sources);
    assert_eq!(all.matches("\"rule\": \"worker-removed\"").count(), 24);
}

/// Fifty findings that are waived come first; the one that refuses is shown.
#[test]
fn what_is_let_pass_hides_nothing() {
    let texts = Texts::new();
    let mut findings = findings("worker-removed", "queryNode", 51);
    for finding in findings.iter_mut().take(50) {
        finding.waived = Some(Box::new(Waived {
            reason: None,
            place: None,
            expires: None,
        }));
    }
    let report = Texts::report(Command::Check, findings);
    let told = text(&report, &texts.sources, Style::default());
    assert!(told.contains("error[worker-removed]: worker-removed queryNode 50"));
    assert!(
        told.contains("waived[worker-removed]: 30 more: 30 of queryNode"),
        "{told}"
    );
    let quiet = Style {
        verbosity: Verbosity::Quiet,
        ..Style::default()
    };
    let mut refused = report;
    refused.verdict = crate::report::Verdict::Refused;
    assert!(!text(&refused, &texts.sources, quiet).contains("waived"));
}

#[test]
fn components_are_counted_as_far_as_they_help() {
    let texts = Texts::new();
    let mut all = findings("worker-removed", "queryNode", 20);
    for n in 0..30 {
        all.extend(findings("worker-removed", &format!("c{n}"), 2));
    }
    let report = Texts::report(Command::Check, all);
    let told = text(&report, &texts.sources, Style::default());
    assert!(
        told.contains("60 more: 2 of c0, ")
            && told.contains("2 of c19, some of 10 other components\n"),
        "{told}"
    );
    let mut nameless = findings("worker-removed", "x", 22);
    for finding in &mut nameless {
        finding.component = None;
    }
    let told = text(
        &Texts::report(Command::Check, nameless),
        &texts.sources,
        Style::default(),
    );
    assert!(told.contains("error[worker-removed]: 2 more\n"), "{told}");
}
