//! Report files. They are opened before anything is written, so that a failure stops the run.
//!
//! A report never overwrites a file that the run reads, unless that file is an earlier report.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write};
use std::path::{Path, PathBuf};

use crate::call::Call;
use crate::diagnostic::Diagnostic;
use crate::report::Form;
use crate::source::Sources;

/// The open report files of a run.
#[derive(Debug, Default)]
pub(super) struct Reports(Vec<(PathBuf, Form, File)>);

impl Reports {
    /// Opens the files without changing their contents.
    ///
    /// # Errors
    /// For files that cannot be written, or that the run reads.
    pub(super) fn open(
        &mut self,
        wanted: &[(PathBuf, Form)],
        read: &[PathBuf],
    ) -> Result<(), Vec<Diagnostic>> {
        let mut problems = Vec::new();
        for (path, form) in wanted {
            let file = if would_replace(path, *form, read) {
                let name = path.display();
                let message = format!("the report would overwrite {name}, which is an input");
                Err(Diagnostic::new(message).help("use another file for --report"))
            } else {
                let mut options = OpenOptions::new();
                let file = options.write(true).create(true).truncate(false).open(path);
                file.map_err(|error| failed(path, &error))
            };
            match file {
                Ok(file) => self.0.push((path.clone(), *form, file)),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems)
        }
    }

    /// Writes the report to each file, in the format of the file.
    ///
    /// # Errors
    /// For files that cannot be written.
    pub(super) fn write(
        &mut self,
        report: impl Fn(Form, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Vec<Diagnostic>> {
        let mut problems = Vec::new();
        for (path, form, file) in &mut self.0 {
            let written = empty(file).and_then(|()| report(*form, file));
            if let Err(error) = written {
                problems.push(failed(path, &error));
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems)
        }
    }
}

fn empty(file: &mut File) -> io::Result<()> {
    if file.metadata()?.is_file() {
        file.set_len(0)?;
        file.rewind()?;
    }
    Ok(())
}

fn failed(path: &Path, error: &io::Error) -> Diagnostic {
    let path = path.display();
    Diagnostic::new(format!("cannot write the report to {path}: {error}"))
}

/// Whether a report would overwrite one of these files, or a manifest in one of these folders.
fn would_replace(report: &Path, form: Form, read: &[PathBuf]) -> bool {
    let Ok(report) = report.canonicalize() else {
        return false;
    };
    let is_read = read.iter().any(|file| {
        let is_inside = || {
            let folder = file.canonicalize().ok().filter(|it| it.is_dir());
            form == Form::Json && folder.is_some_and(|folder| report.starts_with(folder))
        };
        is_same(file, &report) || is_inside()
    });
    is_read && !(form == Form::Json && is_earlier_report(&report))
}

/// Whether two paths are the same file, even under different names.
#[cfg(unix)]
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |path: &Path| fs::metadata(path).map(|it| (it.dev(), it.ino()));
    matches!((identity(one), identity(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(not(unix))]
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    one.canonicalize().is_ok_and(|one| one == other)
}

/// Whether a file is a report of trimtab, or empty.
fn is_earlier_report(path: &Path) -> bool {
    /// More bytes than the start of any report that is checked for.
    const HEAD: u64 = 256;
    let mut head = String::new();
    let read = File::open(path).and_then(|file| file.take(HEAD).read_to_string(&mut head));
    let is_ours =
        || head.starts_with("{\n  \"version\": 1,\n  \"tool\": {\n    \"name\": \"trimtab\"");
    // A character may be cut at the end of the head; reports have none there.
    read.is_ok() && (head.is_empty() || is_ours())
}

/// The options that name files to write.
const WRITTEN: [&str; 2] = ["--report", "--log"];

/// Records every file that an invalid command line could name, except for those to write.
pub(super) fn note_arguments(call: &Call, sources: &mut Sources) {
    let mut is_value = false;
    for arg in call.args.iter().skip(1) {
        let is_option = WRITTEN.iter().any(|option| arg == option);
        if !std::mem::replace(&mut is_value, is_option) && !is_option {
            note(&arg.to_string_lossy(), sources);
        }
    }
    for name in ["TRIMTAB_POLICY", "TRIMTAB_BASELINE"] {
        if let Some(value) = call.environment.get(name) {
            note(&value, sources);
        }
    }
}

/// `--policy=FILE`, `file:FILE`, or `FILE`.
fn note(arg: &str, sources: &mut Sources) {
    let (option, value) = arg.split_once('=').unzip();
    if option.is_some_and(|option| WRITTEN.contains(&option)) {
        return;
    }
    for part in [Some(arg), value].into_iter().flatten() {
        sources.takes_from(Path::new(part));
        sources.takes_from(Path::new(part.strip_prefix("file:").unwrap_or(part)));
    }
}
