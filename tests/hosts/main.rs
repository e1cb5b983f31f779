//! trimtab under real Helm 3 and Helm 4, with real kubectl as a second reader.
//!
//! `tests/hosts/fetch` puts the three programs into `tests/hosts/bin`. Where they are not, each test is reported as
//! ignored with a word on that, and nothing fails.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

/// Tests with the names of their functions.
macro_rules! tests {
    ($($name:ident),* $(,)?) => { &[$((stringify!($name), $name)),*] };
}

mod compare;
mod counts;
mod helm;
mod others;
mod refusals;
#[path = "../support/mod.rs"]
mod support;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::LazyLock;

use libtest_mimic::{Arguments, Completion, Trial};

use helm::Helm;

static HELM_3: LazyLock<Helm> = LazyLock::new(|| Helm::new(3));
static HELM_4: LazyLock<Helm> = LazyLock::new(|| Helm::new(4));

/// A test under one Helm, with the name that it is reported by.
type UnderHelm = (&'static str, fn(&Helm));

fn main() -> ExitCode {
    let mut trials: Vec<Trial> = others::TESTS
        .iter()
        .map(|&(name, test)| trial(name.to_owned(), test))
        .collect();
    for &(name, test) in counts::TESTS.iter().chain(refusals::TESTS) {
        trials.push(trial(format!("helm3::{name}"), move || test(&HELM_3)));
        trials.push(trial(format!("helm4::{name}"), move || test(&HELM_4)));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn trial(name: String, test: impl FnOnce() + Send + 'static) -> Trial {
    Trial::ignorable_test(name, move || {
        if !["helm3", "helm4", "kubectl"]
            .iter()
            .all(|name| program(name).exists())
        {
            return Ok(Completion::ignored_with("run tests/hosts/fetch first"));
        }
        test();
        Ok(Completion::Completed)
    })
}

/// A program that `tests/hosts/fetch` fetched.
fn program(name: &str) -> PathBuf {
    support::root().join("tests/hosts/bin").join(name)
}
