//! `baseline-unknown`: a worker whose baseline has no replica count to compare with.

use super::{Context, Rule, in_stream};
use crate::baseline::Baseline;
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::plan::{Before, View};

pub(super) static RULE: Rule = Rule {
    id: "baseline-unknown",
    severity: Severity::Error,
    waivable: true,
    summary: "a worker whose baseline has no replica count to compare with",
    page: include_str!("../../docs/rules/baseline-unknown.md"),
    check,
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    context
        .plan
        .views()
        .filter_map(|view| finding(context, view))
        .collect()
}

fn finding(context: &Context<'_>, view: View<'_>) -> Option<Finding> {
    let Baseline::Snapshot(snapshot) = context.plan.baseline else {
        return None;
    };
    if !view.is_worker() || view.member.before != Before::Unknown {
        return None;
    }
    let count = context.plan.judged(view)?;
    let earlier = snapshot.manifest.workloads.get(view.member.earlier?)?;
    let name = &view.component.name;
    let message =
        format!("{name} would get {count} replicas, and the baseline does not say how many it has");
    let diagnostic = in_stream(Diagnostic::new(message), view)
        .label(earlier.replicas_place(), if earlier.replicas.count.is_absent() { "no count in the baseline" } else { "no usable count" })
        .note("a manifest without spec.replicas leaves the count to whoever scales it: an autoscaler, or kubectl scale")
        .help("compare with the live objects: kubectl get deploy -o yaml > live.yaml, and --baseline file:live.yaml")
        .help(format!("if the count is right: --allow {}={name}", RULE.id));
    Some(RULE.finding(diagnostic).about(view))
}
