//! `replicas-dropped`: a worker whose count Kubernetes will set to 1, since the stream does not give it any more.

use super::own_count::may_have_target;
use super::{
    Context, Rule, Waivers, below_floor, in_stream, losses, replicas, scale_in_too_large,
    scale_in_unsettled,
};
use crate::baseline::live::{Applied, Last, Live, Method};
use crate::baseline::{Had, Known};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::manifest::Sync;
use crate::plan::{Fate, Group, Member, Purpose, Release, Sent};
use crate::policy::Component;
use crate::word::Word;

pub(super) static RULE: Rule = Rule {
    id: "replicas-dropped",
    severity: Severity::Error,
    waivable: true,
    summary: "a worker whose spec.replicas was set by the last release and is now absent or null",
    page: include_str!("../../docs/rules/replicas-dropped.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let releases = context.plan.releases.iter();
    releases
        .flat_map(|release| of_release(context, release))
        .collect()
}

fn of_release(context: &Context<'_>, release: &Release<'_>) -> Vec<Finding> {
    let groups = release.groups.iter();
    let members = groups.flat_map(|group| group.members.iter().map(move |it| (group, it)));
    let dropped: Vec<_> = members
        .filter_map(|(group, it)| Some((group, Dropped::of(it, context.plan.purpose)?)))
        .collect();
    if dropped.is_empty() {
        return Vec::new();
    }
    let besides = Besides::of(context, release);
    let found = dropped.iter();
    found
        .map(|(group, it)| finding(context, group, it, &besides.of_component(group.component)))
        .collect()
}

/// What the limits on a scale-in would refuse if the dropped counts of a release were let go: a person who wants to lose
/// them has to waive that too, and should hear of it before the next run.
struct Besides(Vec<(Word, Finding)>);

impl Besides {
    fn of(context: &Context<'_>, release: &Release<'_>) -> Self {
        let waivers = context.waivers.and_all_of(&RULE);
        let then = Context {
            waivers: &waivers,
            ..*context
        };
        let groups = release.groups.iter();
        let too_low = groups.flat_map(|group| {
            let found = below_floor::of_component(&then, group).into_iter();
            found.map(move |finding| (group, finding))
        });
        let too_large = scale_in_too_large::of_release(&then, release).into_iter();
        let too_early = scale_in_unsettled::of_release(&then, release);
        let found = too_large.chain(too_low).chain(too_early);
        let is_waived = |finding: &Finding| context.waivers.active_for(finding).is_some();
        let refused = found.filter(|(_, finding)| !is_waived(finding));
        Self(
            refused
                .map(|(group, finding)| (group.component.name.clone(), finding))
                .collect(),
        )
    }

    fn of_component<'b>(&'b self, component: &Component) -> Vec<&'b Finding> {
        let all = self.0.iter();
        let own = all.filter(|(name, _)| *name == component.name);
        own.map(|(_, finding)| finding).collect()
    }
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
    fn of(member: &'m Member<'m>, purpose: Purpose) -> Option<Self> {
        let known = member.known.filter(|_| member.is_worker())?;
        let sent = member.sent(purpose)?;
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
    Dropped::of(member, context.plan.purpose).is_some()
}

/// Whether the rule refuses a member's count, so that no other rule needs to say what would be lost with it.
pub(super) fn explains(context: &Context<'_>, member: &Member<'_>) -> bool {
    refuses(context.waivers, member, context.plan.purpose)
}

/// Whether the rule finds a member's count dropped, and no waiver lets that pass.
pub(super) fn refuses(waivers: &Waivers<'_>, member: &Member<'_>, purpose: Purpose) -> bool {
    Dropped::of(member, purpose).is_some() && !waivers.covers(&RULE, member)
}

fn finding(
    context: &Context<'_>,
    group: &Group<'_>,
    dropped: &Dropped<'_>,
    besides: &[&Finding],
) -> Finding {
    let member = dropped.member;
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
    let besides = besides.iter().filter(|_| explains(context, member));
    let mut rules = vec![&RULE];
    let mut diagnostic = diagnostic;
    for it in besides {
        let is_first = rules.len() == 1;
        let so = if is_first {
            "in effect a scale-in:"
        } else {
            "besides,"
        };
        diagnostic = diagnostic.note(format!("{so} {}", it.diagnostic.message));
        rules.push(it.rule);
    }
    rules.dedup_by_key(|rule| rule.id);
    let waiver = context.waivers_of(&rules, &member.component.name);
    let patch = "or remove Replace=true from its sync options: Argo CD then patches the object";
    let patch = (member.sync != Sync::Patches).then_some(patch);
    let diagnostic = dropped.helped(context, group, diagnostic);
    let diagnostic = patch
        .into_iter()
        .fold(diagnostic, Diagnostic::help)
        .help(format!("if this is intended: {waiver}"));
    context.finding(&RULE, diagnostic).about(member)
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
            _ if self.member.sync != Sync::Patches => {
                "Argo CD replaces the object as a whole (its annotation argocd.argoproj.io/sync-options: Replace=true), and the API server sets an absent count to 1"
            }
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
    fn helped(
        &self,
        context: &Context<'_>,
        group: &Group<'_>,
        diagnostic: Diagnostic,
    ) -> Diagnostic {
        let (member, name) = (self.member, &self.member.component.name);
        let is_autoscaled = !member.autoscalers.is_empty();
        let is_listed = matches!(self.known.live, Some(Live::Listed));
        match self.count {
            // Here it is `check`, which does not write it.
            _ if let Some(target) = member.target => {
                diagnostic.help(format!("write the target: `replicas: {}`", target.replicas))
            }
            _ if !self.is_certain && is_listed => diagnostic.help(context.better_baseline(member)),
            Some(count) if is_autoscaled => diagnostic.help(format!(
                "set {} to the running count ({count}), or remove the field at a quiet time: the count drops to 1 until the autoscaler acts",
                context.own_count(member)
            )),
            Some(count) => diagnostic.help(keeping(context, group, member, count)),
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
pub(super) fn keeping(
    context: &Context<'_>,
    group: &Group<'_>,
    member: &Member<'_>,
    count: u32,
) -> String {
    let own = context.own_setting(member, count);
    let (name, object) = (&group.component.name, &member.workload.object.name);
    let is_alone = group.members.len() == 1;
    match own {
        own if !may_have_target(member) => format!("keep the count: {own}"),
        // A target would be the count of each of them.
        _ if !is_alone && context.plan.baseline.cluster().is_some() => {
            format!("keep the counts: `{name}: keep` in the policy's targets")
        }
        _ if !is_alone => format!(
            "give {object} {} again, in its own manifest, or by an override of {name} in the policy's targets",
            replicas(count)
        ),
        own if own.starts_with("--set") => {
            format!("keep the count: {own}, or `{name}: {count}` in the policy's targets")
        }
        _ => format!(
            "set the count: `{name}: {count}` in the policy's targets, or {}",
            context.own_count(member)
        ),
    }
}
