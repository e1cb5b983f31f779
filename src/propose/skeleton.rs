//! A draft for a stream that no built-in catalogue knows: every workload that can scale is taken for a worker.

use std::collections::BTreeMap;

use super::draft::{Draft, DraftComponent, DraftSelector, Labels};
use super::objects::named;
use super::survey::with_examples;
use crate::diagnostic::Diagnostic;
use crate::field::Count;
use crate::labels::MatchLabels;
use crate::manifest::{Manifest, Workload};
use crate::policy::{INSTANCE_LABEL, Role};

/// The kinds that have a count even where none is written: the API server fills in 1.
const ALWAYS: [&str; 2] = ["Deployment", "StatefulSet"];

/// The labels that say what a workload does, the first that tells it from the others.
const TELLING: [&str; 4] = [
    "app.kubernetes.io/component",
    "component",
    "app.kubernetes.io/name",
    "app",
];

/// The draft.
///
/// # Errors
/// When there is nothing that can scale.
pub(super) fn draft(manifest: &Manifest) -> Result<Draft, Vec<Diagnostic>> {
    let workloads: Vec<&Workload> = manifest
        .workloads
        .iter()
        .filter(|it| can_scale(it))
        .collect();
    let groups = groups(&workloads);
    if groups.is_empty() {
        let message =
            "nothing to make a policy of: no object has a replica count and a selector of labels";
        return Err(vec![with_examples(Diagnostic::new(message))]);
    }
    let names = names(&groups);
    let components = groups
        .iter()
        .zip(names)
        .map(|(group, name)| DraftComponent {
            name,
            comment: vec![format!("{}: a worker?", named(group.iter().copied()))],
            role: Some(Role::Worker),
            workloads: selectors(group),
            ..DraftComponent::default()
        });
    let left_out = manifest
        .workloads
        .iter()
        .filter(|it| !can_scale(it) && is_odd(it));
    Ok(Draft {
        components: components.collect(),
        uncovered: left_out
            .map(|it| format!("{}: its selector has no labels that can be read", it.object))
            .collect(),
        ..Draft::default()
    })
}

/// Whether a workload has a count, and labels to recognise it by; Helm hooks belong to no release.
fn can_scale(workload: &Workload) -> bool {
    has_count(workload)
        && !workload.is_hook
        && workload.hazard.is_none()
        && !workload.object.name.is_empty()
        && !selector(workload).labels.is_empty()
}

/// Whether Kubernetes has a count for it, written or not.
pub(super) fn has_count(workload: &Workload) -> bool {
    let is_written = matches!(workload.replicas.count, Count::Set(_));
    is_written || ALWAYS.contains(&&*workload.object.kind)
}

/// Whether it would be a worker, if its labels were there and could be read.
fn is_odd(workload: &Workload) -> bool {
    has_count(workload) && !workload.is_hook
}

/// What recognises a workload in every release: its labels without that of the release.
fn selector(workload: &Workload) -> DraftSelector {
    let all = || workload.match_labels.iter();
    let owned = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
    let of_any: Labels = all()
        .filter(|(key, _)| *key != INSTANCE_LABEL)
        .map(owned)
        .collect();
    DraftSelector {
        api_version: workload.object.api_version.clone(),
        kind: workload.object.kind.clone(),
        labels: if of_any.is_empty() {
            all().map(owned).collect()
        } else {
            of_any
        },
    }
}

fn is_matched(selector: &DraftSelector, workload: &Workload) -> bool {
    let labels: &MatchLabels = &workload.match_labels;
    selector.api_version == workload.object.api_version
        && selector.kind == workload.object.kind
        && selector
            .labels
            .iter()
            .all(|(key, value)| labels.get(key) == Some(value))
}

/// The workloads, together where the selector of one recognises another: no workload may be of two components.
fn groups<'w>(workloads: &[&'w Workload]) -> Vec<Vec<&'w Workload>> {
    let mut by_kind: BTreeMap<&str, Vec<(DraftSelector, Vec<&'w Workload>)>> = BTreeMap::new();
    for &workload in workloads {
        let own = selector(workload);
        let known = by_kind.entry(&workload.object.kind).or_default();
        let of_own = |it: &(DraftSelector, Vec<&Workload>)| it.0 == own;
        match known.iter_mut().find(|it| of_own(it)) {
            Some((_, group)) => group.push(workload),
            None => known.push((own, vec![workload])),
        }
    }
    let mut groups: Vec<Vec<&Workload>> = Vec::new();
    for (_, alike) in by_kind {
        for (own, workloads) in alike {
            let meets = |group: &Vec<&Workload>| {
                group.iter().any(|it| is_matched(&own, it))
                    || workloads
                        .iter()
                        .any(|it| group.iter().any(|other| is_matched(&selector(other), it)))
            };
            let (met, apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(meets);
            groups = apart;
            groups.push(met.into_iter().flatten().chain(workloads).collect());
        }
    }
    groups.sort_by_key(|group| {
        group
            .first()
            .map(|it| (it.source, it.document.start, it.name.start))
    });
    groups
}

/// The selectors of a group, each once.
fn selectors(group: &[&Workload]) -> Vec<DraftSelector> {
    let mut selectors: Vec<DraftSelector> = Vec::new();
    for own in group.iter().map(|it| selector(it)) {
        if !selectors.contains(&own) {
            selectors.push(own);
        }
    }
    selectors
}

/// A name for each group: a label that only it has, else the name of an object, with a number where that is taken.
fn names(groups: &[Vec<&Workload>]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        let own = label(groups, at).or_else(|| object_name(group));
        let own = own.unwrap_or_else(|| "worker".to_owned());
        let taken = |name: &String| names.contains(name);
        let numbered = (2..).map(|number| format!("{own}-{number}"));
        let name = std::iter::once(own.clone())
            .chain(numbered)
            .find(|it| !taken(it));
        names.push(name.unwrap_or(own));
    }
    names
}

/// The label of a group that no other group has.
fn label(groups: &[Vec<&Workload>], at: usize) -> Option<String> {
    let group = groups.get(at)?;
    TELLING.iter().find_map(|key| {
        let value = group.first()?.match_labels.get(key)?;
        let has = |it: &&Workload| it.match_labels.get(key) == Some(value);
        let mut others = groups.iter().enumerate().filter(|(other, _)| *other != at);
        let is_own = group.iter().all(has) && !others.any(|(_, other)| other.iter().any(has));
        component_name(value).filter(|_| is_own)
    })
}

/// The name of the first object, without the release that it begins with.
fn object_name(group: &[&Workload]) -> Option<String> {
    let workload = group.first()?;
    let name = workload.object.name.as_str();
    let release = workload.match_labels.get(INSTANCE_LABEL);
    let rest = release.and_then(|release| name.strip_prefix(release)?.strip_prefix('-'));
    component_name(rest.filter(|rest| !rest.is_empty()).unwrap_or(name))
}

/// A name that a policy takes for a component.
fn component_name(text: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String = text
        .chars()
        .map(|c| if is_plain(c) { c } else { '-' })
        .collect();
    (!name.is_empty()).then_some(name)
}
