//! `plan`: what is recognised, and the counts release by release until the targets; or the next of them, for another tool. It
//! refuses nothing, and writes to standard output alone.

use std::io;
use std::path::Path;

use crate::diagnostic::Diagnostic;
use crate::ending::Done;
use crate::input::files::Naming;
use crate::output::Output;
use crate::plan::ScaleIn;
use crate::report::Export;
use crate::run::{self, Input, Judged, Task};
use crate::source::Sources;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown<'a> {
    /// A file or folder; standard input if not set.
    pub(super) path: Option<&'a Path>,
    pub(super) has_exit_code: bool,
    /// What it is printed as, instead of a report.
    pub(super) export: Option<Export>,
}

pub(super) fn plan(
    task: &Task<'_>,
    shown: Shown<'_>,
    stdin: impl io::Read,
    stdin_is_terminal: bool,
    sources: &mut Sources,
) -> Done {
    // The steps are shown in any case; as an option they would be refused where there is nothing to compare with.
    let options = task.options.with_scale_in(ScaleIn::Refuse);
    let task = Task {
        options: &options,
        ..*task
    };
    let input = input(shown.path, stdin, stdin_is_terminal, sources);
    let judged = input.and_then(|input| run::run(&task, &input, sources));
    Done::of(judged.and_then(|judged| exported(judged, shown)))
}

/// The plan with the document that is to be printed of it.
fn exported(judged: Judged, shown: Shown<'_>) -> Result<Judged, Vec<Diagnostic>> {
    let mut report = judged.report;
    report.has_exit_code = shown.has_exit_code;
    report.export = shown.export;
    let document = shown.export.map(|export| export.print(&report));
    let document = document.transpose()?.flatten();
    Ok(Judged {
        report,
        output: document.map(Output::Document),
    })
}

fn input(
    path: Option<&Path>,
    stdin: impl io::Read,
    stdin_is_terminal: bool,
    sources: &mut Sources,
) -> Result<Input, Vec<Diagnostic>> {
    match path.filter(|path| path.as_os_str() != "-") {
        Some(path) => {
            let naming = Naming {
                to_replace: false,
                by_pre_commit: false,
            };
            Input::files(&[path.to_owned()], naming, sources)
        }
        None if stdin_is_terminal => {
            let problem = Diagnostic::new("nothing to plan: standard input is a terminal")
                .help("plan a stream: helm template my-release CHART | trimtab plan")
                .help("or name a file or folder, as in: trimtab plan manifests");
            Err(vec![problem])
        }
        None => Input::stdin(stdin, sources).map(Input::Stream),
    }
}
