//! How an outcome is shown: its format, verbosity and colours, and the files that it is written to.

use std::path::PathBuf;

use clap::ValueEnum;

use super::StreamArgs;
use super::options::word;
use crate::diagnostic::Diagnostic;
use crate::environment::{self, Environment};
use crate::names::shown;
use crate::report::{Form, Style, Verbosity};

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless the environment says otherwise.
    Auto,
    Always,
    Never,
}

/// How an outcome is shown.
#[derive(Debug)]
pub(crate) struct Display {
    pub(crate) form: Form,
    /// Files that the report is also written to, each with its format; no file twice.
    pub(crate) reports: Vec<(PathBuf, Form)>,
    pub(crate) verbosity: Verbosity,
    color: Option<bool>,
}

impl Display {
    pub(super) fn new(
        form: Form,
        reports: Vec<(PathBuf, Form)>,
        verbosity: Verbosity,
        color: Color,
        environment: &Environment,
    ) -> Self {
        Self {
            form,
            reports,
            verbosity,
            color: match color {
                Color::Always => Some(true),
                Color::Never => Some(false),
                Color::Auto => color_by_environment(environment),
            },
        }
    }

    /// Whether to use colours on a stream that is, or is not, a terminal.
    pub(crate) fn color(&self, is_terminal: bool) -> bool {
        self.color.unwrap_or(is_terminal)
    }

    /// How a text looks, in colours or without.
    pub(crate) fn style(&self, color: bool) -> Style {
        Style {
            color,
            verbosity: self.verbosity,
            width: None,
        }
    }
}

impl StreamArgs {
    /// Resolves how to show the outcome; adds every problem to `problems`.
    pub(crate) fn display(
        &self,
        environment: &Environment,
        problems: &mut Vec<Diagnostic>,
    ) -> Display {
        let mut files = Vec::new();
        for file in report_files(environment, self.reports.iter().cloned()) {
            match with_form(&file) {
                Ok(file) => files.push(file),
                Err(problem) => problems.push(problem),
            }
        }
        let form = word(self.output, environment, environment::OUTPUT, problems);
        Display::new(
            form.unwrap_or_default(),
            files,
            match (self.quiet, self.verbose) {
                (true, _) => Verbosity::Quiet,
                (false, true) => Verbosity::Verbose,
                (false, false) => Verbosity::Normal,
            },
            self.color,
            environment,
        )
    }
}

/// The files of the variable and of the options, each once, with the option or variable that named them.
pub(super) fn report_files(
    environment: &Environment,
    given: impl Iterator<Item = PathBuf>,
) -> Vec<(&'static str, PathBuf)> {
    let inherited = environment.list(environment::REPORT).into_iter();
    let inherited = inherited.map(|file| (environment::REPORT, PathBuf::from(file)));
    let mut files: Vec<(&'static str, PathBuf)> = Vec::new();
    for file in inherited.chain(given.map(|file| ("--report", file))) {
        if !files.iter().any(|(_, known)| *known == file.1) {
            files.push(file);
        }
    }
    files
}

/// A report file with the format of its extension.
pub(super) fn with_form(
    (from, path): &(&'static str, PathBuf),
) -> Result<(PathBuf, Form), Diagnostic> {
    /// Planned formats that this version does not write.
    const LATER: [&str; 3] = ["sarif", "xml", "md"];
    if let Some(form) = Form::of_path(path) {
        return Ok((path.clone(), form));
    }
    let name = shown(&path.to_string_lossy());
    let extension = path.extension().unwrap_or_default();
    let is_for_later = LATER.iter().any(|it| extension.eq_ignore_ascii_case(it));
    Err(if is_for_later {
        let extension = extension.to_string_lossy();
        Diagnostic::new(format!("{from} {name}: .{extension} is not supported yet"))
            .help("use .txt or .json")
    } else {
        Diagnostic::new(format!(
            "{from} {name}: the file name must end in .txt or .json"
        ))
    })
}

/// `NO_COLOR` (no-color.org) comes before `CLICOLOR_FORCE` (bixense.com/clicolors).
fn color_by_environment(environment: &Environment) -> Option<bool> {
    if environment.get("NO_COLOR").is_some() {
        return Some(false);
    }
    environment
        .get("CLICOLOR_FORCE")
        .filter(|value| value != "0")
        .map(|_| true)
}
