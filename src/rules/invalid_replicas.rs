//! `invalid-replicas`: a replica count that is not a plain non-negative integer.

use super::{Context, Rule, in_stream};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::manifest::{Count, MAX_REPLICAS};
use crate::plan::{Purpose, View};

pub(super) static RULE: Rule = Rule {
    id: "invalid-replicas",
    severity: Severity::Error,
    waivable: false,
    summary: "a replica count that is not a plain non-negative integer",
    page: include_str!("../../docs/rules/invalid-replicas.md"),
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
    let Count::Invalid(text) = &view.workload.replicas.count else {
        return None;
    };
    let replaced = context.plan.purpose == Purpose::Write && view.member.target.is_some();
    if replaced {
        return None;
    }
    let name = &view.component.name;
    let diagnostic = Diagnostic::new(format!(
        "the replicas of {name} are no plain integer: {text}"
    ));
    let diagnostic = in_stream(diagnostic, view)
        .note(format!("Kubernetes takes 0 to {MAX_REPLICAS}; quotes, signs, exponents and leading zeros are read differently from tool to tool"))
        .help("write a plain decimal: `replicas: 1`");
    Some(RULE.finding(diagnostic).about(view))
}
