//! `unmatched-target`: a target, or an override of one, that no workload of the stream matches.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "unmatched-target",
    severity: Severity::Error,
    waivable: true,
    summary: "a target, or an override of one, that no workload of the stream matches",
    page: include_str!("../../docs/rules/unmatched-target.md"),
};
