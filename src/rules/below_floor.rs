//! `below-floor`: a component that would run below its floor, or one of its workloads without any replica.

use super::losses::{self, Losses, SHOWN};
use super::{Context, Rule, in_stream, replicas, replicas_dropped};
use crate::baseline::Baseline;
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::plan::{Before, Group, Member, Purpose};

pub(super) static RULE: Rule = Rule {
    id: "below-floor",
    severity: Severity::Error,
    waivable: true,
    summary: "a component that would fall below its floor, or a workload that would have no replicas",
    page: include_str!("../../docs/rules/below-floor.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let groups = context.plan.groups();
    groups
        .flat_map(|group| of_component(context, group))
        .collect()
}

/// What it finds of one component.
pub(super) fn of_component(context: &Context<'_>, group: &Group<'_>) -> Vec<Finding> {
    if !group.is_worker() {
        return Vec::new();
    }
    let workloads = without_any(context, group).map(|it| no_replica(context, group, it));
    let component = too_few(context, group).and_then(|left| few(context, group, left));
    workloads.chain(component).collect()
}

/// Whether all that a component loses goes to counts that this rule finds.
pub(super) fn explains(context: &Context<'_>, group: &Group<'_>, losses: &Losses<'_>) -> bool {
    let is_found = |member: &Member<'_>| is_without_any(context, group, member);
    let mut losers = losses.losers();
    too_few(context, group).is_some() || losers.all(|(member, _)| is_found(member))
}

/// The workloads that would have no replica, though the component has a floor.
fn without_any<'g>(
    context: &Context<'_>,
    group: &'g Group<'_>,
) -> impl Iterator<Item = &'g Member<'g>> {
    let members = group.members.iter();
    members.filter(move |member| is_without_any(context, group, member))
}

fn is_without_any(context: &Context<'_>, group: &Group<'_>, member: &Member<'_>) -> bool {
    group.limits().floor > 0
        && context.plan.judged(member) == Some(0)
        && shown_before(context, member) != Some(0)
}

/// The replicas that a component would have, where that is some and fewer than its floor.
///
/// If the baseline shows that it did not have more, nothing is lost.
fn too_few(context: &Context<'_>, group: &Group<'_>) -> Option<u64> {
    let counts = group.members.iter();
    let counts = counts.map(|member| kept(context, member).map(u64::from));
    let left = counts.sum::<Option<u64>>()?;
    let is_below = left > 0 && left < u64::from(group.limits().floor);
    let had_no_more = had(context, group).is_some_and(|had| had <= left);
    (is_below && !had_no_more).then_some(left)
}

/// The count that is judged; one that `replicas-dropped` refuses is as good as kept.
fn kept(context: &Context<'_>, member: &Member<'_>) -> Option<u32> {
    let judged = context.plan.judged(member)?;
    if replicas_dropped::explains(context, member) {
        member.before.known()
    } else {
        Some(judged)
    }
}

/// The replicas that a component had, as far as the baseline shows it: what it does not hold had none.
fn had(context: &Context<'_>, group: &Group<'_>) -> Option<u64> {
    let is_known = |member: &Member<'_>| member.before.known().is_some();
    if !group.members.iter().any(is_known) {
        return None;
    }
    let counts = group.members.iter().map(|member| match member.before {
        Before::New => Some(0),
        _ => shown_before(context, member).map(u64::from),
    });
    counts.sum()
}

/// What a baseline of its own shows; the stream's own counts show nothing of what was before.
fn shown_before(context: &Context<'_>, member: &Member<'_>) -> Option<u32> {
    match context.plan.baseline {
        Baseline::Rendered => None,
        Baseline::Snapshot(_) => member.before.known(),
    }
}

fn no_replica(context: &Context<'_>, group: &Group<'_>, member: &Member<'_>) -> Finding {
    let (name, object) = (&group.component.name, &member.workload.object);
    let message = format!(
        "{name} would have no replicas in {} {}; its floor is {}",
        object.kind,
        object.name,
        group.limits().floor
    );
    let diagnostic = shown(context, Diagnostic::new(message), group, &[member]);
    let diagnostic = helped(context, diagnostic, &object.name, 1, member);
    context
        .finding(&RULE, meant(context, diagnostic, name, 0))
        .about(member)
}

fn few(context: &Context<'_>, group: &Group<'_>, left: u64) -> Option<Finding> {
    let plural = if left == 1 { "" } else { "s" };
    let (name, floor) = (&group.component.name, group.limits().floor);
    let message = format!("{name} would have {left} replica{plural}; its floor is {floor}");
    let members: Vec<_> = group.members.iter().take(SHOWN).collect();
    let first = members.first()?;
    let diagnostic = shown(context, Diagnostic::new(message), group, &members);
    let diagnostic = helped(context, diagnostic, name, floor, first);
    let finding = context
        .finding(&RULE, meant(context, diagnostic, name, left))
        .about(first);
    let is_alone = group.members.len() == 1;
    // It is about all of them: a waiver that names one workload does not let it pass.
    let object = finding.object.filter(|_| is_alone);
    Some(Finding { object, ..finding })
}

/// Adds the targets, the workloads with what they had, and the floor.
fn shown(
    context: &Context<'_>,
    mut diagnostic: Diagnostic,
    group: &Group<'_>,
    members: &[&Member<'_>],
) -> Diagnostic {
    if context.plan.purpose == Purpose::Write {
        let targets = members.iter().filter_map(|member| member.target);
        let mut places: Vec<_> = targets.map(|target| target.place).collect();
        places.sort();
        places.dedup();
        for place in places {
            diagnostic = diagnostic.label(place.clone(), "the target");
        }
    }
    for member in members {
        diagnostic = in_stream(diagnostic, member);
        if let Some(count) = shown_before(context, member) {
            diagnostic = diagnostic.note(losses::had(context, member, count));
        }
    }
    diagnostic.label_opt(group.component.scale_in.floor.place.clone(), "the floor")
}

/// What to do: as many as the floor asks for, or a baseline that shows that there were no more before.
fn helped(
    context: &Context<'_>,
    diagnostic: Diagnostic,
    what: &str,
    least: u32,
    first: &Member<'_>,
) -> Diagnostic {
    let diagnostic = diagnostic.help(format!("give {what} at least {}", replicas(least)));
    if matches!(context.plan.baseline, Baseline::Rendered) {
        let baseline = context.better_baseline(first);
        diagnostic.help(format!("if it did not have more before, {baseline}"))
    } else {
        diagnostic
    }
}

fn meant(context: &Context<'_>, diagnostic: Diagnostic, name: &str, floor: u64) -> Diagnostic {
    let once = if context.host.sets_one_run() {
        format!(", or once {}", context.waiver(&RULE, Some(name)))
    } else {
        String::new()
    };
    diagnostic.help(format!(
        "if this is intended: `components: {{{name}: {{scaleIn: {{floor: {floor}}}}}}}` in the policy{once}"
    ))
}
