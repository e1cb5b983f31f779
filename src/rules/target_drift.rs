//! `target-drift`: a replica count in a file that is not its target.

use super::{Context, Rule, in_stream, of_each_member};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::plan::{Member, Purpose};

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

fn finding(context: &Context<'_>, member: &Member<'_>) -> Option<Finding> {
    let target = member.target.as_ref()?;
    if context.plan.purpose != Purpose::Check {
        return None;
    }
    let wanted = member.this_release?;
    let is_certain = member.workload.replicas.count.effective().is_some()
        && member.workload.replicas.doubt.is_none();
    if !member.is_changed() || !is_certain {
        return None;
    }
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
        .help(format!(
            "write `replicas: {wanted}` there, or change the target"
        ));
    Some(RULE.finding(diagnostic).about(member))
}
