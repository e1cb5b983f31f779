//! `duplicate-object`: a workload that stands in the stream more than once.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "duplicate-object",
    severity: Severity::Error,
    waivable: false,
    summary: "a workload that stands in the stream more than once",
    page: include_str!("../../docs/rules/duplicate-object.md"),
};
