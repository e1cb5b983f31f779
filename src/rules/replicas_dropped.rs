//! `replicas-dropped`: a worker whose spec.replicas was set by the last release and is absent now.

use super::Rule;
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "replicas-dropped",
    severity: Severity::Error,
    waivable: true,
    summary: "a worker whose spec.replicas was set by the last release and is absent now",
    page: include_str!("../../docs/rules/replicas-dropped.md"),
};
