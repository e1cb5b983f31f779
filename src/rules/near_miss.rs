//! Workloads that match a component but for `app.kubernetes.io/name`: a `nameOverride`, or an aliased sub-chart.

use crate::manifest::Workload;
use crate::policy::{Component, Policy, Selector};

const NAME: &str = "app.kubernetes.io/name";

/// The component that a workload would match under the catalogue's name, and the name that it has instead.
pub(super) fn component<'c>(
    policy: &'c Policy,
    workload: &'c Workload,
) -> Option<(&'c Component, &'c str)> {
    let own = workload.match_labels.get(NAME)?;
    let component = policy.components.iter().find(|component| {
        let mut selectors = component.workloads.iter();
        selectors.any(|selector| matches_but_for_the_name(selector, workload, own))
    })?;
    Some((component, own))
}

fn matches_but_for_the_name(selector: &Selector, workload: &Workload, own: &str) -> bool {
    let object = &workload.object;
    let labels = &selector.match_labels;
    selector.api_version == object.api_version
        && selector.kind == object.kind
        && labels.len() > 1
        && labels
            .iter()
            .any(|(key, name)| key == NAME && name.value != own)
        && labels
            .iter()
            .all(|(key, value)| key == NAME || workload.match_labels.get(key) == Some(&value.value))
}

/// The line to add to the policy.
pub(super) fn remedy(name: &str) -> String {
    format!("if they are yours, add to the policy, under `spec`: `matchLabels: {{{NAME}: {name}}}`")
}
