//! `duplicate-object`: a workload that appears in the stream more than once.

use std::collections::HashMap;

use super::{Context, Rule, rendered_by};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::plan::Member;

pub(super) static RULE: Rule = Rule {
    id: "duplicate-object",
    severity: Severity::Error,
    waivable: false,
    summary: "a workload that appears in the stream more than once",
    page: include_str!("../../docs/rules/duplicate-object.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut first: HashMap<_, &Member<'_>> = HashMap::new();
    let mut findings = Vec::new();
    for member in context.plan.in_stream_order() {
        let object = &member.workload.object;
        let identity = (
            &member.workload.folder,
            &object.kind,
            &object.namespace,
            &object.name,
        );
        let Some(earlier) = first.get(&identity) else {
            first.insert(identity, member);
            continue;
        };
        let diagnostic = Diagnostic::new(format!(
            "{} {} is in the stream more than once",
            object.kind, object.name
        ))
        .label(member.workload.place(&member.workload.name), "again")
        .label(
            earlier.workload.place(&earlier.workload.name),
            "first defined here",
        );
        let diagnostic = rendered_by(diagnostic, member.workload);
        findings.push(
            RULE.finding(
                diagnostic
                    .help("remove one of the two: Kubernetes keeps the one that is applied last"),
            )
            .about(member),
        );
    }
    findings
}
