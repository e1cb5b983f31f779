//! The workloads of managed kinds that are in no release, each with the reason.

use crate::manifest::Workload;
use crate::plan::Plan;
use crate::policy::{Component, Policy, Selector};
use crate::report::Unrecognised;
use crate::rules;

const NAME: &str = "app.kubernetes.io/name";

/// All workloads that are not recognised, in the order of the stream.
pub(super) fn unrecognised(plan: &Plan<'_>) -> Vec<Unrecognised> {
    let hooks = plan.manifest.workloads.iter().filter(|it| it.is_hook);
    let hooks = hooks.map(|it| {
        let reason = "it is a hook, which belongs to no release";
        (it, reason.to_owned())
    });
    let unclaimed = plan.unrecognised.iter();
    let unclaimed = unclaimed.map(|&it| (it, reason(plan.policy, it)));
    let contested = plan.contested.iter().map(|it| {
        let names: Vec<&str> = it.components.iter().map(|own| own.name.as_str()).collect();
        let reason = format!("it matches {}", names.join(" and "));
        (it.workload, reason)
    });
    let mut all: Vec<_> = hooks.chain(unclaimed).chain(contested).collect();
    all.sort_by_key(|(it, _)| it.rank());
    let all = all.into_iter().map(|(workload, reason)| Unrecognised {
        object: workload.object.clone(),
        reason,
        rendered: workload.replicas.count.written(),
    });
    all.collect()
}

/// Why no component claims a workload.
fn reason(policy: &Policy, workload: &Workload) -> String {
    if let Some(hazard) = &workload.hazard {
        return format!(
            "its name or selector is not certain: {}",
            hazard.kind.describe()
        );
    }
    if let Some(resemblance) = rules::resemblance(policy, workload) {
        return resemblance;
    }
    if workload.match_labels.is_empty() {
        return "its selector has no `matchLabels`".to_owned();
    }
    let object = &workload.object;
    let selectors = || {
        let components = policy.components.iter();
        components.flat_map(|component| component.workloads.iter().map(move |it| (component, it)))
    };
    let is_own_kind = |selector: &Selector| {
        *object.kind == *selector.kind.value && *object.api_version == *selector.api_version.value
    };
    if let Some((component, selector)) =
        selectors().find(|(_, it)| differences(it, workload).is_empty())
    {
        return format!(
            "it has the labels of {}, which is a {} of {}, not a {} of {}",
            component.name, *selector.kind, *selector.api_version, object.kind, object.api_version
        );
    }
    if !selectors().any(|(_, selector)| is_own_kind(selector)) {
        return format!(
            "no catalogue knows the kind {} of {}",
            object.kind, object.api_version
        );
    }
    match nearest(selectors().filter(|(_, it)| is_own_kind(it)), workload) {
        Some((component, selector)) => format!(
            "it is nearest to {}, but {}",
            component.name,
            differences(selector, workload).join(", and ")
        ),
        None => match workload.match_labels.get(NAME) {
            Some(name) => format!("no component has the label {NAME}: {name}"),
            None => "no component has any of its labels".to_owned(),
        },
    }
}

/// The selector with the most labels in common, if there are any.
fn nearest<'p>(
    selectors: impl Iterator<Item = (&'p Component, &'p Selector)>,
    workload: &Workload,
) -> Option<(&'p Component, &'p Selector)> {
    let mut best = (0, None);
    for (component, selector) in selectors {
        let common = selector.match_labels.len() - differences(selector, workload).len();
        if common > best.0 {
            best = (common, Some((component, selector)));
        }
    }
    best.1
}

/// `its component is etcd, not querynode`, for each label that a selector asks for in vain.
fn differences(selector: &Selector, workload: &Workload) -> Vec<String> {
    let labels = selector.match_labels.iter();
    let differences = labels.filter_map(|(key, wanted)| match workload.match_labels.get(key) {
        Some(own) if own == wanted.value => None,
        Some(own) => Some(format!("its {key} is {own}, not {}", wanted.value)),
        None => Some(format!("it has no label {key}")),
    });
    differences.collect()
}
