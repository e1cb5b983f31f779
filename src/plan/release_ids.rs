//! Which release a workload of the stream belongs to.
//!
//! A chart may name the namespace in some of its objects, and leave it to Helm in the others. Where those that name one all
//! name the same, the others are of that release too: each half by itself would have limits of its own.

use std::collections::{BTreeSet, HashMap};

use super::ReleaseId;
use crate::manifest::{Manifest, Workload};
use crate::policy::{Component, Policy};
use crate::word::Word;

/// The folder and the instance of a workload.
type Key<'a> = (Option<&'a Word>, Option<&'a Word>);

/// Tells the releases of a stream apart.
pub(super) struct ReleaseIds<'a> {
    /// The labels that name an instance.
    labels: BTreeSet<&'a str>,
    /// The one namespace that is named beside a folder and an instance; none where there are several.
    namespaces: HashMap<Key<'a>, Option<&'a Word>>,
}

impl<'a> ReleaseIds<'a> {
    pub(super) fn of(manifest: &'a Manifest, policy: &'a Policy) -> Self {
        let labels = policy.components.iter();
        let labels: BTreeSet<&str> = labels.map(|it| it.instance_label.value.as_ref()).collect();
        let mut namespaces: HashMap<Key<'_>, Option<&Word>> = HashMap::new();
        for workload in &manifest.workloads {
            let Some(namespace) = &workload.object.namespace else {
                continue;
            };
            for label in &labels {
                let only = namespaces.entry(key(workload, label));
                let only = only.or_insert(Some(namespace));
                *only = only.filter(|only| *only == namespace);
            }
        }
        Self { labels, namespaces }
    }

    /// The release of a workload of a component.
    pub(super) fn of_member(&self, workload: &'a Workload, component: &Component) -> ReleaseId<'a> {
        self.id(workload, &component.instance_label.value)
    }

    /// The releases that a workload names, recognised or not.
    pub(super) fn named_by(&self, workload: &'a Workload) -> impl Iterator<Item = ReleaseId<'a>> {
        let labels = self.labels.iter();
        let labels = labels.filter(|label| workload.match_labels.get(label).is_some());
        labels.map(|label| self.id(workload, label))
    }

    fn id(&self, workload: &'a Workload, label: &str) -> ReleaseId<'a> {
        let key = key(workload, label);
        let own = workload.object.namespace.as_ref();
        let only = || self.namespaces.get(&key).copied().flatten();
        ReleaseId {
            folder: key.0,
            namespace: own.or_else(only),
            instance: key.1,
        }
    }
}

fn key<'a>(workload: &'a Workload, label: &str) -> Key<'a> {
    let instance = workload.match_labels.word(label);
    (workload.folder.as_ref(), instance)
}
