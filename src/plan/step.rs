//! `--scale-in step`: an oversized scale-in becomes the largest allowed step towards the goals.

use super::scale_in::{LadderEnd, Move, loss};
use super::{Group, Member, Plan, Release, Step};
use crate::policy::{Limits, Policy};

impl Plan<'_> {
    /// The plan with the largest step that all limits allow, for components that have a target.
    ///
    /// Where only so many components may lose replicas at once, the policy's order decides, and the others stay at
    /// their baseline. A component that may not lose even one keeps its target, for the rules to refuse; so do all when
    /// none may take a step. `waived` tells which components may lose what they want.
    pub(crate) fn with_steps(self, waived: impl Fn(&str) -> bool) -> Self {
        let releases = self.releases.into_iter();
        Self {
            releases: releases
                .map(|release| release.stepped(self.policy, &waived))
                .collect(),
            ..self
        }
    }
}

impl<'a> Release<'a> {
    fn stepped(self, policy: &Policy, waived: &impl Fn(&str) -> bool) -> Self {
        let shrinks = |group: &&Group<'a>| {
            group.is_worker() && !waived(&group.component.name) && loss(&group.goal_moves()) > 0
        };
        let losers = || self.groups.iter().filter(shrinks);
        let others = losers().filter(|group| policy.target_order(group.component).is_none());
        let most = policy.max_components.value.map_or(usize::MAX, |most| {
            usize::try_from(most).unwrap_or(usize::MAX)
        });
        let free = most.saturating_sub(others.count());
        let mut movers: Vec<(usize, &str)> = losers()
            .filter(|group| group.may_step())
            .filter_map(|group| {
                let order = policy.target_order(group.component)?;
                Some((order, &*group.component.name))
            })
            .collect();
        movers.sort_unstable();
        let turn = |group: &Group<'a>| {
            let mut movers = movers.iter();
            movers.position(|(_, name)| *name == group.component.name)
        };
        let groups = self.groups.into_iter().map(|group| match turn(&group) {
            Some(turn) if free > 0 => group.stepped(turn >= free),
            _ => group,
        });
        Self {
            id: self.id,
            groups: groups.collect(),
        }
    }
}

impl Group<'_> {
    /// The moves from the baseline to the goals, of the members with a count on both sides.
    fn goal_moves(&self) -> Vec<Move> {
        self.members.iter().filter_map(Member::goal_move).collect()
    }

    /// Whether its limits let it lose any.
    fn may_step(&self) -> bool {
        let moves = self.goal_moves();
        let next = self.limits().step(&moves);
        moves.iter().zip(&next).any(|(it, next)| *next < it.before)
    }

    /// The group with its next step, or with its baseline while it waits for its turn; what grows grows at once.
    fn stepped(self, waits: bool) -> Self {
        let limits = self.limits();
        let moves = self.goal_moves();
        let step = step(limits, &moves, waits);
        let releases = step.as_ref().map_or(0, |step| step.ladder.totals.len());
        let paths = paths(limits, &moves, if waits { 0 } else { releases });
        let mut ways = limits.step(&moves).into_iter().zip(paths);
        let members = self.members.into_iter().map(|member| {
            let Some(it) = member.goal_move() else {
                return member;
            };
            let Some((next, steps)) = ways.next() else {
                return member;
            };
            let stays = waits && it.after < it.before;
            Member {
                this_release: Some(if stays { it.before } else { next }),
                steps,
                ..member
            }
        });
        Self {
            members: members.collect(),
            step,
            ..self
        }
    }
}

impl Member<'_> {
    fn goal_move(&self) -> Option<Move> {
        let (before, after) = (self.before.known()?, self.goal?);
        Some(Move { before, after })
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
