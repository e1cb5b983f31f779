//! `target-drift`: a replica count in a file that is not its target.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "target-drift",
    severity: Severity::Error,
    waivable: true,
    summary: "a replica count in a file that is not its target",
    page: include_str!("../../docs/rules/target-drift.md"),
};
