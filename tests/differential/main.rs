//! What trimtab reads, held against what Kubernetes reads.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should stop"
)]

mod evasion;
mod reader;
#[path = "../properties/run.rs"]
#[allow(dead_code, reason = "shared with the properties")]
mod run;
