//! What the rules on coordinators and singletons share: a count that is fixed by the role.

use super::Context;
use crate::plan::View;
use crate::policy::Role;

/// The members of a role that would run at another count than the role allows, with that count.
pub(super) fn scaled<'c>(
    context: &'c Context<'_>,
    role: Role,
) -> impl Iterator<Item = (View<'c>, u32)> {
    let members = context
        .plan
        .views()
        .filter(move |view| view.component.role == role);
    members.filter_map(|view| {
        let count = context
            .plan
            .judged(view)
            .filter(|_| view.workload.replicas.doubt.is_none())?;
        let allowed = count == 1 || (count == 2 && view.component.active_standby);
        (!allowed).then_some((view, count))
    })
}
