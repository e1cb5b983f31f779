//! Workloads of the baseline, of releases that the stream holds, that no workload of the stream is.
//!
//! An object that keeps its name and no longer matches its component is gone too: nothing guards it any more.
//!
//! A release is there as soon as any workload of the stream names it, recognised or not, a hook too: all that a
//! catalogue knows of it may be gone.

use std::collections::{HashMap, HashSet};
use std::ptr;

use super::release_ids::ReleaseIds;
use super::{Release, ReleaseId};
use crate::baseline::{Baseline, Index, Known};
use crate::finding::ObjectRef;
use crate::manifest::{ByNamespace, Manifest, Workload};
use crate::policy::{Component, Policy, Role};
use crate::word::Word;

/// A workload of the baseline that the stream's release does not hold any more.
#[derive(Debug)]
pub(crate) struct Removed<'a> {
    pub(crate) known: &'a Known,
    pub(crate) component: &'a Component,
    /// What bears its name in the stream.
    pub(crate) namesake: Option<Namesake<'a>>,
    /// Whether the component that took its place is in its release, in each that it could be of.
    pub(crate) is_replaced: bool,
}

/// An object of the stream with the name of one that is gone.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Namesake<'a> {
    /// A Helm hook, which is not part of the release.
    Hook(&'a Workload),
    /// The same object, whose selector no longer matches the component.
    Unrecognised(&'a Workload),
}

/// A release of the baseline of which the stream's files hold nothing any more.
#[derive(Debug)]
pub(crate) struct RemovedRelease<'a> {
    pub(crate) id: ReleaseId<'a>,
    /// Its workers and coordinators; never empty.
    pub(crate) workloads: Vec<(&'a Known, &'a Component)>,
}

/// All that is gone.
#[derive(Debug, Default)]
pub(crate) struct Gone<'a> {
    /// What is gone from releases that are there, once for each component that claims it.
    pub(crate) workloads: Vec<Removed<'a>>,
    /// Where the baseline holds the same files: the releases that are not.
    pub(crate) releases: Vec<RemovedRelease<'a>>,
}

/// Finds what is gone.
pub(super) fn removed<'a>(
    manifest: &'a Manifest,
    policy: &'a Policy,
    baseline: &'a Baseline,
    index: &Index<'a>,
    (releases, ids): (&[Release<'a>], &ReleaseIds<'a>),
) -> Gone<'a> {
    let is_same_files = baseline.is_of_the_same_files();
    let ids = Ids::of(manifest, releases, ids);
    let by_id: HashMap<ReleaseId<'_>, &Release<'_>> =
        releases.iter().map(|it| (it.id, it)).collect();
    let hooks = hooks(manifest);
    let present = present(manifest, index);
    let (mut all, mut gone_releases) = (Gone::default(), Vec::new());
    for known in baseline.workloads().iter().filter(|it| !it.is_hook) {
        let same = present.get(&ptr::from_ref(known)).copied();
        for component in policy.claimants(&known.object, &known.match_labels) {
            if same.is_some_and(|it| component.claims(&it.object, &it.match_labels)) {
                continue;
            }
            let hook = hooks.get(&identity(&known.object)).copied();
            let namesake = same
                .map(Namesake::Unrecognised)
                .or(hook.map(Namesake::Hook));
            let own = ids.find(known, component);
            let is_replaced = |id| {
                by_id
                    .get(id)
                    .is_some_and(|release| replaces(release, component))
            };
            // What bears its name is applied to it, whatever else of its release is there.
            if !own.is_empty() || same.is_some() {
                all.workloads.push(Removed {
                    known,
                    component,
                    namesake,
                    is_replaced: !own.is_empty() && own.iter().all(is_replaced),
                });
            } else if is_same_files && !known.is_moved && component.role.value != Role::Singleton {
                gone_releases.push((known, component));
            }
        }
    }
    all.releases = by_release(gone_releases);
    all
}

/// Workloads of the baseline by the releases that they were of.
fn by_release<'a>(workloads: Vec<(&'a Known, &'a Component)>) -> Vec<RemovedRelease<'a>> {
    let mut order = HashMap::new();
    let mut releases: Vec<RemovedRelease<'a>> = Vec::new();
    for (known, component) in workloads {
        let instance = known.match_labels.word(&component.instance_label.value);
        let id = ReleaseId {
            folder: known.folder.as_ref(),
            namespace: known.object.namespace.as_ref(),
            instance,
        };
        let index = *order.entry(id).or_insert(releases.len());
        match releases.get_mut(index) {
            Some(release) => release.workloads.push((known, component)),
            None => releases.push(RemovedRelease {
                id,
                workloads: vec![(known, component)],
            }),
        }
    }
    releases
}

/// The workloads of the baseline that are in the stream too, or could be, each with what it is there.
fn present<'a>(manifest: &'a Manifest, index: &Index<'a>) -> HashMap<*const Known, &'a Workload> {
    let (mut present, mut lists) = (HashMap::new(), HashSet::new());
    for workload in manifest.workloads.iter().filter(|it| !it.is_hook) {
        let candidates = index.candidates(workload);
        // There may be very many namesakes, and each could be any of as many.
        if candidates.len() <= 1 || lists.insert(candidates.as_ptr()) {
            let known = candidates.iter().map(|known| ptr::from_ref(*known));
            present.extend(known.map(|known| (known, workload)));
        }
    }
    present
}

fn hooks(manifest: &Manifest) -> HashMap<(&str, &str), &Workload> {
    let hooks = manifest.workloads.iter().filter(|it| it.is_hook);
    hooks.map(|it| (identity(&it.object), it)).collect()
}

fn identity(object: &ObjectRef) -> (&str, &str) {
    (&object.kind, &object.name)
}

fn replaces(release: &Release<'_>, component: &Component) -> bool {
    component.replaced_by.as_ref().is_some_and(|successor| {
        let mut groups = release.groups.iter();
        groups.any(|group| group.component.name == *successor.value)
    })
}

/// The releases of a stream by folder and instance; without a folder those of all, for a baseline that has none.
struct Ids<'r>(HashMap<(Option<&'r Word>, Option<&'r Word>), ByNamespace<'r, ReleaseId<'r>>>);

impl<'r> Ids<'r> {
    fn of(manifest: &'r Manifest, releases: &[Release<'r>], ids: &ReleaseIds<'r>) -> Self {
        let named = manifest.workloads.iter();
        let named = named.flat_map(|workload| ids.named_by(workload));
        let mut seen = HashSet::new();
        let mut all = Self(HashMap::new());
        for id in releases.iter().map(|it| it.id).chain(named) {
            if seen.insert(id) {
                all.add(id);
            }
        }
        all
    }

    fn add(&mut self, id: ReleaseId<'r>) {
        for folder in [None].into_iter().chain(id.folder.map(Some)) {
            let named = self.0.entry((folder, id.instance)).or_default();
            named.add(id.namespace.map(Word::as_str), id);
        }
    }

    /// The releases that a workload of the baseline could be of.
    fn find<'s>(&'s self, known: &'s Known, component: &'s Component) -> &'s [ReleaseId<'s>] {
        let instance = known.match_labels.word(&component.instance_label.value);
        let key = (known.folder.as_ref(), instance);
        let named = self.0.get(&key);
        named.map_or(&[], |it| it.find(known.object.namespace.as_deref()))
    }
}
