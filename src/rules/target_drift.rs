//! `target-drift`: a replica count in a file that is not its target.

use super::{Context, Rule, in_stream, of_each_member};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::plan::{Purpose, View};

pub(super) static RULE: Rule = Rule {
    id: "target-drift",
    severity: Severity::Error,
    waivable: true,
    summary: "a replica count in a file that is not its target",
    page: include_str!("../../docs/rules/target-drift.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    of_each_member(context, finding)
}

fn finding(context: &Context<'_>, view: View<'_>) -> Option<Finding> {
    let target = view.member.target.as_ref()?;
    if context.plan.purpose != Purpose::Check {
        return None;
    }
    let desired = view.member.desired?;
    let is_certain = view.workload.replicas.count.effective().is_some()
        && view.workload.replicas.doubt.is_none();
    if !view.is_changed() || !is_certain {
        return None;
    }
    let name = &view.component.name;
    let found = match view.rendered() {
        Some(count) => format!("{name} is at {count}"),
        None => format!("{name} has no count"),
    };
    let goal = if desired == target.replicas {
        format!("its target is {desired}")
    } else {
        format!(
            "the next step towards its target of {} is {desired}",
            target.replicas
        )
    };
    let diagnostic = in_stream(Diagnostic::new(format!("{found}; {goal}")), view)
        .label(target.place.clone(), "the target")
        .help(format!(
            "write `replicas: {desired}` there, or change the target"
        ));
    Some(RULE.finding(diagnostic).about(view))
}
