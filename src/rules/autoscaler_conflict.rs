//! `autoscaler-conflict`: a fixed target on a workload that an autoscaler scales.

use super::{Context, Rule, autoscaled};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    id: "autoscaler-conflict",
    severity: Severity::Error,
    waivable: true,
    summary: "a fixed target on a workload that an autoscaler scales",
    page: include_str!("../../docs/rules/autoscaler-conflict.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let findings = autoscaled::members(context).filter_map(|(autoscaler, member)| {
        let target = member
            .target
            .as_ref()
            .filter(|it| !it.keeps && member.is_worker())?;
        let (name, owner) = (&member.component.name, autoscaled::name(autoscaler));
        let message = format!(
            "{name} has the fixed target {}, but {owner} scales it",
            target.replicas
        );
        let diagnostic = Diagnostic::new(message)
            .label(target.place.clone(), "the target")
            .label(autoscaler.place(), format!("{owner} scales it"))
            .note("the autoscaler changes the count immediately, and every upgrade resets it")
            .help(format!(
                "remove the target of {name} from the policy, or disable the autoscaler"
            ));
        Some(RULE.finding(diagnostic).about(member))
    });
    findings.collect()
}
