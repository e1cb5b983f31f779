//! `nothing-recognised`: a stream without any workload that the policy's catalogue names.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "nothing-recognised",
    severity: Severity::Error,
    waivable: true,
    summary: "a stream without any workload that the policy's catalogue names",
    page: include_str!("../../docs/rules/nothing-recognised.md"),
};
