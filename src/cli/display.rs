//! How an outcome is shown: its format, verbosity and colours, and the files that it is written to.

use std::path::PathBuf;
use std::process;

use clap::ValueEnum;

use super::options::{alternatives, invalid_value};
use super::{StreamArgs, taken};
use crate::diagnostic::Diagnostic;
use crate::environment::{self, Environment};
use crate::names::shown;
use crate::report::{Command, Detail, Form, Style, Verbosity};

/// The placeholder for the process id in the name of a report file.
const PID: &str = "{pid}";

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless the environment says otherwise.
    #[default]
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
    /// The file that each run appends a line to.
    pub(crate) log: Option<PathBuf>,
    /// The reason of `--reason`, for the log.
    pub(crate) reason: Option<String>,
    pub(crate) verbosity: Verbosity,
    color: Option<bool>,
    is_utf8: bool,
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
            log: None,
            reason: None,
            verbosity,
            color: match color {
                Color::Always => Some(true),
                Color::Never => Some(false),
                Color::Auto => color_by_environment(environment),
            },
            is_utf8: is_utf8(environment),
        }
    }

    /// The same with the log that the options or the environment name.
    pub(super) fn with_log(
        self,
        log: Option<PathBuf>,
        reason: Option<String>,
        environment: &Environment,
    ) -> Self {
        let inherited = || environment.path(environment::LOG).map(PathBuf::from);
        Self {
            log: log.or_else(inherited),
            reason: reason.or_else(|| environment.get(environment::REASON)),
            ..self
        }
    }

    /// What all its forms together show of a release.
    pub(crate) fn detail(&self, command: Command) -> Detail {
        let forms = self.reports.iter().map(|(_, form)| *form);
        let details = forms.chain([self.form]).map(Form::detail);
        match command {
            Command::Plan => Detail::Renderings,
            _ => details.max().unwrap_or(Detail::Releases),
        }
    }

    /// Whether to use colours on a stream that is, or is not, a terminal.
    pub(crate) fn color(&self, is_terminal: bool) -> bool {
        self.color.unwrap_or(is_terminal)
    }

    /// How a text looks in a file.
    pub(crate) fn plain(&self) -> Style {
        Style {
            color: false,
            verbosity: self.verbosity,
            width: None,
            blocks: false,
        }
    }

    /// How a text looks on a stream that is, or is not, a terminal.
    pub(crate) fn style(&self, is_terminal: bool) -> Style {
        Style {
            color: self.color(is_terminal),
            blocks: is_terminal && self.is_utf8,
            ..self.plain()
        }
    }
}

impl StreamArgs {
    /// Resolves how to show the outcome; adds every problem to `problems`.
    pub(crate) fn display(
        &self,
        command: Command,
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
        Display::new(
            form(self.output, command, environment, problems),
            files,
            match (self.quiet, self.verbose) {
                (true, _) => Verbosity::Quiet,
                (false, true) => Verbosity::Verbose,
                (false, false) => Verbosity::Normal,
            },
            self.color.unwrap_or_default(),
            environment,
        )
        .with_log(self.log.clone(), self.reason.clone(), environment)
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
    for (from, file) in inherited.chain(given.map(|file| ("--report", file))) {
        let file = (from, of_this_process(file));
        if !files.iter().any(|(_, known)| *known == file.1) {
            files.push(file);
        }
    }
    files
}

/// The name of a file with the process id in the place of `{pid}`, so that runs at the same time do not overwrite each other's.
fn of_this_process(file: PathBuf) -> PathBuf {
    match file.to_str() {
        Some(name) if name.contains(PID) => name.replace(PID, &process::id().to_string()).into(),
        _ => file,
    }
}

/// A report file with the format of its extension.
pub(super) fn with_form(
    (from, path): &(&'static str, PathBuf),
) -> Result<(PathBuf, Form), Diagnostic> {
    let form = Form::of_path(path).ok_or_else(|| {
        let name = shown(&path.to_string_lossy());
        let extensions = alternatives(&Form::extensions());
        Diagnostic::new(format!(
            "{from} {name}: the file name must end in {extensions}"
        ))
    });
    form.map(|form| (path.clone(), form))
}

/// The form for standard output or standard error, if the command has it.
fn form(
    given: Option<Form>,
    command: Command,
    environment: &Environment,
    problems: &mut Vec<Diagnostic>,
) -> Form {
    let variable = environment::OUTPUT;
    // The variable is for the trimtab that it runs.
    if command == Command::Converge && given.is_none() {
        return Form::Text;
    }
    let from = given.map_or(variable, |_| "--output");
    let form = given.or_else(|| form_of_variable(command, environment, problems));
    let form = form.unwrap_or_default();
    if !command.forms().contains(&form) {
        problems.push(unfitting(from, form, command));
    }
    form
}

fn form_of_variable(
    command: Command,
    environment: &Environment,
    problems: &mut Vec<Diagnostic>,
) -> Option<Form> {
    let text = environment.get(environment::OUTPUT)?;
    let form = Form::from_str(&text, false);
    if form.is_err() {
        problems.push(invalid_value(
            environment::OUTPUT,
            &text,
            &names_of(command),
        ));
    }
    form.ok()
}

/// The names of the forms that a command prints.
pub(super) fn names_of(command: Command) -> Vec<String> {
    command.forms().iter().map(|form| form.name()).collect()
}

/// A form that exists, but not for this command.
fn unfitting(from: &str, form: Form, command: Command) -> Diagnostic {
    let name = form.name();
    let known = names_of(command).into_iter();
    let known: Vec<String> = known.map(|name| format!("`{name}`")).collect();
    let who = match command {
        Command::Filter => "the filter reports on standard error, and".to_owned(),
        _ => format!("trimtab {}", command.as_str()),
    };
    let known = alternatives(&known);
    let problem = Diagnostic::new(format!("{from}: {who} has no form `{name}`, only {known}"));
    let extension = form.extension();
    if let Some(extension) = extension.filter(|_| taken::writes_reports(command)) {
        return problem.help(format!("write it to a file: --report FILE.{extension}"));
    }
    if command == Command::Init {
        return problem;
    }
    let other = form.export().map_or("check", |_| "plan");
    problem.help(format!(
        "trimtab {other} has it: trimtab {other} --output {name}"
    ))
}

/// Whether the locale's characters are those of Unicode: the first of the variables that is set decides (POSIX, "Environment
/// Variables", 8.2).
fn is_utf8(environment: &Environment) -> bool {
    let mut variables = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter();
    let locale = variables.find_map(|name| environment.get(name));
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
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
