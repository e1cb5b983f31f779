//! `nothing-recognised`: a stream without any workload that the policy's catalogue names.

use super::{Context, Rule, near_miss};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    id: "nothing-recognised",
    severity: Severity::Error,
    waivable: true,
    summary: "a stream without any workload that the policy's catalogue names",
    page: include_str!("../../docs/rules/nothing-recognised.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let plan = context.plan;
    if !plan.releases.is_empty() || !plan.contested.is_empty() || context.is_empty {
        return Vec::new();
    }
    let mut diagnostic = Diagnostic::new("no workload of the stream is in the policy's catalogue");
    let mut names: Vec<&str> = Vec::new();
    for workload in &plan.unrecognised {
        let Some((_, name)) = near_miss::component(plan.policy, workload) else {
            continue;
        };
        if names.is_empty() {
            diagnostic = diagnostic.label(
                workload.place(&workload.name),
                "matches but for app.kubernetes.io/name",
            );
        }
        names.push(name);
    }
    names.sort_unstable();
    names.dedup();
    diagnostic = diagnostic.note(looked_at(plan.unrecognised.len()));
    if names.is_empty() {
        diagnostic = diagnostic.help("is this the right stream, and does the policy extend the right catalogue (`extends: milvus`)?");
    }
    for name in names {
        diagnostic = diagnostic.help(near_miss::remedy(name));
    }
    let mut finding = RULE.finding(diagnostic);
    if plan.policy.builtin && plan.policy.targets.is_empty() {
        finding.severity = Severity::Warning;
    }
    vec![finding]
}

fn looked_at(workloads: usize) -> String {
    match workloads {
        0 => "there is no workload of a kind that the catalogue names".to_owned(),
        1 => "one workload of a kind that the catalogue names was looked at; its selector matches no component"
            .to_owned(),
        _ => format!(
            "{workloads} workloads of kinds that the catalogue names were looked at; their selectors match no component"
        ),
    }
}
