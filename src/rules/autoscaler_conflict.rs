//! `autoscaler-conflict`: a fixed target on a workload that an autoscaler scales, or that follows another one's count.

use super::{Context, Rule, autoscaled};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::plan::Member;
use crate::plan::Scaler;

pub(super) static RULE: Rule = Rule {
    id: "autoscaler-conflict",
    severity: Severity::Error,
    waivable: true,
    summary: "a fixed target on a workload that an autoscaler scales, or that follows another one's count",
    page: include_str!("../../docs/rules/autoscaler-conflict.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let findings = autoscaled::members(context).filter_map(|(autoscaler, member)| {
        let target = member
            .target
            .as_ref()
            .filter(|it| !it.keeps && member.is_worker())?;
        let (name, owner) = (
            &member.component.name,
            autoscaled::name(autoscaler.object()),
        );
        let message = format!(
            "{name} has the fixed target {}, but {owner} scales it",
            target.replicas
        );
        let diagnostic = Diagnostic::new(message).label(target.place.clone(), "the target");
        let diagnostic = autoscaled::shown(diagnostic, autoscaler, &format!("{owner} scales it"))
            .note("the autoscaler changes the count immediately, and every upgrade resets it")
            .help(remedy(name, autoscaler));
        Some(context.finding(&RULE, diagnostic).about(member))
    });
    let members = context.plan.members();
    let followers = members.filter_map(|member| follower(context, member));
    findings.chain(followers).collect()
}

/// A target on a workload whose count Grafana's rollout operator sets to that of another one.
fn follower(context: &Context<'_>, member: &Member<'_>) -> Option<Finding> {
    let (workload, name) = (member.workload, &member.component.name);
    let leader = workload.leader.as_ref()?;
    let target = member
        .target
        .as_ref()
        .filter(|it| !it.keeps && member.is_worker())?;
    let message = format!(
        "{name} has the fixed target {}, but {} {} follows the count of {}",
        target.replicas, workload.object.kind, workload.object.name, leader.name
    );
    let diagnostic = Diagnostic::new(message)
        .label(target.place.clone(), "the target")
        .label(workload.place(leader.span), "its leader")
        .note("Grafana's rollout operator sets the count, with a pause between the zones")
        .help(format!(
            "remove the target of {name} from the policy, and set {}",
            context.own_count(member)
        ))
        .help("or, with live counts as the baseline: `replicas: keep`, and an override for the leader alone");
    Some(context.finding(&RULE, diagnostic).about(member))
}

fn remedy(name: &str, autoscaler: Scaler<'_>) -> String {
    match autoscaler {
        // It is known from the baseline, which gives what `keep` asks for.
        Scaler::Running(_) => {
            format!("keep what it sets, with the target `{name}: keep`, or delete the autoscaler")
        }
        Scaler::Rendered(_) => {
            format!("remove the target of {name} from the policy, or disable the autoscaler")
        }
    }
}
