//! `singleton-scaled`: a singleton with a replica count other than 1.

use super::{Context, Rule, fixed, in_stream};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::policy::Role;

pub(super) static RULE: Rule = Rule {
    id: "singleton-scaled",
    severity: Severity::Error,
    waivable: true,
    summary: "a singleton with a replica count other than 1",
    page: include_str!("../../docs/rules/singleton-scaled.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let findings = fixed::scaled(context, Role::Singleton).map(|(member, count)| {
        let name = &member.component.name;
        let message = format!("{name} would run at {count} replicas; it is one copy by design");
        let diagnostic = in_stream(Diagnostic::new(message), member);
        context
            .finding(
                &RULE,
                diagnostic.help(format!("set the replicas of {name} to 1")),
            )
            .about(member)
    });
    findings
        .chain(fixed::moved(context, &RULE, Role::Singleton))
        .chain(fixed::hooks(context, &RULE, Role::Singleton))
        .collect()
}
