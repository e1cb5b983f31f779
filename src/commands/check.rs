//! `check`: checks files or standard input against the policy.

use std::io;
use std::path::PathBuf;

use super::no_paths;
use crate::diagnostic::Diagnostic;
use crate::ending::Done;
use crate::input::files::Naming;
use crate::run::{self, Input, Task};
use crate::source::Sources;

pub(super) fn check(
    task: &Task<'_>,
    paths: &[PathBuf],
    stdin: impl io::Read,
    stdin_is_terminal: bool,
    sources: &mut Sources,
) -> Done {
    let input = input(task, paths, stdin, stdin_is_terminal, sources);
    Done::of(input.and_then(|input| run::run(task, &input, sources)))
}

fn input(
    task: &Task<'_>,
    paths: &[PathBuf],
    stdin: impl io::Read,
    stdin_is_terminal: bool,
    sources: &mut Sources,
) -> Result<Input, Vec<Diagnostic>> {
    let naming = Naming {
        to_replace: false,
        by_pre_commit: task.options.is_pre_commit,
    };
    if paths.is_empty() && task.options.is_pre_commit {
        return Input::files(&[PathBuf::from(".")], naming, sources);
    }
    if !no_paths(paths) {
        return Input::files(paths, naming, sources);
    }
    let problem = if paths.len() > 1 {
        Diagnostic::new("standard input (`-`) and files cannot be checked together")
    } else if stdin_is_terminal {
        Diagnostic::new("nothing to check: standard input is a terminal")
            .help("name files or folders, as in: trimtab check manifests")
            .help("or check a stream: helm template my-release CHART | trimtab check")
    } else {
        return Input::stdin(stdin, sources).map(Input::Stream);
    };
    Err(vec![problem])
}
