//! From a manifest, a policy and a baseline to the counts that are meant.
//!
//! Every recognised workload becomes a [`Member`] of a component of a release; what it has now, had before and is meant
//! to have stands side by side, and the rules judge that.

mod build;
mod scale_in;
mod step;

use std::sync::Arc;

pub(crate) use scale_in::{Excess, Ladder, LadderEnd, Move, loss};

use crate::baseline::Baseline;
use crate::manifest::{Manifest, Workload};
use crate::policy::{Component, Limits, Policy, Role};
use crate::source::Place;
use crate::yaml::Edit;

/// What a run does with the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Write the targets; the guard judges what would be written.
    Write,
    /// Look only; the guard judges what stands there, and a target is compared with it.
    Check,
}

/// What becomes of a scale-in that is larger than allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScaleIn {
    /// It is refused.
    Refuse,
    /// It becomes the largest allowed step.
    Step,
}

/// The workloads of one namespace and `app.kubernetes.io/instance` (and folder, of files).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Release {
    pub(crate) folder: Option<Arc<str>>,
    pub(crate) namespace: Option<String>,
    pub(crate) instance: Option<String>,
}

/// What a workload had before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// This many replicas.
    Known(u32),
    /// It was not there.
    New,
    /// It was there, and its manifest set no count: whoever scales it knows.
    Unset,
    /// It was there, with a count that cannot be read with certainty.
    Unknown,
}

impl Before {
    /// The count, where it is certain.
    pub(crate) fn known(self) -> Option<u32> {
        match self {
            Self::Known(count) => Some(count),
            Self::New | Self::Unset | Self::Unknown => None,
        }
    }
}

/// The declared count of a workload.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) replicas: u32,
    pub(crate) place: Place,
}

/// A recognised workload.
#[derive(Debug)]
pub(crate) struct Member {
    /// Index into the manifest's workloads.
    pub(crate) workload: usize,
    /// Index into the policy's components.
    pub(crate) component: usize,
    /// Index into the plan's releases.
    pub(crate) release: usize,
    pub(crate) target: Option<Target>,
    pub(crate) before: Before,
    /// Index into the workloads of the baseline, when it is there.
    pub(crate) earlier: Option<usize>,
    /// The field is absent from the stream, and the baseline is a live listing with another count than 1: nobody can
    /// say whether the count stays or becomes 1.
    pub(crate) is_undecided: bool,
    /// The count that is meant: the target, else the rendered one; none if there is none to read, or if the field stays
    /// as it is in the cluster.
    pub(crate) wanted: Option<u32>,
    /// The wanted count, or a step towards it.
    pub(crate) desired: Option<u32>,
    /// The counts from this release on, when it takes more than one to get where it is meant to be.
    pub(crate) steps: Vec<u32>,
}

/// A component of a release: the unit to which limits apply.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) release: usize,
    pub(crate) component: usize,
    /// Indices into the plan's members, by the workloads' names.
    pub(crate) members: Vec<usize>,
    /// What `--scale-in step` made of it.
    pub(crate) step: Option<Step>,
}

/// What a stepped scale-in still has before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    /// The component's totals from this release on.
    pub(crate) ladder: Ladder,
    /// It stays at its baseline in this release, since another component goes first.
    pub(crate) waits: bool,
}

/// A workload of the baseline that the stream does not hold any more.
#[derive(Debug)]
pub(crate) struct Removed {
    /// Index into the baseline's workloads.
    pub(crate) earlier: usize,
    pub(crate) component: usize,
    /// Index into the plan's releases.
    pub(crate) release: usize,
}

/// A workload that more than one component claims.
#[derive(Debug)]
pub(crate) struct Contested {
    pub(crate) workload: usize,
    pub(crate) components: Vec<usize>,
}

/// An autoscaler and what it scales.
#[derive(Debug)]
pub(crate) struct Scaled {
    /// Index into the manifest's autoscalers.
    pub(crate) autoscaler: usize,
    /// Index into the plan's members, when its target is a recognised workload.
    pub(crate) member: Option<usize>,
    /// Whether its target is in the stream, recognised or not.
    pub(crate) present: bool,
}

