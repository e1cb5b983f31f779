//! trimtab between real Helm or real Argo CD and a real control plane.
//!
//! `tests/cluster/build` and `tests/hosts/fetch` get the programs. Where they are missing, each test is reported as ignored
//! with a note on what to run, and nothing fails.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

/// Tests with the names of their functions.
macro_rules! tests {
    ($($name:ident),* $(,)?) => { &[$((stringify!($name), $name)),*] };
}

mod argo;
mod client;
mod cluster;
mod converge;
#[path = "../hosts/helm.rs"]
#[allow(dead_code, reason = "tests/hosts uses the rest")]
mod helm;
mod helmfile;
mod init;
mod life;
mod live;
mod owners;
mod release;
mod releases;
mod script;
#[path = "../support/mod.rs"]
mod support;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::LazyLock;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use helm::Helm;
use release::Release;
use script::Absent;

static HELM_3: LazyLock<Helm> = LazyLock::new(|| Helm::new(3));
static HELM_4: LazyLock<Helm> = LazyLock::new(|| Helm::new(4));

fn main() -> ExitCode {
    let mut trials = Vec::new();
    let of_releases = [releases::TESTS, live::TESTS, owners::TESTS, init::TESTS];
    let of_releases = of_releases.into_iter().flatten().map(|it| ("", it));
    let of_converge = converge::TESTS.iter().map(|it| ("converge::", it));
    for (of, &(name, test)) in of_releases.chain(of_converge) {
        for (major, helm) in [(3, &HELM_3), (4, &HELM_4)] {
            trials.push(trial(format!("{of}helm{major}::{name}"), move || {
                let cluster = cluster::get().as_ref().map_err(Clone::clone)?;
                test(&Release::new(cluster, helm, name));
                Ok(())
            }));
        }
    }
    for (major, helm) in [(3, &HELM_3), (4, &HELM_4)] {
        trials.push(trial(
            format!("helmfile::helm{major}::the_document"),
            move || {
                let program = helmfile::program()?;
                let cluster = cluster::get().as_ref().map_err(Clone::clone)?;
                helmfile::the_document(&Release::new(cluster, helm, "helmfile"), &program);
                Ok(())
            },
        ));
    }
    for &(name, test) in client::TESTS {
        trials.push(trial(format!("client::{name}"), move || {
            test(cluster::get().as_ref().map_err(Clone::clone)?);
            Ok(())
        }));
    }
    for &(name, test) in argo::TESTS {
        trials.push(trial(format!("argo::{name}"), move || {
            test(argo::get().as_ref().map_err(Clone::clone)?);
            Ok(())
        }));
    }
    for &(name, test) in life::TESTS {
        trials.push(trial(format!("life::{name}"), move || {
            test(&life::Plane::start()?);
            Ok(())
        }));
    }
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    argo::stop();
    cluster::stop();
    conclusion.exit_code()
}

/// A test of something that runs, with the name that it is reported by.
type TestOf<T> = (&'static str, fn(&T));

/// A test that is ignored where a program that it needs is missing, or fails there, with `TESTS_REQUIRED=all`.
fn trial(name: String, test: impl FnOnce() -> Result<(), Absent> + Send + 'static) -> Trial {
    Trial::ignorable_test(name, move || {
        let fetched = ["helm3", "helm4", "kubectl"].map(|name| program(name).exists());
        let outcome = if fetched == [true; 3] {
            test()
        } else {
            Err(Absent::NotBuilt("run tests/hosts/fetch first".to_owned()))
        };
        match outcome {
            Ok(()) => Ok(Completion::Completed),
            Err(Absent::NotBuilt(why)) => support::left_out(why),
            Err(Absent::Broken(why)) => Err(Failed::from(why)),
        }
    })
}

/// A program that `tests/hosts/fetch` fetched.
fn program(name: &str) -> PathBuf {
    support::root().join("tests/hosts/bin").join(name)
}
