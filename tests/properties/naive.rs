//! The guard as one would do it by hand: take one replica away after the other, and look each time whether it may go.

/// The limits of one component.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) max_replicas: Option<u32>,
    pub(crate) max_percent: Option<u32>,
    pub(crate) floor: u32,
}

/// One workload on its way.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    pub(crate) name: String,
    pub(crate) before: u32,
    pub(crate) after: u32,
}

/// Whether one more of `total` replicas may go, after those that are gone.
fn may_one_more_go(limits: Limits, total: u32, gone: u32) -> bool {
    let gone = gone + 1;
    let by_count = limits.max_replicas.is_none_or(|most| gone <= most);
    let by_share = limits
        .max_percent
        .is_none_or(|percent| gone == 1 || gone * 100 <= total * percent);
    let by_floor = total >= gone + limits.floor;
    by_count && by_share && by_floor
}

fn total(ways: &[Way]) -> u32 {
    ways.iter().map(|way| way.before).sum()
}

/// Whether a component loses any.
pub(crate) fn loses(ways: &[Way]) -> bool {
    ways.iter().any(|way| way.after < way.before)
}

/// Whether a component may go all the way at once.
pub(crate) fn may_go(limits: Limits, ways: &[Way]) -> bool {
    let mut gone = 0;
    for way in ways {
        for _ in way.after..way.before {
            if !may_one_more_go(limits, total(ways), gone) {
                return false;
            }
            gone += 1;
        }
    }
    true
}

/// Where one release takes a component: what grows has grown, and what goes went from the largest surplus first.
pub(crate) fn step(limits: Limits, ways: &[Way]) -> Vec<u32> {
    let mut counts: Vec<u32> = ways.iter().map(|way| way.before).collect();
    let least = |way: &Way| {
        let survives = limits.floor > 0 && way.before > 0;
        way.after.max(u32::from(survives)).min(way.before)
    };
    let mut gone = 0;
    while may_one_more_go(limits, total(ways), gone) {
        let surplus = |index: &usize| counts[*index] - least(&ways[*index]);
        let losing = (0..ways.len()).filter(|index| surplus(index) > 0);
        let Some(next) = losing.max_by(|one, other| {
            let by_name = ways[*other].name.cmp(&ways[*one].name);
            surplus(one).cmp(&surplus(other)).then(by_name)
        }) else {
            break;
        };
        counts[next] -= 1;
        gone += 1;
    }
    for (count, way) in counts.iter_mut().zip(ways) {
        *count = (*count).max(way.after);
    }
    counts
}
