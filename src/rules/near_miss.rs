//! Workloads that match a component but for `app.kubernetes.io/name`: a `nameOverride`, or an aliased sub-chart.

use std::collections::BTreeMap;

use crate::manifest::Workload;
use crate::policy::{Component, Policy};

const NAME: &str = "app.kubernetes.io/name";

/// The component that a workload would match under the catalogue's name, and the name that it has instead.
pub(super) fn component<'c>(
    policy: &'c Policy,
    workload: &'c Workload,
) -> Option<(&'c Component, &'c str)> {
    let own = workload.match_labels.get(NAME)?;
    let object = &workload.object;
    let component = policy.components.iter().find(|component| {
        component.workloads.iter().any(|selector| {
            let expected = selector.match_labels.iter().find(|(key, _)| key == NAME);
            expected.is_some_and(|(_, name)| {
                let mut renamed: BTreeMap<String, String> = workload.match_labels.clone();
                renamed.insert(NAME.to_owned(), name.clone());
                name != own
                    && selector.match_labels.len() > 1
                    && selector.matches(&object.api_version, &object.kind, &renamed)
            })
        })
    })?;
    Some((component, own))
}

/// The line to add to the policy.
pub(super) fn remedy(name: &str) -> String {
    format!("if they are yours, add to the policy, under `spec`: `matchLabels: {{{NAME}: {name}}}`")
}
