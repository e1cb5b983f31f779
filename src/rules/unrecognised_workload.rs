//! `unrecognised-workload`: a workload that looks like one of the system's but matches no component.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "unrecognised-workload",
    severity: Severity::Warning,
    waivable: true,
    summary: "a workload that looks like one of the system's but matches no component",
    page: include_str!("../../docs/rules/unrecognised-workload.md"),
};
