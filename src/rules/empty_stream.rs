//! `empty-stream`: an empty stream on standard input.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "empty-stream",
    severity: Severity::Error,
    waivable: false,
    summary: "an empty stream on standard input",
    page: include_str!("../../docs/rules/empty-stream.md"),
};
