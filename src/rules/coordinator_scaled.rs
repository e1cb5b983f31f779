//! `coordinator-scaled`: a coordinator with a replica count other than 1 (1 or 2 with active-standby).

use super::{Context, Rule, fixed, in_stream};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::policy::Role;

pub(super) static RULE: Rule = Rule {
    id: "coordinator-scaled",
    severity: Severity::Error,
    waivable: true,
    summary: "a coordinator with a replica count other than 1 (1 or 2 with active-standby)",
    page: include_str!("../../docs/rules/coordinator-scaled.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let findings = fixed::scaled(context, Role::Coordinator).map(|(member, count)| {
        let name = &member.component.name;
        let standby = member.component.active_standby.value;
        let allowed = if standby { "1, or 2 with active-standby" } else { "1" };
        let message = format!("{name} would run at {count} replicas; a coordinator runs at {allowed}");
        let mut diagnostic = in_stream(Diagnostic::new(message), member)
            .help(format!("set {} to {allowed}: only workers can be scaled", context.own_count(member)));
        if count == 2 && !standby {
            diagnostic = diagnostic
                .help(format!("if active-standby is enabled for it, declare that in the policy, under `spec.components`: `{name}: {{activeStandby: true}}`"));
        }
        context.finding(&RULE, diagnostic).about(member)
    });
    findings
        .chain(fixed::moved(context, &RULE, Role::Coordinator))
        .chain(fixed::hooks(context, &RULE, Role::Coordinator))
        .collect()
}
