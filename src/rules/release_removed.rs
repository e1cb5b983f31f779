//! `release-removed`: a release in the baseline with no workload left in any file.

use super::{Context, Rule};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::plan::RemovedRelease;
use crate::policy::Role;

pub(super) static RULE: Rule = Rule {
    id: "release-removed",
    severity: Severity::Error,
    waivable: true,
    summary: "a release in the baseline with no workload left in any file",
    page: include_str!("../../docs/rules/release-removed.md"),
};

/// Workloads that one finding shows.
const SHOWN: usize = 8;

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let gone = context.plan.gone.releases.iter();
    gone.map(|release| finding(context, release)).collect()
}

fn finding(context: &Context<'_>, release: &RemovedRelease<'_>) -> Finding {
    let of_role = |role| {
        let workloads = release.workloads.iter();
        workloads.filter(|(_, it)| it.role.value == role).count()
    };
    let (workers, coordinators) = (of_role(Role::Worker), of_role(Role::Coordinator));
    let had: Vec<String> = [(workers, "worker"), (coordinators, "coordinator")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| format!("{count} {noun}{}", if count == 1 { "" } else { "s" }))
        .collect();
    let message = format!(
        "{} was removed, with {}: no file contains any of its objects",
        release.id,
        had.join(" and ")
    );
    let mut diagnostic = Diagnostic::new(message);
    for (known, component) in release.workloads.iter().take(SHOWN) {
        diagnostic = diagnostic.label_opt(known.name_place(), component.name.as_str());
    }
    let diagnostic = diagnostic
        .note("Argo CD with `prune`, like any tool that prunes, deletes what the files no longer contain")
        .help("restore its files")
        .help(format!("if this is intended: {}", context.waiver(&RULE, None)));
    context.finding(&RULE, diagnostic)
}
