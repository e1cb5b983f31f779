//! `fix`: writes the targets into files. All files are judged before the first one is replaced.

use std::path::PathBuf;

use super::no_paths;
use crate::diagnostic::Diagnostic;
use crate::ending::Done;
use crate::input::files::Naming;
use crate::run::{self, Input, Task};
use crate::source::Sources;

pub(super) fn fix(task: &Task<'_>, paths: &[PathBuf], sources: &mut Sources) -> Done {
    let input = input(task, paths, sources);
    Done::of(input.and_then(|input| run::run(task, &input, sources)))
}

fn input(
    task: &Task<'_>,
    paths: &[PathBuf],
    sources: &mut Sources,
) -> Result<Input, Vec<Diagnostic>> {
    let naming = Naming {
        to_replace: true,
        by_pre_commit: task.options.is_pre_commit,
    };
    if paths.is_empty() && task.options.is_pre_commit {
        return Input::files(&[PathBuf::from(".")], naming, sources);
    }
    if no_paths(paths) {
        let problem = Diagnostic::new("fix requires at least one file or folder");
        return Err(vec![
            problem.help("to patch standard input, run trimtab without a command"),
        ]);
    }
    Input::files(paths, naming, sources)
}
