//! trimtab under real Helm 3 and Helm 4, with real kubectl as a second reader, and under real kustomize.
//!
//! `tests/hosts/fetch` puts the first three programs into `tests/hosts/bin`, `tests/cluster/build kustomize` the last
//! into the cache. Where one is missing, its tests are reported as ignored with a note, and nothing fails.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

/// Tests with the names of their functions.
macro_rules! tests {
    ($($name:ident),* $(,)?) => { &[$((stringify!($name), $name)),*] };
}

mod api;
mod argo_cd;
mod compare;
mod counts;
mod exports;
mod helm;
mod kustomize;
mod lines;
mod others;
mod person;
mod places;
mod refusals;
mod success;
#[path = "../support/mod.rs"]
mod support;
mod usage;

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
    let under_both = [
        counts::TESTS,
        exports::TESTS,
        refusals::TESTS,
        success::TESTS,
        usage::TESTS,
    ];
    for &(name, test) in under_both.into_iter().flatten() {
        trials.push(trial(format!("helm3::{name}"), move || test(&HELM_3)));
        trials.push(trial(format!("helm4::{name}"), move || test(&HELM_4)));
    }
    for &(name, test) in places::TESTS {
        trials.push(with_openssl(format!("helm3::{name}"), move || {
            test(&HELM_3);
        }));
        trials.push(with_openssl(format!("helm4::{name}"), move || {
            test(&HELM_4);
        }));
    }
    for &(name, test) in places::OF_HELM_3 {
        trials.push(with_openssl(format!("helm3::{name}"), move || {
            test(&HELM_3);
        }));
    }
    for &(name, test) in person::TESTS {
        trials.push(trial(format!("person::{name}"), test));
    }
    for &(name, test) in argo_cd::TESTS {
        trials.push(trial(format!("argo_cd::{name}"), test));
    }
    trials.push(trial_with(
        "argo_cd::shellcheck_finds_nothing".to_owned(),
        argo_cd::has_shellcheck,
        "install shellcheck first",
        argo_cd::shellcheck_finds_nothing,
    ));
    for &(name, test) in kustomize::TESTS.iter().chain(exports::OF_KUSTOMIZE) {
        trials.push(trial_with(
            format!("kustomize::{name}"),
            || kustomize::program().is_some(),
            "run tests/cluster/build kustomize first",
            test,
        ));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn trial(name: String, test: impl FnOnce() + Send + 'static) -> Trial {
    trial_with(name, has_programs, "run tests/hosts/fetch first", test)
}

fn with_openssl(name: String, test: impl FnOnce() + Send + 'static) -> Trial {
    let is_there = || has_programs() && api::has_openssl();
    let otherwise = "run tests/hosts/fetch first, and install openssl";
    trial_with(name, is_there, otherwise, test)
}

fn has_programs() -> bool {
    ["helm3", "helm4", "kubectl"]
        .iter()
        .all(|name| program(name).exists())
}

/// A test that is left out, with a note, where what it needs is missing.
fn trial_with(
    name: String,
    is_there: impl FnOnce() -> bool + Send + 'static,
    otherwise: &'static str,
    test: impl FnOnce() + Send + 'static,
) -> Trial {
    Trial::ignorable_test(name, move || {
        if !is_there() {
            return support::left_out(otherwise);
        }
        test();
        Ok(Completion::Completed)
    })
}

/// A program that `tests/hosts/fetch` fetched.
fn program(name: &str) -> PathBuf {
    support::root().join("tests/hosts/bin").join(name)
}
