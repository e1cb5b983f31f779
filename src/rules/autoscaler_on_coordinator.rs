//! `autoscaler-on-coordinator`: an autoscaler that targets a coordinator or a singleton.

use super::{Context, Rule, autoscaled};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    id: "autoscaler-on-coordinator",
    severity: Severity::Error,
    waivable: true,
    summary: "an autoscaler that targets a coordinator or a singleton",
    page: include_str!("../../docs/rules/autoscaler-on-coordinator.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let fixed = autoscaled::members(context).filter(|(_, member)| !member.is_worker());
    let findings = fixed.map(|(autoscaler, member)| {
        let (name, owner) = (
            &member.component.name,
            autoscaled::name(autoscaler.object()),
        );
        let message = format!(
            "{owner} scales {name}, which is a {}",
            member.component.role.as_str()
        );
        let diagnostic = autoscaled::shown(Diagnostic::new(message), autoscaler, "its target")
            .label(member.workload.place(member.workload.name), name.as_str())
            .help("remove the autoscaler: only workers can be scaled");
        context
            .finding(&RULE, autoscaled::rendered(diagnostic, autoscaler, member))
            .about(member)
    });
    findings.collect()
}
