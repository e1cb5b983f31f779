//! Whether two readings of a document hold the same objects, wherever these are written.

use super::{Allowance, Autoscaler, Budget, Manifest, Workload};

impl Manifest {
    /// Whether another reading holds the same objects with the same counts.
    pub(super) fn says_the_same_as(&self, other: &Self) -> bool {
        same(&self.workloads, &other.workloads, same_workload)
            && same(&self.autoscalers, &other.autoscalers, same_autoscaler)
            && same(&self.budgets, &other.budgets, same_budget)
            && self.unreadable.len() == other.unreadable.len()
    }
}

fn same<T>(one: &[T], other: &[T], is_same: fn(&T, &T) -> bool) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|(one, other)| is_same(one, other))
}

fn same_workload(one: &Workload, other: &Workload) -> bool {
    one.object == other.object
        && one.match_labels == other.match_labels
        && one.replicas.count == other.replicas.count
        && one.is_hook == other.is_hook
}

fn same_autoscaler(one: &Autoscaler, other: &Autoscaler) -> bool {
    one.object == other.object
        && one.target_kind == other.target_kind
        && one.target_name == other.target_name
        && one.min.count == other.min.count
        && one.max.count == other.max.count
}

fn same_budget(one: &Budget, other: &Budget) -> bool {
    let share = |it: &Option<Allowance>| it.as_ref().map(|it| it.share);
    one.object == other.object
        && one.match_labels == other.match_labels
        && share(&one.min_available) == share(&other.min_available)
        && share(&one.max_unavailable) == share(&other.max_unavailable)
}
