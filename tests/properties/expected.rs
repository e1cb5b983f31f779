//! The expected result of a run of the guard, computed with [`super::naive`].

use std::collections::{BTreeMap, BTreeSet};

use super::model::Count;
use super::naive::{self, Limits, Way};
use super::setting::{Before, Case, name};

/// The expected result of a run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) refusals: BTreeSet<String>,
    /// The counts of the output that differ from those of the input.
    pub(crate) new: Vec<Option<u32>>,
}

/// A component of a release: which workloads, and how they go.
pub(crate) struct Group {
    pub(crate) component: usize,
    pub(crate) indices: Vec<usize>,
    pub(crate) ways: Vec<Way>,
}

impl Case {
    /// Whether there is no count in the stream, and none can be told: because the last release's manifest has none
    /// either and the cluster keeps its own, or because a live listing cannot say who set what runs.
    fn is_open(&self, index: usize) -> bool {
        let is_absent = self.stream.workloads()[index].count == Count::Absent;
        let is_open = match self.before[index] {
            Before::Unknown => !self.is_live,
            Before::Known(count) => self.is_live && count != 1,
            Before::New | Before::Odd => false,
        };
        is_absent && is_open
    }

    /// The counts that the output should have when nothing is stepped; `None` where nothing is known or wanted.
    fn desired(&self) -> Vec<Option<u32>> {
        let workloads = self.stream.workloads();
        let desired = workloads.iter().enumerate().map(|(index, workload)| {
            let rendered = (!self.is_open(index)).then(|| workload.effective());
            self.policy.target(workload).or(rendered)
        });
        desired.collect()
    }

    /// The workers with a count on both sides, by release and component.
    pub(crate) fn groups(&self, desired: &[Option<u32>]) -> BTreeMap<(usize, usize), Group> {
        let mut groups = BTreeMap::new();
        for (index, workload) in self.stream.workloads().iter().enumerate() {
            let before = match self.before[index] {
                Before::Known(count) => count,
                Before::Unknown if self.is_live => 1,
                _ => continue,
            };
            let (true, Some(after)) = (workload.is_worker(), desired[index]) else {
                continue;
            };
            let key = (workload.release, workload.component);
            let component = workload.component;
            let group = groups.entry(key).or_insert_with(|| Group {
                component,
                indices: Vec::new(),
                ways: Vec::new(),
            });
            group.indices.push(index);
            group.ways.push(Way {
                name: name(workload, index),
                before,
                after,
            });
        }
        groups
    }

    /// Replaces what is desired by one step, release by release; the policy's order is that of [`WORKERS`].
    pub(crate) fn take_steps(&self, desired: &mut [Option<u32>]) {
        let groups = self.groups(desired);
        let releases: BTreeSet<usize> = groups.keys().map(|key| key.0).collect();
        for release in releases {
            let of_release = groups
                .iter()
                .filter(|(key, group)| key.0 == release && naive::loses(&group.ways));
            let (targeted, others): (Vec<&Group>, Vec<&Group>) = of_release
                .map(|(_, group)| group)
                .partition(|group| self.policy.targets[group.component].is_some());
            let may_move = |group: &&&Group| {
                let next = naive::step(self.policy.limits(group.component), &group.ways);
                next.iter()
                    .zip(&group.ways)
                    .any(|(next, way)| *next < way.before)
            };
            let most = self
                .policy
                .max_components
                .map_or(usize::MAX, |it| it as usize);
            let free = most.saturating_sub(others.len());
            for (place, group) in targeted
                .iter()
                .filter(may_move)
                .enumerate()
                .filter(|_| free > 0)
            {
                let next = naive::step(self.policy.limits(group.component), &group.ways);
                for ((index, way), next) in group.indices.iter().zip(&group.ways).zip(next) {
                    let waits = place >= free && way.after < way.before;
                    desired[*index] = Some(if waits { way.before } else { next });
                }
            }
        }
    }

    /// What a run with this baseline should refuse, or write.
    pub(crate) fn expected(&self, is_stepping: bool) -> Expected {
        let mut desired = self.desired();
        let workloads = self.stream.workloads();
        let alone = (0..workloads.len()).filter_map(|index| self.refusal_of_one(index, &desired));
        let alone: Vec<&str> = alone.collect();
        self.keep_dropped(&mut desired);
        if is_stepping {
            self.take_steps(&mut desired);
        }
        let too_large = self
            .loses_too_much(&desired)
            .then_some("scale-in-too-large");
        let is_low = self
            .all_groups()
            .values()
            .any(|indices| self.is_low(indices, &desired));
        let too_low = is_low.then_some("below-floor");
        let new = workloads.iter().enumerate().map(|(index, workload)| {
            let written = match workload.count {
                Count::Set(count) => Some(count),
                Count::Null | Count::Absent => None,
            };
            desired[index]
                .filter(|_| self.policy.target(workload).is_some() && desired[index] != written)
        });
        Expected {
            refusals: alone
                .into_iter()
                .chain(too_large)
                .chain(too_low)
                .map(str::to_owned)
                .collect(),
            new: new.collect(),
        }
    }

