//! `autoscaler-reset`: a rendered spec.replicas on a workload that an autoscaler owns.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "autoscaler-reset",
    severity: Severity::Warning,
    waivable: true,
    summary: "a rendered spec.replicas on a workload that an autoscaler owns",
    page: include_str!("../../docs/rules/autoscaler-reset.md"),
};
