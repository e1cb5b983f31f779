//! `waiver-expired`: a waiver past its last day that is still needed.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "waiver-expired",
    severity: Severity::Error,
    waivable: true,
    summary: "a waiver past its last day that is still needed",
    page: include_str!("../../docs/rules/waiver-expired.md"),
};
