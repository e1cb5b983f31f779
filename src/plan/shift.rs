//! Pods of a `StatefulSet` that go because its ordinals begin elsewhere.
//!
//! Kubernetes keeps the pods with the ordinals from `spec.ordinals.start` on, as many as there are replicas, and deletes
//! all others (`pkg/controller/statefulset/stateful_set_control.go`, `condemned`): with `podManagementPolicy: Parallel` all
//! at once, else one after another, as soon as the new ones are available. A new pod has a new volume and nothing in memory,
//! so it does not make up for one that goes.

use std::ops::Range;

use super::{Member, Move};
use crate::manifest::Sync;

/// The first ordinal of a workload's pods, where it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shift {
    pub(crate) before: u32,
    pub(crate) now: u32,
}

/// The pods that go and those that come with another first ordinal; some go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Turnover {
    pub(crate) shift: Shift,
    /// The ordinals of those that go, in at most two stretches.
    pub(crate) gone: Vec<Range<u64>>,
    /// The ordinals of those that come, in at most two stretches.
    pub(crate) new: Vec<Range<u64>>,
}

impl Member<'_> {
    /// The first ordinals of its pods; none where that stays, or is uncertain.
    pub(crate) fn shift(&self) -> Option<Shift> {
        let (before, now) = (self.known?.start?, self.workload.first_ordinal()?);
        (before != now).then_some(Shift { before, now })
    }

    /// The move to a count, or to the one that it has; none where that is unknown.
    ///
    /// Where its ordinals begin elsewhere and pods go, it ends at the replicas that stay; where the object is created again,
    /// none stays.
    pub(crate) fn move_to(&self, after: Option<u32>) -> Option<Move> {
        let before = self.before.known()?;
        if self.sync == Sync::Recreates {
            return Some(Move { before, after: 0 });
        }
        match self.turnover(after) {
            Some(turnover) => Some(Move {
                before,
                after: before.saturating_sub(turnover.loss()),
            }),
            None => after.map(|after| Move { before, after }),
        }
    }

    /// The pods that go and come with a count, or with the one that it has; none where no pod goes because its ordinals
    /// begin elsewhere.
    pub(crate) fn turnover(&self, after: Option<u32>) -> Option<Turnover> {
        let before = self.before.known()?;
        let after = after.unwrap_or(before);
        self.shift()?.turnover(Move { before, after })
    }
}

impl Shift {
    /// The first ordinals on the way, each so many from the one before.
    pub(crate) fn steps(self, by: u64) -> impl Iterator<Item = u32> {
        let by = u32::try_from(by).unwrap_or(u32::MAX);
        let Self { before, now } = self;
        let next = move |at: &u32| {
            let far = at.abs_diff(now).min(by);
            let next = if *at < now { at + far } else { at - far };
            (far > 0).then_some(next)
        };
        std::iter::successors(next(&before), next)
    }

    /// The pods that go and come where a count makes this move; none where no pod goes.
    pub(crate) fn turnover(self, it: Move) -> Option<Turnover> {
        let old = ordinals(self.before, it.before);
        let new = ordinals(self.now, it.after);
        let gone = without(&old, &new);
        (!gone.is_empty()).then(|| Turnover {
            shift: self,
            gone,
            new: without(&new, &old),
        })
    }
}

impl Turnover {
    /// How many pods go.
    fn loss(&self) -> u32 {
        let gone = self.gone.iter().map(|it| it.end - it.start);
        u32::try_from(gone.sum::<u64>()).unwrap_or(u32::MAX)
    }
}

fn ordinals(start: u32, replicas: u32) -> Range<u64> {
    let start = u64::from(start);
    start..start + u64::from(replicas)
}

/// What is in one range and not in another.
fn without(one: &Range<u64>, other: &Range<u64>) -> Vec<Range<u64>> {
    if other.is_empty() {
        return [one.clone()]
            .into_iter()
            .filter(|it| !it.is_empty())
            .collect();
    }
    let below = one.start..one.end.min(other.start);
    let above = one.start.max(other.end)..one.end;
    let both = [below, above].into_iter();
    both.filter(|it| !it.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Ordinals = Vec<Range<u64>>;

    /// How many pods go, which, and which come: from a first ordinal and a count to others.
    fn turnover(before: (u32, u32), after: (u32, u32)) -> Option<(u32, Ordinals, Ordinals)> {
        let shift = Shift {
            before: before.0,
            now: after.0,
        };
        let it = Move {
            before: before.1,
            after: after.1,
        };
        let turnover = shift.turnover(it)?;
        Some((turnover.loss(), turnover.gone, turnover.new))
    }

    #[test]
    fn pods_outside_of_the_new_ordinals_go() {
        let all = |range| vec![range];
        assert_eq!(turnover((0, 5), (5, 5)), Some((5, all(0..5), all(5..10))));
        assert_eq!(turnover((5, 5), (0, 5)), Some((5, all(5..10), all(0..5))));
        assert_eq!(turnover((0, 5), (1, 5)), Some((1, all(0..1), all(5..6))));
        assert_eq!(turnover((1, 5), (0, 5)), Some((1, all(5..6), all(0..1))));
        assert_eq!(
            turnover((0, 5), (1, 2)),
            Some((3, vec![0..1, 3..5], vec![]))
        );
        assert_eq!(turnover((0, 5), (9, 0)), Some((5, all(0..5), vec![])));
        assert_eq!(turnover((0, 5), (2, 0)), Some((5, all(0..5), vec![])));
        assert_eq!(turnover((0, 3), (2, 9)), Some((2, all(0..2), all(3..11))));
    }

    #[test]
    fn pods_within_the_new_ordinals_stay() {
        assert_eq!(turnover((2, 3), (0, 5)), None);
        assert_eq!(turnover((2, 3), (1, 9)), None);
        assert_eq!(turnover((0, 0), (5, 3)), None);
        assert_eq!(turnover((0, 0), (5, 0)), None);
    }

    #[test]
    fn steps_end_at_the_new_ordinal() {
        let steps = |before, now, by| Shift { before, now }.steps(by).collect::<Vec<_>>();
        assert_eq!(steps(0, 5, 2), [2, 4, 5]);
        assert_eq!(steps(5, 0, 2), [3, 1, 0]);
        assert_eq!(steps(0, 5, u64::MAX), [5]);
        assert!(steps(0, 5, 0).is_empty());
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        let most = i32::MAX.unsigned_abs();
        let of = |start: u32| u64::from(start)..u64::from(start) + u64::from(most);
        assert_eq!(
            turnover((most, most), (0, most)),
            Some((most, vec![of(most)], vec![of(0)]))
        );
    }
}
