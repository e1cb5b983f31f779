//! What the rules on coordinators and singletons share: a count that is fixed by the role.

use super::Context;
use crate::plan::Member;
use crate::policy::Role;

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
        let allowed = count == 1 || (count == 2 && member.component.active_standby.value);
        (!allowed).then_some((member, count))
    })
}
