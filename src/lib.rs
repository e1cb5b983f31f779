//! trimtab keeps the replica counts of workers in trim between Helm and Kubernetes.
//!
//! It reads rendered manifests, sets the replica counts of *worker* workloads to the targets that a policy declares,
//! refuses changes that would hurt the running cluster, and writes the stream with every other byte unchanged.
//!
//! Data flows `bytes -> Manifest -> (Policy, Baseline) -> Plan -> Findings -> edits -> bytes`, and never
//! back; `run` implements it. A stream is never serialised from what was read: an edit is a span and a text, and each
//! edited document is read again in step with its original before a byte is written.
//!
//! # Limitations
//!
//! Only `spec.replicas` is ever changed, and only where a target says so. An object is identified by its own
//! `spec.selector.matchLabels`, `kind` and `apiVersion`; objects of other kinds than those in the catalogue pass unread.

#![cfg_attr(
    not(feature = "cluster"),
    allow(dead_code, reason = "only what a cluster tells needs all of it")
)]

mod access;
mod argument;
mod baseline;
mod baseline_source;
mod call;
mod cli;
#[cfg(feature = "cluster")]
mod cluster;
mod commands;
pub mod diagnostic;
mod ending;
mod environment;
mod export;
mod field;
pub mod finding;
mod git;
mod host;
mod input;
#[cfg(feature = "cluster")]
mod interrupt;
mod labels;
mod manifest;
mod names;
mod output;
mod page;
mod panics;
mod parallel;
mod plan;
mod policy;
mod progress;
mod propose;
pub mod report;
pub mod rule;
pub mod rules;
mod run;
mod source;
pub mod word;
mod yaml;

use std::io::{Read, Write};

pub use call::{Call, Terminals};
pub use commands::run;
pub use ending::Ending;
pub use environment::Environment;
pub use host::Host;

/// Runs, writes everything, and gives the exit code; a panic is an internal error, with exit code 2.
pub fn deliver(
    call: &Call,
    stdin: impl Read,
    mut stdout: impl Write,
    mut stderr: impl Write,
) -> u8 {
    panics::caught(|| run(call, stdin, &mut stderr).deliver(&mut stdout, &mut stderr))
        .or_else(|bug| panics::caught(|| Ending::bug(call, bug).deliver(&mut stdout, &mut stderr)))
        .unwrap_or(report::UNDECIDED)
}
