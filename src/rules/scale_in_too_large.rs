//! `scale-in-too-large`: a component that would lose more replicas in one release than the policy allows.

use super::{Context, Rule, in_stream, replicas};
use crate::baseline::Baseline;
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::plan::{Excess, Group, LadderEnd, Member, Move, Purpose, Release, loss};
use crate::policy::Limits;

pub(super) static RULE: Rule = Rule {
    id: "scale-in-too-large",
    severity: Severity::Error,
    waivable: true,
    summary: "a component that would lose more replicas in one release than the policy allows",
    page: include_str!("../../docs/rules/scale-in-too-large.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let alone = context.plan.groups().filter(|group| group.is_worker());
    let mut findings: Vec<Finding> = alone
        .filter_map(|group| in_one_component(context, group))
        .collect();
    for release in &context.plan.releases {
        findings.extend(at_once(context, release));
    }
    findings
}

/// A component that loses more than its limits allow.
fn in_one_component(context: &Context<'_>, group: &Group<'_>) -> Option<Finding> {
    let (members, moves): (Vec<_>, Vec<_>) = context.plan.moves(group).into_iter().unzip();
    let excess = group.limits().excess(&moves)?;
    let name = &group.component.name;
    let message = too_much(name, excess, &members);
    let first = members
        .iter()
        .zip(&moves)
        .find(|(_, it)| it.after < it.before)
        .map(|(member, _)| *member)?;
    let diagnostic = losing(context, Diagnostic::new(message), &members, &moves);
    let diagnostic = advice(context, diagnostic, group, &members, &moves);
    Some(
        RULE.finding(emergency(context, diagnostic, name))
            .about(first),
    )
}

fn too_much(name: &str, excess: Excess, members: &[&Member<'_>]) -> String {
    match excess {
        Excess::TooMany { loss, of, allowed } => {
            let may = match allowed {
                0 => "none may go".to_owned(),
                _ => format!("at most {allowed} may go"),
            };
            format!("{name} would lose {loss} of {of} replicas in one release; {may}")
        }
        Excess::BelowFloor { left, floor } => {
            format!("{name} would keep {left} replicas; its floor is {floor}")
        }
        Excess::ToZero { index } => {
            let object = members.get(index).map_or_else(String::new, |member| {
                let object = &member.workload.object;
                format!("{} {}", object.kind, object.name)
            });
            format!("{name} would lose every replica of {object}; that takes `floor: 0`")
        }
    }
}

/// The target, then each workload that loses, with what it had.
fn losing(
    context: &Context<'_>,
    mut diagnostic: Diagnostic,
    members: &[&Member<'_>],
    moves: &[Move],
) -> Diagnostic {
    let losers: Vec<_> = members
        .iter()
        .zip(moves)
        .filter(|(_, it)| it.after < it.before)
        .collect();
    let targets = losers
        .iter()
        .filter_map(|(member, _)| member.target.as_ref());
    let mut places: Vec<_> = targets.map(|target| target.place.clone()).collect();
    places.sort();
    places.dedup();
    if context.plan.purpose == Purpose::Write {
        for place in places {
            diagnostic = diagnostic.label(place, "the target");
        }
    }
    for (member, _) in &losers {
        diagnostic = in_stream(diagnostic, member);
    }
    let baseline = context.plan.baseline.name();
    for (member, it) in &losers {
        let object = &member.workload.object;
        diagnostic = diagnostic.note(format!(
            "baseline {baseline}: {} of {}",
            replicas(it.before),
            object.name
        ));
    }
    diagnostic
}

/// What to do next: the ladder, or a baseline to compare with.
fn advice(
    context: &Context<'_>,
    diagnostic: Diagnostic,
    group: &Group<'_>,
    members: &[&Member<'_>],
    moves: &[Move],
) -> Diagnostic {
    if matches!(context.plan.baseline, Baseline::Rendered) {
        return diagnostic
            .help("lower the chart's value too, or use another baseline: --baseline file:PATH");
    }
    let limits = group.limits();
    let ladder = limits.ladder(moves);
    let targeted = members.iter().any(|member| member.target.is_some());
    let what = match (targeted, members) {
        (_, [_]) if context.plan.purpose == Purpose::Check => "let the manifest go to".to_owned(),
        (true, [_]) => "set the target to".to_owned(),
        (false, [_]) => "set the chart's value to".to_owned(),
        _ => format!(
            "allowed now: {}; their sum goes to",
            next_counts(limits, members, moves)
        ),
    };
    match (ladder.totals.as_slice(), ladder.end) {
        ([], _) => diagnostic.help("its limits allow no step down: change the target, or the limits in the policy's `scaleIn`"),
        (totals, end) => {
            let mut diagnostic = diagnostic.help(format!("{what} {}", rungs(totals, end)));
            if targeted && context.plan.purpose == Purpose::Write && !context.is_stepping {
                diagnostic = diagnostic.help("or let each run take the next step by itself: --scale-in step");
            }
            diagnostic
        }
    }
}

/// `demo-milvus-querynode-rg1 at 2, demo-milvus-querynode-rg2 at 3`
fn next_counts(limits: Limits, members: &[&Member<'_>], moves: &[Move]) -> String {
    let counts = members.iter().zip(limits.step(moves));
    let counts =
        counts.map(|(member, count)| format!("{} at {count}", member.workload.object.name));
    counts.collect::<Vec<_>>().join(", ")
}

/// `4 now, then 3, then 2, each once the one before is available`
fn rungs(totals: &[u64], end: LadderEnd) -> String {
    /// More rungs than a person wants to read.
    const SHOWN: usize = 8;
    let shown = totals.iter().take(SHOWN).enumerate();
    let rung = |(index, total): (usize, &u64)| {
        if index == 0 {
            format!("{total} now")
        } else {
            format!("then {total}")
        }
    };
    let mut text = shown.map(rung).collect::<Vec<_>>().join(", ");
    if totals.len() > SHOWN {
        text.push_str(", and so on");
    }
    if totals.len() > 1 {
        text.push_str(", each once the one before is available");
    }
    if end == LadderEnd::Stuck {
        text.push_str("; the limits allow no step below that");
    }
    text
}

/// More components than may lose replicas in one release; those first in the policy go first.
///
/// A component that a waiver lets lose replicas takes no turn from the others, and is reported where it goes beside them.
fn at_once(context: &Context<'_>, release: &Release<'_>) -> Vec<Finding> {
    let plan = context.plan;
    let Some(most) = plan.policy.max_components else {
        return Vec::new();
    };
    let losers = release.groups.iter().filter(|group| {
        let moves: Vec<Move> = plan.moves(group).into_iter().map(|(_, it)| it).collect();
        group.is_worker() && loss(&moves) > 0
    });
    let mut losers: Vec<&Group<'_>> = losers.collect();
    losers.sort_by_key(|group| (is_waived(context, group), policy_order(context, group)));
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let (first, rest) = losers.split_at(most.min(losers.len()));
    let names: Vec<&str> = first
        .iter()
        .map(|group| group.component.name.as_str())
        .collect();
    rest.iter()
        .filter_map(|group| too_many_components(context, group, most, &names))
        .collect()
}

fn is_waived(context: &Context<'_>, group: &Group<'_>) -> bool {
    let name = &group.component.name;
    context.waivers.active(&RULE, Some(name)).is_some()
}

fn policy_order(context: &Context<'_>, group: &Group<'_>) -> usize {
    let order = context.plan.policy.target_order(group.component);
    order.unwrap_or(usize::MAX)
}

fn too_many_components(
    context: &Context<'_>,
    group: &Group<'_>,
    most: usize,
    first: &[&str],
) -> Option<Finding> {
    let (members, moves): (Vec<_>, Vec<_>) = context.plan.moves(group).into_iter().unzip();
    let loser = members
        .iter()
        .zip(&moves)
        .find(|(_, it)| it.after < it.before)
        .map(|(member, _)| *member)?;
    let name = &group.component.name;
    let message = match (most, first) {
        (0, _) => format!(
            "{name} would lose replicas; the policy lets no component lose any (maxComponents: 0)"
        ),
        (1, [other]) => format!(
            "{name} would lose replicas in the same release as {other}; only one component may"
        ),
        _ => format!(
            "{name} would lose replicas in the same release as {}; only {most} components may",
            first.join(", ")
        ),
    };
    let diagnostic = losing(context, Diagnostic::new(message), &members, &moves);
    let stay = unchanged(name, &members, &moves);
    let diagnostic = diagnostic.help(if most == 0 {
        format!("leave {stay}, or change `maxComponents` in the policy's `scaleIn`")
    } else {
        format!("leave {stay} for now, and let it follow once the others are available")
    });
    Some(
        RULE.finding(emergency(context, diagnostic, name))
            .about(loser),
    )
}

/// `queryNode at 5`, or of several workloads those that would lose: `demo-querynode-rg1 at 3, demo-querynode-rg2 at 2`
fn unchanged(name: &str, members: &[&Member<'_>], moves: &[Move]) -> String {
    if let [it] = moves {
        return format!("{name} at {}", it.before);
    }
    let losers = members
        .iter()
        .zip(moves)
        .filter(|(_, it)| it.after < it.before);
    let counts =
        losers.map(|(member, it)| format!("{} at {}", member.workload.object.name, it.before));
    counts.collect::<Vec<_>>().join(", ")
}

fn emergency(context: &Context<'_>, diagnostic: Diagnostic, name: &str) -> Diagnostic {
    let warning = match context.plan.purpose {
        Purpose::Write => " (do not drop --post-renderer: the targets would go with it)",
        Purpose::Check => "",
    };
    diagnostic.help(format!(
        "in an emergency: --allow {}={name}{warning}",
        RULE.id
    ))
}
