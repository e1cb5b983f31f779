//! Which components can claim a workload, found by one label of each selector: there may be very many workloads, and most
//! components are of other systems.

use std::collections::BTreeMap;

use super::{Component, Text};
use crate::labels::MatchLabels;

/// The components by the first label of each of their selectors: its key, then its value.
#[derive(Debug, Default)]
pub(super) struct Claims(Vec<(Text, BTreeMap<Text, Vec<usize>>)>);

impl Claims {
    pub(super) fn of(components: &[Component]) -> Self {
        let mut claims = Self::default();
        for (index, component) in components.iter().enumerate() {
            let first = component.workloads.iter();
            let first = first.filter_map(|selector| selector.match_labels.first());
            for (key, value) in first {
                claims.add(key, value, index);
            }
        }
        claims
    }

    fn add(&mut self, key: &Text, value: &Text, component: usize) {
        let known = self.0.iter().position(|(known, _)| known == key);
        let at = known.unwrap_or_else(|| {
            self.0.push((key.clone(), BTreeMap::new()));
            self.0.len() - 1
        });
        let Some((_, by_value)) = self.0.get_mut(at) else {
            return;
        };
        let components = by_value.entry(value.clone()).or_default();
        if components.last() != Some(&component) {
            components.push(component);
        }
    }

    /// The components of which a selector can match these labels, in their order, each once.
    pub(super) fn possible(&self, labels: &MatchLabels) -> Vec<usize> {
        let found = self.0.iter().filter_map(|(key, by_value)| {
            let value = labels.get(key)?;
            by_value.get(value)
        });
        let mut found: Vec<usize> = found.flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}
