//! `baseline-unknown`: a worker whose baseline has no replica count to compare with.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "baseline-unknown",
    severity: Severity::Error,
    waivable: true,
    summary: "a worker whose baseline has no replica count to compare with",
    page: include_str!("../../docs/rules/baseline-unknown.md"),
};
