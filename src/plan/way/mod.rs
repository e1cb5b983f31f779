//! How far a release is from its goals, in releases, as `--scale-in step` goes.
//!
//! Each component goes as fast as its limits allow. Where only so many may lose replicas at once, the others wait for their
//! turn, in the policy's order.

#[cfg(test)]
mod tests;

use super::scale_in::{Ladder, LadderEnd, Move, loss};
use super::{Group, Member, Path, Plan, Release};
use crate::policy::{Limits, Policy};

/// The way of a release from the judged counts to its goals.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Way {
    /// The further releases that it takes, at least; 0 where all is done.
    pub(crate) releases: usize,
    /// The way of each component, in the order of the release's groups.
    pub(crate) groups: Vec<GroupWay>,
}

/// The way of one component.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct GroupWay {
    /// The further releases until it is at its goals, at least.
    pub(crate) releases: usize,
    pub(crate) end: LadderEnd,
    /// The counts of each member in the next releases, at most [`Path::TOLD`] of them; none after the last change.
    pub(crate) next: Vec<Box<[u32]>>,
}

impl<'a> Plan<'a> {
    /// The way of a release from the counts that are judged.
    pub(crate) fn way(&self, release: &Release<'a>) -> Way {
        let rests = release.groups.iter().map(|group| self.rest(group));
        let rests: Vec<Rest<'_>> = rests.collect();
        let waits = waits(self.policy, &rests);
        let groups = rests.iter().zip(waits).map(|(rest, wait)| rest.way(wait));
        let groups: Vec<GroupWay> = groups.collect();
        let releases = groups.iter().map(|way| way.releases).max();
        Way {
            releases: releases.unwrap_or(0),
            groups,
        }
    }

    fn rest<'g>(&self, group: &'g Group<'a>) -> Rest<'g> {
        let moves = group.members.iter().map(|member: &Member<'a>| {
            let (before, after) = (self.judged(member)?, member.goal?);
            Some(Move { before, after })
        });
        let moves: Vec<Option<Move>> = moves.collect();
        let grown: Vec<Move> = moves.iter().flatten().map(|it| it.grown()).collect();
        let limits = if group.is_worker() {
            group.limits()
        } else {
            Limits::NONE
        };
        Rest {
            group,
            limits,
            ladder: limits.ladder(&grown),
            moves,
            grown,
        }
    }
}

/// What is left to do for a component.
struct Rest<'g> {
    group: &'g Group<'g>,
    limits: Limits,
    /// One per member; none where a count is unknown.
    moves: Vec<Option<Move>>,
    /// The known moves once all that grows has grown, which is not delayed.
    grown: Vec<Move>,
    ladder: Ladder,
}

/// The releases that each component waits for its turn to lose replicas; none where no turn ever comes.
fn waits(policy: &Policy, rests: &[Rest<'_>]) -> Vec<Option<usize>> {
    let shrinks = |rest: &Rest<'_>| rest.group.is_worker() && loss(&rest.grown) > 0;
    let losers = rests.iter().enumerate().filter(|(_, rest)| shrinks(rest));
    let mut losers: Vec<(usize, usize)> = losers
        .map(|(index, rest)| {
            let order = policy.target_order(rest.group.component);
            (order.unwrap_or(usize::MAX), index)
        })
        .collect();
    losers.sort_unstable();
    let most = policy.max_components.value.map_or(losers.len(), |most| {
        usize::try_from(most).map_or(losers.len(), |most| most.min(losers.len()))
    });
    let mut turns = vec![0; most];
    let mut waits = vec![Some(0); rests.len()];
    for (_, index) in losers {
        let (Some(wait), Some(rest)) = (waits.get_mut(index), rests.get(index)) else {
            continue;
        };
        let turn = turns.iter_mut().min();
        *wait = turn.map(|turn| std::mem::replace(turn, *turn + rest.ladder.rungs.len()));
    }
    waits
}

impl Rest<'_> {
    fn way(&self, wait: Option<usize>) -> GroupWay {
        let rungs = wait.map_or(&[][..], |_| &self.ladder.rungs);
        let (wait, end) = wait.map_or((0, LadderEnd::Stuck), |wait| (wait, self.ladder.end));
        let grows = self.moves.iter().flatten().any(|it| it.before < it.after);
        let steps = (wait + rungs.len()).max(usize::from(grows));
        let counts = (0..steps.min(Path::TOLD)).map(|release| {
            let rung = release.checked_sub(wait).and_then(|step| rungs.get(step));
            rung.map_or_else(
                || self.grown.iter().map(|it| it.before).collect(),
                |rung| self.limits.counts_at(rung, &self.grown),
            )
        });
        GroupWay {
            releases: steps + usize::from(end == LadderEnd::Stuck),
            end,
            next: self.by_member(&counts.collect::<Vec<Vec<u32>>>()),
        }
    }

    /// The counts of each release, member by member.
    fn by_member(&self, releases: &[Vec<u32>]) -> Vec<Box<[u32]>> {
        let mut own = releases
            .iter()
            .map(|counts| counts.iter())
            .collect::<Vec<_>>();
        let members = self.moves.iter().map(|it| {
            let Some(it) = it else {
                return Box::default();
            };
            let mut counts = vec![it.before];
            counts.extend(own.iter_mut().filter_map(|counts| counts.next().copied()));
            while counts.len() > 1 && counts.last() == counts.get(counts.len() - 2) {
                counts.pop();
            }
            counts.drain(1..).collect()
        });
        members.collect()
    }
}
