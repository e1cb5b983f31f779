//! `unmatched-target`: a target or override that matches no workload in the stream.

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
    Diagnostic::new(message)
        .label(target.place.clone(), "the target")
        .note(recognised(context))
        .help(format!(
            "if {name} may be absent: `{name}: {{replicas: {count}, optional: true}}`"
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
