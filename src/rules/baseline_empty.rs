//! `baseline-empty`: a baseline that holds none of the stream's workers.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "baseline-empty",
    severity: Severity::Error,
    waivable: true,
    summary: "a baseline that holds none of the stream's workers",
    page: include_str!("../../docs/rules/baseline-empty.md"),
};
