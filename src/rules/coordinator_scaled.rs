//! `coordinator-scaled`: a coordinator that would run at other than 1 replica (1 or 2 with active-standby).

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "coordinator-scaled",
    severity: Severity::Error,
    waivable: true,
    summary: "a coordinator that would run at other than 1 replica (1 or 2 with active-standby)",
    page: include_str!("../../docs/rules/coordinator-scaled.md"),
};
