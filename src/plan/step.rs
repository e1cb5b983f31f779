//! `--scale-in step`: an oversized scale-in becomes the largest allowed step towards the goals.

use super::scale_in::{Ladder, LadderEnd, Move, loss};
use super::{Group, Member, Path, Plan, Release};
use crate::policy::Policy;

/// Tells which workloads are left out: a waiver lets them lose what they want, or a rule refuses that they lose any.
type Exempt<'w> = &'w dyn Fn(&Member<'_>) -> bool;

impl Plan<'_> {
    /// The plan with the largest step that all limits allow, for components that have a target.
    ///
    /// Where only so many components may lose replicas at once, the policy's order decides, and the others stay at
    /// their baseline. A component that may not lose even one keeps its target, for the rules to refuse; so do all when
    /// none may take a step.
    pub(crate) fn with_steps(self, exempt: Exempt<'_>) -> Self {
        let releases = self.releases.into_iter();
        Self {
            releases: releases
                .map(|release| release.stepped(self.policy, exempt))
                .collect(),
            ..self
        }
    }
}

impl<'a> Release<'a> {
    fn stepped(self, policy: &Policy, exempt: Exempt<'_>) -> Self {
        let shrinks = |group: &&Group<'a>| group.is_worker() && loss(&group.goal_moves(exempt)) > 0;
        let losers = || self.groups.iter().filter(shrinks);
        let others = losers().filter(|group| policy.target_order(group.component).is_none());
        let most = policy.max_components.value.map_or(usize::MAX, |most| {
            usize::try_from(most).unwrap_or(usize::MAX)
        });
        let free = most.saturating_sub(others.count());
        let mut movers: Vec<(usize, &str)> = losers()
            .filter(|group| group.may_step(exempt))
            .filter_map(|group| {
                let order = policy.target_order(group.component)?;
                Some((order, &*group.component.name))
            })
            .collect();
        movers.sort_unstable();
        let turn = |group: &Group<'a>| {
            let mut movers = movers.iter();
            movers.position(|(_, name)| group.component.name == *name)
        };
        let groups = self.groups.into_iter().map(|group| match turn(&group) {
            Some(turn) if free > 0 => group.stepped(turn >= free, exempt),
            _ => group,
        });
        Self {
            id: self.id,
            groups: groups.collect(),
        }
    }
}

impl Group<'_> {
    /// The moves from the baseline to the goals, of the members with a count on both sides; losses of exempt members do not count.
    fn goal_moves(&self, exempt: Exempt<'_>) -> Vec<Move> {
        let moves = self.members.iter().filter_map(|member| {
            let it = member.goal_move()?;
            Some(if exempt(member) {
                it.without_loss()
            } else {
                it
            })
        });
        moves.collect()
    }

    /// The largest step towards the goals that its limits allow, member by member; none where a count is unknown, or
    /// where it is exempt.
    pub(crate) fn next_counts(&self, exempt: Exempt<'_>) -> Vec<Option<u32>> {
        let mut next = self.limits().step(&self.goal_moves(exempt)).into_iter();
        let members = self.members.iter();
        members
            .map(|member| {
                let next = member.goal_move().and_then(|_| next.next());
                next.filter(|_| !exempt(member))
            })
            .collect()
    }

    /// Whether its limits let it lose any.
    fn may_step(&self, exempt: Exempt<'_>) -> bool {
        let moves = self.goal_moves(exempt);
        let next = self.limits().step(&moves);
        moves.iter().zip(&next).any(|(it, next)| *next < it.before)
    }

    /// The group with its next step, or with its baseline while another one goes first; scale-outs are not delayed.
    fn stepped(self, waits: bool, exempt: Exempt<'_>) -> Self {
        let moves = self.goal_moves(exempt);
        let mut next = self.limits().step(&moves).into_iter();
        let mut paths = if waits {
            Vec::new()
        } else {
            self.paths(&moves)
        }
        .into_iter();
        let members = self.members.into_iter().map(|member| {
            let Some(it) = member.goal_move() else {
                return member;
            };
            let Some(next) = next.next() else {
                return member;
            };
            let path = paths.next().map(Box::new);
            if exempt(&member) {
                return member;
            }
            Member {
                this_release: Some(if waits { next.max(it.before) } else { next }),
                path,
                ..member
            }
        });
        Self {
            members: members.collect(),
            waits,
            ..self
        }
    }

    /// The steps of each move, release by release; empty if all finish in this one.
    fn paths(&self, moves: &[Move]) -> Vec<Path> {
        let limits = self.limits();
        let Ladder { rungs, end } = limits.ladder(moves);
        let Some(last) = rungs
            .last()
            .filter(|_| rungs.len() > 1 || end != LadderEnd::Arrives)
        else {
            return Vec::new();
        };
        let told = rungs.iter().skip(1).take(Path::TOLD);
        let mut told: Vec<_> = told
            .map(|rung| limits.counts_at(rung, moves).into_iter())
            .collect();
        let last = limits.counts_at(last, moves).into_iter();
        last.map(|last| Path {
            releases: rungs.len(),
            next: told.iter_mut().filter_map(Iterator::next).collect(),
            last: (end != LadderEnd::Cut).then_some(last),
        })
        .collect()
    }
}

impl Path {
    /// More releases than a report tells of.
    pub(super) const TOLD: usize = 8;
}

impl Member<'_> {
    fn goal_move(&self) -> Option<Move> {
        let (before, after) = (self.before.known()?, self.goal?);
        Some(Move { before, after })
    }
}
