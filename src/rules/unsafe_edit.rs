//! `unsafe-edit`: YAML around a replica count that cannot be read or edited with certainty.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "unsafe-edit",
    severity: Severity::Error,
    waivable: false,
    summary: "YAML around a replica count that cannot be read or edited with certainty",
    page: include_str!("../../docs/rules/unsafe-edit.md"),
};
