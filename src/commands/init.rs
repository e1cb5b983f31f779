//! `init`: a policy to start from. It is printed; no file is written.

use std::io;
use std::path::Path;

use crate::baseline::{Applying, BaselineError, Located};
use crate::baseline_source::BaselineSource;
use crate::diagnostic::Diagnostic;
use crate::ending::Done;
use crate::input::files::{Files, Naming};
use crate::manifest::Manifest;
use crate::names::shown;
use crate::propose::{self, Survey};
use crate::run::{Input, Task};
use crate::source::Sources;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// A file or folder; standard input if not set.
    pub(super) path: Option<&'a Path>,
    /// Whether `--baseline` is given: `TRIMTAB_BASELINE` is for what compares.
    pub(super) has_baseline: bool,
}

pub(super) fn init(
    task: &Task<'_>,
    asked: Asked<'_>,
    stdin: impl io::Read,
    stdin_is_terminal: bool,
    sources: &mut Sources,
) -> Done {
    let path = asked.path.filter(|path| path.as_os_str() != "-");
    let baseline = task.options.baseline.as_ref();
    let survey = match (baseline.filter(|_| asked.has_baseline), path) {
        (Some(BaselineSource::Cluster), None) => of_cluster(task, sources),
        (Some(BaselineSource::Cluster), Some(path)) => Err(vec![two_sources(path)]),
        (Some(other), _) => Err(vec![no_comparison(other)]),
        (None, Some(path)) => of_path(task, path, sources),
        (None, None) if stdin_is_terminal => {
            let message = "nothing to make a policy of: standard input is a terminal";
            Err(vec![propose::with_examples(Diagnostic::new(message))])
        }
        (None, None) => Input::stdin(stdin, sources).and_then(|source| {
            let namespace = task.options.namespace();
            Survey::of_stream(source, "standard input", namespace, sources)
        }),
    };
    let policy = survey.and_then(|survey| propose::propose(&survey, sources));
    policy.map_or_else(Done::undecided, Done::page)
}

fn of_path(task: &Task<'_>, path: &Path, sources: &mut Sources) -> Result<Survey, Vec<Diagnostic>> {
    let files = Files::find(&[path.to_owned()], Naming::default())?;
    Survey::of_files(&files, task.options.namespace(), sources)
}

/// What runs in the namespace.
fn of_cluster(task: &Task<'_>, sources: &mut Sources) -> Result<Survey, Vec<Diagnostic>> {
    let applying = Applying {
        host: task.host,
        command: None,
    };
    let read = || {
        let cluster = Located::of(&task.options.place, None, None)?;
        let kinds = propose::BUILT_IN_KINDS.into_iter().collect();
        cluster.load(&Manifest::default(), &kinds, applying)
    };
    let snapshot = read().map_err(BaselineError::into_diagnostics)?;
    Survey::of_snapshot(&snapshot, sources)
}

fn two_sources(path: &Path) -> Diagnostic {
    let path = shown(&path.to_string_lossy());
    Diagnostic::new(format!("`-b cluster` reads what runs, and not {path}"))
        .help("leave one of the two out")
}

fn no_comparison(other: &BaselineSource) -> Diagnostic {
    let other = shown(&other.to_string());
    Diagnostic::new(format!(
        "init compares with nothing, so a baseline `{other}` means nothing to it"
    ))
    .help("name a file or folder to make the policy of, or use `-b cluster`")
}
