//! How many replicas of a component may go in one release: pure arithmetic on counts.
//!
//! Losses count gross: what grows elsewhere in the component is not there yet while the others go.

use crate::policy::Limits;

/// One workload's count before and after, in replicas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) before: u32,
    pub(crate) after: u32,
}

/// More replicas than may go in one release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Excess {
    pub(crate) loss: u64,
    /// The replicas before.
    pub(crate) of: u64,
    pub(crate) allowed: u64,
}

/// The totals of a component on the way to its targets, one a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ladder {
    /// The component's replicas after each release.
    pub(crate) totals: Vec<u64>,
    /// How it ends.
    pub(crate) end: LadderEnd,
}

/// How a ladder ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LadderEnd {
    /// At the targets.
    Arrives,
    /// Before them: the limits allow no further step.
    Stuck,
    /// It goes on, but is too long to tell.
    Cut,
}

/// Releases after which a ladder is cut short.
const LONGEST_LADDER: usize = 1000;

impl Move {
    fn loss(self) -> u64 {
        u64::from(self.before.saturating_sub(self.after))
    }
}

impl Limits {
    /// How many of `total` replicas may go in one release.
    pub(crate) fn allowed(&self, total: u64) -> u64 {
        let share = self.max_percent.map_or(u64::MAX, |percent| {
            (total * u64::from(percent) / 100).max(1)
        });
        let count = self.max_replicas.map_or(u64::MAX, u64::from);
        share
            .min(count)
            .min(total.saturating_sub(u64::from(self.floor)))
    }

    /// How much more than allowed these moves of one component lose; none when no replica goes or all limits hold.
    pub(crate) fn excess(&self, moves: &[Move]) -> Option<Excess> {
        let (loss, of) = (loss(moves), total(moves, |it| it.before));
        let allowed = self.allowed(of);
        (loss > allowed).then_some(Excess { loss, of, allowed })
    }

    /// The largest allowed step of each workload towards where it should go, in the order of the moves.
    ///
    /// What grows grows at once. Losses are taken from the largest surplus, then in the order of the moves.
    pub(crate) fn step(&self, moves: &[Move]) -> Vec<u32> {
        let least = |it: &Move| {
            if self.floor > 0 && it.before > 0 {
                it.after.max(1)
            } else {
                it.after
            }
        };
        let surpluses: Vec<u32> = moves
            .iter()
            .map(|it| it.before.saturating_sub(least(it)))
            .collect();
        let allowed = self.allowed(total(moves, |it| it.before));
        let losses = take_largest(&surpluses, allowed);
        let stepped = moves.iter().zip(losses);
        stepped
            .map(|(it, loss)| {
                if it.after > it.before {
                    it.after
                } else {
                    it.before - loss
                }
            })
            .collect()
    }

    /// The component's totals from release to release until the moves are done or no step is allowed.
    pub(crate) fn ladder(&self, moves: &[Move]) -> Ladder {
        let mut at: Vec<Move> = moves.to_vec();
        let mut totals = Vec::new();
        while at.iter().any(|it| it.before != it.after) && totals.len() < LONGEST_LADDER {
            let next = self.step(&at);
            if at.iter().zip(&next).all(|(it, next)| it.before == *next) {
                return Ladder {
                    totals,
                    end: LadderEnd::Stuck,
                };
            }
            totals.push(next.iter().copied().map(u64::from).sum());
            for (it, next) in at.iter_mut().zip(next) {
                it.before = next;
            }
        }
        let arrived = at.iter().all(|it| it.before == it.after);
        Ladder {
            totals,
            end: if arrived {
                LadderEnd::Arrives
            } else {
                LadderEnd::Cut
            },
        }
    }
}

/// Replicas that go, growth not counted against them.
pub(crate) fn loss(moves: &[Move]) -> u64 {
    moves.iter().map(|it| it.loss()).sum()
}

fn total(moves: &[Move], count: impl Fn(&Move) -> u32) -> u64 {
    moves.iter().map(|it| u64::from(count(it))).sum()
}

