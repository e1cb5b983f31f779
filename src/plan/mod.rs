//! From a manifest, a policy and a baseline to the counts that are meant.
//!
//! A plan is a tree: releases, in each the components, in each the workloads. What a workload has now, had before and is
//! meant to have are kept side by side for the rules to judge. Everything is named by reference, and a step towards the
//! goals is a new plan.

mod autoscalers;
mod build;
mod fate;
mod questions;
mod release_ids;
mod removed;
mod scale_in;
mod shift;
mod step;
mod target;
mod way;

use clap::ValueEnum;

pub(crate) use autoscalers::{Pace, Scaler};
pub(crate) use fate::{Fate, Sent};
pub(crate) use removed::{Gone, Namesake, Removed, RemovedRelease};
pub(crate) use scale_in::{Excess, Ladder, LadderEnd, Move, Rung};
pub(crate) use shift::{Shift, Turnover};
pub(crate) use way::{GroupWay, Way};

use std::fmt;

use crate::baseline::{Baseline, Known};
use crate::field::{self, Count, Goal};
use crate::manifest::{Autoscaler, Manifest, Sync, Workload};
use crate::policy::{Component, Given, Limits, Policy, Role, Text};
use crate::source::Place;
use crate::word::Word;
use crate::yaml::Edit;

/// What a run does with the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Write the targets; the guard judges what would be written.
    Write,
    /// Look only; the guard judges the counts in the stream, and a target is compared with them.
    Check,
}

/// What to do with a scale-in that exceeds the limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScaleIn {
    /// Refuse it.
    #[default]
    Refuse,
    /// Take the largest allowed step instead.
    Step,
}

/// What tells releases apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct ReleaseId<'a> {
    /// The folder of its files; none for standard input.
    pub(crate) folder: Option<&'a Word>,
    pub(crate) namespace: Option<&'a Word>,
    /// `app.kubernetes.io/instance` of the selectors.
    pub(crate) instance: Option<&'a Word>,
}

/// The recognised workloads of one release.
#[derive(Debug)]
pub(crate) struct Release<'a> {
    pub(crate) id: ReleaseId<'a>,
    /// In the order of the stream.
    pub(crate) groups: Vec<Group<'a>>,
}

/// A component of a release: the unit to which limits apply.
#[derive(Debug)]
pub(crate) struct Group<'a> {
    pub(crate) component: &'a Component,
    /// By the workloads' names.
    pub(crate) members: Vec<Member<'a>>,
    /// Under `--scale-in step`: what would lose replicas stays at its baseline, since another component goes first.
    pub(crate) waits: bool,
}

/// A recognised workload.
#[derive(Debug)]
pub(crate) struct Member<'a> {
    pub(crate) workload: &'a Workload,
    pub(crate) component: &'a Component,
    pub(crate) release: ReleaseId<'a>,
    pub(crate) target: Option<Target<'a>>,
    /// What it had before.
    pub(crate) before: Before,
    /// The same object in the baseline, if that holds it.
    pub(crate) known: Option<&'a Known>,
    /// The intended count: the target, else the rendered one; `None` if that cannot be read, or if the cluster keeps its
    /// own.
    pub(crate) goal: Option<u32>,
    /// The goal, or a step towards it.
    pub(crate) this_release: Option<u32>,
    /// Under `--scale-in step`: its way, when it takes more than one release to reach the goal.
    pub(crate) path: Option<Box<Path>>,
    /// How Argo CD applies it, if it does.
    pub(crate) sync: Sync,
    /// The autoscalers that scale it, of the stream or of the cluster.
    pub(crate) autoscalers: Box<[Scaler<'a>]>,
}

/// The declared count of a workload.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) replicas: u32,
    /// Whether the policy says `keep`: it is the count that is running.
    pub(crate) keeps: bool,
    pub(crate) place: &'a Place,
}

/// What a workload had before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// This many replicas.
    Known(u32),
    /// It was not there.
    New,
    /// It was there, but its manifest gave no count: something else, such as an autoscaler, sets it.
    Unset,
    /// It was there, with a count that cannot be read with certainty.
    Unknown,
}

/// The counts of a workload, release after release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    /// How many releases it takes, this one included; of a ladder that is too long to tell, as many as were counted.
    pub(crate) releases: usize,
    /// The counts of the first releases after this one.
    pub(crate) next: Vec<u32>,
    /// The count in the end, if that was reached.
    pub(crate) last: Option<u32>,
}

/// A workload that more than one component claims.
#[derive(Debug)]
pub(crate) struct Contested<'a> {
    pub(crate) workload: &'a Workload,
    pub(crate) components: Vec<&'a Component>,
}

/// The counts that are meant, and all that the rules need to judge them.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) manifest: &'a Manifest,
    pub(crate) policy: &'a Policy,
    pub(crate) baseline: &'a Baseline,
    pub(crate) purpose: Purpose,
    /// In the order of the stream.
    pub(crate) releases: Vec<Release<'a>>,
    /// Workloads that no component claims.
    pub(crate) unrecognised: Vec<&'a Workload>,
    pub(crate) contested: Vec<Contested<'a>>,
    pub(crate) gone: Gone<'a>,
    /// Autoscalers whose target is not in the stream.
    pub(crate) orphans: Vec<&'a Autoscaler>,
}

