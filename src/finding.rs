//! A rule's verdict on one thing, as a value.

use std::fmt;

use crate::diagnostic::Diagnostic;
use crate::rule::Rule;
pub use crate::rule::Severity;
use crate::source::Place;
use crate::word::Word;

/// The Kubernetes object that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectRef {
    /// `apiVersion`, as written; empty when the object has none.
    pub api_version: Word,
    /// `kind`, as written.
    pub kind: Word,
    /// `metadata.namespace`, or the default namespace if it has none.
    pub namespace: Option<Word>,
    /// `metadata.name`; empty when the object has none.
    pub name: Word,
}

impl fmt::Display for ObjectRef {
    /// `Deployment milvus/my-release-milvus-proxy`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}

/// The waiver of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waived {
    /// The reason, from the policy or `--reason`.
    pub reason: Option<String>,
    /// The waiver in the policy, or the option on the command line.
    pub place: Option<Place>,
    /// The last day of the waiver, as in the policy (`YYYY-MM-DD`).
    pub expires: Option<String>,
}

/// A rule's verdict.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The severity, after `--mode`.
    pub severity: Severity,
    /// The component that it is about; a waiver can name it.
    pub component: Option<Word>,
    /// The object that it is about.
    pub object: Option<ObjectRef>,
    /// The message, with its places, notes and helps.
    pub diagnostic: Diagnostic,
    /// Set when it is waived; waived findings are still reported.
    pub waived: Option<Box<Waived>>,
}
