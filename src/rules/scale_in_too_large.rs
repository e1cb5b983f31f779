//! `scale-in-too-large`: a component that would lose more replicas in one release than the policy allows.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "scale-in-too-large",
    severity: Severity::Error,
    waivable: true,
    summary: "a component that would lose more replicas in one release than the policy allows",
    page: include_str!("../../docs/rules/scale-in-too-large.md"),
};
