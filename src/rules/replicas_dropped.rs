//! `replicas-dropped`: a worker whose count Kubernetes will set to 1, since the stream does not give it any more.

use super::own_count::may_have_target;
use super::{Context, Rule, in_stream, losses, of_each_member, replicas};
use crate::baseline::live::{Applied, Last, Live, Method};
use crate::baseline::{Had, Known};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::plan::{Fate, Member, Sent};

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

/// A count that the stream does not give any more.
struct Dropped<'m> {
    member: &'m Member<'m>,
    known: &'m Known,
    /// `absent` or `null`.
    now: &'static str,
    /// The count that was there, if that is known.
    count: Option<u32>,
    /// Whether it is certain that it becomes 1.
    is_certain: bool,
}

impl<'m> Dropped<'m> {
    /// Of a worker's count; none where it is given, where it stays, or where it is 1 anyway.
    fn of(context: &Context<'_>, member: &'m Member<'m>) -> Option<Self> {
        let known = member.known.filter(|_| member.is_worker())?;
        let sent = context.plan.sent(member)?;
        let now = match sent {
            Sent::Absent => "absent",
            Sent::Null => "null",
            Sent::Count(_) => return None,
        };
        let count = match known.had {
            Had::Replicas(1) | Had::Unreadable => return None,
            Had::Replicas(count) => Some(count),
            Had::Absent | Had::Null => None,
        };
        let is_certain = match member.fate(sent)? {
            Fate::One => true,
            Fate::Undecided => false,
            Fate::AsSent(_) | Fate::Stays | Fate::Conflict(_) => return None,
        };
        Some(Self {
            member,
            known,
            now,
            count,
            is_certain,
        })
    }
}

/// Whether the rule finds a member's count dropped.
pub(super) fn is_found(context: &Context<'_>, member: &Member<'_>) -> bool {
    Dropped::of(context, member).is_some()
}

fn finding(context: &Context<'_>, member: &Member<'_>) -> Option<Finding> {
    let dropped = Dropped::of(context, member)?;
    let diagnostic = in_stream(Diagnostic::new(dropped.message()), member)
        .label_opt(dropped.known.replicas_place(), "the baseline");
    let diagnostic = match losses::ran(context, dropped.known) {
        Some(note) => diagnostic.note(note),
        None => diagnostic,
    };
    let diagnostic = match dropped.why() {
        Some(why) => diagnostic.note(why),
        None => diagnostic,
    };
    let diagnostic = dropped.helped(context, diagnostic);
    let name = &member.component.name;
    let waiver = context.waiver(&RULE, Some(name));
    let diagnostic = diagnostic.help(format!("if this is intended: {waiver}"));
    Some(RULE.finding(diagnostic).about(member))
}

impl Dropped<'_> {
    fn message(&self) -> String {
        let (name, now) = (&self.member.component.name, self.now);
        let what = match (self.count, self.known.is_live()) {
            (None, _) => {
                return format!(
                    "spec.replicas of {name} is {now}: Kubernetes will set it to 1, however many replicas are running"
                );
            }
            (Some(count), true) => format!("{name} runs at {}", replicas(count)),
            (Some(count), false) => format!("{name} had {}", replicas(count)),
        };
        match (self.is_certain, self.known.seen()) {
            (true, _) => {
                format!("{what} and spec.replicas is {now} now: Kubernetes will set it to 1")
            }
            (false, None) => format!(
                "{what} and spec.replicas is {now}: a live listing does not show whether that changes the count"
            ),
            (false, Some(_)) => format!(
                "{what} and spec.replicas is {now}: whether that changes the count is unknown"
            ),
        }
    }

    /// Why it becomes 1, or may.
    fn why(&self) -> Option<String> {
        let applied = self.known.seen().and_then(|seen| seen.applied.as_ref());
        let why = match applied {
            _ if self.now == "null" => {
                "Helm always sends a null, whatever the last release had, and the API server sets it to 1"
            }
            None if self.known.had == Had::Null => {
                "the last release had a null: when the field is removed, Helm sends a null again"
            }
            None if self.is_certain => return None,
            None => {
                "if the last release set the field, Kubernetes sets it to 1; otherwise the count does not change"
            }
            Some(applied) if self.is_certain => certain_reason(applied),
            Some(Applied {
                unknown_since: Some(why),
                ..
            }) => {
                return Some(format!(
                    "how the release was last applied is unknown: {why}"
                ));
            }
            Some(_) => return None,
        };
        Some(why.to_owned())
    }

    /// What to do: keep the count, or find out what runs.
    fn helped(&self, context: &Context<'_>, diagnostic: Diagnostic) -> Diagnostic {
        let (member, name) = (self.member, &self.member.component.name);
        let is_autoscaled = !member.autoscalers.is_empty();
        let is_listed = matches!(self.known.live, Some(Live::Listed));
        match self.count {
            _ if !self.is_certain && is_listed => diagnostic.help(context.better_baseline(member)),
            Some(count) if is_autoscaled => diagnostic.help(format!(
                "set {} to the running count ({count}), or remove the field at a quiet time: the count drops to 1 until the autoscaler acts",
                context.own_count(member)
            )),
            Some(count) => diagnostic.help(keeping(context, member, count)),
            None if is_autoscaled => diagnostic.help(format!(
                "{}, instead of setting it to null",
                context.leave_the_count_out(member)
            )),
            None if may_have_target(member) => diagnostic.help(format!(
                "give {name} a target, or set {} to the running count",
                context.own_count(member)
            )),
            None => diagnostic.help(format!(
                "set {} to the running count",
                context.own_count(member)
            )),
        }
    }
}

/// Why a count becomes 1 in a cluster.
fn certain_reason(applied: &Applied) -> &'static str {
    match (applied.method, applied.last) {
        (Method::Replaced, _) => {
            "Helm replaces the object as a whole (--force), and the API server sets an absent count to 1"
        }
        (Method::ServerSide { .. }, _) => {
            "nobody else owns the field: when it is no longer applied, the API server removes it"
        }
        (_, Last::NoObject) => {
            "the last release did not hold the object, so Helm compares with the running one, which has the field"
        }
        (_, Last::Null) => {
            "the last release had a null: when the field is removed, Helm sends a null again"
        }
        _ => "the last release set the field: when it is removed, a null is sent for it",
    }
}

/// How to keep a running count.
pub(super) fn keeping(context: &Context<'_>, member: &Member<'_>, count: u32) -> String {
    let own = context.own_setting(member, count);
    let name = &member.component.name;
    match own {
        own if !may_have_target(member) => format!("keep the count: {own}"),
        own if own.starts_with("--set") => {
            format!("keep the count: {own}, or `{name}: {count}` in the policy's targets")
        }
        _ => format!(
            "set the count: `{name}: {count}` in the policy's targets, or {}",
            context.own_count(member)
        ),
    }
}
