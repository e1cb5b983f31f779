//! What trimtab reads, held against other readers of YAML.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that fails should stop, and one that is left out should say so"
)]

mod counts;
mod evasion;
#[path = "../properties/layout.rs"]
mod layout;
mod libyaml;
#[path = "../properties/model.rs"]
#[allow(dead_code, reason = "shared with the properties")]
mod model;
#[path = "../properties/mutation.rs"]
mod mutation;
#[path = "../properties/others.rs"]
mod others;
#[path = "../properties/run.rs"]
#[allow(dead_code, reason = "shared with the properties")]
mod run;
