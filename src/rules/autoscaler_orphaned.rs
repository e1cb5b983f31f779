//! `autoscaler-orphaned`: an autoscaler whose target is not in the stream.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "autoscaler-orphaned",
    severity: Severity::Warning,
    waivable: true,
    summary: "an autoscaler whose target is not in the stream",
    page: include_str!("../../docs/rules/autoscaler-orphaned.md"),
};
