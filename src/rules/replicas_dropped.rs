//! `replicas-dropped`: a worker whose spec.replicas was set by the last release and is absent now.

use super::{Context, Rule, in_stream, of_each_member};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::plan::{Before, Member, Purpose};

pub(super) static RULE: Rule = Rule {
    id: "replicas-dropped",
    severity: Severity::Error,
    waivable: true,
    summary: "a worker whose spec.replicas was set by the last release and is absent now",
    page: include_str!("../../docs/rules/replicas-dropped.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    of_each_member(context, finding)
}

fn finding(context: &Context<'_>, member: &Member<'_>) -> Option<Finding> {
    let known = member.known?;
    let replaced = context.plan.purpose == Purpose::Write && member.target.is_some();
    let Before::Known(before) = member.before else {
        return None;
    };
    if !member.is_worker() || replaced || before == 1 || !member.workload.replicas.count.is_absent()
    {
        return None;
    }
    let name = &member.component.name;
    let message = if known.live {
        format!(
            "{name} runs at {before} replicas and spec.replicas is absent: a live listing cannot tell what becomes of them"
        )
    } else {
        format!(
            "{name} had {before} replicas and spec.replicas is absent now: Kubernetes will fill in 1"
        )
    };
    let diagnostic = in_stream(Diagnostic::new(message), member)
        .label_opt(known.replicas_place(), "the baseline");
    let diagnostic = if known.live {
        diagnostic
            .note("if the last release set the field, Kubernetes fills in 1; if it did not, the count stays")
            .help("compare with the last release's manifest: helm get manifest RELEASE > last.yaml, and --baseline file:last.yaml")
    } else {
        diagnostic.help(format!(
            "set the count: `{name}: {before}` in the policy's targets, or the chart's value"
        ))
    };
    Some(
        RULE.finding(diagnostic.help(format!("if it is meant: --allow {}={name}", RULE.id)))
            .about(member),
    )
}
