//! `autoscaler-on-coordinator`: an autoscaler that targets a coordinator or a singleton.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "autoscaler-on-coordinator",
    severity: Severity::Error,
    waivable: true,
    summary: "an autoscaler that targets a coordinator or a singleton",
    page: include_str!("../../docs/rules/autoscaler-on-coordinator.md"),
};
