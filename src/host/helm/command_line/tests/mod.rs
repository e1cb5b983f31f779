#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic fails the test"
)]

mod doubts;
mod help;
mod lines;
mod places;

use super::*;

/// Arguments between blanks; `''` is an empty one.
fn words(line: &str) -> Vec<OsString> {
    let words = line.split_whitespace();
    words
        .map(|word| OsString::from(if word == "''" { "" } else { word }))
        .collect()
}

fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables = variables.iter();
    variables
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

fn read_in(line: &str, variables: &[(&str, &str)]) -> HelmCall {
    HelmCall::read(&words(line), &environment(variables))
}

#[track_caller]
fn known_in(line: &str, variables: &[(&str, &str)]) -> HelmCommand {
    match read_in(line, variables) {
        HelmCall::Known(command) => *command,
        unknown => panic!("{line}: {unknown:?}"),
    }
}

#[track_caller]
fn known(line: &str) -> HelmCommand {
    known_in(line, &[])
}
