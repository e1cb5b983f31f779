//! `ambiguous-workload`: a workload that matches more than one component.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "ambiguous-workload",
    severity: Severity::Error,
    waivable: false,
    summary: "a workload that matches more than one component",
    page: include_str!("../../docs/rules/ambiguous-workload.md"),
};
