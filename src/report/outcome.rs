//! How a run ended, in each form.

use std::io::{self, Write};

use super::text::{diagnostics_text, text};
use super::{Command, Form, Report, Style, Verbosity, Verdict, json, plan};
use crate::diagnostic::Diagnostic;
use crate::source::Sources;

/// The exit code of a run that could not decide.
pub(crate) const UNDECIDED: u8 = 2;

/// How a run ended.
#[derive(Debug)]
pub enum Outcome {
    /// It reached a verdict.
    Judged(Report),
    /// It could not decide, for these reasons; never empty.
    Undecided(Vec<Diagnostic>),
    /// It printed a page.
    Page(String),
}

impl Outcome {
    /// 0 done, 1 refused, 2 undecided; `plan` refuses nothing, but may tell what is to be done.
    pub fn code(&self) -> u8 {
        match self {
            Self::Judged(report) if report.command == Command::Plan => report.plan_code(),
            Self::Judged(report) => u8::from(report.verdict == Verdict::Refused),
            Self::Undecided(_) => UNDECIDED,
            Self::Page(_) => 0,
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
            (Self::Page(_), _) => false,
        }
    }
}

/// Writes the report of an outcome in a format; `style` applies only to text.
///
/// # Errors
/// Those of the writer.
pub(crate) fn write(
    outcome: &Outcome,
    command: Command,
    sources: &Sources,
    (form, style): (Form, Style),
    to: &mut dyn Write,
) -> io::Result<()> {
    let text = match (outcome, form) {
        (Outcome::Judged(report), Form::Json) => return json::write(report, sources, to),
        (Outcome::Undecided(problems), Form::Json) => {
            return json::write_failure(command, problems, sources, to);
        }
        (Outcome::Judged(report), Form::Text) if command == Command::Plan => {
            plan::text(report, style)
        }
        (Outcome::Judged(report), Form::Text) => text(report, sources, style),
        (Outcome::Undecided(problems), Form::Text) => {
            diagnostics_text(problems, sources, style.color)
        }
        (Outcome::Page(page), _) => return to.write_all(page.as_bytes()),
    };
    to.write_all(text.as_bytes())
}
