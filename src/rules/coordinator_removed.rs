//! `coordinator-removed`: a coordinator of the baseline that is gone from the stream.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "coordinator-removed",
    severity: Severity::Error,
    waivable: true,
    summary: "a coordinator of the baseline that is gone from the stream",
    page: include_str!("../../docs/rules/coordinator-removed.md"),
};
