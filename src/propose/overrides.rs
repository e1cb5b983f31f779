//! Counts that differ within a component: one for most of its workloads, and others by labels that only theirs have.

use std::collections::HashMap;

use super::draft::Labels;
use crate::labels::MatchLabels;
use crate::policy::INSTANCE_LABEL;

/// The most overrides that a person would read.
const MOST: usize = 100;

/// The most labels of a workload that are tried alone and in pairs.
const MOST_LABELS: usize = 8;

/// A workload of a component: its labels, and its count.
pub(super) type Counted<'m> = (&'m MatchLabels, u32);

/// The count of most workloads, and what overrides it; none where labels do not tell the others apart.
pub(super) fn of(workloads: &[Counted<'_>]) -> Option<(u32, Vec<(Labels, u32)>)> {
    let most = most_frequent(workloads)?;
    let mut overrides: Vec<(Labels, u32)> = Vec::new();
    for (labels, count) in workloads.iter().filter(|(_, count)| *count != most) {
        let is_covered = overrides.iter().any(|(own, _)| has(labels, own));
        if !is_covered && overrides.len() == MOST {
            return None;
        }
        if !is_covered {
            overrides.push((telling(labels, *count, workloads)?, *count));
        }
    }
    Some((most, overrides))
}

/// The first that is, where several are.
fn most_frequent(workloads: &[Counted<'_>]) -> Option<u32> {
    let mut frequency: HashMap<u32, usize> = HashMap::new();
    for (_, count) in workloads {
        *frequency.entry(*count).or_default() += 1;
    }
    let counts = workloads.iter().map(|(_, count)| *count);
    counts
        .rev()
        .max_by_key(|count| frequency.get(count).copied())
}

/// The fewest labels of a workload that only workloads with its count have; that of the release only where it has to be.
fn telling(labels: &MatchLabels, count: u32, workloads: &[Counted<'_>]) -> Option<Labels> {
    let owned = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
    let mut own: Labels = labels.iter().map(owned).collect();
    own.sort_by_key(|(key, _)| key == INSTANCE_LABEL);
    let is_telling = |some: &Labels| {
        let mut matched = workloads.iter().filter(|(labels, _)| has(labels, some));
        matched.all(|(_, it)| *it == count)
    };
    let first = own.get(..MOST_LABELS).unwrap_or(&own);
    let ones = first.iter().map(|one| vec![one.clone()]);
    let pairs = first.iter().enumerate().flat_map(|(at, one)| {
        let others = first.iter().skip(at + 1);
        others.map(move |other| vec![one.clone(), other.clone()])
    });
    let mut candidates = ones.chain(pairs).chain([own.clone()]);
    candidates.find(|some| !some.is_empty() && is_telling(some))
}

fn has(labels: &MatchLabels, some: &Labels) -> bool {
    some.iter()
        .all(|(key, value)| labels.get(key) == Some(value))
}
