//! `duplicate-object`: a workload that appears in the stream more than once.

use std::collections::HashMap;
use std::ptr;

use super::{Context, Rule, rendered_by};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::manifest::Workload;

pub(super) static RULE: Rule = Rule {
    id: "duplicate-object",
    severity: Severity::Error,
    waivable: false,
    summary: "a workload that appears in the stream more than once",
    page: include_str!("../../docs/rules/duplicate-object.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let twice = twice(context.plan.manifest.workloads.iter());
    if twice.is_empty() {
        return Vec::new();
    }
    let members = context.plan.members();
    let members: HashMap<_, _> = members
        .map(|member| (ptr::from_ref(member.workload), member))
        .collect();
    let findings = twice.into_iter().filter_map(|(earlier, again)| {
        let known = |workload: &Workload| members.get(&ptr::from_ref(workload)).copied();
        let member = known(again).or_else(|| known(earlier))?;
        Some(finding(context, earlier, again).about(member))
    });
    findings.collect()
}

/// Workloads that are the same object as an earlier one, with that, whatever they select and whether they are hooks: each
/// is applied.
///
/// They are found by sorting: a map of all workloads would take several times the memory.
fn twice<'w>(workloads: impl Iterator<Item = &'w Workload>) -> Vec<(&'w Workload, &'w Workload)> {
    let identity = |it: &&'w Workload| {
        let object = &it.object;
        (&object.name, &object.kind, &object.namespace, &it.folder)
    };
    let mut sorted: Vec<&Workload> = workloads.collect();
    sorted.sort_by_key(identity);
    let same = sorted.chunk_by(|one, other| identity(one) == identity(other));
    let twice = same.filter_map(|same| same.split_first());
    twice
        .flat_map(|(&first, others)| others.iter().map(move |&other| (first, other)))
        .collect()
}

fn finding(context: &Context<'_>, earlier: &Workload, again: &Workload) -> Finding {
    let object = &again.object;
    let diagnostic = Diagnostic::new(format!(
        "{} {} is in the stream more than once",
        object.kind, object.name
    ))
    .label(again.place(again.name), "again")
    .label(earlier.place(earlier.name), "first defined here");
    let diagnostic = rendered_by(diagnostic, again);
    context.finding(
        &RULE,
        diagnostic.help("remove one of the two: Kubernetes keeps the one that is applied last"),
    )
}
