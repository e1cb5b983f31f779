//! The baseline of a cluster: its live objects.
//!
//! All workloads and autoscalers are asked for at once. What only some decisions need (pods, Helm's records) is asked for
//! when a plan shows that one of them is to be made.

mod applying;
mod last;
mod listing;
mod record;

use std::collections::{BTreeMap, BTreeSet};

use self::last::LastManifest;
use self::listing::Found;
use self::record::Record;
use super::live::{
    Certainty, InCluster, Last, Live, LiveObject, LivePod, ReleaseName, Rollout, Seen,
};
use super::{Answering, Applying, BaselineError, Questions, Snapshot};
use crate::access::ClusterPin;
use crate::cli::ClusterPlace;
use crate::cluster::{Cluster, IfUnserved, Request, Unreached, UnreachedKind};
use crate::finding::ObjectRef;
use crate::host::helm::command_line::HelmCommand;
use crate::manifest::{Kinds, Manifest, Workload};
use crate::source::Sources;

/// A cluster that can be asked.
pub(crate) struct Located {
    cluster: Cluster,
    certainty: Certainty,
}

impl Located {
    /// Finds the cluster, without asking it.
    ///
    /// # Errors
    /// When nothing says where it is, or when it is not the one that the policy is for.
    pub(crate) fn of(
        place: &ClusterPlace,
        pin: Option<&ClusterPin>,
        helm: Option<&HelmCommand>,
    ) -> Result<Self, BaselineError> {
        let timeout = place.timeout.unwrap_or(Cluster::TIMEOUT);
        let cluster = Cluster::locate(&place.access, &place.environment, timeout, pin)?;
        Ok(Self {
            cluster,
            certainty: match pin {
                _ if helm.is_some_and(HelmCommand::is_for_the_cluster) => Certainty::Helms,
                Some(_) if place.access.namespace.is_some() => Certainty::Pinned,
                Some(_) => Certainty::PinnedCluster,
                None => Certainty::Open,
            },
        })
    }

    /// The namespace of objects that name none.
    pub(crate) fn namespace(&self) -> &str {
        &self.cluster.about().namespace
    }

    /// Asks for the workloads of the catalogue's kinds and for the autoscalers.
    ///
    /// # Errors
    /// When they are not answered.
    pub(crate) fn load(
        &self,
        manifest: &Manifest,
        catalogue: &BTreeSet<(&str, &str)>,
        applying: Applying<'_>,
    ) -> Result<Snapshot, BaselineError> {
        let is_helms = self.certainty == Certainty::Helms;
        let namespaces = listing::namespaces(manifest, self.namespace(), is_helms);
        let requests = listing::requests(catalogue, &namespaces, manifest);
        let listings = self.cluster.list::<LiveObject>(&requests)?;
        let mut found = Found::default();
        for (request, listing) in requests.iter().zip(listings) {
            for object in listing.items {
                found.add(request, object);
            }
        }
        found.keep_other_autoscalers(manifest, applying);
        let about = self.cluster.about();
        Ok(Snapshot {
            name: "cluster".to_owned(),
            workloads: found.workloads,
            may_be_empty: false,
            newest: None,
            autoscalers: found.autoscalers,
            cluster: Some(Box::new(InCluster {
                server: about.server.clone(),
                context: about.context.clone(),
                namespace: about.namespace.clone(),
                known_from: about.known_from.clone(),
                certainty: self.certainty,
                namespaces: namespaces.into_iter().map(str::to_owned).collect(),
            })),
        })
    }

    /// Answers a plan's questions.
    ///
    /// # Errors
    /// When the cluster does not answer. Records of Helm that may not be read are not an error.
    pub(crate) fn answer(
        &self,
        snapshot: &mut Snapshot,
        questions: &Questions,
        answering: &Answering<'_>,
        sources: &mut Sources,
    ) -> Result<(), BaselineError> {
        self.answer_pods(snapshot, &questions.pods)?;
        self.answer_last(snapshot, &questions.last, answering, sources)
    }

    /// The pods of some workloads.
    fn answer_pods(&self, snapshot: &mut Snapshot, of: &[ObjectRef]) -> Result<(), BaselineError> {
        let asked = seen_of(snapshot, of);
        let requests: Vec<Option<Request>> = asked
            .into_iter()
            .map(|(object, seen)| {
                let selector = seen.object.pod_selector()?;
                Some(pods(
                    object.namespace.as_deref().unwrap_or_default().to_owned(),
                    selector,
                ))
            })
            .collect();
        let with_pods: Vec<Request> = requests.iter().flatten().cloned().collect();
        let mut listings = self.cluster.list::<LivePod>(&with_pods)?.into_iter();
        for ((_, seen), request) in seen_of(snapshot, of).into_iter().zip(&requests) {
            let listing = request.as_ref().and_then(|_| listings.next());
            seen.pods = Some(listing.map_or(Vec::new(), |listing| listing.items));
        }
        Ok(())
    }