impl<'a> Plan<'a> {
    /// All components of all releases.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &Group<'a>> {
        self.releases.iter().flat_map(|release| &release.groups)
    }

    /// All members, release by release.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Member<'a>> {
        self.groups().flat_map(|group| &group.members)
    }

    /// All members, in the order of the stream.
    pub(crate) fn in_stream_order(&self) -> Vec<&Member<'a>> {
        let mut members: Vec<_> = self.members().collect();
        members.sort_by_key(|member| member.workload.rank());
        members
    }

    /// What the guard judges of a member: the count that would be written, or with `check` the one in the stream.
    pub(crate) fn judged(&self, member: &Member<'_>) -> Option<u32> {
        match self.purpose {
            Purpose::Write => member.this_release,
            Purpose::Check => member.rendered(),
        }
    }

    /// The judged moves of a group; members without a known count on both sides are left out.
    pub(crate) fn moves<'g>(&self, group: &'g Group<'a>) -> Vec<(&'g Member<'a>, Move)> {
        let members = group.members.iter();
        members
            .filter_map(|member| Some((member, self.judged_move(member)?)))
            .collect()
    }

    /// The judged move of a member; none without a known count on both sides.
    pub(crate) fn judged_move(&self, member: &Member<'_>) -> Option<Move> {
        member.move_to(self.judged(member))
    }

    /// The edits that write this release's counts, in the order of the stream.
    ///
    /// # Errors
    /// A workload whose count is to change and cannot be written to. The rules refuse a plan with one.
    pub(crate) fn edits(&self) -> Result<Vec<(&'a Workload, Edit)>, &'a Workload> {
        let mut edits = Vec::new();
        for member in self.in_stream_order() {
            if !member.is_changed() {
                continue;
            }
            let workload = member.workload;
            let count = member.this_release.ok_or(workload)?;
            let field = &workload.replicas;
            let own = field::edits([Goal { field, count }]).map_err(|_| workload)?;
            edits.extend(own.into_iter().map(|edit| (workload, edit)));
        }
        Ok(edits)
    }
}

impl fmt::Display for ReleaseId<'_> {
    /// `release my-release in namespace milvus`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.instance {
            Some(instance) => write!(f, "release {instance}")?,
            None => f.write_str("the unnamed release")?,
        }
        match (self.folder, self.namespace) {
            (_, Some(namespace)) => write!(f, " in namespace {namespace}"),
            (Some(folder), None) => write!(f, " in {folder}"),
            (None, None) => Ok(()),
        }
    }
}

impl<'a> Release<'a> {
    pub(crate) fn workers(&self) -> impl Iterator<Item = &Member<'a>> {
        let members = self.groups.iter().flat_map(|group| &group.members);
        members.filter(|member| member.is_worker())
    }
}

impl Group<'_> {
    pub(crate) fn is_worker(&self) -> bool {
        self.component.role.value == Role::Worker
    }

    /// The limits on its scale-in.
    pub(crate) fn limits(&self) -> Limits {
        self.component.scale_in.limits()
    }
}

impl Member<'_> {
    /// The count that the stream holds, as Kubernetes will read it; none if it is invalid, if the field stays untouched,
    /// or if it is unknown.
    pub(crate) fn rendered(&self) -> Option<u32> {
        if self.stays_untouched() {
            None
        } else {
            self.workload.replicas.count.effective()
        }
    }

    /// Whether the field is absent from the stream, and the running count stays, or it is unknown whether it does.
    ///
    /// A null is not an absent field: Helm sends it, whichever side it is on, and the API server sets it to 1.
    fn stays_untouched(&self) -> bool {
        let stays = match self.fate(Sent::Absent) {
            None | Some(Fate::One) => false,
            // Where it runs at 1, it is 1 in any case.
            Some(Fate::Undecided) => matches!(self.before, Before::Known(count) if count != 1),
            Some(_) => true,
        };
        stays && self.workload.replicas.count == Count::Absent
    }

    /// Whether a count is to be written: a target, or the step towards it, that is not written there already.
    ///
    /// Where there is no count, even a target of 1 is written: an absent field can leave the running count unchanged.
    pub(crate) fn is_changed(&self) -> bool {
        self.target.is_some()
            && self.this_release.is_some()
            && self.this_release != self.workload.replicas.count.written()
    }

    pub(crate) fn is_worker(&self) -> bool {
        self.component.role.value == Role::Worker
    }

    /// The value that the chart takes its count from.
    pub(crate) fn values_key(&self) -> Option<&Given<Text>> {
        let workload = self.workload;
        self.component
            .values_key_of(&workload.object, &workload.match_labels)
    }

    /// Whether a scale-in of its release waits until it is settled.
    fn is_waited_for(&self) -> bool {
        matches!(self.component.role.value, Role::Worker | Role::Coordinator)
    }
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
