//! `baseline-empty`: a baseline that contains none of a release's workers.

use super::{Context, Rule};
use crate::baseline::{Baseline, Snapshot};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::plan::Release;

pub(super) static RULE: Rule = Rule {
    id: "baseline-empty",
    severity: Severity::Error,
    waivable: true,
    summary: "a baseline that contains none of a release's workers",
    page: include_str!("../../docs/rules/baseline-empty.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let Baseline::Snapshot(snapshot) = context.plan.baseline else {
        return Vec::new();
    };
    if snapshot.may_be_empty {
        return Vec::new();
    }
    let with_workers = |release: &&Release<'_>| release.workers().next().is_some();
    let releases: Vec<_> = context.plan.releases.iter().filter(with_workers).collect();
    let unknown = |release: &&&Release<'_>| release.workers().all(|member| member.known.is_none());
    let findings = releases.iter().filter(unknown);
    findings
        .filter_map(|release| finding(snapshot, release, releases.len() == 1))
        .collect()
}

fn finding(snapshot: &Snapshot, release: &Release<'_>, is_only: bool) -> Option<Finding> {
    let first = release.workers().next()?.workload;
    let name = &snapshot.name;
    let of = if is_only {
        "the stream's workers".to_owned()
    } else {
        format!("the workers of {}", release.id)
    };
    let held = held(release.workers().count(), is_only, snapshot.workloads.len());
    let diagnostic = Diagnostic::new(format!("the baseline {name} contains none of {of}"))
        .label(first.place(&first.name), "the first of them")
        .note(held)
        .help("is it the right release, namespace and file? -n sets the namespace of objects without one")
        .help(format!("if this is a first install: --allow {}", RULE.id));
    Some(RULE.finding(diagnostic))
}

fn held(workers: usize, is_only: bool, workloads: usize) -> String {
    let holder = if is_only { "stream" } else { "release" };
    let workers = match workers {
        1 => "one worker".to_owned(),
        _ => format!("{workers} workers"),
    };
    let baseline = match (workloads, is_only) {
        (0, _) => "no workload".to_owned(),
        (1, true) => "one workload, which is another".to_owned(),
        (_, true) => format!("{workloads} workloads, all of them others"),
        (1, false) => "one workload".to_owned(),
        (_, false) => format!("{workloads} workloads"),
    };
    format!("the {holder} holds {workers}, the baseline {baseline}")
}
