//! What of a running workload is not settled yet, and since when.
//!
//! Settled is a workload whose controller has seen the last change, all of whose replicas are of the last change, ready and available, and none
//! of whose pods terminates. A query node drains for up to an hour while every other field of its Deployment already looks done.

use std::fmt;

use jiff::Timestamp;

use super::object::{LiveObject, LivePod};

/// Something that a workload is not done with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pending {
    pub(crate) wait: Wait,
    /// Since when, where the cluster shows it.
    pub(crate) since: Option<Timestamp>,
}

/// What a workload waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// It is being deleted.
    Deletion,
    /// Its controller has not seen its last change.
    Unseen,
    /// Its rollout has not ended within its deadline.
    PastDeadline,
    /// Replicas that are not of the last change yet.
    Updated { are: u32, of: u32 },
    /// Replicas that are not ready yet.
    Ready { are: u32, of: u32 },
    /// Replicas that are ready, but not available yet.
    Available { are: u32, of: u32 },
    /// So many more than it should have.
    Surplus(u32),
    /// So many pods that were told to go are still there.
    Terminating(u32),
}

impl LiveObject {
    /// Whether only its pods show what [`Self::pending`] asks for.
    ///
    /// Deployments count the pods that terminate from Kubernetes 1.35 on. Nothing is known of kinds that are not
    /// Kubernetes' own, but that they have pods.
    pub(crate) fn needs_pods(&self, kind: &str) -> bool {
        kind != DEPLOYMENT || self.status.terminating_replicas.is_none()
    }

    /// What is not settled yet; empty if all is.
    ///
    /// `pods` are those of its [`Self::pod_selector`], where it needs them.
    pub(crate) fn pending(&self, kind: &str, pods: &[LivePod]) -> Vec<Pending> {
        if let Some(first) = self.not_begun(is_usual(kind)) {
            return vec![first];
        }
        let rollout = self.rollout(kind, pods);
        let deadline = self.is_past_its_deadline() && rollout.is_some();
        let deadline = deadline.then(|| Pending {
            wait: Wait::PastDeadline,
            since: self.fails_since("Progressing"),
        });
        let rest = [rollout, self.surplus(), self.terminating(pods)];
        deadline
            .into_iter()
            .chain(rest.into_iter().flatten())
            .collect()
    }

    /// What makes the rest of its status say nothing.
    fn not_begun(&self, is_usual: bool) -> Option<Pending> {
        let metadata = &self.metadata;
        if metadata.deletion_timestamp.is_some() {
            let since = metadata.told_to_go();
            return Some(Pending {
                wait: Wait::Deletion,
                since,
            });
        }
        let seen = self.status.observed_generation;
        let is_unseen = seen < metadata.generation && (is_usual || seen.is_some());
        is_unseen.then_some(Pending {
            wait: Wait::Unseen,
            since: None,
        })
    }

    /// The first step of a rollout that not all replicas have taken.
    fn rollout(&self, kind: &str, pods: &[LivePod]) -> Option<Pending> {
        let (status, of) = (&self.status, self.desired());
        let zero = is_usual(kind).then_some(0);
        let count = |field: Option<u32>| field.or(zero);
        let says_nothing = status
            .ready_replicas
            .or(status.available_replicas)
            .is_none();
        let ready = count(status.ready_replicas).or_else(|| says_nothing.then(|| ready_pods(pods)));
        let short = |are: Option<u32>, of: u32| are.filter(|are| *are < of);
        let unavailable = self.fails_since("Available");
        if let Some(are) = short(count(status.updated_replicas), self.replaced_on_update()) {
            let of = self.replaced_on_update();
            let wait = Wait::Updated { are, of };
            Some(Pending { wait, since: None })
        } else if let Some(are) = short(ready, of) {
            let (wait, since) = (Wait::Ready { are, of }, unavailable);
            Some(Pending { wait, since })
        } else if let Some(are) = short(count(status.available_replicas), of) {
            let (wait, since) = (Wait::Available { are, of }, unavailable);
            Some(Pending { wait, since })
        } else {
            None
        }
    }

    /// Replicas that it should not have any more: of the last template, or one too many.
    ///
    /// A `StatefulSet` counts those that terminate among them.
    fn surplus(&self) -> Option<Pending> {
        let more = self.status.replicas?.saturating_sub(self.desired());
        (more > 0).then_some(Pending {
            wait: Wait::Surplus(more),
            since: None,
        })
    }

    fn terminating(&self, pods: &[LivePod]) -> Option<Pending> {
        let going: Vec<&LivePod> = pods.iter().filter(|pod| pod.is_terminating()).collect();
        let listed = u32::try_from(going.len()).unwrap_or(u32::MAX);
        let counted = self.status.terminating_replicas.unwrap_or_default();
        let most = listed.max(counted);
        let since = going.iter().filter_map(|pod| pod.metadata.told_to_go());
        (most > 0).then(|| Pending {
            wait: Wait::Terminating(most),
            since: since.min(),
        })
    }
}

const DEPLOYMENT: &str = "Deployment";
const STATEFUL_SET: &str = "StatefulSet";

/// Whether its status has all the fields, and leaves out those that are 0. Other kinds may not have them at all.
fn is_usual(kind: &str) -> bool {
    matches!(kind, DEPLOYMENT | STATEFUL_SET)
}

fn ready_pods(pods: &[LivePod]) -> u32 {
    let ready = pods
        .iter()
        .filter(|pod| pod.is_ready() && !pod.is_terminating());
    u32::try_from(ready.count()).unwrap_or(u32::MAX)
}

impl fmt::Display for Pending {
    /// `2 of 3 replicas are ready (since 2026-05-04T10:00:00Z)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.wait.fmt(f)?;
        match self.since {
            Some(since) => write!(f, " (since {since})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = |are: u32| if are == 1 { "is" } else { "are" };
        match *self {
            Self::Deletion => f.write_str("it is being deleted"),
            Self::Unseen => f.write_str("its controller has not seen the last change yet"),
            Self::PastDeadline => f.write_str("its rollout exceeded the progress deadline"),
            Self::Updated { are, of } => {
                write!(f, "{are} of {of} replicas {} updated", verb(are))
            }
            Self::Ready { are, of } => write!(f, "{are} of {of} replicas {} ready", verb(are)),
            Self::Available { are, of } => {
                write!(f, "{are} of {of} replicas {} available", verb(are))
            }
            Self::Surplus(1) => f.write_str("1 surplus replica is still there"),
            Self::Surplus(more) => write!(f, "{more} surplus replicas are still there"),
            Self::Terminating(1) => f.write_str("1 pod is still terminating"),
            Self::Terminating(pods) => write!(f, "{pods} pods are still terminating"),
        }
    }
}

#[cfg(test)]
mod tests;
