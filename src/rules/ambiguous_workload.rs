//! `ambiguous-workload`: a workload that matches more than one component.

use super::{Context, Rule, rendered_by};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    id: "ambiguous-workload",
    severity: Severity::Error,
    waivable: false,
    summary: "a workload that matches more than one component",
    page: include_str!("../../docs/rules/ambiguous-workload.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let plan = context.plan;
    let findings = plan.contested.iter().map(|contested| {
        let workload = contested.workload;
        let names: Vec<&str> = contested
            .components
            .iter()
            .map(|component| component.name.as_str())
            .collect();
        let message = format!(
            "{} {} matches {}",
            workload.object.kind,
            workload.object.name,
            names.join(" and ")
        );
        let mut diagnostic = Diagnostic::new(message).label(workload.place(workload.name), "");
        for component in &contested.components {
            diagnostic = diagnostic.label_opt(
                component.place.clone(),
                format!("{} is declared here", component.name),
            );
        }
        let diagnostic = rendered_by(diagnostic, workload)
            .help("make the `matchLabels` of one component more specific");
        Finding {
            object: Some(workload.object.clone()),
            ..context.finding(&RULE, diagnostic)
        }
    });
    findings.collect()
}
