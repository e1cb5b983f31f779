//! What a run is about, and what it reads for that.

use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;
use crate::options::Options;
use crate::plan::Purpose;
use crate::report::Command;

/// What a run is about.
#[derive(Debug, Clone)]
pub enum Ask {
    /// The filter: standard input, patched.
    Filter,
    /// `check`: a report on files and folders, or on standard input when none is named.
    Check(Vec<PathBuf>),
    /// `fix`: the files, patched.
    Fix(Vec<PathBuf>),
}

impl Ask {
    /// The command, as reports name it.
    pub fn command(&self) -> Command {
        match self {
            Self::Filter => Command::Filter,
            Self::Check(_) => Command::Check,
            Self::Fix(_) => Command::Fix,
        }
    }

    pub(super) fn purpose(&self) -> Purpose {
        if self.command().writes() {
            Purpose::Write
        } else {
            Purpose::Check
        }
    }

    /// The paths to read; none is standard input.
    ///
    /// # Errors
    /// When the paths do not go together, or are missing where standard input cannot stand for them.
    pub(super) fn paths(&self, options: &Options) -> Result<Vec<PathBuf>, Diagnostic> {
        let (Self::Check(paths) | Self::Fix(paths)) = self else {
            return Ok(Vec::new());
        };
        let names_stdin = paths.iter().any(|path| path == Path::new("-"));
        if paths.is_empty() && options.is_pre_commit {
            return Ok(vec![PathBuf::from(".")]);
        }
        if matches!(self, Self::Fix(_)) && (paths.is_empty() || names_stdin) {
            let diagnostic = Diagnostic::new("fix needs the files or folders to fix");
            return Err(diagnostic.help("to patch standard input, run trimtab without a command"));
        }
        if names_stdin && paths.len() > 1 {
            return Err(Diagnostic::new(
                "standard input (`-`) and files cannot be checked together",
            ));
        }
        Ok(if names_stdin {
            Vec::new()
        } else {
            paths.clone()
        })
    }
}
