//! `singleton-scaled`: a singleton that would run at other than 1 replica.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "singleton-scaled",
    severity: Severity::Error,
    waivable: true,
    summary: "a singleton that would run at other than 1 replica",
    page: include_str!("../../docs/rules/singleton-scaled.md"),
};
