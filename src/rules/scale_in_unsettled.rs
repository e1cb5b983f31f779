//! `scale-in-unsettled`: a scale-in while a worker or a coordinator of the release is not settled.

use super::{Context, Rule, describe, losses};
use crate::baseline::Known;
use crate::baseline::live::Seen;
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::host::Host;
use crate::plan::{Group, Member, Purpose, Release};
use crate::policy::Role;

pub(super) static RULE: Rule = Rule {
    id: "scale-in-unsettled",
    severity: Severity::Error,
    waivable: true,
    summary: "a scale-in while a worker or a coordinator of the release is not fully rolled out and available",
    page: include_str!("../../docs/rules/scale-in-unsettled.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let releases = context.plan.releases.iter();
    let found = releases.flat_map(|release| of_release(context, release));
    found.map(|(_, finding)| finding).collect()
}

/// A finding for each component that loses replicas while anything of its release is not settled.
pub(super) fn of_release<'r>(
    context: &Context<'_>,
    release: &'r Release<'_>,
) -> Vec<(&'r Group<'r>, Finding)> {
    if !context.plan.policy.require_settled.value {
        return Vec::new();
    }
    let losers = release.groups.iter().filter(|group| group.is_worker());
    let losers = losers.filter_map(|group| {
        let loser = losses::of(context, group).losers().next()?.0;
        Some((group, loser))
    });
    let losers: Vec<_> = losers.collect();
    if losers.is_empty() {
        return Vec::new();
    }
    let waits = Waits::of(release);
    if waits.0.is_empty() {
        return Vec::new();
    }
    losers
        .into_iter()
        .map(|(group, loser)| {
            let found = finding(context, release, group, loser, &waits);
            (group, found)
        })
        .collect()
}

/// The workloads of a release that are not settled, each with what it waits for.
struct Waits<'r>(Vec<(&'r str, &'r Known, String)>);

impl<'r> Waits<'r> {
    fn of(release: &'r Release<'_>) -> Self {
        let seen = release.waited_for();
        let waits = seen.filter_map(|(member, known, seen)| {
            let why = why(member, known, seen)?;
            Some((member.component.name.as_str(), known, why))
        });
        Self(waits.collect())
    }

    /// `mixCoord is`, `mixCoord and queryNode are`
    fn names(&self) -> String {
        let mut names: Vec<&str> = self.0.iter().map(|(name, ..)| *name).collect();
        names.dedup();
        let verb = if names.len() == 1 { "is" } else { "are" };
        let names = match names.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => names.concat(),
        };
        format!("{names} {verb}")
    }
}

/// What a workload waits for; none if it is settled.
fn why(member: &Member<'_>, known: &Known, seen: &Seen) -> Option<String> {
    let pending = seen.pending(&known.object.kind);
    let is_coordinator = member.component.role.value == Role::Coordinator;
    if pending.is_empty() && is_coordinator && seen.object.desired() == 0 {
        return Some("it is scaled to 0".to_owned());
    }
    let waits: Vec<String> = pending.iter().map(ToString::to_string).collect();
    (!waits.is_empty()).then(|| waits.join(", "))
}

fn finding(
    context: &Context<'_>,
    release: &Release<'_>,
    group: &Group<'_>,
    loser: &Member<'_>,
    waits: &Waits<'_>,
) -> Finding {
    let name = &group.component.name;
    let message = format!(
        "{name} cannot be scaled in yet: {} not settled",
        waits.names()
    );
    let losses = losses::of(context, group);
    let mut diagnostic = losses.shown(context, Diagnostic::new(message));
    for (_, known, why) in waits.0.iter().take(losses::SHOWN) {
        diagnostic = diagnostic.note(format!("{}: {why}", describe(&known.object)));
    }
    let diagnostic = match waits.0.iter().skip(losses::SHOWN).count() {
        0 => diagnostic,
        more => diagnostic.note(format!("and {more} more of {}", release.id)),
    };
    let diagnostic = diagnostic
        .label_opt(
            context.plan.policy.require_settled.place.clone(),
            "required here",
        )
        .help(wait(context));
    context
        .finding(&RULE, losses::emergency(context, diagnostic, &RULE, name))
        .about(loser)
}

/// How to wait.
fn wait(context: &Context<'_>) -> &'static str {
    let is_converging = context.host != Host::ArgoCd && context.plan.purpose == Purpose::Write;
    if is_converging && !context.reads_files {
        "wait until it is done, and run the command again; trimtab converge waits by itself"
    } else {
        "wait until it is done, and try again"
    }
}
