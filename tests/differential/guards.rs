//! Autoscalers and disruption budgets: what trimtab says of them is what follows from Kubernetes' reading, or it refuses.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Mutex;

use crate::expected::{Expected, Found};
use crate::kubernetes::{Kubernetes, Object, Reading};
use crate::run::{Outcome, filter};

const POLICY: &str = concat!(
    "--policy=",
    env!("CARGO_MANIFEST_DIR"),
    "/tests/differential/guards.yaml"
);

/// The rules whose findings follow from what these texts vary.
const RULES: [&str; 4] = [
    "autoscaler-on-coordinator",
    "autoscaler-orphaned",
    "autoscaler-unguarded",
    "disruption-budget",
];

/// The rules that refuse what cannot be read with certainty.
const DOUBTS: [&str; 3] = ["duplicate-object", "invalid-replicas", "unsafe-edit"];

/// What was found in all texts so far.
pub(crate) static COUNTS: Mutex<Counts> = Mutex::new(Counts {
    texts: 0,
    valid: 0,
    judged: 0,
    findings: BTreeMap::new(),
    undetermined: 0,
    refused: 0,
});

pub(crate) struct Counts {
    /// All texts, and those with an autoscaler or a budget that Kubernetes accepts without an error.
    texts: usize,
    valid: usize,
    /// Those that trimtab judges.
    judged: usize,
    /// The findings that were expected, by rule.
    findings: BTreeMap<String, usize>,
    /// Of these, the ones in whose place trimtab says that it cannot be determined.
    undetermined: usize,
    /// Valid texts that it refuses.
    refused: usize,
}

impl Counts {
    /// The table of `docs/yaml.md`.
    pub(crate) fn table(&self) -> String {
        let mut table = format!(
            "| streams with autoscalers and budgets | {} |\n| Kubernetes accepts one of these, without an error | {} |\n| trimtab judges | {} |\n",
            self.texts, self.valid, self.judged
        );
        for (rule, count) in &self.findings {
            _ = writeln!(table, "| findings of {rule} | {count} |");
        }
        _ = writeln!(table, "| undetermined | {} |", self.undetermined);
        _ = writeln!(table, "| valid and refused | {} |", self.refused);
        table
    }
}

/// Compares what trimtab says about the autoscalers and budgets in each text with what follows from Kubernetes' reading;
/// returns all differences.
pub(crate) fn compare(texts: &[String], kubernetes: &mut Kubernetes) -> Vec<String> {
    let readings = kubernetes.read(texts);
    let mut differences = Vec::new();
    for (text, reading) in texts.iter().zip(&readings) {
        let outcome = filter(&[POLICY, "--namespace=default"], text.as_bytes());
        let result = judge(text, &outcome, reading);
        differences.extend(
            result
                .err()
                .map(|why| format!("{why}, in:\n{text:?}\n{text}")),
        );
    }
    differences
}

/// What trimtab says about a text; `None` if it refuses to read it.
fn found(outcome: &Outcome) -> Option<Vec<Found>> {
    let report: serde_json::Value = serde_json::from_str(&outcome.report).unwrap();
    let findings = report["findings"]
        .as_array()
        .filter(|_| outcome.code != 2)?;
    let text = |it: &serde_json::Value| it.as_str().unwrap().to_owned();
    let findings = findings.iter().map(|it| Found {
        rule: text(&it["rule"]),
        message: text(&it["message"]),
    });
    let findings: Vec<Found> = findings.collect();
    let is_in_doubt = findings.iter().any(|it| DOUBTS.contains(&&*it.rule));
    (!is_in_doubt).then(|| {
        let of_these = findings.into_iter();
        of_these.filter(|it| RULES.contains(&&*it.rule)).collect()
    })
}

fn judge(text: &str, outcome: &Outcome, reading: &Reading) -> Result<(), String> {
    let objects = &reading.objects;
    let is_read = reading.error.is_empty() && reading.odd == 0;
    let is_valid = is_read && objects.iter().any(Object::is_guard);
    let mut counts = COUNTS.lock().unwrap();
    counts.texts += 1;
    counts.valid += usize::from(is_valid);
    if outcome.report.contains("internal error") {
        return Err(format!("an internal error: {}", outcome.report));
    }
    let Some(mut found) = found(outcome) else {
        counts.refused += usize::from(is_valid);
        return Ok(());
    };
    if outcome.code == 0 && outcome.stdout != text.as_bytes() {
        return Err("no target, and another text".to_owned());
    }
    counts.judged += 1;
    // trimtab also reads autoscalers that the API server refuses, and then the count of their workload is unknown to it.
    let is_exact = is_read && !objects.iter().any(Object::is_refused_guard);
    let mut expected = Expected::of(objects);
    if !is_exact {
        expected.certain.retain(|it| it.rule != "disruption-budget");
    }
    if !is_exact || found.iter().any(|it| expected.is_doubt(it)) {
        expected.certain.retain(|it| !Expected::is_sum(it));
        found.retain(|it| !Expected::is_sum(it));
    }
    let mut missing: Vec<&Found> = expected.certain.iter().collect();
    missing.retain(|wanted| take(&mut found, |it| it == *wanted).is_none());
    counts.undetermined += missing.len();
    missing.retain(|wanted| !found.iter().any(|it| expected.doubts(wanted, it)));
    if !missing.is_empty() {
        return Err(format!("missing: {missing:?}, of {found:?}, {reading:?}"));
    }
    for it in &expected.certain {
        *counts.findings.entry(it.rule.clone()).or_default() += 1;
    }
    found.retain(|it| !expected.is_doubt(it));
    if is_exact && !found.is_empty() {
        return Err(format!("too much: {found:?}, {reading:?}"));
    }
    Ok(())
}

/// Takes out the first that is meant.
fn take(found: &mut Vec<Found>, is_meant: impl Fn(&Found) -> bool) -> Option<Found> {
    let at = found.iter().position(is_meant)?;
    Some(found.swap_remove(at))
}
