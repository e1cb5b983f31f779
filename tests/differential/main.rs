//! What trimtab reads, compared with what Kubernetes reads.
//!
//! `tests/differential/build` builds the program that reads as Kubernetes does. Where it is not built, the tests that need it
//! are reported as ignored, with a note. `DIFFERENTIAL_TEXTS` is the number of streams that are mutated and compared;
//! with it the counts are printed, for the table in `docs/yaml.md`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that fails should stop, and the counts are for people"
)]

/// Tests with the names of their functions.
macro_rules! tests {
    ($($name:ident),* $(,)?) => { &[$((stringify!($name), $name)),*] };
}

mod counts;
mod evasion;
mod expected;
mod guard_texts;
mod guards;
mod kubernetes;
#[path = "../properties/mutation.rs"]
mod mutation;
mod reader;
#[path = "../properties/run.rs"]
mod run;
#[path = "../support/mod.rs"]
mod support;
mod texts;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use kubernetes::{Kubernetes, PROGRAM};

/// The number of streams to compare, and of the tests that share them; each test starts a program of its own.
const TEXTS: usize = 6_000;
const TESTS: usize = 8;

/// The same for streams with autoscalers and budgets.
const GUARD_TEXTS: usize = 2_000;
const GUARD_TESTS: usize = 4;

/// Streams that are compared at once.
const BATCH: usize = 500;

fn main() -> ExitCode {
    let asked = std::env::var("DIFFERENTIAL_TEXTS").ok();
    let texts = |usual| asked.as_ref().map_or(usual, |it| it.parse().unwrap());
    let mut trials: Vec<Trial> = evasion::TESTS
        .iter()
        .chain(reader::TESTS)
        .map(|&(name, test)| {
            Trial::test(name, move || {
                test();
                Ok(())
            })
        })
        .collect();
    trials.push(trial("examples_are_as_they_say".to_owned(), examples));
    let streams: [(&str, usize, usize, Compare); 2] = [
        (
            "mutated_streams",
            TESTS,
            texts(TEXTS),
            |number, count, kubernetes| counts::compare(&texts::mutated(number, count), kubernetes),
        ),
        (
            "mutated_guards",
            GUARD_TESTS,
            texts(GUARD_TEXTS),
            |number, count, kubernetes| {
                guards::compare(&guard_texts::mutated(number, count), kubernetes)
            },
        ),
    ];
    for (name, tests, texts, compare) in streams {
        for part in 0..tests {
            let count = texts.div_ceil(tests);
            trials.push(trial(format!("{name}::{part}"), move || {
                mutated((part, tests), count, compare)
            }));
        }
    }
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    if asked.is_some() {
        println!("{}", counts::COUNTS.lock().unwrap().table());
        println!("{}", guards::COUNTS.lock().unwrap().table());
    }
    conclusion.exit_code()
}

/// A test that is left out where the program is not built.
fn trial(name: String, test: impl FnOnce() -> Result<(), Failed> + Send + 'static) -> Trial {
    Trial::ignorable_test(name, || {
        if PROGRAM.is_none() {
            return support::left_out("run tests/differential/build first");
        }
        test()?;
        Ok(Completion::Completed)
    })
}

/// Kubernetes reads in the examples of the other tests what these say.
fn examples() -> Result<(), Failed> {
    let mut kubernetes = Kubernetes::start();
    let coordinators = reader::with_a_coordinator();
    for (text, reading) in coordinators.iter().zip(kubernetes.read(&coordinators)) {
        let mut ours = reading.ours();
        if !ours.any(|it| it.match_labels["component"] == "mixcoord" && it.replicas == "5") {
            return Err(format!("no coordinator at 5: {reading:?}, in:\n{text}").into());
        }
    }
    let readable = reader::readable();
    for (text, reading) in readable.iter().zip(kubernetes.read(&readable)) {
        if !reading.error.is_empty() || reading.ours().next().is_none() {
            return Err(format!("not readable: {reading:?}, in:\n{text}").into());
        }
    }
    Ok(())
}

/// Compares a number of streams that a seed generates; returns all differences.
type Compare = fn(u64, usize, &mut Kubernetes) -> Vec<String>;

/// Kubernetes and trimtab read the same in mutated streams, or trimtab refuses.
fn mutated((part, parts): (usize, usize), count: usize, compare: Compare) -> Result<(), Failed> {
    let mut kubernetes = Kubernetes::start();
    let mut differences = Vec::new();
    for batch in 0..count.div_ceil(BATCH) {
        let number = u64::try_from(batch * parts + part)?;
        let size = BATCH.min(count - batch * BATCH);
        differences.extend(compare(number, size, &mut kubernetes));
    }
    if differences.is_empty() {
        return Ok(());
    }
    let shown: Vec<_> = differences.iter().take(5).map(String::as_str).collect();
    Err(format!("{} differences:\n{}", differences.len(), shown.join("\n\n")).into())
}