/// Takes `allowed` from the surpluses, always from the largest, then from the first.
fn take_largest(surpluses: &[u32], allowed: u64) -> Vec<u32> {
    let above = |level: u32| {
        surpluses
            .iter()
            .map(|&surplus| u64::from(surplus.saturating_sub(level)))
            .sum::<u64>()
    };
    let (mut low, mut high) = (0, surpluses.iter().copied().max().unwrap_or(0));
    while low < high {
        let middle = low + (high - low) / 2;
        if above(middle) <= allowed {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    let level = low;
    let mut rest = allowed - above(level);
    let take = surpluses.iter().map(|&surplus| {
        let one_more = level > 0 && surplus >= level && rest > 0;
        rest -= u64::from(one_more);
        surplus.saturating_sub(level) + u32::from(one_more)
    });
    take.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Limits = Limits {
        max_replicas: Some(1),
        max_percent: None,
        floor: 1,
    };

    fn moves(counts: &[(u32, u32)]) -> Vec<Move> {
        counts
            .iter()
            .map(|&(before, after)| Move { before, after })
            .collect()
    }

    #[test]
    fn five_data_nodes_go_to_two_one_at_a_time() {
        assert_eq!(
            ONE.excess(&moves(&[(5, 2)])),
            Some(Excess {
                loss: 3,
                of: 5,
                allowed: 1
            })
        );
        assert_eq!(
            ONE.ladder(&moves(&[(5, 2)])),
            Ladder {
                totals: vec![4, 3, 2],
                end: LadderEnd::Arrives
            }
        );
        assert_eq!(ONE.step(&moves(&[(4, 2)])), [3]);
        assert_eq!(ONE.excess(&moves(&[(5, 4)])), None);
    }

    #[test]
    fn two_groups_that_lose_one_each_lose_two() {
        assert_eq!(
            ONE.excess(&moves(&[(2, 1), (2, 1)])),
            Some(Excess {
                loss: 2,
                of: 4,
                allowed: 1
            })
        );
        assert_eq!(ONE.step(&moves(&[(2, 1), (2, 1)])), [1, 2]);
        assert_eq!(
            ONE.step(&moves(&[(3, 2), (5, 2)])),
            [3, 4],
            "the largest surplus gives first"
        );
    }

    #[test]
    fn growth_never_offsets_a_loss() {
        assert_eq!(
            ONE.excess(&moves(&[(3, 1), (1, 9)])),
            Some(Excess {
                loss: 2,
                of: 4,
                allowed: 1
            })
        );
        assert_eq!(ONE.step(&moves(&[(3, 1), (1, 9)])), [2, 9]);
        let floor_two = Limits { floor: 2, ..ONE };
        assert_eq!(
            floor_two.excess(&moves(&[(2, 1), (0, 3)])),
            Some(Excess {
                loss: 1,
                of: 2,
                allowed: 0
            })
        );
    }

    #[test]
    fn a_group_does_not_die_unless_the_floor_is_zero() {
        assert_eq!(ONE.step(&moves(&[(2, 0), (3, 3)])), [1, 3]);
        assert_eq!(ONE.ladder(&moves(&[(2, 0), (3, 3)])).end, LadderEnd::Stuck);
        let no_floor = Limits { floor: 0, ..ONE };
        assert_eq!(no_floor.excess(&moves(&[(1, 0), (3, 3)])), None);
        assert_eq!(no_floor.ladder(&moves(&[(2, 0)])).totals, [1, 0]);
    }

    #[test]
    fn a_share_lets_at_least_one_go_and_the_strictest_limit_holds() {
        let share = Limits {
            max_replicas: None,
            max_percent: Some(25),
            floor: 0,
        };
        let allowed: Vec<u64> = [0, 1, 3, 4, 8, 11]
            .map(|total| share.allowed(total))
            .to_vec();
        assert_eq!(allowed, [0, 1, 1, 1, 2, 2]);
        assert_eq!(
            Limits {
                max_replicas: Some(1),
                ..share
            }
            .allowed(100),
            1
        );
        assert_eq!(Limits { floor: 99, ..share }.allowed(100), 1);
        assert_eq!(
            Limits {
                max_replicas: None,
                max_percent: None,
                floor: 1
            }
            .allowed(7),
            6
        );
    }

    #[test]
    fn nothing_lost_is_nothing_refused_even_below_the_floor() {
        let high = Limits { floor: 5, ..ONE };
        assert_eq!(high.excess(&moves(&[(2, 3)])), None);
        assert_eq!(high.excess(&moves(&[(2, 2)])), None);
    }

    #[test]
    fn the_largest_counts_neither_overflow_nor_take_long() {
        let most = u32::try_from(i32::MAX).unwrap_or_default();
        let none = Limits {
            max_replicas: None,
            max_percent: None,
            floor: 0,
        };
        assert_eq!(
            none.step(&moves(&[(most, 0), (most, 0), (most, 1)])),
            [0, 0, 1]
        );
        let half = Limits {
            max_percent: Some(50),
            ..none
        };
        assert_eq!(half.step(&moves(&[(most, 0), (most, 0)])).len(), 2);
        let ladder = ONE.ladder(&moves(&[(most, 1)]));
        assert_eq!((ladder.totals.len(), ladder.end), (1000, LadderEnd::Cut));
    }
}
