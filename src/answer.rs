//! What a run says, where, and with which exit code: values for `main` to print.
//!
//! Report files are written here. One that cannot be written makes the run fail: a pipeline that keeps reports must not
//! go on without them.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use crate::cli::Display;
use crate::diagnostic::Diagnostic;
use crate::host::{helm_plugin, resource_list};
use crate::output::{Output, Patch};
use crate::report::{self, Command, Form, Verdict};
use crate::run::{Ask, Judged};
use crate::source::Sources;

/// The exit code of a run that could not decide.
pub const UNDECIDED: u8 = 2;

/// Which of the program's streams are terminals.
#[derive(Debug, Clone, Copy)]
pub struct Terminals {
    /// Standard output.
    pub stdout: bool,
    /// Standard error.
    pub stderr: bool,
}

/// What a run says.
#[derive(Debug)]
pub struct Answer {
    /// The exit code: 0 done, 1 refused, 2 undecided.
    code: u8,
    /// What goes to standard error.
    pub stderr: String,
    stdout: Stdout,
    reports: Vec<(PathBuf, String)>,
    /// For the person behind Helm: plain, and with colours.
    helm: Option<(String, String)>,
}

#[derive(Debug)]
enum Stdout {
    Nothing,
    /// The stream, for a program behind the pipe.
    Stream(Patch),
    /// The report, for whoever reads it.
    Report(String),
}

impl Answer {
    /// What a run that came to a verdict says: a refusal writes no stream.
    pub fn judged(
        judged: Judged,
        sources: &Sources,
        display: &Display,
        terminals: Terminals,
    ) -> Self {
        let report = judged.report(sources);
        let render = |form, is_terminal| report::render(&report, form, display.style(is_terminal));
        let is_refused = report.verdict == Verdict::Refused;
        let (stdout, stderr) = if report.command == Command::Filter {
            let stream = match judged.output {
                Some(Output::Stream(patch)) => Stdout::Stream(patch),
                _ => Stdout::Nothing,
            };
            (stream, render(display.form, terminals.stderr))
        } else {
            let told = render(display.form, terminals.stdout);
            (Stdout::Report(told), String::new())
        };
        Self {
            code: u8::from(is_refused),
            stderr,
            stdout,
            reports: files(display, |form| render(form, false)),
            helm: (is_refused && display.is_helm_plugin)
                .then(|| (render(display.form, false), render(display.form, true))),
        }
    }

    /// Why nothing could be decided.
    pub fn undecided(
        ask: &Ask,
        problems: &[Diagnostic],
        sources: &Sources,
        display: &Display,
        terminals: Terminals,
    ) -> Self {
        let json = || report::failure_json(ask.command(), problems, sources);
        let text =
            |is_terminal| report::diagnostics_text(problems, sources, display.color(is_terminal));
        let is_filter = ask.command() == Command::Filter;
        let stdout = match display.form {
            _ if is_filter => {
                resource_list::undecided(problems, sources).map_or(Stdout::Nothing, Stdout::Stream)
            }
            Form::Json => Stdout::Report(json()),
            Form::Text => Stdout::Nothing,
        };
        Self {
            code: UNDECIDED,
            stderr: match display.form {
                Form::Json if is_filter => json(),
                _ => text(terminals.stderr),
            },
            stdout,
            reports: files(display, |form| match form {
                Form::Json => json(),
                Form::Text => text(false),
            }),
            helm: display.is_helm_plugin.then(|| (text(false), text(true))),
        }
    }

    /// Writes the report files. Where one cannot be written, no stream will be, and nothing counts as decided.
    #[must_use]
    pub fn with_reports_written(mut self) -> Self {
        for (path, report) in &self.reports {
            let Err(error) = fs::write(path, report) else {
                continue;
            };
            let path = path.display();
            let mut problem = format!("error: the report cannot be written to {path}: {error}");
            if matches!(self.stdout, Stdout::Stream(_)) {
                self.stdout = Stdout::Nothing;
                problem.push_str("; no stream was written");
            }
            self.stderr.push_str(&problem);
            self.stderr.push('\n');
            self.code = UNDECIDED;
        }
        self
    }

    /// Writes what goes to standard output.
    ///
    /// # Errors
    /// Those of the writer; but whoever stops to read a report has read enough.
    pub fn write_stdout(&self, sources: &Sources, mut to: impl Write) -> io::Result<()> {
        match &self.stdout {
            Stdout::Nothing => Ok(()),
            Stdout::Stream(patch) => patch.write(sources, to),
            Stdout::Report(report) => {
                let written = to.write_all(report.as_bytes()).and_then(|()| to.flush());
                written.or_else(|error| match error.kind() {
                    io::ErrorKind::BrokenPipe => Ok(()),
                    _ => Err(error),
                })
            }
        }
    }

    /// Shows a refusal to the person behind Helm 4, which throws a plugin's standard error away, and gives the exit code.
    pub fn shown_to_helm(self) -> u8 {
        if let Some((plain, colored)) = self.helm {
            helm_plugin::show(plain, colored);
        }
        self.code
    }
}

/// Each report file with its report.
fn files(display: &Display, render: impl Fn(Form) -> String) -> Vec<(PathBuf, String)> {
    let files = display.reports.iter();
    files
        .map(|(path, form)| (path.clone(), render(*form)))
        .collect()
}
