//! `replicas-dropped`: a worker whose count Kubernetes will set to 1, since the stream does not give it any more.

use super::own_count::may_have_target;
use super::{Context, Rule, in_stream, of_each_member, replicas};
use crate::baseline::{Had, Known};
use crate::diagnostic::Diagnostic;
use crate::field::Count;
use crate::finding::{Finding, Severity};
use crate::plan::{Member, Purpose};

pub(super) static RULE: Rule = Rule {
    id: "replicas-dropped",
    severity: Severity::Error,
    waivable: true,
    summary: "a worker whose spec.replicas was set by the last release and is now absent or null",
    page: include_str!("../../docs/rules/replicas-dropped.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    of_each_member(context, finding)
}

/// What becomes of a count that the stream does not give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Kubernetes fills in 1 in the place of what runs: this many, if that is known.
    One(Option<u32>),
    /// It stays or becomes 1: the baseline, a running object with this many, does not tell.
    Undecided(u32),
}

impl Fate {
    /// The fate of a worker's count; none where it is given, where it stays, or where it is 1 anyway.
    fn of(context: &Context<'_>, member: &Member<'_>) -> Option<(Self, &'static str)> {
        let is_replaced = context.plan.purpose == Purpose::Write && member.target.is_some();
        let now = match member.workload.replicas.count {
            Count::Absent => "absent",
            Count::Null => "null",
            Count::Set(_) | Count::Invalid(_) => return None,
        };
        let known = member
            .known
            .filter(|_| member.is_worker() && !is_replaced)?;
        let fate = match known.had {
            Had::Replicas(1) | Had::Unreadable => return None,
            Had::Absent if now == "absent" => return None,
            Had::Replicas(count) if known.is_live() && now == "absent" => Self::Undecided(count),
            Had::Replicas(count) => Self::One(Some(count)),
            Had::Absent | Had::Null => Self::One(None),
        };
        Some((fate, now))
    }
}

/// Whether the rule finds a member's count dropped.
pub(super) fn is_found(context: &Context<'_>, member: &Member<'_>) -> bool {
    Fate::of(context, member).is_some()
}

fn finding(context: &Context<'_>, member: &Member<'_>) -> Option<Finding> {
    let known = member.known?;
    let (fate, now) = Fate::of(context, member)?;
    let name = &member.component.name;
    let message = message(name, known, fate, now);
    let mut diagnostic = in_stream(Diagnostic::new(message), member)
        .label_opt(known.replicas_place(), "the baseline");
    if now == "null" {
        diagnostic = diagnostic
            .note("Helm always sends a null, whatever the last release had, and the API server sets it to 1");
    } else if known.had == Had::Null {
        diagnostic = diagnostic.note(
            "the last release had a null: when the field is removed, Helm sends a null again",
        );
    }
    let diagnostic = helped(context, diagnostic, member, fate);
    let allow = format!("if this is intended: --allow {}={name}", RULE.id);
    Some(RULE.finding(diagnostic.help(allow)).about(member))
}

fn message(name: &str, known: &Known, fate: Fate, now: &str) -> String {
    match fate {
        Fate::Undecided(count) => format!(
            "{name} runs at {} and spec.replicas is {now}: a live listing does not show whether that changes the count",
            replicas(count)
        ),
        Fate::One(Some(count)) => format!(
            "{name} {} {} and spec.replicas is {now} now: Kubernetes will set it to 1",
            if known.is_live() { "runs at" } else { "had" },
            replicas(count)
        ),
        Fate::One(None) => format!(
            "spec.replicas of {name} is {now}: Kubernetes will set it to 1, however many replicas are running"
        ),
    }
}

/// What to do: keep the count, or find out what runs.
fn helped(
    context: &Context<'_>,
    diagnostic: Diagnostic,
    member: &Member<'_>,
    fate: Fate,
) -> Diagnostic {
    let name = &member.component.name;
    let is_autoscaled = !member.autoscalers.is_empty();
    match fate {
        Fate::Undecided(_) => diagnostic
            .note("if the last release set the field, Kubernetes sets it to 1; otherwise the count does not change")
            .help(context.better_baseline(member)),
        Fate::One(Some(count)) if is_autoscaled => diagnostic.help(format!(
            "render the running count ({count}), or remove the field at a quiet time: the count drops to 1 until the autoscaler acts"
        )),
        Fate::One(Some(count)) if may_have_target(member) => diagnostic.help(format!(
            "set the count: `{name}: {count}` in the policy's targets, or {}",
            context.own_count(member)
        )),
        Fate::One(Some(count)) => diagnostic.help(format!(
            "set {} to {count}",
            context.own_count(member)
        )),
        Fate::One(None) if is_autoscaled => diagnostic
            .help(format!("{}, instead of setting it to null", context.leave_the_count_out(member))),
        Fate::One(None) if may_have_target(member) => diagnostic.help(format!(
            "give {name} a target, or set {} to the running count",
            context.own_count(member)
        )),
        Fate::One(None) => diagnostic.help(format!("set {} to the running count", context.own_count(member))),
    }
}
