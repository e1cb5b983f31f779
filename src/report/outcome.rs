//! How a run ended, in each form.

use std::io::{self, Write};

use super::text::{diagnostics_text, text};
use super::{
    Command, Form, Report, Repository, Style, Verbosity, Verdict, github, gitlab, json, junit,
    markdown, plan, sarif,
};
use crate::diagnostic::Diagnostic;
use crate::source::Sources;

/// The exit code of a run that could not decide.
pub(crate) const UNDECIDED: u8 = 2;

/// How a run ended.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "a run has one")]
pub enum Outcome {
    /// It reached a verdict.
    Judged(Report),
    /// It could not decide, for these reasons; never empty.
    Undecided(Vec<Diagnostic>),
    /// It printed a page.
    Page(String),
    /// It ran another command, and ended with this exit code, not at its goal for this reason.
    Stopped(u8, Option<Diagnostic>),
}

impl Outcome {
    /// 0 done, 1 refused, 2 undecided; `plan` refuses nothing, but may tell what is to be done.
    pub fn code(&self) -> u8 {
        match self {
            Self::Judged(report) if report.command == Command::Plan => report.plan_code(),
            Self::Judged(report) => report.code(),
            Self::Undecided(_) => UNDECIDED,
            Self::Page(_) => 0,
            Self::Stopped(code, _) => *code,
        }
    }

    /// Whether it is worth showing unasked: more than just the baseline that was used.
    pub(crate) fn is_worth_telling(&self, verbosity: Verbosity) -> bool {
        match (self, verbosity) {
            (Self::Judged(report), Verbosity::Normal) => {
                let silent = report.findings.is_empty() && report.notes.is_empty();
                report.verdict == Verdict::Refused || !silent || !report.changes.is_empty()
            }
            (Self::Judged(report), Verbosity::Quiet) => report.verdict == Verdict::Refused,
            (Self::Judged(_), Verbosity::Verbose) | (Self::Undecided(_), _) => true,
            (Self::Page(_) | Self::Stopped(..), _) => false,
        }
    }
}

/// What a report is written with, beside the outcome.
pub(crate) struct Setting<'a> {
    pub(crate) command: Command,
    pub(crate) sources: &'a Sources,
    /// Names the files, in forms for forges.
    pub(crate) repository: &'a Repository,
}

/// Writes the report of an outcome in a form; `style` applies only to text.
///
/// # Errors
/// Those of the writer.
pub(crate) fn write(
    outcome: &Outcome,
    setting: &Setting<'_>,
    (form, style): (Form, Style),
    to: &mut dyn Write,
) -> io::Result<()> {
    match outcome {
        Outcome::Judged(report) => write_report(report, setting, (form, style), to),
        Outcome::Undecided(problems) => write_failure(problems, setting, (form, style), to),
        Outcome::Stopped(_, problem) => {
            write_failure(problem.as_slice(), setting, (form, style), to)
        }
        Outcome::Page(page) => to.write_all(page.as_bytes()),
    }
}

fn write_report(
    report: &Report,
    setting: &Setting<'_>,
    (form, style): (Form, Style),
    to: &mut dyn Write,
) -> io::Result<()> {
    match form {
        Form::Text if setting.command == Command::Plan => {
            to.write_all(plan::text(report, style).as_bytes())
        }
        Form::Text => to.write_all(text(report, setting.sources, style).as_bytes()),
        Form::Json => json::write(report, setting.sources, to),
        Form::Sarif => sarif::write(report, setting, to),
        Form::Junit => junit::write(report, setting, to),
        Form::Github => to.write_all(github::report(report, setting, style).as_bytes()),
        Form::Gitlab => gitlab::write(report, setting, to),
        Form::Markdown => to.write_all(markdown::report(report, setting).as_bytes()),
        // They are not reports.
        Form::JsonPatch | Form::Kustomize | Form::Values => Ok(()),
    }
}

fn write_failure(
    problems: &[Diagnostic],
    setting: &Setting<'_>,
    (form, style): (Form, Style),
    to: &mut dyn Write,
) -> io::Result<()> {
    let Setting {
        command, sources, ..
    } = *setting;
    match form {
        Form::Text => {
            let text = diagnostics_text(problems, sources, style.color);
            to.write_all(text.as_bytes())
        }
        Form::Json => json::write_failure(command, problems, sources, to),
        Form::Sarif => sarif::write_failure(problems, setting, to),
        Form::Junit => junit::write_failure(problems, setting, to),
        Form::Github => to.write_all(github::failure(problems, setting).as_bytes()),
        Form::Gitlab => gitlab::write_failure(problems, setting, to),
        Form::Markdown => to.write_all(markdown::failure(problems, setting).as_bytes()),
        Form::JsonPatch | Form::Kustomize | Form::Values => Ok(()),
    }
}
