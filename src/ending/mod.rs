//! How a run ends: the one way out for everything, a wrong option and a panic too.
//!
//! What is written where follows from the host and the command, in this order: report files are opened, files are
//! replaced, reports, standard output, standard error, and the person behind Helm. The exit code comes from the outcome,
//! and whatever goes wrong on the way makes it 2.

mod bug;
mod reports;

use std::io::{self, Write};

pub(crate) use self::bug::caught;
use self::reports::Reports;
use crate::cli::Display;
use crate::commands::{Call, Terminals};
use crate::diagnostic::Diagnostic;
use crate::host::{Host, helm};
use crate::output::{Output, Patch};
use crate::report::{self, Command, Form, Outcome, UNDECIDED, Verdict};
use crate::run::Judged;
use crate::source::Sources;

/// What a command came to, and what is to be written.
pub(crate) struct Done {
    outcome: Outcome,
    output: Option<Output>,
}

impl Done {
    /// A run that came to a verdict, or did not.
    pub(crate) fn of(run: Result<Judged, Vec<Diagnostic>>) -> Self {
        match run {
            Ok(Judged { report, output }) => Self {
                outcome: Outcome::Judged(report),
                output,
            },
            Err(problems) => Self::undecided(problems),
        }
    }

    pub(crate) fn undecided(problems: Vec<Diagnostic>) -> Self {
        Self {
            outcome: Outcome::Undecided(problems),
            output: None,
        }
    }

    pub(crate) fn page(page: String) -> Self {
        Self {
            outcome: Outcome::Page(page),
            output: None,
        }
    }

    /// The same with a stream to print.
    pub(crate) fn with_stream(self, stream: Option<Patch>) -> Self {
        Self {
            output: stream.map(Output::Stream),
            ..self
        }
    }
}

/// How a run ended, with all that is needed to tell it.
#[derive(Debug)]
pub struct Ending {
    command: Command,
    host: Host,
    terminals: Terminals,
    display: Display,
    sources: Sources,
    /// How it ended.
    pub outcome: Outcome,
    output: Option<Output>,
    /// The short help, in the place of what was not there to read.
    help: Option<String>,
    /// What went wrong while a refusal was written.
    failures: Vec<Diagnostic>,
}

impl Ending {
    pub(crate) fn new(
        call: &Call,
        command: Command,
        display: Display,
        done: Done,
        sources: Sources,
    ) -> Self {
        Self {
            command,
            host: call.host,
            terminals: call.terminals,
            display,
            sources,
            outcome: done.outcome,
            output: done.output,
            help: None,
            failures: Vec::new(),
        }
    }

    /// A run that ends before it has read anything.
    pub(crate) fn undecided(
        call: &Call,
        command: Command,
        display: Display,
        problems: Vec<Diagnostic>,
    ) -> Self {
        let mut sources = Sources::default();
        reports::note_arguments(call, &mut sources);
        Self::new(call, command, display, Done::undecided(problems), sources)
    }

    /// A run without a stream to read: the short help says what to give.
    pub(crate) fn unanswered(call: &Call, display: Display, help: String) -> Self {
        let problem = Diagnostic::new("there is nothing to read: standard input is a terminal");
        Self {
            help: Some(help),
            ..Self::undecided(call, Command::Filter, display, vec![problem])
        }
    }

    /// A run that was asked for a page.
    pub(crate) fn page(call: &Call, display: Display, page: String) -> Self {
        Self::new(
            call,
            Command::Explain,
            display,
            Done::page(page),
            Sources::default(),
        )
    }

    /// A run that ended in a panic.
    pub(crate) fn bug(call: &Call, bug: Diagnostic) -> Self {
        let (command, display) = call.loosely_read();
        Self::undecided(call, command, display, vec![bug])
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        if self.failures.is_empty() {
            self.outcome.code()
        } else {
            UNDECIDED
        }
    }

    /// The report in a form, as a file gets it.
    pub fn report(&self, form: Form) -> String {
        if self.failures.is_empty() {
            self.rendered(form, false)
        } else {
            let failed = Outcome::Undecided(self.failures.clone());
            let style = self.display.style(false);
            report::render(&failed, self.command, &self.sources, form, style)
        }
    }

