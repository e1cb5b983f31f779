//! `target-drift`: a replica count in a file that differs from its target.

use super::{Context, Rule, count_used_elsewhere, in_stream, may_scale_in, one_of_each};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::plan::{Group, Member, Purpose};

pub(super) static RULE: Rule = Rule {
    id: "target-drift",
    severity: Severity::Error,
    waivable: true,
    summary: "a replica count in a file that differs from its target",
    page: include_str!("../../docs/rules/target-drift.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    if context.plan.purpose != Purpose::Check {
        return Vec::new();
    }
    let groups = context.plan.groups();
    one_of_each(context, groups.flat_map(|it| of_group(context, it)))
}

fn of_group<'c>(
    context: &'c Context<'_>,
    group: &'c Group<'_>,
) -> impl Iterator<Item = Finding> + 'c {
    let is_waived = |member: &Member<'_>| may_scale_in(context.waivers, member);
    let allowed = group.next_counts(&is_waived);
    let members = group.members.iter().zip(allowed);
    members
        .filter(|(member, _)| is_certain(member))
        .filter_map(|(member, allowed)| finding(context, member, allowed))
}

/// Whether its count can be compared at all; what cannot be is another rule's finding.
fn is_certain(member: &Member<'_>) -> bool {
    let replicas = &member.workload.replicas;
    replicas.count.effective().is_some() && replicas.doubt.is_none()
}

/// `allowed` is the count of the largest step that the limits allow.
fn finding(context: &Context<'_>, member: &Member<'_>, allowed: Option<u32>) -> Option<Finding> {
    let target = member.target.filter(|_| member.is_changed())?;
    let wanted = member.this_release?;
    let name = &member.component.name;
    let found = match member.workload.replicas.count.written() {
        Some(count) => format!("{name} is at {count}"),
        None => format!("{name} has no count"),
    };
    let goal = if wanted == target.replicas {
        format!("its target is {wanted}")
    } else {
        format!(
            "the next step towards its target of {} is {wanted}",
            target.replicas
        )
    };
    let diagnostic = in_stream(Diagnostic::new(format!("{found}; {goal}")), member)
        .label(target.place.clone(), "the target")
        .help(if member.component.set_by_chart.value {
            count_used_elsewhere::remedy(context, member, wanted)
        } else {
            remedy(context, wanted, allowed)
        });
    Some(context.finding(&RULE, diagnostic).about(member))
}

/// What to write; never a count that the limits refuse.
fn remedy(context: &Context<'_>, wanted: u32, allowed: Option<u32>) -> String {
    match allowed {
        Some(allowed) if allowed > wanted => {
            let step = context.may_step();
            let step = step.map(|step| format!(", or use {step}"));
            let step = step.unwrap_or_default();
            format!(
                "set the target to {allowed} for now and write `replicas: {allowed}` there{step}: {wanted} at once is too large a scale-in"
            )
        }
        _ => format!("write `replicas: {wanted}` there, or change the target"),
    }
}
