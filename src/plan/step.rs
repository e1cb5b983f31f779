//! `--scale-in step`: an oversized scale-in becomes the largest allowed step towards the targets.

use super::scale_in::{LadderEnd, Move, loss};
use super::{Group, Plan, Step};
use crate::policy::{Limits, Role};

/// One component that wants to lose replicas.
struct Loser {
    group: usize,
    /// Where its target stands in the policy.
    order: usize,
    next: Vec<u32>,
    loses: bool,
}

impl Plan<'_> {
    /// Replaces the desired counts of components that have a target by the largest step that all limits allow.
    ///
    /// Where only so many components may lose replicas at once, the policy's order decides, and the others stay at
    /// their baseline. A component that may not lose even one keeps its target, for the rules to refuse; so do all when
    /// none may take a step. `waived` tells which components may lose what they want.
    pub(crate) fn take_steps(&mut self, waived: impl Fn(&str) -> bool) {
        for release in 0..self.release_groups.len() {
            let (targeted, others): (Vec<usize>, Vec<usize>) = self
                .losing_groups(release, &waived)
                .into_iter()
                .partition(|&index| self.order(index).is_some());
            let mut movers: Vec<Loser> = targeted
                .into_iter()
                .filter_map(|index| self.loser(index))
                .filter(|loser| loser.loses)
                .collect();
            movers.sort_by_key(|loser| loser.order);
            let most = self.policy.max_components.map_or(usize::MAX, |most| {
                usize::try_from(most).unwrap_or(usize::MAX)
            });
            let free = most.saturating_sub(others.len());
            if free > 0 {
                for (place, loser) in movers.into_iter().enumerate() {
                    self.apply(&loser, place >= free);
                }
            }
        }
    }

    fn losing_groups(&self, release: usize, waived: &impl Fn(&str) -> bool) -> Vec<usize> {
        let groups = self
            .release_groups
            .get(release)
            .into_iter()
            .flatten()
            .copied();
        let losing = groups.filter(|&index| {
            self.groups.get(index).is_some_and(|group| {
                let component = self.component(group);
                component.role == Role::Worker
                    && !waived(&component.name)
                    && loss(&self.wanted_moves(group)) > 0
            })
        });
        losing.collect()
    }

    /// The moves from the baseline to the wanted counts.
    fn wanted_moves(&self, group: &Group) -> Vec<Move> {
        self.movable(group).into_iter().map(|(_, it)| it).collect()
    }

    /// The members with a count on both sides, with their moves.
    fn movable(&self, group: &Group) -> Vec<(usize, Move)> {
        let members = group.members.iter().filter_map(|&index| {
            let member = self.members.get(index)?;
            let before = member.before.known()?;
            let after = member.wanted?;
            Some((index, Move { before, after }))
        });
        members.collect()
    }

    fn order(&self, group: usize) -> Option<usize> {
        self.policy.target_order(self.groups.get(group)?.component)
    }

    fn loser(&self, index: usize) -> Option<Loser> {
        let group = self.groups.get(index)?;
        let moves = self.wanted_moves(group);
        let next = self.limits(group).step(&moves);
        let loses = moves.iter().zip(&next).any(|(it, next)| *next < it.before);
        Some(Loser {
            group: index,
            order: self.order(index)?,
            next,
            loses,
        })
    }

    fn apply(&mut self, loser: &Loser, waits: bool) {
        let Some(group) = self.groups.get(loser.group) else {
            return;
        };
        let (limits, movable) = (self.limits(group), self.movable(group));
        let moves: Vec<Move> = movable.iter().map(|(_, it)| *it).collect();
        let step = step(limits, &moves, waits);
        let releases = step.as_ref().map_or(0, |step| step.ladder.totals.len());
        let paths = paths(limits, &moves, if waits { 0 } else { releases });
        for (((index, it), next), path) in movable.into_iter().zip(&loser.next).zip(paths) {
            if let Some(member) = self.members.get_mut(index) {
                member.steps = path;
                member.desired = Some(if waits && it.after < it.before {
                    it.before
                } else {
                    *next
                });
            }
        }
        if let Some(group) = self.groups.get_mut(loser.group) {
            group.step = step;
        }
    }
}

/// What to tell of a step; nothing when it arrives at once.
fn step(limits: Limits, moves: &[Move], waits: bool) -> Option<Step> {
    let ladder = limits.ladder(moves);
    let arrives = ladder.totals.len() == 1 && ladder.end == LadderEnd::Arrives;
    (waits || !arrives).then_some(Step { ladder, waits })
}

/// The counts of each move, release after release.
fn paths(limits: Limits, moves: &[Move], releases: usize) -> Vec<Vec<u32>> {
    let mut at = moves.to_vec();
    let mut paths = vec![Vec::with_capacity(releases); moves.len()];
    for _ in 0..releases {
        let next = limits.step(&at);
        for ((it, path), count) in at.iter_mut().zip(&mut paths).zip(next) {
            it.before = count;
            path.push(count);
        }
    }
    paths
}
