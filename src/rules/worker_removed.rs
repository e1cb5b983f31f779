//! `worker-removed`: a worker in the baseline that is missing from the stream.

use super::{Context, Rule, removed};
use crate::finding::{Finding, Severity};
use crate::policy::Role;

pub(super) static RULE: Rule = Rule {
    id: "worker-removed",
    severity: Severity::Error,
    waivable: true,
    summary: "a worker in the baseline that is missing from the stream",
    page: include_str!("../../docs/rules/worker-removed.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    removed::findings(context, &RULE, Role::Worker)
}
