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

/// More replicas go than may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Excess {
    pub(crate) loss: u64,
    pub(crate) of: u64,
    pub(crate) allowed: u64,
}

/// A component on the way to its targets, release after release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ladder {
    pub(crate) rungs: Vec<Rung>,
    /// How it ends.
    pub(crate) end: LadderEnd,
}

/// A component after one release of a ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rung {
    /// Its replicas.
    pub(crate) total: u64,
    /// The replicas that went from the first release on.
    lost: u64,
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

    /// The same, but that none goes.
    pub(crate) fn without_loss(self) -> Self {
        Self {
            after: self.after.max(self.before),
            ..self
        }
    }

    /// The same once it has grown.
    pub(crate) fn grown(self) -> Self {
        Self {
            before: self.before.max(self.after),
            ..self
        }
    }

    fn growth(self) -> u64 {
        u64::from(self.after.saturating_sub(self.before))
    }
}

impl Limits {
    /// No limit at all.
    pub(crate) const NONE: Self = Self {
        max_replicas: None,
        max_percent: None,
        floor: 0,
    };

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

    /// How many replicas of a component may go in these moves.
    pub(crate) fn allowed_of(&self, moves: &[Move]) -> u64 {
        self.allowed(total(moves))
    }

    /// How much more than allowed these moves of one component lose; none when no replica goes or all limits hold.
    pub(crate) fn excess(&self, moves: &[Move]) -> Option<Excess> {
        let (loss, of) = (loss(moves), total(moves));
        let allowed = self.allowed(of);
        (loss > allowed).then_some(Excess { loss, of, allowed })
    }

    /// The largest allowed step of each workload towards where it should go, in the order of the moves.
    ///
    /// What grows grows at once. Losses are taken from the largest surplus, then in the order of the moves.
    pub(crate) fn step(&self, moves: &[Move]) -> Vec<u32> {
        self.counts(moves, self.allowed(total(moves)))
    }

    /// The counts of a rung, in the order of the moves.
    ///
    /// What goes release after release is what would go at once: the largest surplus gives first, and what is left of it
    /// next time.
    pub(crate) fn counts_at(&self, rung: &Rung, moves: &[Move]) -> Vec<u32> {
        self.counts(moves, rung.lost)
    }

    fn counts(&self, moves: &[Move], allowed: u64) -> Vec<u32> {
        let surpluses: Vec<u32> = moves.iter().map(|it| self.surplus(*it)).collect();
        let losses = take_largest(&surpluses, allowed);
        let stepped = moves.iter().zip(losses);
        stepped
            .map(|(it, loss)| it.after.max(it.before - loss))
            .collect()
    }

    /// What a workload may lose on its way; one that has replicas keeps one, unless the floor is 0.
    fn surplus(&self, it: Move) -> u32 {
        let least = u32::from(self.floor > 0);
        it.before.saturating_sub(it.after.max(least))
    }

    /// The component's totals from release to release until the moves are done or no step is allowed.
    pub(crate) fn ladder(&self, moves: &[Move]) -> Ladder {
        let surplus: u64 = moves.iter().map(|it| u64::from(self.surplus(*it))).sum();
        let mut growth: u64 = moves.iter().map(|it| it.growth()).sum();
        let mut total = total(moves);
        let (mut lost, mut rungs) = (0, Vec::new());
        while growth > 0 || lost < surplus {
            let step = self.allowed(total).min(surplus - lost);
            if growth == 0 && step == 0 {
                let end = LadderEnd::Stuck;
                return Ladder { rungs, end };
            }
            if rungs.len() == LONGEST_LADDER {
                let end = LadderEnd::Cut;
                return Ladder { rungs, end };
            }
            lost += step;
            total = total + std::mem::take(&mut growth) - step;
            rungs.push(Rung { total, lost });
        }
        let arrives = surplus == self::loss(moves);
        let end = if arrives {
            LadderEnd::Arrives
        } else {
            LadderEnd::Stuck
        };
        Ladder { rungs, end }
    }
}

/// Replicas that go, growth not counted against them.
pub(crate) fn loss(moves: &[Move]) -> u64 {
    moves.iter().map(|it| it.loss()).sum()
}

fn total(moves: &[Move]) -> u64 {
    moves.iter().map(|it| u64::from(it.before)).sum()
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

    fn totals(ladder: &Ladder) -> Vec<u64> {
        ladder.rungs.iter().map(|rung| rung.total).collect()
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
        let ladder = ONE.ladder(&moves(&[(5, 2)]));
        assert_eq!(
            (totals(&ladder), ladder.end),
            (vec![4, 3, 2], LadderEnd::Arrives)
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
        assert_eq!(floor_two.step(&moves(&[(2, 1), (0, 3)])), [2, 3]);
    }

    #[test]
    fn a_group_does_not_die_unless_the_floor_is_zero() {
        assert_eq!(ONE.step(&moves(&[(2, 0), (3, 3)])), [1, 3]);
        assert_eq!(ONE.ladder(&moves(&[(2, 0), (3, 3)])).end, LadderEnd::Stuck);
        let no_floor = Limits { floor: 0, ..ONE };
        assert_eq!(totals(&no_floor.ladder(&moves(&[(2, 0)]))), [1, 0]);
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
    fn nothing_lost_is_nothing_refused_even_where_none_may_go() {
        let none = Limits {
            max_replicas: Some(0),
            ..ONE
        };
        assert_eq!(none.excess(&moves(&[(2, 3)])), None);
        assert_eq!(none.excess(&moves(&[(2, 2)])), None);
        assert!(none.excess(&moves(&[(2, 1)])).is_some());
    }

    #[test]
    fn a_rung_is_where_as_many_steps_lead() {
        let counts = [0, 1, 2, 5];
        let pairs = || {
            counts
                .iter()
                .flat_map(|&before| counts.map(|after| (before, after)))
        };
        let limits = [(Some(1), None, 1), (Some(2), None, 0), (None, Some(30), 3)];
        for (max_replicas, max_percent, floor) in limits {
            let limits = Limits {
                max_replicas,
                max_percent,
                floor,
            };
            for (one, other) in pairs().flat_map(|one| pairs().map(move |other| (one, other))) {
                let moves = moves(&[one, other, (4, 2)]);
                let mut at = moves.clone();
                for rung in &limits.ladder(&moves).rungs {
                    let next = limits.step(&at);
                    assert_eq!(limits.counts_at(rung, &moves), next, "{moves:?}");
                    assert_eq!(rung.total, next.iter().copied().map(u64::from).sum::<u64>());
                    for (it, count) in at.iter_mut().zip(next) {
                        it.before = count;
                    }
                }
                let stays = limits
                    .step(&at)
                    .iter()
                    .zip(&at)
                    .all(|(next, it)| *next == it.before);
                assert!(stays, "{moves:?}");
            }
        }
    }

    #[test]
    fn what_only_grows_takes_one_release() {
        let ladder = ONE.ladder(&moves(&[(1, 3), (2, 2)]));
        assert_eq!((totals(&ladder), ladder.end), (vec![5], LadderEnd::Arrives));
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
        assert_eq!((ladder.rungs.len(), ladder.end), (1000, LadderEnd::Cut));
    }
}