    /// How some workloads are applied, and what their last manifest had.
    fn answer_last(
        &self,
        snapshot: &mut Snapshot,
        of: &[ObjectRef],
        answering: &Answering<'_>,
        sources: &mut Sources,
    ) -> Result<(), BaselineError> {
        let mut releases = Releases::default();
        for (object, seen) in seen_of(snapshot, of) {
            let release = self.release_of(seen, answering.applying);
            let record = match &release {
                Some(release) => {
                    releases.add(release, &self.cluster, answering.kinds, sources)?;
                    releases.get(release)
                }
                None => None,
            };
            let own = own_last(object, seen, answering, sources);
            let last = own.as_ref().or(record.and_then(|it| it.manifest.as_ref()));
            let record = record.map(|it| &it.record);
            let had = last.map_or(Last::Unknown, |last| last.had(object));
            seen.applied = Some(answering.applying.to(seen, record, had));
            seen.rollout = rollout(last, object, answering, sources);
        }
        Ok(())
    }

    /// The release whose record says how a workload is applied: what Helm goes to, else what the workload is part of.
    fn release_of(&self, seen: &Seen, applying: Applying<'_>) -> Option<ReleaseName> {
        let own = seen.release.clone();
        let Some(name) = applying.command.and_then(|command| command.release.clone()) else {
            return own;
        };
        let is_own = own.filter(|own| own.name == name);
        Some(is_own.unwrap_or_else(|| ReleaseName {
            name,
            namespace: self.namespace().to_owned(),
        }))
    }
}

/// The workloads of these names that were seen.
fn seen_of<'s>(snapshot: &'s mut Snapshot, of: &[ObjectRef]) -> Vec<(&'s ObjectRef, &'s mut Seen)> {
    let workloads = snapshot.workloads.iter_mut();
    let asked = workloads.filter(|known| of.contains(&known.object));
    let seen = asked.filter_map(|known| match &mut known.live {
        Some(Live::Seen(seen)) => Some((&known.object, &mut **seen)),
        _ => None,
    });
    seen.collect()
}

fn pods(namespace: String, selector: String) -> Request {
    Request {
        api_version: "v1".to_owned(),
        kind: "Pod".to_owned(),
        namespace,
        label_selector: Some(selector),
        if_unserved: IfUnserved::Error,
        metadata_only: false,
    }
}

/// Outside of Helm, what `kubectl apply` has kept of the last manifest of an object.
fn own_last(
    object: &ObjectRef,
    seen: &Seen,
    answering: &Answering<'_>,
    sources: &mut Sources,
) -> Option<LastManifest> {
    let text = seen.object.metadata.annotations.last_applied.clone()?;
    if answering.applying.host.is_helm() {
        return None;
    }
    let name = format!("<last applied {} {}>", object.kind, object.name);
    let namespace = object.namespace.as_deref();
    LastManifest::read(name, text, namespace, answering.kinds, sources)
}

/// Whether the stream changes the pod template of an object.
fn rollout(
    last: Option<&LastManifest>,
    object: &ObjectRef,
    answering: &Answering<'_>,
    sources: &Sources,
) -> Rollout {
    let is_it = |workload: &&Workload| {
        let own = &workload.object;
        own.kind == object.kind && own.name == object.name && own.namespace == object.namespace
    };
    let workload = answering.manifest.workloads.iter().find(is_it);
    match (last, workload) {
        (Some(last), Some(workload)) => last.rollout(workload, sources),
        _ => Rollout::Unknown,
    }
}

/// The records of releases, each read once.
#[derive(Default)]
struct Releases(BTreeMap<ReleaseName, Release>);

struct Release {
    record: Record,
    /// None where the record is unknown, or its manifest cannot be read with certainty.
    manifest: Option<LastManifest>,
}

impl Releases {
    fn get(&self, name: &ReleaseName) -> Option<&Release> {
        self.0.get(name)
    }

    fn add(
        &mut self,
        name: &ReleaseName,
        cluster: &Cluster,
        kinds: &Kinds,
        sources: &mut Sources,
    ) -> Result<(), BaselineError> {
        if self.0.contains_key(name) {
            return Ok(());
        }
        let mut record = Record::read(cluster, name)?;
        let manifest = match &mut record {
            Record::Known(known) => {
                let title = format!("<release {} revision {}>", name.name, known.revision);
                let text = std::mem::take(&mut known.manifest);
                LastManifest::read(title, text, Some(&name.namespace), kinds, sources)
            }
            Record::Unknown(_) => None,
        };
        self.0.insert(name.clone(), Release { record, manifest });
        Ok(())
    }
}

impl From<Unreached> for BaselineError {
    fn from(unreached: Unreached) -> Self {
        match unreached.kind {
            UnreachedKind::OutOfReach | UnreachedKind::Forbidden => {
                Self::OutOfReach(unreached.diagnostics)
            }
            UnreachedKind::Unusable => Self::Unusable(unreached.diagnostics),
        }
    }
}
