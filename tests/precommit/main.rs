//! trimtab under the real pre-commit, in real git repositories.
//!
//! `tests/precommit/fetch` puts pre-commit into `tests/precommit/bin`, and `packaging/check` builds the wheel. Where one
//! is missing, the tests that need it are reported as ignored with a note, and nothing fails.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

/// Tests with the names of their functions.
macro_rules! tests {
    ($($name:ident),* $(,)?) => { &[$((stringify!($name), $name)),*] };
}

mod commits;
mod files;
mod installed;
mod refs;
mod repository;
#[path = "../support/mod.rs"]
mod support;

use std::path::PathBuf;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Completion, Trial};

/// A test with the name that it is reported by.
type Test = (&'static str, fn());

fn main() -> ExitCode {
    let with_pre_commit = [commits::TESTS, files::TESTS, installed::TESTS, refs::TESTS].concat();
    let mut trials: Vec<Trial> = with_pre_commit
        .into_iter()
        .map(|test| trial(test, None))
        .collect();
    let no_wheel = installed::wheel()
        .is_none()
        .then_some("run packaging/check first");
    trials.extend(
        installed::WITH_WHEEL
            .iter()
            .map(|&test| trial(test, no_wheel)),
    );
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn trial((name, test): Test, missing: Option<&'static str>) -> Trial {
    Trial::ignorable_test(name, move || {
        let missing = if program("pre-commit").exists() {
            missing
        } else {
            Some("run tests/precommit/fetch first")
        };
        if let Some(what) = missing {
            return support::left_out(what);
        }
        test();
        Ok(Completion::Completed)
    })
}

/// What `tests/precommit/fetch` fetched.
fn program(name: &str) -> PathBuf {
    support::root().join("tests/precommit/bin").join(name)
}