    /// What is refused as dropped is no loss besides.
    fn keep_dropped(&self, desired: &mut [Option<u32>]) {
        for index in 0..desired.len() {
            let is_judged = desired[index].is_some();
            if is_judged && self.refusal_of_one(index, desired) == Some("replicas-dropped") {
                desired[index] = self.shown(index);
            }
        }
    }

    fn loses_too_much(&self, desired: &[Option<u32>]) -> bool {
        let mut losers: BTreeMap<usize, u32> = BTreeMap::new();
        let groups = self.groups(desired);
        for ((release, _), group) in &groups {
            *losers.entry(*release).or_default() += u32::from(naive::loses(&group.ways));
        }
        let most = self.policy.max_components.unwrap_or(u32::MAX);
        let all = self.all_groups();
        let goes = |(key, group): (&(usize, usize), &Group)| {
            let limits = self.policy.limits(group.component);
            let only_too_low = || {
                naive::may_go(Limits { floor: 0, ..limits }, &group.ways)
                    && self.losers_are_low(&all[key], group, desired)
            };
            naive::may_go(limits, &group.ways) || only_too_low()
        };
        losers.values().any(|count| *count > most) || !groups.iter().all(goes)
    }

    /// All workers, by release and component.
    fn all_groups(&self) -> BTreeMap<(usize, usize), Vec<usize>> {
        let mut groups: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (index, workload) in self.stream.workloads().iter().enumerate() {
            if workload.is_worker() {
                let key = (workload.release, workload.component);
                groups.entry(key).or_default().push(index);
            }
        }
        groups
    }

    /// What the baseline shows that a workload had.
    fn shown(&self, index: usize) -> Option<u32> {
        match self.before[index] {
            Before::Known(count) => Some(count),
            Before::Unknown if self.is_live => Some(1),
            _ => None,
        }
    }

    fn floor(&self, index: usize) -> u32 {
        let component = self.stream.workloads()[index].component;
        self.policy.limits(component).floor
    }

    fn is_dead(&self, index: usize, desired: &[Option<u32>]) -> bool {
        self.floor(index) > 0 && desired[index] == Some(0) && self.shown(index) != Some(0)
    }

    /// Whether all workloads of a component together have some replicas, fewer than its floor and than before.
    fn are_few(&self, indices: &[usize], desired: &[Option<u32>]) -> bool {
        let mut left = 0;
        let (mut had, mut any_shown) = (Some(0), false);
        for index in indices {
            let Some(count) = desired[*index] else {
                return false;
            };
            left += count;
            any_shown |= self.shown(*index).is_some();
            let shown = if self.before[*index] == Before::New {
                Some(0)
            } else {
                self.shown(*index)
            };
            had = had.zip(shown).map(|(sum, one)| sum + one);
        }
        let had_no_more = any_shown && had.is_some_and(|had| had <= left);
        0 < left && left < self.floor(indices[0]) && !had_no_more
    }

    fn is_low(&self, indices: &[usize], desired: &[Option<u32>]) -> bool {
        let is_dead = |index: &usize| self.is_dead(*index, desired);
        indices.iter().any(is_dead) || self.are_few(indices, desired)
    }

    /// Whether all that a component loses goes below its floor.
    fn losers_are_low(&self, indices: &[usize], group: &Group, desired: &[Option<u32>]) -> bool {
        let ways = group.indices.iter().zip(&group.ways);
        let mut losers = ways.filter(|(_, way)| way.after < way.before);
        self.are_few(indices, desired) || losers.all(|(index, _)| self.is_dead(*index, desired))
    }

    /// The rule that refuses one workload for itself.
    fn refusal_of_one(&self, index: usize, desired: &[Option<u32>]) -> Option<&'static str> {
        let workload = self.stream.workloads()[index];
        let is_absent = !matches!(workload.count, Count::Set(_));
        match self.before[index] {
            _ if !workload.is_worker() => None,
            Before::Known(count) => {
                let is_dropped = is_absent && count != 1 && self.policy.target(workload).is_none();
                is_dropped.then_some("replicas-dropped")
            }
            Before::Unknown if !self.is_live => {
                let is_nulled =
                    workload.count == Count::Null && self.policy.target(workload).is_none();
                let rule = if is_nulled {
                    "replicas-dropped"
                } else {
                    "baseline-unknown"
                };
                desired[index].map(|_| rule)
            }
            Before::Odd => Some("baseline-unknown"),
            Before::Unknown | Before::New => None,
        }
    }
}
