//! How a run ends. Everything goes through here, including usage errors and panics.
//!
//! The host and the command decide what is written where, in this order: report files are opened, the log's line is
//! appended, files are replaced, then reports, standard output, standard error and the message to Helm's user are written.
//! The exit code comes from the outcome; any failure on the way makes it 2.

mod log;
mod reports;

use std::io::{self, Write};

use self::log::Log;
use self::reports::Reports;
use crate::call::{Call, Terminals};
use crate::cli::Display;
use crate::diagnostic::Diagnostic;
use crate::host::{Host, helm};
use crate::output::{Output, Patch};
use crate::report::{
    self, Command, Facts, Form, Outcome, Repository, Setting, Style, UNDECIDED, Verdict,
};
use crate::run::Judged;
use crate::source::Sources;

/// The result of a command, and what to write.
pub(crate) struct Done {
    outcome: Outcome,
    output: Option<Output>,
}

impl Done {
    /// The result of a run, with or without a verdict.
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

    /// A command that ran another one.
    pub(crate) fn stopped(code: u8, problem: Option<Diagnostic>) -> Self {
        Self {
            outcome: Outcome::Stopped(code, problem),
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

/// The files that a run reports to, open.
#[derive(Default)]
struct Written {
    reports: Reports,
    log: Option<Log>,
}

/// How a run ended, with everything that a report needs.
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
    /// The short help, shown when there is nothing to read.
    help: Option<String>,
    /// Failures while writing a refusal.
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

    /// A run that ends before it reads anything.
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

    /// A run without a stream to read: the short help shows how to give one.
    pub(crate) fn unanswered(call: &Call, display: Display, help: String) -> Self {
        let problem = Diagnostic::new("nothing to read: standard input is a terminal");
        Self {
            help: Some(help),
            ..Self::undecided(call, Command::Filter, display, vec![problem])
        }
    }

    /// A run that prints a page.
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

    /// Writes the report in a format, as it goes to a file.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_report(&self, form: Form, to: &mut dyn Write) -> io::Result<()> {
        let style = self.display.plain();
        if self.failures.is_empty() {
            self.write(form, style, to)
        } else {
            self.write_failures(form, style, to)
        }
    }

    /// Writes everything, and returns the exit code.
    pub fn deliver(mut self, stdout: impl Write, mut stderr: impl Write) -> u8 {
        let mut written = Written::default();
        let mut is_quiet = false;
        if let Err(problems) = self.write_files(&mut written) {
            self.fail(problems, &mut written);
        }
        if let Err(error) = self.write_stdout(stdout) {
            is_quiet = error.kind() == io::ErrorKind::BrokenPipe;
            let message = format!("cannot write to standard output: {error}");
            self.fail(vec![Diagnostic::new(message)], &mut written);
        }
        if !is_quiet {
            _ = self.tell(self.display.style(self.terminals.stderr), &mut stderr);
            self.tell_helm();
        }
        self.code()
    }

    /// Makes it a run that could not decide; a refusal is still reported.
    fn fail(&mut self, problems: Vec<Diagnostic>, written: &mut Written) {
        self.output = None;
        match &mut self.outcome {
            Outcome::Judged(report) if report.verdict == Verdict::Refused => {
                self.failures.extend(problems);
            }
            Outcome::Undecided(reasons) => reasons.extend(problems),
            outcome => *outcome = Outcome::Undecided(problems),
        }
        // Best effort: the files must not show a success.
        _ = written
            .reports
            .write(|form, file| self.write_report(form, file));
        if let Some(log) = &mut written.log {
            _ = self.append_to(log);
        }
    }

    /// Replaces the files and writes the log and the reports; nothing is replaced if one of these cannot be written.
    fn write_files(&self, files: &mut Written) -> Result<(), Vec<Diagnostic>> {
        if matches!(self.outcome, Outcome::Page(_) | Outcome::Stopped(..)) {
            return Ok(());
        }
        let read = self.sources.files();
        files.reports.open(&self.display.reports, read)?;
        if let Some(path) = &self.display.log {
            let reports = self.display.reports.iter().map(|(path, _)| path);
            let log = Log::open(path, read, reports).map_err(|problem| vec![problem])?;
            self.append_to(files.log.insert(log))
                .map_err(|problem| vec![problem])?;
        }
        let replaced = match &self.output {
            Some(output) => output.replace_files(&self.sources),
            None => Ok(()),
        };
        replaced.map_err(|problem| vec![problem])?;
        let written = files
            .reports
            .write(|form, file| self.write_report(form, file));
        written.map_err(|problems| {
            let changed = self.output.as_ref().is_some_and(Output::is_in_files);
            let note = if changed {
                "the files were changed"
            } else {
                "nothing was written"
            };
            problems.into_iter().map(|it| it.note(note)).collect()
        })
    }

    /// Appends this run to the log.
    fn append_to(&self, log: &mut Log) -> Result<(), Diagnostic> {
        let facts = Facts {
            time: jiff::Timestamp::now().strftime("%FT%T%.3fZ").to_string(),
            code: self.code(),
            reason: self.display.reason.as_deref(),
            failures: &self.failures,
        };
        let repository = Repository::default();
        match report::entry(&self.outcome, &self.setting(&repository), &facts) {
            Some(line) => log.append(&line),
            None => Ok(()),
        }
    }

    /// Writes standard output. A closed pipe is not an error for a report: the reader has read enough.
    fn write_stdout(&self, mut to: impl Write) -> io::Result<()> {
        let form = self.display.form;
        let is_judging = self.command != Command::Filter;
        let written = match (&self.output, &self.outcome) {
            (Some(Output::Stream(patch)), _) => return patch.write(&self.sources, to),
            (Some(Output::Document(text)), _) => to.write_all(text.as_bytes()),
            (_, Outcome::Page(_)) => self.write(form, self.display.plain(), &mut to),
            _ if form.export().is_some() => return Ok(()),
            (_, Outcome::Judged(_)) if is_judging => {
                self.write(form, self.display.style(self.terminals.stdout), &mut to)
            }
            (_, Outcome::Undecided(_)) if is_judging && form != Form::Text => {
                self.write(form, self.display.plain(), &mut to)
            }
            (_, Outcome::Judged(_) | Outcome::Undecided(_) | Outcome::Stopped(..)) => return Ok(()),
        };
        let written = written.and_then(|()| to.flush());
        written.or_else(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Ok(()),
            _ => Err(error),
        })
    }

