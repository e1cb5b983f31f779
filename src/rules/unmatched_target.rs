//! `unmatched-target`: a target or override that matches no workload in the stream.

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
    let targets = context
        .plan
        .policy
        .targets
        .iter()
        .filter(|target| !target.optional.value);
    targets
        .flat_map(|target| findings(context, target))
        .collect()
}

/// Whether a target that matches nothing says why some workloads are not recognised, and no waiver lets it pass.
pub(super) fn says_it(context: &Context<'_>, kin: &Kin<'_>) -> bool {
    let policy = context.plan.policy;
    let mut targets = policy
        .targets
        .iter()
        .filter(|target| !target.optional.value);
    targets.any(|target| {
        let component = policy.components.get(target.component);
        component.is_some_and(|component| {
            let mut members = context.plan.members();
            kin.like(component).is_some()
                && !members.any(|member| policy.is_for(target, member.component))
                && context
                    .waivers
                    .active(&RULE, Some(&component.name))
                    .is_none()
        })
    })
}

fn findings(context: &Context<'_>, target: &policy::Target) -> Vec<Finding> {
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
        vec![no_workload(context, target, name)]
    } else {
        let unmatched = target.overrides.iter().filter(|it| {
            let matches = |member: &&Member<'_>| it.matches(&member.workload.match_labels);
            !members.iter().any(matches)
        });
        unmatched.map(|it| no_workload_for(it, name)).collect()
    };
    let finding = |diagnostic| Finding {
        component: Some(name.clone()),
        ..RULE.finding(diagnostic)
    };
    diagnostics.into_iter().map(finding).collect()
}

fn no_workload(context: &Context<'_>, target: &policy::Target, name: &str) -> Diagnostic {
    let message = format!("the target for {name} matches no workload in the stream");
    let count = target.replicas;
    let diagnostic = Diagnostic::new(message)
        .label(target.place.clone(), "the target")
        .note(recognised(context));
    let component = context.plan.policy.components.get(target.component);
    let kin = kin::of(context);
    let mut alike = kin
        .iter()
        .filter_map(|kin| Some((kin, kin.like(component?)?)));
    if let Some((kin, workload)) = alike.next() {
        return diagnostic
            .label(workload.place(&workload.name), "looks like it")
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
