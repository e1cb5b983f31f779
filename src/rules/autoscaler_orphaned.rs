//! `autoscaler-orphaned`: an autoscaler whose target is not in the stream.

use super::{Context, Rule, autoscaled};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    id: "autoscaler-orphaned",
    severity: Severity::Warning,
    waivable: true,
    summary: "an autoscaler whose target is not in the stream",
    page: include_str!("../../docs/rules/autoscaler-orphaned.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let plan = context.plan;
    let findings = plan.orphans.iter().filter_map(|autoscaler| {
        let kinds = plan.policy.kinds();
        if !kinds
            .iter()
            .any(|(_, kind)| *kind == autoscaler.target_kind)
        {
            return None;
        }
        let (kind, target, owner) = (
            &autoscaler.target_kind,
            &autoscaler.target_name,
            autoscaled::name(autoscaler),
        );
        let diagnostic = Diagnostic::new(format!(
            "{owner} scales {kind} {target}, which is not in the stream"
        ))
        .label(autoscaler.place(), "its target");
        let diagnostic = match &autoscaler.template {
            Some(template) => diagnostic.note(format!("rendered by {template}")),
            None => diagnostic,
        };
        let diagnostic =
            diagnostic.help("it scales nothing: turn it off, or mend its scaleTargetRef");
        Some(Finding {
            object: Some(autoscaler.object.clone()),
            ..RULE.finding(diagnostic)
        })
    });
    findings.collect()
}
