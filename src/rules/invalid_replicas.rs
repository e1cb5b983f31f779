//! `invalid-replicas`: a replica count that is not a plain non-negative integer.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "invalid-replicas",
    severity: Severity::Error,
    waivable: false,
    summary: "a replica count that is not a plain non-negative integer",
    page: include_str!("../../docs/rules/invalid-replicas.md"),
};
