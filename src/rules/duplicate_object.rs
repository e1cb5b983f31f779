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
fn twice<'w>(workloads: impl Iterator<Item = &'w Workload>) -> Vec<(&'w Workload, &'w Workload)> {
    let mut first: HashMap<_, &Workload> = HashMap::new();
    let mut twice = Vec::new();
    for workload in workloads {
        let object = &workload.object;
        let identity = (
            &workload.folder,
            &object.kind,
            &object.namespace,
            &object.name,
        );
        match first.get(&identity) {
            Some(earlier) => twice.push((*earlier, workload)),
            None => _ = first.insert(identity, workload),
        }
    }
    twice
}

fn finding(context: &Context<'_>, earlier: &Workload, again: &Workload) -> Finding {
    let object = &again.object;
    let diagnostic = Diagnostic::new(format!(
        "{} {} is in the stream more than once",
        object.kind, object.name
    ))
    .label(again.place(&again.name), "again")
    .label(earlier.place(&earlier.name), "first defined here");
    let diagnostic = rendered_by(diagnostic, again);
    context.finding(
        &RULE,
        diagnostic.help("remove one of the two: Kubernetes keeps the one that is applied last"),
    )
}
