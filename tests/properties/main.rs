//! The promises, tested with generated streams.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that fails should stop"
)]

mod bytes;
mod expected;
mod exports;
mod guard;
mod hostile;
mod init;
mod kustomized;
mod layout;
mod model;
mod mutation;
mod naive;
mod others;
mod run;
mod setting;
#[path = "../support/mod.rs"]
mod support;
mod values;

use proptest::test_runner::Config;

/// As many cases as fit into seconds; `PROPTEST_CASES` raises them.
fn cases(default: u32) -> Config {
    let asked = std::env::var("PROPTEST_CASES").ok();
    Config {
        cases: asked.and_then(|it| it.parse().ok()).unwrap_or(default),
        failure_persistence: None,
        ..Config::default()
    }
}
