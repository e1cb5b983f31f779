//! The commands, one per file. A command returns an [`Ending`] and writes nothing itself.

mod check;
mod explain;
mod filter;
mod fix;

use std::ffi::OsString;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use crate::cli::{Asked, Cli, Display, Environment, Options, Refused, loosely_read};
use crate::diagnostic::Diagnostic;
use crate::ending::Ending;
use crate::host::Host;
use crate::report::Command;
use crate::run::Task;
use crate::source::Sources;

/// How this program was called.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// The arguments, the program's name first.
    pub args: Vec<OsString>,
    /// The variables that it inherits.
    pub environment: Environment,
    /// The host.
    pub host: Host,
    /// Which of its streams are terminals.
    pub terminals: Terminals,
}

/// Which of the program's streams are terminals.
#[derive(Debug, Clone, Copy, Default)]
#[allow(missing_docs, reason = "the streams go by their names")]
pub struct Terminals {
    pub stdin: bool,
    pub stdout: bool,
    pub stderr: bool,
}

impl Call {
    /// What is read even from an invalid command line: the command, and how to show its outcome.
    pub(crate) fn loosely_read(&self) -> (Command, Display) {
        let (command, display) = loosely_read(&self.args, &self.environment);
        // Helm would take a report on standard output for manifests.
        let command = if self.host.is_helm() {
            Command::Filter
        } else {
            command
        };
        (command, display)
    }

    /// How this process was called.
    pub fn of_this_process() -> Self {
        let environment: Environment = std::env::vars_os().collect();
        Self {
            args: std::env::args_os().collect(),
            host: Host::of_this_process(&environment),
            environment,
            terminals: Terminals {
                stdin: io::stdin().is_terminal(),
                stdout: io::stdout().is_terminal(),
                stderr: io::stderr().is_terminal(),
            },
        }
    }
}

/// Runs the command, without writing anything.
pub fn run(call: &Call, stdin: impl io::Read) -> Ending {
    let (loose_command, loose) = call.loosely_read();
    let cli = Cli::read(&call.args, loose.color(call.terminals.stdout));
    if call.host.is_helm() && !is_filter(&cli) {
        return Ending::undecided(call, loose_command, loose, vec![not_under_helm()]);
    }
    let cli = match cli {
        Ok(cli) => cli,
        Err(Refused::Page(page)) => return Ending::page(call, loose, page),
        Err(Refused::Usage(problem)) => {
            return Ending::undecided(call, loose_command, loose, vec![problem]);
        }
    };
    match settings(&cli, &call.environment) {
        Ok((options, display)) => settled(call, &cli, &options, display, stdin),
        Err(problems) => Ending::undecided(call, cli.command(), loose, problems),
    }
}

/// The options and how to show the outcome, or all problems with either.
fn settings(cli: &Cli, environment: &Environment) -> Result<(Options, Display), Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let options = cli.stream.options(environment, &mut problems);
    let display = cli.stream.display(environment, &mut problems);
    if problems.is_empty() {
        Ok((options, display))
    } else {
        Err(problems)
    }
}

/// Runs a command with valid options.
fn settled(
    call: &Call,
    cli: &Cli,
    options: &Options,
    display: Display,
    stdin: impl io::Read,
) -> Ending {
    let command = cli.command();
    let task = Task {
        command,
        options,
        host: call.host,
    };
    let mut sources = Sources::default();
    options.note_files(&mut sources);
    let is_terminal = call.terminals.stdin;
    let done = match &cli.asked {
        None if is_terminal => {
            let help = Cli::short_help(display.color(call.terminals.stderr));
            return Ending::unanswered(call, display, help);
        }
        None => filter::filter(&task, stdin, &mut sources),
        Some(Asked::Check { paths }) => {
            check::check(&task, paths, stdin, is_terminal, &mut sources)
        }
        Some(Asked::Fix { paths }) => fix::fix(&task, paths, &mut sources),
        Some(Asked::Explain { rule }) => explain::explain(rule.as_deref()),
    };
    Ending::new(call, command, display, done, sources)
}

fn is_filter(cli: &Result<Cli, Refused>) -> bool {
    match cli {
        Ok(cli) => cli.asked.is_none(),
        Err(Refused::Page(_)) => false,
        Err(Refused::Usage(_)) => true,
    }
}

/// Helm would take the output of any other command for the manifests: a report, or nothing at all.
fn not_under_helm() -> Diagnostic {
    Diagnostic::new("under Helm, trimtab runs only as a post-renderer, without a command")
        .note("Helm would take the output of another command for the manifests of the release, and delete everything else")
        .help("remove the command from --post-renderer-args, or run it outside of Helm")
}

/// The paths of a command line; none if it names `-`, which is standard input.
fn no_paths(paths: &[PathBuf]) -> bool {
    paths.is_empty() || paths.iter().any(|path| path.as_os_str() == "-")
}
