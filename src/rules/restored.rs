//! What KEDA takes away when a `ScaledObject` is deleted with the release: it sets the count that it found when it began to
//! scale, in one step and after the release was applied, whatever that says.

use super::{Context, autoscaled, rendered_by, replicas};
use crate::baseline::Known;
use crate::baseline::live::Restored;
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::plan::{Excess, Group, Member, Move};
use crate::policy::Limits;
use crate::rule::Rule;

/// The components of which the release and KEDA together take more than the policy allows.
pub(super) fn findings(context: &Context<'_>, rule: &'static Rule) -> Vec<Finding> {
    let workers = context.plan.groups().filter(|group| group.is_worker());
    workers
        .filter_map(|group| of_component(context, rule, group))
        .collect()
}

fn of_component(context: &Context<'_>, rule: &'static Rule, group: &Group<'_>) -> Option<Finding> {
    let mut moves = Vec::new();
    let mut first = None;
    for member in &group.members {
        let Some(before) = member.before.known() else {
            continue;
        };
        let left = context.plan.judged(member).unwrap_or(before);
        let restored = restored(member).filter(|it| it.to < left);
        let after = restored.map_or(left, |it| it.to);
        moves.push(Move { before, after });
        first = first.or(restored.map(|it| (member, it)));
    }
    let (member, restored) = first?;
    let limits = Limits {
        floor: 0,
        ..group.limits()
    };
    let excess = limits.excess(&moves)?;
    Some(finding(context, rule, member, restored, &excess))
}

fn restored<'m>(member: &Member<'m>) -> Option<&'m Restored> {
    member.known.and_then(Known::seen)?.restored.as_deref()
}

fn finding(
    context: &Context<'_>,
    rule: &'static Rule,
    member: &Member<'_>,
    restored: &Restored,
    excess: &Excess,
) -> Finding {
    let (owner, name) = (autoscaled::name(&restored.by), &member.component.name);
    let of = u32::try_from(excess.of).unwrap_or(u32::MAX);
    let message = format!(
        "{name} would lose {} of {}, because {owner} goes with this release and KEDA restores the count of {}; the policy allows {} in one release",
        excess.loss,
        replicas(of),
        restored.to,
        excess.allowed
    );
    let workload = member.workload;
    let diagnostic = Diagnostic::new(message)
        .label(workload.place(workload.name), name.as_str())
        .note("its advanced.restoreToOriginalReplicaCount is true, and status.originalReplicaCount is the count")
        .help(format!(
            "first set restoreToOriginalReplicaCount of {owner} to false, and remove it with a later release"
        ))
        .help(format!("if this is intended: {}", context.waiver(rule, Some(name))));
    Finding {
        severity: Severity::Error,
        ..context
            .finding(rule, rendered_by(diagnostic, workload))
            .about(member)
    }
}
