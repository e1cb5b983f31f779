//! `scale-in-too-large`: a component that would lose more replicas in one release than the policy allows.

use std::ptr;

use super::losses::{self, Losses, named_counts};
use super::{Context, Rule, below_floor, turnover};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::plan::{Excess, Group, Release};
use crate::policy::Limits;

pub(super) static RULE: Rule = Rule {
    id: "scale-in-too-large",
    severity: Severity::Error,
    waivable: true,
    summary: "a component that would lose more replicas in one release than the policy allows",
    page: include_str!("../../docs/rules/scale-in-too-large.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let releases = context.plan.releases.iter();
    let found = releases.flat_map(|release| of_release(context, release));
    found.map(|(_, finding)| finding).collect()
}

/// What it finds of a release, each with its component.
pub(super) fn of_release<'p>(
    context: &Context<'_>,
    release: &'p Release<'_>,
) -> Vec<(&'p Group<'p>, Finding)> {
    let waiting = at_once(context, release);
    // One that has to wait for another loses nothing now: advising counts that it may go to would be premature.
    let waits = |group: &Group<'_>| {
        let mut waiting = waiting.iter();
        waiting.any(|(it, _)| ptr::eq(*it, group)) && !is_waived(context, group)
    };
    let groups = release.groups.iter();
    let alone = groups.filter(|group| group.is_worker() && !waits(group));
    let found: Vec<_> = alone
        .filter_map(|group| Some((group, in_one_component(context, group)?)))
        .collect();
    found.into_iter().chain(waiting).collect()
}

/// A component that loses more than its limits allow; what waivers let go is found where nothing else is too much.
fn in_one_component(context: &Context<'_>, group: &Group<'_>) -> Option<Finding> {
    let all = losses::of(context, group);
    let unwaived = all.unwaived(context, &RULE);
    let too_much_unwaived = excess(context, group, &unwaived);
    let is_waived = too_much_unwaived.is_none();
    let losses = if is_waived { all } else { unwaived };
    let excess = too_much_unwaived.or_else(|| excess(context, group, &losses))?;
    let name = &group.component.name;
    let diagnostic = losses.shown(context, Diagnostic::new(too_much(name, excess)));
    let diagnostic = losses.not_waived_yet(context, diagnostic, is_waived);
    let diagnostic = losses.advice(context, diagnostic, group);
    let mut losers = losses.losers();
    let (first, _) = losers.find(|(it, _)| context.waivers.covers(&RULE, it) == is_waived)?;
    Some(
        context
            .finding(&RULE, losses::emergency(context, diagnostic, &RULE, name))
            .about(first),
    )
}

/// What goes too fast; what only goes too low is found by `below-floor`.
fn excess(context: &Context<'_>, group: &Group<'_>, losses: &Losses<'_>) -> Option<Excess> {
    let limits = group.limits();
    let excess = limits.excess(&losses.moves)?;
    let is_too_fast = Limits { floor: 0, ..limits }
        .excess(&losses.moves)
        .is_some();
    (is_too_fast || !below_floor::explains(context, group, losses)).then_some(excess)
}

fn too_much(name: &str, excess: Excess) -> String {
    let Excess { loss, of, allowed } = excess;
    let may = match allowed {
        0 => "none may go".to_owned(),
        _ => format!("at most {allowed} may go"),
    };
    let plural = if of == 1 { "" } else { "s" };
    format!("{name} would lose {loss} of {of} replica{plural} in one release; {may}")
}

/// More components than may lose replicas in one release; those first in the policy go first.
///
/// A component that a waiver lets lose replicas takes no turn from the others, and is reported where it goes beside them.
fn at_once<'p>(context: &Context<'_>, release: &'p Release<'_>) -> Vec<(&'p Group<'p>, Finding)> {
    let plan = context.plan;
    let Some(most) = plan.policy.max_components.value else {
        return Vec::new();
    };
    let losers = release
        .groups
        .iter()
        .filter(|group| group.is_worker() && losses::of(context, group).losers().next().is_some());
    let mut losers: Vec<&'p Group<'p>> = losers.collect();
    losers.sort_by_key(|group| (is_waived(context, group), policy_order(context, group)));
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let (first, rest) = losers.split_at(most.min(losers.len()));
    rest.iter()
        .filter_map(|&group| Some((group, too_many_components(context, group, most, first)?)))
        .collect()
}

/// Whether waivers let it lose all that it loses.
fn is_waived(context: &Context<'_>, group: &Group<'_>) -> bool {
    let unwaived = losses::of(context, group).unwaived(context, &RULE);
    unwaived.losers().next().is_none()
}

fn policy_order(context: &Context<'_>, group: &Group<'_>) -> usize {
    let order = context.plan.policy.target_order(group.component);
    order.unwrap_or(usize::MAX)
}

fn too_many_components(
    context: &Context<'_>,
    group: &Group<'_>,
    most: usize,
    first: &[&Group<'_>],
) -> Option<Finding> {
    let all = losses::of(context, group);
    let is_waived = is_waived(context, group);
    let losses = if is_waived {
        all
    } else {
        all.unwaived(context, &RULE)
    };
    let loser = losses.losers().next()?.0;
    let name = &group.component.name;
    let names: Vec<&str> = first
        .iter()
        .map(|group| group.component.name.as_str())
        .collect();
    let message = match (most, names.as_slice()) {
        (0, _) => format!(
            "{name} would lose replicas; the policy does not allow any component to (maxComponents: 0)"
        ),
        (1, [other]) => format!(
            "{name} would lose replicas in the same release as {other}; only one component may"
        ),
        _ => format!(
            "{name} would lose replicas in the same release as {}; only {most} components may",
            names.join(", ")
        ),
    };
    let diagnostic = losses.shown(context, Diagnostic::new(message));
    let diagnostic = unseen(context, first)
        .into_iter()
        .fold(diagnostic, Diagnostic::note);
    let mut diagnostic = losses.not_waived_yet(context, diagnostic, is_waived);
    if let Some(excess) = excess(context, group, &losses).filter(|_| !is_waived) {
        diagnostic = diagnostic.note(format!("besides, {}", too_much(name, excess)));
    }
    let mut stay = unchanged(name, &losses);
    if losses.turnovers(context).next().is_some() {
        stay.push_str(", and spec.ordinals.start as it was,");
    }
    let diagnostic = diagnostic.help(if most == 0 {
        format!("keep {stay}, or change `maxComponents` in the policy's `scaleIn`")
    } else {
        format!("keep {stay} for now, and scale it in once the others are available")
    });
    let unasked = losses.unasked(context).into_iter();
    let diagnostic = unasked.fold(diagnostic, Diagnostic::help);
    Some(
        context
            .finding(&RULE, losses::emergency(context, diagnostic, &RULE, name))
            .about(loser),
    )
}

/// Why components lose replicas whose counts stay.
fn unseen(context: &Context<'_>, groups: &[&Group<'_>]) -> Vec<String> {
    let mut why = Vec::new();
    for group in groups {
        let losses = losses::of(context, group);
        let moved = losses.turnovers(context);
        why.extend(moved.map(|(member, turnover)| turnover::what_goes(member, &turnover)));
    }
    why.truncate(losses::SHOWN);
    why
}

/// `queryNode at 5`, or of several workloads those that would lose: `demo-querynode-rg1 at 3, demo-querynode-rg2 at 2`
fn unchanged(name: &str, losses: &Losses<'_>) -> String {
    match losses.moves.as_slice() {
        [it] => format!("{name} at {}", it.before),
        _ => named_counts(losses.losers().map(|(member, it)| (member, it.before))),
    }
}
