//! What is asked of a cluster first: all workloads of the catalogue's kinds and all autoscalers, in the namespaces that
//! the stream names.

use std::collections::BTreeSet;

use crate::baseline::Applying;
use crate::baseline::known::{Had, Known};
use crate::baseline::live::{Live, LiveAutoscaler, LiveObject, ReleaseName, Restored, Seen};
use crate::cluster::{IfUnserved, Request};
use crate::finding::ObjectRef;
use crate::labels::MatchLabels;
use crate::manifest::Manifest;

/// The kinds of autoscalers, as Kubernetes and KEDA serve them.
const AUTOSCALERS: [(&str, &str); 2] = [
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("keda.sh/v1alpha1", "ScaledObject"),
];

/// The namespaces of a stream's workloads; the default one if it has none, or if that is Helm's.
pub(super) fn namespaces<'m>(
    manifest: &'m Manifest,
    default: &'m str,
    is_helms: bool,
) -> BTreeSet<&'m str> {
    let workloads = manifest.workloads.iter();
    let named = workloads.map(|it| it.object.namespace.as_deref().unwrap_or(default));
    let mut namespaces: BTreeSet<&str> = named.collect();
    if namespaces.is_empty() || is_helms {
        namespaces.insert(default);
    }
    namespaces
}

/// One request for each kind and namespace. A kind that the server does not serve is not an error, unless the stream holds
/// objects of it.
pub(super) fn requests(
    kinds: &BTreeSet<(&str, &str)>,
    namespaces: &BTreeSet<&str>,
    manifest: &Manifest,
) -> Vec<Request> {
    let workloads = manifest.workloads.iter().map(|it| &it.object);
    let autoscalers = manifest.autoscalers.iter().map(|it| &it.object);
    let held = workloads.chain(autoscalers);
    let held: BTreeSet<(&str, &str)> = held.map(|it| (group(&it.api_version), &*it.kind)).collect();
    let all = kinds.iter().copied().chain(AUTOSCALERS);
    let all = all.flat_map(|(api_version, kind)| {
        let is_held = held.contains(&(group(api_version), kind));
        namespaces.iter().map(move |namespace| Request {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: (*namespace).to_owned(),
            label_selector: None,
            if_unserved: if is_held {
                IfUnserved::Error
            } else {
                IfUnserved::Empty
            },
            metadata_only: false,
        })
    });
    all.collect()
}

/// The API group of an apiVersion.
fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    pub(super) workloads: Vec<Known>,
    pub(super) autoscalers: Vec<LiveAutoscaler>,
}

impl Found {
    /// Adds an object that came in answer to a request.
    pub(super) fn add(&mut self, request: &Request, live: LiveObject) {
        let object = ObjectRef {
            api_version: request.api_version.as_str().into(),
            kind: request.kind.as_str().into(),
            namespace: Some(request.namespace.as_str().into()),
            name: live.metadata.name.as_str().into(),
        };
        let is_autoscaler = AUTOSCALERS.iter().any(|(_, kind)| *kind == request.kind);
        if is_autoscaler {
            self.autoscalers.extend(LiveAutoscaler::of(object, &live));
        } else {
            self.workloads.push(known(object, live));
        }
    }
}

impl Found {
    /// Leaves out the autoscalers that the stream holds as well, and those that go with this upgrade: Helm deletes what its
    /// release no longer holds.
    pub(super) fn keep_other_autoscalers(&mut self, manifest: &Manifest, applying: Applying<'_>) {
        for autoscaler in std::mem::take(&mut self.autoscalers) {
            let mut rendered = manifest.autoscalers.iter().map(|it| &it.object);
            let is_rendered = rendered.any(|it| is_same(it, &autoscaler.object));
            let goes = applying.host.is_helm()
                && !autoscaler.is_kept
                && autoscaler.release.is_some()
                && autoscaler.release == self.release_of_target(&autoscaler);
            match (is_rendered, goes) {
                (true, _) => {}
                (false, true) => self.note_restored(autoscaler),
                (false, false) => self.autoscalers.push(autoscaler),
            }
        }
    }

    /// The release of the workload that an autoscaler scales.
    fn release_of_target(&self, autoscaler: &LiveAutoscaler) -> Option<ReleaseName> {
        let mut workloads = self.workloads.iter();
        let target = workloads.find(|known| is_target(autoscaler, &known.object));
        target?.seen()?.release.clone()
    }

    /// Notes what KEDA does to a count when an autoscaler is deleted.
    fn note_restored(&mut self, autoscaler: LiveAutoscaler) {
        let mut workloads = self.workloads.iter_mut();
        let target = workloads.find(|known| is_target(&autoscaler, &known.object));
        let live = target.and_then(|known| known.live.as_mut());
        if let (Some(Live::Seen(seen)), Some(to)) = (live, autoscaler.restores) {
            let by = autoscaler.object;
            seen.restored = Some(Box::new(Restored { by, to }));
        }
    }
}

fn is_target(autoscaler: &LiveAutoscaler, object: &ObjectRef) -> bool {
    object.kind == autoscaler.target_kind
        && object.name == autoscaler.target_name
        && object.namespace == autoscaler.object.namespace
}

/// Whether two objects are one, whatever version of the API they are written in.
fn is_same(rendered: &ObjectRef, live: &ObjectRef) -> bool {
    rendered.kind == live.kind && rendered.name == live.name && rendered.namespace == live.namespace
}

fn known(object: ObjectRef, live: LiveObject) -> Known {
    let labels = live.spec.selector.match_labels.iter();
    let match_labels: MatchLabels = labels
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    Known {
        start: Some(live.first_ordinal(&object.kind)),
        object,
        folder: None,
        match_labels,
        // The API server always fills it in. What another kind means by an absent one is not known.
        had: live.spec.replicas.map_or(Had::Unreadable, Had::Replicas),
        is_hook: live.metadata.annotations.is_hook(),
        is_moved: false,
        live: Some(Live::Seen(Box::new(Seen::new(live)))),
        place: None,
    }
}
