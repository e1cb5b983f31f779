//! `count-used-elsewhere`: a target for a count that the chart writes into other lines too.

use super::{Context, Rule, in_stream, of_each_member};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::plan::{Member, Purpose};

pub(super) static RULE: Rule = Rule {
    id: "count-used-elsewhere",
    severity: Severity::Error,
    waivable: true,
    summary: "a target that differs from a rendered count that the chart also uses elsewhere",
    page: include_str!("../../docs/rules/count-used-elsewhere.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    if context.plan.purpose == Purpose::Check {
        return Vec::new();
    }
    of_each_member(context, finding)
}

fn finding(context: &Context<'_>, member: &Member<'_>) -> Option<Finding> {
    let (component, target) = (member.component, member.target?);
    let count = &member.workload.replicas.count;
    if !component.set_by_chart.value || count.effective() == Some(target.replicas) {
        return None;
    }
    let name = &component.name;
    let message = format!(
        "the target of {name} is {}, but the chart also uses its rendered count ({count}) in other lines",
        target.replicas
    );
    let diagnostic = Diagnostic::new(message).label(target.place.clone(), "the target");
    let diagnostic = in_stream(diagnostic, member)
        .label_opt(component.set_by_chart.place.clone(), "set by the chart")
        .note("only the chart can change all of them: a count written here leaves the other lines unchanged")
        .help(remedy(context, member, target.replicas));
    Some(context.finding(&RULE, diagnostic).about(member))
}

/// Where the count is to be set instead.
pub(super) fn remedy(context: &Context<'_>, member: &Member<'_>, count: u32) -> String {
    let name = &member.component.name;
    let value = match member.values_key() {
        Some(key) => format!("{}={count} in the chart's values", key.value),
        None => format!("{name} to {count} in the chart's values"),
    };
    let render = if context.reads_files {
        ", and render the files again"
    } else {
        ""
    };
    format!("set {value}{render}")
}
