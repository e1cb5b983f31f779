//! The commands, one per file. A command returns an [`Ending`] and writes nothing itself.

mod check;
#[cfg(feature = "cluster")]
mod converge;
#[cfg(not(feature = "cluster"))]
#[path = "converge/without_cluster.rs"]
mod converge;
mod explain;
mod filter;
mod fix;
mod generate;
mod init;
mod plan;
mod policy;

use std::io;
use std::path::PathBuf;

use crate::call::Call;
use crate::cli::{self, Asked, Cli, Display, Options, Refused};
use crate::diagnostic::Diagnostic;
use crate::ending::{Done, Ending};
use crate::host::helm::command_line::HelmCall;
use crate::progress::Progress;
use crate::report::{Command, Form, Verbosity};
use crate::run::Task;
use crate::source::Sources;

/// Runs the command. Nothing is written but what is told on the way to `stderr`, where a command runs others.
pub fn run(call: &Call, stdin: impl io::Read, stderr: &mut dyn io::Write) -> Ending {
    let (loose_command, loose) = call.loosely_read();
    let cli = Cli::read(&call.args, loose.color(call.terminals.stdout));
    if call.host.is_helm() && !is_filter(call, &cli) {
        return Ending::undecided(call, loose_command, loose, vec![not_under_helm()]);
    }
    let cli = match cli {
        Ok(cli) => cli,
        Err(Refused::Page(page)) => return Ending::page(call, loose, page),
        Err(Refused::Usage(problem)) => {
            return Ending::undecided(call, loose_command, loose, vec![problem]);
        }
    };
    match settings(&cli, call) {
        Ok((options, display)) => settled(call, &cli, &options, display, (stdin, stderr)),
        Err(problems) => Ending::undecided(call, cli.command(), loose, problems),
    }
}

/// The options and how to show the outcome, or all problems with either.
fn settings(cli: &Cli, call: &Call) -> Result<(Options, Display), Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let environment = &call.environment;
    let options = if let Some(Asked::Converge { command }) = &cli.asked {
        let environment = cli.stream.place_of_command(environment);
        let helm = HelmCall::of_command(command, &environment);
        let helm = helm.as_ref();
        cli.stream.options(&environment, helm, &mut problems)
    } else {
        let helm = call.helm.as_ref();
        cli.stream.options(environment, helm, &mut problems)
    };
    let display = cli
        .stream
        .display(cli.command(), environment, &mut problems);
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
    (stdin, stderr): (impl io::Read, &mut dyn io::Write),
) -> Ending {
    if cli.asked.is_none() && call.terminals.stdin {
        let help = Cli::short_help(display.color(call.terminals.stderr));
        return Ending::unanswered(call, display, help);
    }
    let mut sources = Sources::default();
    let command = cli.command();
    if let Some(done) = page(call, cli, &display) {
        return Ending::new(call, command, display, done, sources);
    }
    options.note_files(&mut sources);
    let done = if let Some(Asked::Converge { command }) = &cli.asked {
        let asked = converge::Asked {
            command,
            options,
            stream: &cli.stream,
            environment: &call.environment,
            is_quiet: display.verbosity == Verbosity::Quiet,
            is_terminal: call.terminals.stderr,
        };
        converge::converge(&asked, &mut sources, stderr)
    } else {
        let task = Task {
            command,
            options,
            host: call.host,
            detail: display.detail(command),
            helm: call.helm.as_ref(),
        };
        let form = display.form;
        let is_quiet = display.verbosity == Verbosity::Quiet;
        let is_check = matches!(cli.asked, Some(Asked::Check { .. }));
        let _shown = is_check.then(|| Progress::of(call, is_quiet, "checking"));
        judged(
            &task,
            cli,
            form,
            (stdin, call.terminals.stdin),
            &mut sources,
        )
    };
    Ending::new(call, command, display, done, sources)
}

/// What is asked for, where it depends on nothing but this program.
fn page(call: &Call, cli: &Cli, display: &Display) -> Option<Done> {
    match &cli.asked {
        Some(Asked::Explain { rule }) => {
            let look = explain::look(call.terminals.stdout, display);
            Some(explain::explain(rule.as_deref(), look))
        }
        Some(Asked::Generate { what }) => Some(generate::generate(*what)),
        _ => None,
    }
}

/// Runs one of the commands that do their work themselves; `stdin` comes with whether it is a terminal.
fn judged(
    task: &Task<'_>,
    cli: &Cli,
    form: Form,
    (stdin, is_terminal): (impl io::Read, bool),
    sources: &mut Sources,
) -> Done {
    match &cli.asked {
        Some(Asked::Check { paths }) => check::check(task, paths, stdin, is_terminal, sources),
        Some(Asked::Fix { paths }) => fix::fix(task, paths, sources),
        Some(Asked::Plan { path, exit_code }) => {
            let shown = plan::Shown {
                path: path.as_deref(),
                has_exit_code: *exit_code,
                export: form.export(),
            };
            plan::plan(task, shown, stdin, is_terminal, sources)
        }
        Some(Asked::Policy { list, show }) => {
            let asked = policy::Asked::of(*list, show.as_deref());
            policy::policy(task.options, form, &asked, sources)
        }
        Some(Asked::Init { path }) => {
            let asked = init::Asked {
                path: path.as_deref(),
                has_baseline: cli.stream.has_baseline(),
            };
            init::init(task, asked, stdin, is_terminal, sources)
        }
        Some(Asked::Converge { .. } | Asked::Explain { .. } | Asked::Generate { .. }) | None => {
            filter::filter(task, stdin, sources)
        }
    }
}

/// Whether the filter is asked for, rightly or wrongly.
fn is_filter(call: &Call, cli: &Result<Cli, Refused>) -> bool {
    match cli {
        Ok(cli) => cli.asked.is_none(),
        Err(Refused::Page(_)) => false,
        Err(Refused::Usage(_)) => cli::command_named_in(&call.args) == Command::Filter,
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