    /// Writes what a person is told beside standard output.
    fn tell(&self, style: Style, to: &mut dyn Write) -> io::Result<()> {
        let form = self.display.form;
        match &self.outcome {
            Outcome::Judged(_) | Outcome::Undecided(_) if self.command == Command::Filter => {
                self.write(form, style, to)?;
            }
            Outcome::Undecided(_) | Outcome::Stopped(..) => self.write(Form::Text, style, to)?,
            Outcome::Judged(report) if report.export.is_some() => {
                to.write_all(report::told(report, style).as_bytes())?;
            }
            Outcome::Judged(_) | Outcome::Page(_) => {}
        }
        if let Some(help) = &self.help {
            write!(to, "\n{help}")?;
        }
        if !self.failures.is_empty() {
            self.write_failures(Form::Text, style, to)?;
        }
        to.flush()
    }

    /// Shows Helm's user what Helm would not show: everything under Helm 4, and a success under Helm 3.
    fn tell_helm(&self) {
        let is_success = self.code() == 0;
        let is_shown = match self.host {
            Host::Helm3 => is_success,
            Host::Helm4 => true,
            Host::Shell | Host::Krm | Host::PreCommit | Host::ArgoCd => false,
        };
        let is_worth_it = self.outcome.is_worth_telling(self.display.verbosity);
        if is_shown && (is_worth_it || !self.failures.is_empty()) {
            let told = |is_terminal| {
                let mut told = Vec::new();
                // Writing into memory does not fail.
                _ = self.tell(self.display.style(is_terminal), &mut told);
                told
            };
            helm::show(helm::Message {
                plain: told(false),
                colored: told(true),
                is_success,
            });
        }
    }

    fn write(&self, form: Form, style: Style, to: &mut dyn Write) -> io::Result<()> {
        self.write_outcome(&self.outcome, (form, style), to)
    }

    fn write_failures(&self, form: Form, style: Style, to: &mut dyn Write) -> io::Result<()> {
        let failed = Outcome::Undecided(self.failures.clone());
        self.write_outcome(&failed, (form, style), to)
    }

    fn write_outcome(
        &self,
        outcome: &Outcome,
        (form, style): (Form, Style),
        to: &mut dyn Write,
    ) -> io::Result<()> {
        let repository = match form {
            Form::Text | Form::Json => Repository::default(),
            _ => Repository::here(),
        };
        report::write(outcome, &self.setting(&repository), (form, style), to)
    }

    fn setting<'s>(&'s self, repository: &'s Repository) -> Setting<'s> {
        Setting {
            command: self.command,
            sources: &self.sources,
            repository,
        }
    }
}
