//! Waits until a release is settled, and its counts are those that the step made them.
//!
//! The objects are listed, and listed again when a watch on the lists shows that something has changed: nothing is polled.

#[cfg(all(test, unix))]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::thread::sleep;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::said::WorkloadSaid;
use super::walk::{Moved, Waited};
use crate::baseline::live::{LiveObject, LivePod, Pending};
use crate::cluster::{Cluster, IfUnserved, Listing, Request, Unreached, UnreachedKind};
use crate::finding::ObjectRef;
use crate::names::shown;

/// The shortest time between two looks at the cluster: in a rollout, much changes at once.
const PAUSE: Duration = Duration::from_secs(1);

/// How long the server may be out of reach, once it was reached.
const PATIENCE: Duration = Duration::from_mins(1);

/// A workload that is not settled, and what it waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unsettled {
    pub(super) object: ObjectRef,
    pub(super) pending: Vec<Pending>,
}

impl Unsettled {
    /// `Deployment my-release-milvus-querynode: 1 pod is still terminating`
    pub(super) fn line(&self) -> String {
        self.told(|pending| pending.wait.to_string())
    }

    /// The same with how long it has been so, at least: `1 pod is still terminating, for 12m`
    fn lasting(&self, first_seen: &HashMap<ObjectRef, Timestamp>) -> String {
        self.told(|pending| {
            let seen = first_seen.get(&self.object).copied();
            let since = pending.since.into_iter().chain(seen).min();
            let lasts = since.map(|since| Timestamp::now().duration_since(since));
            let lasts = lasts.and_then(|lasts| Duration::try_from(lasts).ok());
            let wait = &pending.wait;
            lasts.map_or_else(
                || wait.to_string(),
                |lasts| format!("{wait}, for {}", lasting(lasts)),
            )
        })
    }

    fn told(&self, of: impl Fn(&Pending) -> String) -> String {
        let Self { object, pending } = self;
        let pending: Vec<String> = pending.iter().map(of).collect();
        let pending = pending.join("; ");
        format!("{} {}: {pending}", object.kind, shown(&object.name))
    }
}

/// `35s`, `12m`, `1h 3m`
pub(super) fn lasting(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match (seconds / 3600, seconds / 60 % 60) {
        (0, 0) => format!("{seconds}s"),
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h {minutes}m"),
    }
}

/// A list and the state that it was read from, for a watch.
type Listed = (Request, String);

/// Waits until all of these are settled; `see` is told what is not, each time that the cluster was looked at.
pub(super) fn wait(
    cluster: &Cluster,
    workloads: &[WorkloadSaid],
    deadline: Instant,
    mut see: impl FnMut(&[Unsettled]),
) -> Waited {
    let mut patience = Patience::default();
    let mut so_far = SoFar::default();
    loop {
        let start = Instant::now();
        let seen = match look(cluster, workloads) {
            Ok(seen) => seen,
            Err(unreached) if patience.bears(&unreached, deadline) => {
                sleep(PAUSE);
                continue;
            }
            Err(unreached) => return Waited::Undecided(unreached.diagnostics),
        };
        patience.was_rewarded();
        see(&seen.unsettled);
        if let Some(end) = so_far.end_with(&seen, start >= deadline) {
            return end;
        }
        if let Err(unreached) = cluster.wait_for_change(&seen.lists, deadline) {
            return Waited::Undecided(unreached.diagnostics);
        }
        let next = (start + PAUSE).min(deadline);
        sleep(next.saturating_duration_since(Instant::now()));
    }
}

/// What was seen so far that was not settled, and since when.
#[derive(Default)]
struct SoFar {
    since: HashMap<ObjectRef, Timestamp>,
    /// Whether the cluster was looked at before.
    has_looked: bool,
}

impl SoFar {
    /// How the waiting ends with this look at the cluster, if it does.
    fn end_with(&mut self, seen: &Seen, is_late: bool) -> Option<Waited> {
        if let Some(moved) = &seen.moved {
            return Some(Waited::Moved(moved.clone()));
        }
        let at_once = !std::mem::replace(&mut self.has_looked, true);
        if seen.unsettled.is_empty() {
            return Some(Waited::Settled { at_once });
        }
        let before = std::mem::take(&mut self.since);
        self.since.extend(seen.unsettled.iter().map(|it| {
            let since = before.get(&it.object).copied();
            (it.object.clone(), since.unwrap_or_else(Timestamp::now))
        }));
        is_late.then(|| {
            let lines = seen.unsettled.iter().map(|it| it.lasting(&self.since));
            Waited::TimedOut(lines.collect())
        })
    }
}

/// How long the server has been out of reach.
#[derive(Default)]
struct Patience {
    has_reached: bool,
    since: Option<Instant>,
}

