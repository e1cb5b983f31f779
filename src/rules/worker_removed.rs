//! `worker-removed`: a worker of the baseline that is gone from the stream.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "worker-removed",
    severity: Severity::Error,
    waivable: true,
    summary: "a worker of the baseline that is gone from the stream",
    page: include_str!("../../docs/rules/worker-removed.md"),
};
