//! What trimtab reads, held against other readers of YAML.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that fails should stop"
)]

mod evasion;
#[path = "../properties/run.rs"]
#[allow(dead_code, reason = "shared with the properties")]
mod run;
