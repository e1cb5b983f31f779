//! One stream before trimtab and after, as trimtab reads it and as Kubernetes does.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Mutex;

use crate::kubernetes::{Kubernetes, Object, Reading};
use trimtab::report::Change;

use crate::run::{Outcome, filter};

const POLICY: &str = concat!(
    "--policy=",
    env!("CARGO_MANIFEST_DIR"),
    "/tests/differential/policy.yaml"
);

/// The target of the policy: a number that no text contains by accident.
const TARGET: &str = "2147483646";

/// What was found in all texts so far.
pub(crate) static COUNTS: Mutex<Counts> = Mutex::new(Counts {
    texts: 0,
    valid: 0,
    agreed: 0,
    workloads: 0,
    refused: BTreeMap::new(),
});

pub(crate) struct Counts {
    /// All texts, and those that Kubernetes reads without an error.
    pub(crate) texts: usize,
    pub(crate) valid: usize,
    /// Those in which both read the same, and the workloads in these.
    pub(crate) agreed: usize,
    pub(crate) workloads: usize,
    /// Those that trimtab refuses, by its reason: of all, and of the valid ones with a workload of ours.
    pub(crate) refused: BTreeMap<String, [usize; 2]>,
}

impl Reading {
    fn is_valid(&self) -> bool {
        self.error.is_empty() && self.odd == 0
    }
}

/// Compares trimtab's reading of each text with Kubernetes' own; returns all differences.
pub(crate) fn compare(texts: &[String], kubernetes: &mut Kubernetes) -> Vec<String> {
    let before = kubernetes.read(texts);
    let outcomes: Vec<Outcome> = texts
        .iter()
        .map(|text| filter(&[POLICY], text.as_bytes()))
        .collect();
    let written: Vec<&[u8]> = outcomes.iter().map(|it| it.stdout.as_slice()).collect();
    let after = kubernetes.read(&written);
    let mut differences = Vec::new();
    let rows = texts.iter().zip(&outcomes).zip(before.iter().zip(&after));
    for ((text, outcome), (before, after)) in rows {
        note(outcome, before);
        let result = judge(text, outcome, before, after);
        differences.extend(
            result
                .err()
                .map(|why| format!("{why}, in:\n{text:?}\n{text}")),
        );
    }
    differences
}

fn note(outcome: &Outcome, before: &Reading) {
    let mut counts = COUNTS.lock().unwrap();
    counts.texts += 1;
    counts.valid += usize::from(before.is_valid());
    if outcome.code == 0 {
        counts.agreed += 1;
        counts.workloads += outcome.changes.len();
        return;
    }
    let matters = before.is_valid() && before.ours().next().is_some();
    let [all, valid] = counts.refused.entry(reason(outcome)).or_default();
    *all += 1;
    *valid += usize::from(matters);
}

/// The rule that refuses, or what the reader says, without what differs from text to text.
fn reason(outcome: &Outcome) -> String {
    if let Some(rule) = outcome.refusals.first() {
        return rule.split('=').next().unwrap_or_default().to_owned();
    }
    let report: serde_json::Value = serde_json::from_str(&outcome.report).unwrap();
    let message = report["errors"][0]["message"].as_str().unwrap_or("unknown");
    let message = message.replace(|sign: char| sign.is_ascii_digit(), "");
    message.chars().take(100).collect()
}

impl Counts {
    /// The table of `docs/yaml.md`.
    pub(crate) fn table(&self) -> String {
        let mut refused: Vec<_> = self.refused.iter().collect();
        refused.sort_by_key(|(_, [_, valid])| Reverse(*valid));
        let mut table = format!(
            "| streams | {} |\n| Kubernetes reads without an error | {} |\n| trimtab reads the same | {} |\n| workloads set in these | {} |\n",
            self.texts, self.valid, self.agreed, self.workloads
        );
        for (reason, [all, valid]) in refused {
            _ = writeln!(
                table,
                "| refused: {reason} | {all}, {valid} of them valid |"
            );
        }
        table
    }
}

fn judge(text: &str, outcome: &Outcome, before: &Reading, after: &Reading) -> Result<(), String> {
    if outcome.report.contains("internal error") {
        return Err(format!("an internal error: {}", outcome.report));
    }
    if outcome.code != 0 {
        return if outcome.stdout.is_empty() {
            Ok(())
        } else {
            Err("refused, and something is written".to_owned())
        };
    }
    same_workloads(outcome, before)?;
    if outcome.changes.is_empty() && outcome.stdout != text.as_bytes() {
        return Err("no change, and another text".to_owned());
    }
    same_but_for_the_counts(before, after)
}

/// All that Kubernetes reads, in the same order; more only if Kubernetes stops at an error, since kubectl applies nothing
/// after that.
fn same_workloads(outcome: &Outcome, before: &Reading) -> Result<(), String> {
    let mut changes = outcome.changes.iter().peekable();
    let missed = before.ours().find(|object| {
        if before.is_valid() {
            return !changes.next().is_some_and(|change| is_same(change, object));
        }
        !changes.any(|change| is_same(change, object))
    });
    if missed.is_none() && (changes.next().is_none() || !before.is_valid()) {
        return Ok(());
    }
    let read: Vec<_> = outcome
        .changes
        .iter()
        .map(|it| (&it.object, it.from))
        .collect();
    let ours: Vec<&Object> = before.ours().collect();
    let (odd, error) = (before.odd, &before.error);
    Err(format!(
        "trimtab reads {read:?}, Kubernetes {ours:?} (odd {odd}, {error})"
    ))
}

fn is_same(change: &Change, object: &Object) -> bool {
    let it = &change.object;
    let is_count = change
        .from
        .is_none_or(|from| object.replicas == from.to_string());
    let own = [&it.api_version, &it.kind, &it.name].map(trimtab::word::Word::as_str);
    is_count
        && own == [&object.api_version, &object.kind, &object.name].map(String::as_str)
        && it.namespace.as_deref().unwrap_or_default() == object.namespace
}

fn same_but_for_the_counts(before: &Reading, after: &Reading) -> Result<(), String> {
    let expected = before.objects.iter().map(|object| {
        let mut object = object.clone();
        if object.is_ours() {
            TARGET.clone_into(&mut object.replicas);
        }
        object
    });
    let is_same = after.error.is_empty() == before.error.is_empty()
        && after.odd == before.odd
        && expected.eq(after.objects.iter().cloned());
    if is_same {
        return Ok(());
    }
    Err(format!(
        "Kubernetes reads {before:?} before, {after:?} after"
    ))
}
