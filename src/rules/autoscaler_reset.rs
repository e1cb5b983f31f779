//! `autoscaler-reset`: a rendered spec.replicas on a workload that an autoscaler scales.

use super::{Context, Rule, autoscaled, in_stream, ownership_conflict, replicas_dropped};
use crate::diagnostic::Diagnostic;
use crate::field::Count;
use crate::finding::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    id: "autoscaler-reset",
    severity: Severity::Warning,
    waivable: true,
    summary: "a rendered spec.replicas on a workload that an autoscaler scales",
    page: include_str!("../../docs/rules/autoscaler-reset.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let findings = autoscaled::members(context).filter_map(|(autoscaler, member)| {
        let is_refused = ownership_conflict::is_found(context, member);
        let unowned = member.is_worker() && member.target.is_none() && !is_refused;
        let rendered = match &member.workload.replicas.count {
            Count::Set(count) => count.to_string(),
            Count::Null if !replicas_dropped::is_found(context, member) => "null (which is 1)".to_owned(),
            Count::Null | Count::Absent | Count::Invalid(_) => return None,
        };
        if !unowned {
            return None;
        }
        let (name, owner) = (&member.component.name, autoscaled::name(autoscaler.object()));
        let message = format!("{name} is rendered at {rendered}, and {owner} scales it: every upgrade resets the count");
        let diagnostic = in_stream(Diagnostic::new(message), member);
        let diagnostic = autoscaled::shown(diagnostic, autoscaler, &format!("{owner} scales it"))
            .note("a client-side upgrade overwrites the autoscaler's count; a server-side one conflicts with the autoscaler")
            .help(format!("{}, or disable the autoscaler", context.leave_the_count_out(member)));
        Some(context.finding(&RULE, diagnostic).about(member))
    });
    findings.collect()
}
