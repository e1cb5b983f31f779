//! `unrecognised-workload`: a workload that looks like one of the system's but matches no component.

use super::resemblance::{self, Resemblance};
use super::{Context, Rule, nothing_recognised, rendered_by};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::manifest::Workload;

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
    let plan = context.plan;
    let only_name = resemblance::only_name(context);
    let findings = plan.unrecognised.iter().filter_map(|workload| {
        let resemblance = resemblance::of(plan.policy, workload)?;
        let help = match (resemblance, only_name) {
            (Resemblance::AllButName { .. }, Some(renamed)) => {
                resemblance::match_labels(plan.policy, renamed)
            }
            _ => resemblance.remedy(),
        };
        Some(finding(workload, resemblance, help))
    });
    findings.collect()
}

fn finding(workload: &Workload, resemblance: Resemblance<'_>, help: String) -> Finding {
    let object = &workload.object;
    let message = format!(
        "{} {} {}: its replicas are not guarded",
        object.kind,
        object.name,
        resemblance.describe()
    );
    let diagnostic = Diagnostic::new(message).label(workload.place(&workload.name), "");
    Finding {
        object: Some(object.clone()),
        ..RULE.finding(rendered_by(diagnostic, workload).help(help))
    }
}
