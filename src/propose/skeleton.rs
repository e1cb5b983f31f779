//! A draft for a stream that no built-in catalogue knows: every workload that can scale is taken for a worker.

use std::collections::HashMap;

use super::draft::{Draft, DraftComponent, DraftSelector, Labels};
use super::objects::named;
use super::survey::{too_many, with_examples};
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

/// The most selectors that fit into a policy.
const MOST: usize = 500;

/// The draft.
///
/// # Errors
/// When there is nothing that can scale, or too much.
pub(super) fn draft(manifest: &Manifest) -> Result<Draft, Vec<Diagnostic>> {
    let groups = groups(manifest.workloads.iter().filter(|it| can_scale(it)))?;
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
            comment: vec![format!(
                "{}: a worker?",
                named(group.iter().flat_map(|it| it.workloads.iter().copied()))
            )],
            role: Some(Role::Worker),
            workloads: group.iter().map(|it| it.selector.clone()).collect(),
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

/// Whether a workload has a count, and labels to recognise it by; hooks belong to no release.
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
        api_version: workload.object.api_version.to_string(),
        kind: workload.object.kind.to_string(),
        labels: if of_any.is_empty() {
            all().map(owned).collect()
        } else {
            of_any
        },
    }
}

/// Workloads of one selector.
struct Alike<'w> {
    selector: DraftSelector,
    workloads: Vec<&'w Workload>,
}

impl Alike<'_> {
    /// Whether the selector recognises workloads of others.
    fn reaches(&self, other: &Self) -> bool {
        let (own, its) = (&self.selector, &other.selector);
        let has = |it: &MatchLabels| {
            let mut labels = own.labels.iter();
            labels.all(|(key, value)| it.get(key) == Some(value))
        };
        let is_of_a_release = own.labels.iter().all(|(key, _)| key == INSTANCE_LABEL);
        (own.api_version == its.api_version && own.kind == its.kind)
            && if is_of_a_release {
                other.workloads.iter().any(|it| has(&it.match_labels))
            } else {
                own.labels.iter().all(|label| its.labels.contains(label))
            }
    }
}

/// The workloads, together where the selector of one recognises another: no workload may be of two components.
///
/// # Errors
/// More than a policy can hold.
fn groups<'w>(
    workloads: impl Iterator<Item = &'w Workload>,
) -> Result<Vec<Vec<Alike<'w>>>, Vec<Diagnostic>> {
    let mut places: HashMap<DraftSelector, usize> = HashMap::new();
    let mut all: Vec<Alike<'w>> = Vec::new();
    for workload in workloads {
        let own = selector(workload);
        let at = *places.entry(own.clone()).or_insert(all.len());
        match all.get_mut(at) {
            Some(alike) => alike.workloads.push(workload),
            None => all.push(Alike {
                selector: own,
                workloads: vec![workload],
            }),
        }
    }
    if all.len() > MOST {
        return Err(vec![too_many()]);
    }
    let mut groups: Vec<Vec<Alike<'w>>> = Vec::new();
    for own in all {
        let meets = |group: &Vec<Alike<'_>>| {
            let mut others = group.iter();
            others.any(|other| own.reaches(other) || other.reaches(&own))
        };
        let (met, apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(meets);
        groups = apart;
        groups.push(met.into_iter().flatten().chain([own]).collect());
    }
    groups.sort_by_key(|group| {
        let first = group.iter().filter_map(|it| it.workloads.first());
        first.map(|it| it.rank()).min()
    });
    Ok(groups)
}

/// A name for each group: a label that only it has, else the name of an object, with a number where that is taken.
fn names(groups: &[Vec<Alike<'_>>]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        let own = label(groups, at).or_else(|| object_name(group));
        let own = own.unwrap_or_else(|| "worker".to_owned());
        let numbered = (2..).map(|number| format!("{own}-{number}"));
        let mut candidates = std::iter::once(own.clone()).chain(numbered);
        let name = candidates.find(|name| !names.contains(name));
        names.push(name.unwrap_or(own));
    }
    names
}

/// The label of a group that no other group has.
fn label(groups: &[Vec<Alike<'_>>], at: usize) -> Option<String> {
    let group = groups.get(at)?;
    TELLING.iter().find_map(|key| {
        let mut labels = group.first()?.selector.labels.iter();
        let label = labels.find(|(own, _)| own == key)?;
        let has = |it: &Alike<'_>| it.selector.labels.contains(label);
        let mut others = groups.iter().enumerate().filter(|(other, _)| *other != at);
        let is_own = group.iter().all(has) && !others.any(|(_, other)| other.iter().any(has));
        component_name(&label.1).filter(|_| is_own)
    })
}

/// The name of the first object, without the release that it begins with.
fn object_name(group: &[Alike<'_>]) -> Option<String> {
    let workload = group.first()?.workloads.first()?;
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
