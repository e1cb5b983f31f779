//! What the rules on autoscalers share: an autoscaler and the recognised workload that it scales.

use super::Context;
use crate::manifest::Autoscaler;
use crate::plan::View;

/// Every autoscaler that scales a recognised workload, with it.
pub(super) fn members<'c>(
    context: &'c Context<'_>,
) -> impl Iterator<Item = (&'c Autoscaler, View<'c>)> {
    context.plan.scaled.iter().filter_map(|scaled| {
        let autoscaler = context.plan.manifest.autoscalers.get(scaled.autoscaler)?;
        let member = context.plan.members.get(scaled.member?)?;
        Some((autoscaler, context.plan.view(member)))
    })
}

/// `HorizontalPodAutoscaler my-hpa`.
pub(super) fn name(autoscaler: &Autoscaler) -> String {
    format!("{} {}", autoscaler.object.kind, autoscaler.object.name)
}
