//! `baseline-empty`: a baseline that holds none of the stream's workers.

use super::{Context, Rule};
use crate::baseline::Baseline;
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    id: "baseline-empty",
    severity: Severity::Error,
    waivable: true,
    summary: "a baseline that holds none of the stream's workers",
    page: include_str!("../../docs/rules/baseline-empty.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let Baseline::Snapshot(snapshot) = context.plan.baseline else {
        return Vec::new();
    };
    let workers = || context.plan.members().filter(|member| member.is_worker());
    let Some(first) = workers().next() else {
        return Vec::new();
    };
    if snapshot.may_be_empty || workers().any(|member| member.known.is_some()) {
        return Vec::new();
    }
    let name = &snapshot.name;
    let diagnostic = Diagnostic::new(format!("the baseline {name} holds none of the stream's workers"))
        .label(first.workload.place(&first.workload.name), "the first of them")
        .note(held(workers().count(), snapshot.workloads.len()))
        .help("is it another release, namespace or file? objects that name no namespace take the one of -n")
        .help(format!("if this is a first install: --allow {}", RULE.id));
    vec![RULE.finding(diagnostic)]
}

fn held(workers: usize, workloads: usize) -> String {
    let stream = match workers {
        1 => "one worker".to_owned(),
        _ => format!("{workers} workers"),
    };
    let baseline = match workloads {
        0 => "no workload".to_owned(),
        1 => "one workload, which is another".to_owned(),
        _ => format!("{workloads} workloads, all of them others"),
    };
    format!("the stream holds {stream}, the baseline {baseline}")
}
