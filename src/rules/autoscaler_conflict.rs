//! `autoscaler-conflict`: a fixed target on a workload that an autoscaler owns.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "autoscaler-conflict",
    severity: Severity::Error,
    waivable: true,
    summary: "a fixed target on a workload that an autoscaler owns",
    page: include_str!("../../docs/rules/autoscaler-conflict.md"),
};
