//! trimtab keeps the replica counts of workers in trim between Helm and Kubernetes.
//!
//! It reads rendered manifests, sets the replica counts of *worker* workloads to the targets that a policy declares,
//! refuses changes that would hurt the running cluster, and writes the stream with every other byte unchanged.
//!
//! The data's way is `bytes -> Manifest -> (Policy, Baseline) -> Plan -> Findings -> edits -> bytes`, and nothing flows
//! back; [`run()`] is that sentence. A stream is never printed from what was read: an edit is a span and a text, and each
//! edited document is read again in step with its original before a byte is written.
//!
//! # Limitations
//!
//! Only `spec.replicas` is ever changed, and only where a target says so. What an object is follows from its own
//! `spec.selector.matchLabels`, `kind` and `apiVersion`; objects of kinds that the catalogue does not name pass unread.

pub mod answer;
pub mod argument;
mod baseline;
mod baseline_source;
pub mod cli;
pub mod diagnostic;
pub mod finding;
mod host;
mod input;
mod manifest;
mod names;
pub mod options;
mod output;
mod parallel;
mod plan;
pub mod policy;
pub mod report;
pub mod rule;
pub mod rules;
pub mod run;
pub mod source;
mod yaml;

pub use output::{Output, Patch};
pub use run::{Ask, Judged, run};
