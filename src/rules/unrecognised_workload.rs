//! `unrecognised-workload`: a workload that looks like one of the system's but matches no component.

use super::{Context, Rule, near_miss, rendered_by};
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
    let plan = context.plan;
    let certain = plan.unrecognised.iter().filter(|it| it.hazard.is_none());
    certain
        .filter_map(|workload| finding(context, workload))
        .collect()
}

fn finding(context: &Context<'_>, workload: &Workload) -> Option<Finding> {
    let object = &workload.object;
    let near = near_miss::component(context.plan.policy, workload);
    let mut charts = context.plan.policy.charts.iter();
    let chart = charts.find(|chart| is_of_chart(workload, chart));
    let (why, help) = match (near, chart) {
        (Some((component, name)), _) => (
            format!(
                "looks like {}, but its app.kubernetes.io/name is {name}",
                component.name
            ),
            near_miss::remedy(name),
        ),
        (None, Some(chart)) => (
            format!("comes from the chart {chart}, but matches no component"),
            "name it in the policy, under `spec.components`, with a role and its `workloads`"
                .to_owned(),
        ),
        (None, None) => return None,
    };
    let message = format!(
        "{} {} {why}: its replicas are not guarded",
        object.kind, object.name
    );
    let diagnostic = rendered_by(
        Diagnostic::new(message).label(workload.place(&workload.name), ""),
        workload,
    )
    .help(help);
    Some(Finding {
        object: Some(object.clone()),
        ..RULE.finding(diagnostic)
    })
}

/// Whether the label `helm.sh/chart` is this chart with a version behind it.
fn is_of_chart(workload: &Workload, chart: &str) -> bool {
    let version = workload
        .chart
        .as_deref()
        .and_then(|label| label.strip_prefix(chart)?.strip_prefix('-'));
    version.is_some_and(|version| {
        version
            .trim_start_matches('v')
            .starts_with(|first: char| first.is_ascii_digit())
    })
}
