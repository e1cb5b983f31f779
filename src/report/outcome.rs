//! How a run ended, in each form.

use super::json::{failure_json, json};
use super::text::{diagnostics_text, text};
use super::{Command, Form, Report, Style, Verbosity, Verdict};
use crate::diagnostic::Diagnostic;
use crate::source::Sources;

/// The exit code of a run that could not decide.
pub(crate) const UNDECIDED: u8 = 2;

/// How a run ended.
#[derive(Debug)]
pub enum Outcome {
    /// It came to a verdict.
    Judged(Report),
    /// It could not decide, for these reasons; never none.
    Undecided(Vec<Diagnostic>),
    /// It was asked for a page.
    Page(String),
}

impl Outcome {
    /// 0 done, 1 refused, 2 undecided.
    pub fn code(&self) -> u8 {
        match self {
            Self::Judged(report) => u8::from(report.verdict == Verdict::Refused),
            Self::Undecided(_) => UNDECIDED,
            Self::Page(_) => 0,
        }
    }

    /// Whether a person who does not wait for an answer should hear of it: more than a baseline that was used.
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

/// What is to be said of an outcome, in a form; `style` is for text only.
pub(crate) fn render(
    outcome: &Outcome,
    command: Command,
    sources: &Sources,
    form: Form,
    style: Style,
) -> String {
    match (outcome, form) {
        (Outcome::Judged(report), Form::Text) => text(report, sources, style),
        (Outcome::Judged(report), Form::Json) => json(report, sources),
        (Outcome::Undecided(problems), Form::Text) => {
            diagnostics_text(problems, sources, style.color)
        }
        (Outcome::Undecided(problems), Form::Json) => failure_json(command, problems, sources),
        (Outcome::Page(page), _) => page.clone(),
    }
}
