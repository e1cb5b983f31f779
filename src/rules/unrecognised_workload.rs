//! `unrecognised-workload`: a workload that looks like one of the system's but matches no component.

use super::kin::{self, Kin};
use super::{Context, Rule, nothing_recognised, rendered_by, unmatched_target};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    id: "unrecognised-workload",
    severity: Severity::Warning,
    waivable: true,
    summary: "a workload that looks like one of the system's but matches no component",
    page: include_str!("../../docs/rules/unrecognised-workload.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    if nothing_recognised::says_it_all(context) {
        return Vec::new();
    }
    let missed = unmatched_target::missed(context);
    let kin = kin::of(context);
    let kin = kin
        .iter()
        .filter(|kin| !missed.iter().any(|it| kin.like(it).is_some()));
    kin.filter_map(|kin| finding(context, kin)).collect()
}

fn finding(context: &Context<'_>, kin: &Kin<'_>) -> Option<Finding> {
    let first = kin.first()?;
    let its = if kin.is_single() { "its" } else { "their" };
    let message = format!("{}: {its} replicas are not guarded", kin.describe());
    let label = if kin.is_single() {
        ""
    } else {
        "the first of them"
    };
    let diagnostic = Diagnostic::new(message).label(first.place(first.name), label);
    let help = kin.remedy(context);
    Some(Finding {
        object: Some(first.object.clone()),
        ..context.finding(&RULE, rendered_by(diagnostic, first).help(help))
    })
}
