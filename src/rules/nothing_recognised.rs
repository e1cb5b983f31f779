//! `nothing-recognised`: a stream in which no workload matches the policy's catalogue.

use super::resemblance::{self, Resemblance};
use super::{Context, Rule};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::manifest::Workload;
use crate::policy::{self, Policy};

pub(super) static RULE: Rule = Rule {
    id: "nothing-recognised",
    severity: Severity::Error,
    waivable: true,
    summary: "a stream in which no workload matches the policy's catalogue",
    page: include_str!("../../docs/rules/nothing-recognised.md"),
};

/// Workloads that look alike, and helps on them, that are shown.
const SHOWN: usize = 8;

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    if is_found(context) {
        vec![finding(context)]
    } else {
        Vec::new()
    }
}

/// Whether this finding says it all: what else is not found follows from it, and no waiver lets it pass.
pub(super) fn says_it_all(context: &Context<'_>) -> bool {
    is_found(context) && context.waivers.active(&RULE, None).is_none()
}

fn is_found(context: &Context<'_>) -> bool {
    let plan = context.plan;
    plan.releases.is_empty() && plan.contested.is_empty() && !context.is_empty
}

fn finding(context: &Context<'_>) -> Finding {
    let plan = context.plan;
    let alike = plan.unrecognised.iter();
    let alike = alike.filter_map(|it| Some((*it, resemblance::of(plan.policy, it)?)));
    let alike: Vec<(&Workload, Resemblance<'_>)> = alike.collect();
    let mut diagnostic = Diagnostic::new("no workload in the stream is in the policy's catalogue");
    if let Some((first, _)) = alike.first() {
        diagnostic = diagnostic.label(first.place(&first.name), "looks like one");
    }
    diagnostic = diagnostic.note(looked_at(plan.unrecognised.len()));
    for (workload, resemblance) in alike.iter().take(SHOWN) {
        diagnostic = diagnostic.note(format!(
            "{} {}",
            workload.object.name,
            resemblance.describe()
        ));
    }
    if let Some(note) = missed_targets(context) {
        diagnostic = diagnostic.note(note);
    }
    diagnostic.helps = helps(context, &alike);
    let is_no_concern = plan.policy.builtin && plan.policy.targets.is_empty() && alike.is_empty();
    Finding {
        severity: if is_no_concern {
            Severity::Warning
        } else {
            RULE.severity
        },
        ..RULE.finding(diagnostic)
    }
}

fn helps(context: &Context<'_>, alike: &[(&Workload, Resemblance<'_>)]) -> Vec<String> {
    if alike.is_empty() {
        return vec![other_catalogue(context.plan.policy)];
    }
    if let Some(renamed) = resemblance::only_name(context) {
        return vec![resemblance::match_labels(context.plan.policy, renamed)];
    }
    let mut helps: Vec<String> = Vec::new();
    for (_, resemblance) in alike {
        let help = resemblance.remedy();
        if helps.len() < SHOWN && !helps.contains(&help) {
            helps.push(help);
        }
    }
    helps
}

fn other_catalogue(policy: &Policy) -> String {
    let known: Vec<&str> = policy::built_in_names().collect();
    let known = known.join(", ");
    if policy.builtin {
        format!("is this the right stream? Without a policy, trimtab knows these systems: {known}")
    } else {
        format!(
            "is this the right stream, and does the policy extend the right catalogue? Built in are {known}"
        )
    }
}

/// The targets that nothing is there for.
fn missed_targets(context: &Context<'_>) -> Option<String> {
    let policy = context.plan.policy;
    let targets = policy
        .targets
        .iter()
        .filter(|target| !target.optional.value);
    let names = targets.filter_map(|target| policy.components.get(target.component));
    let names: Vec<&str> = names.map(|component| &*component.name).collect();
    (!names.is_empty())
        .then(|| format!("no workloads found for the targets of {}", names.join(", ")))
}

fn looked_at(workloads: usize) -> String {
    match workloads {
        0 => "the stream contains no workload of a kind in the catalogue".to_owned(),
        1 => "one workload is of a kind in the catalogue, but its selector matches no component"
            .to_owned(),
        _ => format!(
            "{workloads} workloads are of kinds in the catalogue, but their selectors match no component"
        ),
    }
}
