//! Workloads of the baseline, of releases that the stream holds, that no workload of the stream is.

use std::collections::{HashMap, HashSet};
use std::ptr;

use super::Release;
use super::build::{claims, release_of};
use crate::baseline::{Baseline, Index, Known};
use crate::manifest::{ByNamespace, Manifest};
use crate::policy::{Component, Policy};

/// A workload of the baseline that the stream's release does not hold any more.
#[derive(Debug)]
pub(crate) struct Removed<'a> {
    pub(crate) known: &'a Known,
    pub(crate) component: &'a Component,
    /// Whether the component that took its place is in its release, in each that it could be of.
    pub(crate) is_replaced: bool,
}

/// Finds what is gone, once for each component that claims it.
pub(super) fn removed<'a>(
    manifest: &Manifest,
    policy: &'a Policy,
    baseline: &'a Baseline,
    index: &Index<'a>,
    releases: &[Release<'_>],
) -> Vec<Removed<'a>> {
    let present: HashSet<*const Known> = manifest
        .workloads
        .iter()
        .filter_map(|it| index.find(it).ok().flatten())
        .map(ptr::from_ref)
        .collect();
    let releases = ByInstance::of(releases);
    let gone = baseline
        .workloads()
        .iter()
        .filter(|known| !present.contains(&ptr::from_ref(*known)));
    gone.flat_map(|known| {
        let own = releases.find(known);
        let components = policy.components.iter().filter(move |component| {
            !own.is_empty() && claims(component, &known.object, &known.match_labels)
        });
        components.map(move |component| Removed {
            known,
            component,
            is_replaced: own.iter().all(|release| is_replaced(component, release)),
        })
    })
    .collect()
}

fn is_replaced(component: &Component, release: &Release<'_>) -> bool {
    component.replaced_by.as_ref().is_some_and(|successor| {
        let mut groups = release.groups.iter();
        groups.any(|group| group.component.name == *successor)
    })
}

/// The releases by folder and instance; without a folder those of all, for a baseline that has none.
struct ByInstance<'r, 'a> {
    releases: HashMap<(Option<&'a str>, Option<&'a str>), ByNamespace<'a, &'r Release<'a>>>,
}

impl<'r, 'a> ByInstance<'r, 'a> {
    fn of(releases: &'r [Release<'a>]) -> Self {
        let mut by_instance: HashMap<_, ByNamespace<'a, &'r Release<'a>>> = HashMap::new();
        for release in releases {
            let id = release.id;
            let mut add = |folder| {
                let named = by_instance.entry((folder, id.instance)).or_default();
                named.add(id.namespace, release);
            };
            add(None);
            if id.folder.is_some() {
                add(id.folder);
            }
        }
        Self {
            releases: by_instance,
        }
    }

    /// The releases that a workload of the baseline could be of.
    fn find<'s>(&'s self, known: &'s Known) -> &'s [&'r Release<'a>] {
        let id = release_of(&known.object, known.folder.as_deref(), &known.match_labels);
        let named = self.releases.get(&(id.folder, id.instance));
        named.map_or(&[], |named| named.find(id.namespace))
    }
}
