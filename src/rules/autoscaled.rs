//! What the rules on autoscalers share: an autoscaler and the recognised workload that it scales.

use super::Context;
use crate::manifest::Autoscaler;
use crate::plan::Member;

/// Every autoscaler that scales a recognised workload, with it.
pub(super) fn members<'c>(
    context: &'c Context<'_>,
) -> impl Iterator<Item = (&'c Autoscaler, &'c Member<'c>)> {
    context.plan.members().flat_map(|member| {
        let autoscalers = member.autoscalers.iter();
        autoscalers.map(move |autoscaler| (*autoscaler, member))
    })
}

/// `HorizontalPodAutoscaler my-hpa`.
pub(super) fn name(autoscaler: &Autoscaler) -> String {
    format!("{} {}", autoscaler.object.kind, autoscaler.object.name)
}
