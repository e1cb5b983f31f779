//! What the rules on autoscalers share: an autoscaler and the recognised workload that it scales.

use super::{Context, rendered_by};
use crate::diagnostic::Diagnostic;
use crate::finding::ObjectRef;
use crate::plan::{Member, Scaler};

/// Every autoscaler that scales a recognised workload, with it.
pub(super) fn members<'c>(
    context: &'c Context<'_>,
) -> impl Iterator<Item = (Scaler<'c>, &'c Member<'c>)> {
    context.plan.members().flat_map(|member| {
        let autoscalers = member.autoscalers.iter();
        autoscalers.map(move |autoscaler| (*autoscaler, member))
    })
}

/// `HorizontalPodAutoscaler my-hpa`.
pub(super) fn name(object: &ObjectRef) -> String {
    format!("{} {}", object.kind, object.name)
}

/// Adds which template rendered an autoscaler: what to change is there, rather than where its target is.
pub(super) fn rendered(
    diagnostic: Diagnostic,
    autoscaler: Scaler<'_>,
    member: &Member<'_>,
) -> Diagnostic {
    match autoscaler.template() {
        Some(template) if autoscaler.template() != member.workload.template.as_ref() => {
            diagnostic.note(format!("the autoscaler is rendered by {template}"))
        }
        _ => rendered_by(diagnostic, member.workload),
    }
}

/// Adds where an autoscaler names its target, or that only the cluster holds it.
pub(super) fn shown(diagnostic: Diagnostic, autoscaler: Scaler<'_>, text: &str) -> Diagnostic {
    let owner = name(autoscaler.object());
    match autoscaler.place() {
        Some(place) => diagnostic.label(place, text),
        None => diagnostic.note(format!("{owner} is in the cluster, and not in the stream")),
    }
}
