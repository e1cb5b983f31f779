//! `unmatched-target`: a target or override that matches no workload in the stream.

use std::cell::OnceCell;

use super::kin::{self, Kin};
use super::{Context, Rule, nothing_recognised};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::plan::Member;
use crate::policy;

pub(super) static RULE: Rule = Rule {
    id: "unmatched-target",
    severity: Severity::Error,
    waivable: true,
    summary: "a target or override that matches no workload in the stream",
    page: include_str!("../../docs/rules/unmatched-target.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    if context.is_empty || nothing_recognised::says_it_all(context) {
        return Vec::new();
    }
    let targets = context.plan.policy.targets.iter();
    let targets = targets.filter(|target| !target.optional.value);
    // Many targets may match nothing, and all workloads are looked at for what they might have meant.
    let kin = OnceCell::new();
    targets
        .flat_map(|target| findings(context, target, &kin))
        .collect()
}

/// The unrecognised workloads that look like the system's: found for the first target that matches nothing, kept for the
/// others.
type Alike<'c> = OnceCell<Vec<Kin<'c>>>;

/// The components whose target matches nothing, where no waiver lets that pass: the finding on it says why, too, some
/// workloads are not recognised.
pub(super) fn missed<'c>(context: &Context<'c>) -> Vec<&'c policy::Component> {
    let plan = context.plan;
    let targets = plan.policy.targets.iter();
    let required = targets.filter(|target| !target.optional.value);
    let missed = required.filter(|target| {
        let mut members = plan.members();
        !members.any(|member| plan.policy.is_for(target, member.component))
    });
    let components = missed.filter_map(|target| plan.policy.components.get(target.component));
    components
        .filter(|it| context.waivers.active(&RULE, Some(&it.name)).is_none())
        .collect()
}

fn findings<'c>(
    context: &'c Context<'_>,
    target: &policy::Target,
    kin: &Alike<'c>,
) -> Vec<Finding> {
    let Some(component) = context.plan.policy.components.get(target.component) else {
        return Vec::new();
    };
    let name = &component.name;
    let members: Vec<&Member<'_>> = context
        .plan
        .members()
        .filter(|member| context.plan.policy.is_for(target, member.component))
        .collect();
    let diagnostics = if members.is_empty() {
        vec![no_workload(context, target, name, kin)]
    } else {
        let unmatched = target.overrides.iter().filter(|it| {
            let matches = |member: &&Member<'_>| it.matches(&member.workload.match_labels);
            !members.iter().any(matches)
        });
        unmatched.map(|it| no_workload_for(it, name)).collect()
    };
    let finding = |diagnostic| Finding {
        component: Some(name.clone()),
        ..context.finding(&RULE, diagnostic)
    };
    diagnostics.into_iter().map(finding).collect()
}

fn no_workload<'c>(
    context: &'c Context<'_>,
    target: &policy::Target,
    name: &str,
    kin: &Alike<'c>,
) -> Diagnostic {
    let message = format!("the target for {name} matches no workload in the stream");
    let count = target.replicas;
    let diagnostic = Diagnostic::new(message)
        .label(target.place.clone(), "the target")
        .note(recognised(context));
    let component = context.plan.policy.components.get(target.component);
    let mut alike = kin
        .get_or_init(|| kin::of(context))
        .iter()
        .filter_map(|kin| Some((kin, kin.like(component?)?)));
    if let Some((kin, workload)) = alike.next() {
        return diagnostic
            .label(workload.place(workload.name), "looks like it")
            .note(kin.describe())
            .help(kin.remedy(context));
    }
    diagnostic.help(format!(
        "remove the target; or if {name} may be absent, write `{name}: {{replicas: {count}, optional: true}}` in the policy's targets"
    ))
}

fn no_workload_for(it: &policy::Override, name: &str) -> Diagnostic {
    let labels = it.match_labels.iter();
    let labels: Vec<String> = labels
        .map(|(key, value)| format!("{key}: {}", value.value))
        .collect();
    let message = format!("an override of {name} matches no workload in the stream");
    Diagnostic::new(message)
        .label(it.place.clone(), "the override")
        .note(format!(
            "no {name} has {} in its selector",
            labels.join(", ")
        ))
        .help("correct the labels or remove the override")
}

/// What the stream does hold.
fn recognised(context: &Context<'_>) -> String {
    let mut names: Vec<&str> = context
        .plan
        .members()
        .map(|member| member.component.name.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        "no component was recognised".to_owned()
    } else {
        format!("recognised components: {}", names.join(", "))
    }
}
