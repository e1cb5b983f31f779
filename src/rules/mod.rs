//! The rules: one file each, one table that lists them.

mod ambiguous_workload;
mod autoscaler_conflict;
mod autoscaler_on_coordinator;
mod autoscaler_orphaned;
mod autoscaler_reset;
mod baseline_empty;
mod baseline_unknown;
mod coordinator_removed;
mod coordinator_scaled;
mod duplicate_object;
mod empty_stream;
mod invalid_replicas;
mod nothing_recognised;
mod replicas_dropped;
mod scale_in_too_large;
mod singleton_scaled;
mod target_drift;
mod unmatched_target;
mod unrecognised_workload;
mod unsafe_edit;
mod waiver_expired;
mod worker_removed;

use crate::finding::Severity;

/// A rule, as `trimtab explain` and every report name it.
#[derive(Debug)]
pub struct Rule {
    /// The kebab-case id; also the name of its page in `docs/rules/`.
    pub id: &'static str,
    /// How much its findings weigh, unless a mode changes it.
    pub severity: Severity,
    /// Whether a waiver, `--allow` or `--mode warn` may let its findings pass.
    pub waivable: bool,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// Its page, as Markdown.
    pub page: &'static str,
}

/// Every rule, in the order of the documentation.
pub static RULES: &[&Rule] = &[
    &coordinator_scaled::RULE,
    &singleton_scaled::RULE,
    &scale_in_too_large::RULE,
    &worker_removed::RULE,
    &coordinator_removed::RULE,
    &replicas_dropped::RULE,
    &baseline_unknown::RULE,
    &baseline_empty::RULE,
    &unmatched_target::RULE,
    &target_drift::RULE,
    &nothing_recognised::RULE,
    &unrecognised_workload::RULE,
    &ambiguous_workload::RULE,
    &duplicate_object::RULE,
    &invalid_replicas::RULE,
    &unsafe_edit::RULE,
    &empty_stream::RULE,
    &autoscaler_conflict::RULE,
    &autoscaler_reset::RULE,
    &autoscaler_on_coordinator::RULE,
    &autoscaler_orphaned::RULE,
    &waiver_expired::RULE,
];

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}
