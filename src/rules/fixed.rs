//! What the rules on coordinators and singletons share: a count that is fixed by the role.

use super::{Context, in_stream, turnover};
use crate::diagnostic::Diagnostic;
use crate::finding::Finding;
use crate::manifest::Workload;
use crate::plan::{Member, Move, Turnover};
use crate::policy::{Component, Role};
use crate::rule::Rule;

/// The members of a role that would run at another count than the role allows, with that count.
pub(super) fn scaled<'c>(
    context: &'c Context<'_>,
    role: Role,
) -> impl Iterator<Item = (&'c Member<'c>, u32)> {
    let members = context
        .plan
        .members()
        .filter(move |member| member.component.role.value == role);
    members.filter_map(|member| {
        let count = context
            .plan
            .judged(member)
            .filter(|_| member.workload.replicas.doubt.is_none())?;
        (!allows(member.component, count)).then_some((member, count))
    })
}

/// The members of a role whose pods would be replaced by others since their ordinals begin elsewhere.
pub(super) fn moved(context: &Context<'_>, own: &'static Rule, role: Role) -> Vec<Finding> {
    let members = context.plan.members();
    let own_role = members.filter(|member| member.component.role.value == role);
    own_role
        .filter_map(|member| {
            // A count that nothing gives is 1.
            let before = member.before.known().unwrap_or(1);
            let after = context.plan.judged(member).unwrap_or(before);
            let turnover = member.shift()?.turnover(Move { before, after })?;
            (!turnover.new.is_empty()).then(|| replaced(context, own, member, &turnover))
        })
        .collect()
}

fn replaced(
    context: &Context<'_>,
    own: &'static Rule,
    member: &Member<'_>,
    turnover: &Turnover,
) -> Finding {
    let (component, name) = (&member.component.name, &member.workload.object.name);
    let (new, gone) = (
        turnover::pods(name, &turnover.new),
        turnover::pods(name, &turnover.gone),
    );
    let message =
        format!("{component} would run as {new} instead of {gone}, and as both for a while");
    let diagnostic = in_stream(Diagnostic::new(message), member);
    let diagnostic = turnover::shown(diagnostic, member, turnover)
        .note("the new pod gets a new volume, and starts before the old one has ended")
        .help(format!(
            "leave spec.ordinals.start of {name} at {}",
            turnover.shift.before
        ))
        .help(format!(
            "if this is intended: {}",
            context.waiver(own, Some(component))
        ));
    context.finding(own, diagnostic).about(member)
}

fn allows(component: &Component, count: u32) -> bool {
    count == 1 || (count == 2 && component.active_standby.value)
}

/// The hooks of a role that would run at another count: no release holds them, and they run all the same.
pub(super) fn hooks(context: &Context<'_>, own: &'static Rule, role: Role) -> Vec<Finding> {
    let plan = context.plan;
    let hooks = plan.manifest.workloads.iter().filter(|it| it.is_hook);
    let claimed = hooks.flat_map(|hook| {
        let claimants = plan.policy.claimants(&hook.object, &hook.match_labels);
        claimants.map(move |component| (hook, component))
    });
    let fixed = claimed.filter(|(_, component)| component.role.value == role);
    fixed
        .filter_map(|(hook, component)| {
            let count = hook.replicas.count.effective();
            let is_allowed = count.is_some_and(|count| allows(component, count));
            (!is_allowed || hook.replicas.doubt.is_some())
                .then(|| finding(context, own, hook, component))
        })
        .collect()
}

fn finding(
    context: &Context<'_>,
    own: &'static Rule,
    hook: &Workload,
    component: &Component,
) -> Finding {
    let (name, role) = (&component.name, component.role.value.as_str());
    let count = &hook.replicas.count;
    let diagnostic = Diagnostic::new(format!(
        "{name} would run at {count} replicas; it is a {role}"
    ))
    .label(hook.replicas_place(), super::describe(&hook.object))
    .note("it is a hook: it is not part of the release, but it runs")
    .help("set its replicas to 1");
    Finding {
        component: Some(name.clone()),
        object: Some(hook.object.clone()),
        ..context.finding(own, super::rendered_by(diagnostic, hook))
    }
}