impl Patience {
    fn bears(&mut self, unreached: &Unreached, deadline: Instant) -> bool {
        let now = Instant::now();
        let since = *self.since.get_or_insert(now);
        self.has_reached
            && unreached.kind == UnreachedKind::OutOfReach
            && now < (since + PATIENCE).min(deadline)
    }

    fn was_rewarded(&mut self) {
        self.has_reached = true;
        self.since = None;
    }
}

/// The workloads, looked at once.
struct Seen {
    /// The first whose count is another than the step made it.
    moved: Option<Moved>,
    unsettled: Vec<Unsettled>,
    lists: Vec<Listed>,
}

fn look(cluster: &Cluster, workloads: &[WorkloadSaid]) -> Result<Seen, Unreached> {
    let default = &cluster.about().namespace;
    let requests = requests(workloads, default);
    let listings = cluster.list::<LiveObject>(&requests)?;
    let (objects, mut lists) = found(requests, listings);
    let awaited = workloads.iter().map(|workload| {
        let object = in_namespace(&workload.object, default);
        let live = objects.get(&object);
        (workload, object, live)
    });
    let awaited: Vec<_> = awaited.collect();
    let moved = awaited.iter().find_map(|(workload, object, live)| {
        let (expected, found) = (workload.count?, live.map(LiveObject::desired));
        (found != Some(expected)).then(|| Moved {
            object: object.clone(),
            expected,
            found,
        })
    });
    let there = awaited
        .into_iter()
        .filter_map(|(_, object, live)| Some((object, live?)))
        .collect::<Vec<_>>();
    let pods = pods(cluster, &there, &mut lists)?;
    let unsettled = there
        .iter()
        .zip(pods)
        .map(|((object, live), pods)| Unsettled {
            object: object.clone(),
            pending: live.pending(&object.kind, &pods),
        });
    Ok(Seen {
        moved,
        unsettled: unsettled.filter(|it| !it.pending.is_empty()).collect(),
        lists,
    })
}

/// One request for each kind and namespace.
fn requests(workloads: &[WorkloadSaid], default: &str) -> Vec<Request> {
    let mut requests: Vec<Request> = Vec::new();
    for WorkloadSaid { object, .. } in workloads {
        let request = Request {
            api_version: object.api_version.to_string(),
            kind: object.kind.to_string(),
            namespace: object.namespace.as_deref().unwrap_or(default).to_owned(),
            label_selector: None,
            if_unserved: IfUnserved::Error,
            metadata_only: false,
        };
        if !requests.contains(&request) {
            requests.push(request);
        }
    }
    requests
}

fn in_namespace(object: &ObjectRef, default: &str) -> ObjectRef {
    let namespace = object.namespace.as_deref().unwrap_or(default);
    ObjectRef {
        namespace: Some(namespace.into()),
        ..object.clone()
    }
}

/// The objects that were listed, and what a watch needs of each list.
fn found(
    requests: Vec<Request>,
    listings: Vec<Listing<LiveObject>>,
) -> (HashMap<ObjectRef, LiveObject>, Vec<Listed>) {
    let mut objects = HashMap::new();
    let mut lists = Vec::new();
    for (request, listing) in requests.into_iter().zip(listings) {
        for live in listing.items {
            let object = ObjectRef {
                api_version: request.api_version.as_str().into(),
                kind: request.kind.as_str().into(),
                namespace: Some(request.namespace.as_str().into()),
                name: live.metadata.name.as_str().into(),
            };
            objects.insert(object, live);
        }
        lists.push((request, listing.resource_version));
    }
    (objects, lists)
}

/// The pods of those workloads whose own status does not tell all, in their order.
fn pods(
    cluster: &Cluster,
    workloads: &[(ObjectRef, &LiveObject)],
    lists: &mut Vec<Listed>,
) -> Result<Vec<Vec<LivePod>>, Unreached> {
    let requests = workloads.iter().enumerate();
    let requests = requests.filter_map(|(index, (object, live))| {
        let selector = live
            .pod_selector()
            .filter(|_| live.needs_pods(&object.kind))?;
        let request = Request {
            api_version: "v1".to_owned(),
            kind: "Pod".to_owned(),
            namespace: object.namespace.as_deref().unwrap_or_default().to_owned(),
            label_selector: Some(selector),
            if_unserved: IfUnserved::Error,
            metadata_only: false,
        };
        Some((index, request))
    });
    let (indices, requests): (Vec<usize>, Vec<Request>) = requests.unzip();
    let mut listings = BTreeMap::new();
    if !requests.is_empty() {
        let found = cluster.list::<LivePod>(&requests)?;
        for ((index, request), listing) in indices.into_iter().zip(requests).zip(found) {
            lists.push((request, listing.resource_version));
            listings.insert(index, listing.items);
        }
    }
    let pods = (0..workloads.len()).map(|index| listings.remove(&index).unwrap_or_default());
    Ok(pods.collect())
}