/// The counts that are meant, and all that the rules need to judge them.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) manifest: &'a Manifest,
    pub(crate) policy: &'a Policy,
    pub(crate) baseline: &'a Baseline,
    pub(crate) purpose: Purpose,
    pub(crate) releases: Vec<Release>,
    /// For each release the indices of its groups, in the order of the stream.
    release_groups: Vec<Vec<usize>>,
    pub(crate) members: Vec<Member>,
    pub(crate) groups: Vec<Group>,
    pub(crate) removed: Vec<Removed>,
    pub(crate) contested: Vec<Contested>,
    pub(crate) scaled: Vec<Scaled>,
}

/// A member with all that its indices name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'p> {
    pub(crate) member: &'p Member,
    pub(crate) workload: &'p Workload,
    pub(crate) component: &'p Component,
}

impl<'a> Plan<'a> {
    /// A member of this plan, whole.
    #[allow(
        clippy::indexing_slicing,
        reason = "a member's indices come from the very manifest and policy of its plan"
    )]
    pub(crate) fn view<'p>(&'p self, member: &'p Member) -> View<'p> {
        View {
            member,
            workload: &self.manifest.workloads[member.workload],
            component: &self.policy.components[member.component],
        }
    }

    /// All members, in the order of the stream.
    pub(crate) fn views(&self) -> impl Iterator<Item = View<'_>> {
        self.members.iter().map(|member| self.view(member))
    }

    /// The components of a release, in the order of the stream.
    pub(crate) fn groups_of(&self, release: usize) -> impl Iterator<Item = &Group> {
        let groups = self.release_groups.get(release).into_iter().flatten();
        groups.filter_map(|&index| self.groups.get(index))
    }

    /// The members of a component of a release, by name.
    pub(crate) fn group_views(&self, group: &Group) -> Vec<View<'_>> {
        group
            .members
            .iter()
            .filter_map(|&index| self.members.get(index))
            .map(|member| self.view(member))
            .collect()
    }

    /// The component of a group.
    #[allow(
        clippy::indexing_slicing,
        reason = "a group's index comes from the very policy of its plan"
    )]
    pub(crate) fn component(&self, group: &Group) -> &'a Component {
        &self.policy.components[group.component]
    }

    /// The limits on a group.
    pub(crate) fn limits(&self, group: &Group) -> Limits {
        self.component(group).limits
    }

    /// What the guard judges of a member: the count that would be written, or with `check` the one that stands there.
    pub(crate) fn judged(&self, view: View<'_>) -> Option<u32> {
        match self.purpose {
            Purpose::Write => view.member.desired,
            Purpose::Check => view.rendered(),
        }
    }

    /// The judged moves of a group; members without a known count on both sides are left out.
    pub(crate) fn moves(&self, group: &Group) -> Vec<(View<'_>, Move)> {
        let views = self.group_views(group).into_iter();
        let moves = views.filter_map(|view| {
            let before = view.member.before.known()?;
            let after = self.judged(view)?;
            Some((view, Move { before, after }))
        });
        moves.collect()
    }

    /// The edits that write the desired counts, in the order of the stream.
    ///
    /// # Errors
    /// A workload whose count is to change and cannot be written to. The rules refuse a plan with one.
    pub(crate) fn edits(&self) -> Result<Vec<(View<'_>, Edit)>, View<'_>> {
        let changed = self.views().filter(View::is_changed);
        changed
            .map(
                |view| match (&view.workload.replicas.slot, view.member.desired) {
                    (Ok(slot), Some(count)) => Ok((view, slot.edit(count))),
                    _ => Err(view),
                },
            )
            .collect()
    }
}

impl View<'_> {
    /// The count that the stream holds, as Kubernetes will read it; none if it is invalid, if the field stays untouched,
    /// or if nobody can say.
    pub(crate) fn rendered(&self) -> Option<u32> {
        if self.stays_untouched() || self.member.is_undecided {
            None
        } else {
            self.workload.replicas.count.effective()
        }
    }

    /// Whether the field is absent from the stream and from the last release, so that Kubernetes leaves it alone.
    pub(crate) fn stays_untouched(&self) -> bool {
        self.member.before == Before::Unset && self.workload.replicas.count.is_absent()
    }

    /// Whether another count than the rendered one is to be written.
    ///
    /// Only a target changes a count.
    pub(crate) fn is_changed(&self) -> bool {
        self.member.target.is_some()
            && self.member.desired.is_some()
            && self.member.desired != self.rendered()
    }

    pub(crate) fn is_worker(&self) -> bool {
        self.component.role == Role::Worker
    }
}
