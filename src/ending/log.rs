//! The log file: a line a run, appended by one write, so that runs at the same time can share it.
//!
//! The line is written before anything else, so that no change goes out unlogged. A run that fails after that, while it
//! writes its output, appends a second line.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::reports::is_same;
use crate::diagnostic::Diagnostic;
use crate::input::files;

/// The open log of a run.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    file: File,
}

impl Log {
    /// Opens the log without changing it; a new one gets the mode of any new file.
    ///
    /// # Errors
    /// When it cannot be written, or is a file that the run reads or reports to.
    pub(super) fn open<'p>(
        path: &Path,
        read: &[PathBuf],
        mut reports: impl Iterator<Item = &'p PathBuf>,
    ) -> Result<Self, Diagnostic> {
        let name = path.display();
        let refused = |what: &str| {
            let problem = Diagnostic::new(format!("the log would be written into {name}, {what}"));
            Err(problem.help("use another file for --log"))
        };
        if read.iter().any(|file| is_input(path, file)) {
            return refused("which is an input");
        }
        if reports.any(|report| is_same(report, path)) {
            return refused("which is a report");
        }
        let file = OpenOptions::new().append(true).create(true).open(path);
        Ok(Self {
            file: file.map_err(|error| failed(path, &error))?,
            path: path.to_owned(),
        })
    }

    /// Appends a line, in one write.
    ///
    /// # Errors
    /// When not all of it can be written.
    pub(super) fn append(&mut self, line: &str) -> Result<(), Diagnostic> {
        let line = if ends_inside_a_line(&self.path) {
            format!("\n{line}")
        } else {
            line.to_owned()
        };
        match self.write_once(line.as_bytes()) {
            Ok(written) if written == line.len() => Ok(()),
            Ok(_) => Err(failed(&self.path, &io::ErrorKind::StorageFull.into())),
            Err(error) => Err(failed(&self.path, &error)),
        }
    }

    fn write_once(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.file.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }
}

/// Whether an earlier line was cut, as on a full disk; one that may not be read is taken to be whole.
fn ends_inside_a_line(path: &Path) -> bool {
    let last = || {
        let mut file = File::open(path).ok()?;
        let is_file = file.metadata().ok()?.is_file();
        is_file.then(|| file.seek(SeekFrom::End(-1)).ok())??;
        let mut last = [0];
        file.read_exact(&mut last).ok()?;
        Some(last[0])
    };
    last().is_some_and(|last| last != b'\n')
}

/// Whether it is a file that the run reads, or would be taken for a manifest in a folder that it reads.
fn is_input(log: &Path, read: &Path) -> bool {
    let is_manifest = || {
        let folder = read.canonicalize().ok().filter(|folder| folder.is_dir());
        let log = log.canonicalize().unwrap_or_default();
        files::has_ending(&log) && folder.is_some_and(|folder| log.starts_with(folder))
    };
    is_same(read, log) || is_manifest()
}

fn failed(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::new(format!("cannot write the log {}: {error}", path.display()))
}