    /// Writes everything, and gives the exit code.
    pub fn deliver(mut self, stdout: impl Write, mut stderr: impl Write) -> u8 {
        let mut reports = Reports::default();
        let mut is_quiet = false;
        if let Err(problems) = self.write_files(&mut reports) {
            self.fail(problems, &mut reports);
        }
        if let Err(error) = self.write_stdout(stdout) {
            is_quiet = error.kind() == io::ErrorKind::BrokenPipe;
            let message = format!("standard output cannot be written: {error}");
            self.fail(vec![Diagnostic::new(message)], &mut reports);
        }
        if !is_quiet {
            _ = stderr.write_all(self.stderr().as_bytes());
            self.tell_helm();
        }
        self.code()
    }

    /// Makes it a run that could not decide; a refusal is told all the same.
    fn fail(&mut self, problems: Vec<Diagnostic>, reports: &mut Reports) {
        self.output = None;
        match &mut self.outcome {
            Outcome::Judged(report) if report.verdict == Verdict::Refused => {
                self.failures.extend(problems);
            }
            Outcome::Undecided(reasons) => reasons.extend(problems),
            outcome => *outcome = Outcome::Undecided(problems),
        }
        // As far as that is possible now: they must not show a success.
        _ = reports.write(|form| self.report(form));
    }

    /// Replaces the files and writes the reports; nothing is replaced if a report cannot be written.
    fn write_files(&self, reports: &mut Reports) -> Result<(), Vec<Diagnostic>> {
        if matches!(self.outcome, Outcome::Page(_)) {
            return Ok(());
        }
        reports.open(&self.display.reports, self.sources.files())?;
        let replaced = match &self.output {
            Some(output) => output.replace_files(&self.sources),
            None => Ok(()),
        };
        replaced.map_err(|problem| vec![problem])?;
        reports.write(|form| self.report(form)).map_err(|problems| {
            let changed = self.output.as_ref().is_some_and(Output::is_in_files);
            let note = if changed {
                "the files were changed"
            } else {
                "nothing was written"
            };
            problems.into_iter().map(|it| it.note(note)).collect()
        })
    }

    /// Writes what goes to standard output; but whoever stops to read a report has read enough.
    fn write_stdout(&self, mut to: impl Write) -> io::Result<()> {
        let text = match (&self.output, &self.outcome) {
            (Some(Output::Stream(patch)), _) => return patch.write(&self.sources, to),
            (_, Outcome::Page(page)) => page.clone(),
            _ if self.command == Command::Filter => return Ok(()),
            (_, Outcome::Judged(_)) => {
                self.rendered(self.display.form, self.display.color(self.terminals.stdout))
            }
            (_, Outcome::Undecided(_)) if self.display.form == Form::Json => {
                self.rendered(Form::Json, false)
            }
            (_, Outcome::Undecided(_)) => return Ok(()),
        };
        let written = to.write_all(text.as_bytes()).and_then(|()| to.flush());
        written.or_else(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Ok(()),
            _ => Err(error),
        })
    }

    /// What goes to standard error.
    fn stderr(&self) -> String {
        self.told(self.display.color(self.terminals.stderr))
    }

    /// What a person is told beside standard output.
    fn told(&self, color: bool) -> String {
        let is_filter = self.command == Command::Filter;
        let mut told = match &self.outcome {
            Outcome::Judged(_) | Outcome::Undecided(_) if is_filter => {
                self.rendered(self.display.form, color)
            }
            Outcome::Undecided(_) => self.rendered(Form::Text, color),
            Outcome::Judged(_) | Outcome::Page(_) => String::new(),
        };
        if let Some(help) = &self.help {
            told = told + "\n" + help;
        }
        if !self.failures.is_empty() {
            let failed = Outcome::Undecided(self.failures.clone());
            let style = self.display.style(color);
            told += &report::render(&failed, self.command, &self.sources, Form::Text, style);
        }
        told
    }

    /// Shows the person who runs Helm what Helm would not show: all under Helm 4, and a success under Helm 3.
    fn tell_helm(&self) {
        let is_success = self.code() == 0;
        let is_shown = match self.host {
            Host::Helm3 => is_success,
            Host::Helm4 => true,
            Host::Shell | Host::Krm | Host::PreCommit | Host::ArgoCd => false,
        };
        let is_worth_it = self.outcome.is_worth_telling(self.display.verbosity);
        if is_shown && (is_worth_it || !self.failures.is_empty()) {
            helm::show(helm::Message {
                plain: self.told(self.display.color(false)),
                colored: self.told(self.display.color(true)),
                is_success,
            });
        }
    }

    fn rendered(&self, form: Form, color: bool) -> String {
        let style = self.display.style(color);
        report::render(&self.outcome, self.command, &self.sources, form, style)
    }
}
