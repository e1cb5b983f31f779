//! What a plan has to know further of a cluster, to be judged.

use super::fate::Sent;
use super::{Member, Plan, Purpose, Release};
use crate::baseline::live::{Owner, Seen};
use crate::baseline::{Known, Questions};
use crate::field::Count;
use crate::finding::ObjectRef;

impl Plan<'_> {
    /// What is not known yet.
    pub(crate) fn questions(&self) -> Questions {
        let last = self.members().filter(|member| self.needs_last(member));
        let last = last.filter_map(|member| Some(member.known?.object.clone()));
        let shrinking = self.releases.iter().filter(|release| self.shrinks(release));
        let shrinking = shrinking.filter(|_| self.policy.require_settled.value);
        let pods = shrinking.flat_map(Release::waited_for);
        let pods = pods.filter(|(_, known, seen)| {
            seen.pods.is_none() && seen.object.needs_pods(&known.object.kind)
        });
        Questions {
            pods: pods.map(|(_, known, _)| known.object.clone()).collect(),
            last: last.collect::<Vec<ObjectRef>>(),
        }
    }

    /// Whether a release loses replicas of any component.
    pub(crate) fn shrinks(&self, release: &Release<'_>) -> bool {
        release.workers().any(|member| self.loses(member))
    }

    /// Whether a worker loses replicas.
    pub(crate) fn loses(&self, member: &Member<'_>) -> bool {
        let judged = self.judged_move(member);
        member.is_worker() && judged.is_some_and(|it| it.after < it.before)
    }

    /// Whether it matters how a member is applied, and is not known.
    fn needs_last(&self, member: &Member<'_>) -> bool {
        let Some(seen) = member.known.and_then(Known::seen) else {
            return false;
        };
        let runs = member.before.known();
        let is_needed = match member.sent(self.purpose) {
            None | Some(Sent::Null) => false,
            Some(Sent::Absent) => runs != Some(1),
            Some(Sent::Count(count)) => runs != Some(count) && is_contested(seen),
        };
        seen.applied.is_none() && (is_needed || self.loses(member))
    }
}

impl Member<'_> {
    /// What the release says of its count; none if it cannot be read.
    pub(crate) fn sent(&self, purpose: Purpose) -> Option<Sent> {
        let target = self.target.filter(|_| purpose == Purpose::Write);
        match (target, &self.workload.replicas.count) {
            (Some(_), _) => self.this_release.map(Sent::Count),
            (None, Count::Set(count)) => Some(Sent::Count(*count)),
            (None, Count::Null) => Some(Sent::Null),
            (None, Count::Absent) => Some(Sent::Absent),
            (None, Count::Invalid(_)) => None,
        }
    }
}

impl<'a> Release<'a> {
    /// The workers and coordinators that the cluster shows.
    pub(crate) fn waited_for(&self) -> impl Iterator<Item = (&Member<'a>, &'a Known, &'a Seen)> {
        let members = self.groups.iter().flat_map(|group| &group.members);
        members.filter_map(|member| {
            let known = member.known.filter(|_| member.is_waited_for())?;
            Some((member, known, known.seen()?))
        })
    }
}

/// Whether anybody owns the count but who applies the object. What Helm owned client-side, it takes over.
fn is_contested(seen: &Seen) -> bool {
    let appliers = seen.object.appliers();
    let is_other = |owner: &Owner| !appliers.contains(owner) && !owner.updates_as("helm");
    seen.owners.iter().any(is_other)
}
