//! `baseline-unknown`: a worker whose count in the baseline is unknown.

use super::{Context, Rule, in_stream, of_each_member, replicas, replicas_dropped, turnover};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::plan::{Before, Member};

pub(super) static RULE: Rule = Rule {
    id: "baseline-unknown",
    severity: Severity::Error,
    waivable: true,
    summary: "a worker whose count in the baseline is unknown",
    page: include_str!("../../docs/rules/baseline-unknown.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    of_each_member(context, finding)
}

fn finding(context: &Context<'_>, member: &Member<'_>) -> Option<Finding> {
    let known = member.known?;
    if !member.is_worker() || !matches!(member.before, Before::Unset | Before::Unknown) {
        return None;
    }
    if member.before == Before::Unset && replicas_dropped::is_found(context, member) {
        return None;
    }
    let name = &member.component.name;
    let change = match (context.plan.judged(member), member.shift()) {
        (Some(count), _) => format!("{name} would be set to {}", replicas(count)),
        (None, Some(shift)) => turnover::changes(&member.workload.object.name, shift),
        (None, None) => return None,
    };
    let unknown = match known.start {
        Some(_) => "does not give its current count",
        None => "does not show which of its pods run: its spec.ordinals.start cannot be read",
    };
    let message = format!("{change}, but the baseline {unknown}");
    let diagnostic = in_stream(Diagnostic::new(message), member);
    let place = known.replicas_place();
    let diagnostic = if member.before == Before::Unset {
        diagnostic
            .label_opt(place, "no count in the baseline")
            .note("without spec.replicas in the manifest, the count is set by an autoscaler or by kubectl scale")
    } else {
        diagnostic.label_opt(
            place,
            if known.start.is_some() {
                "no usable count"
            } else {
                "no usable first ordinal"
            },
        )
    };
    let diagnostic = match known.seen() {
        Some(_) => diagnostic
            .note("the running object has no usable spec.replicas")
            .help("correct the running object first: its spec.replicas must be a plain integer"),
        None => diagnostic.help(context.host.live_baseline()),
    };
    let waiver = context.waiver(&RULE, Some(name));
    let diagnostic = diagnostic.help(format!("if the count is right: {waiver}"));
    Some(context.finding(&RULE, diagnostic).about(member))
}
