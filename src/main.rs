//! The program: parse the arguments, run, write, exit.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use anyhow::Context;
use clap::{CommandFactory, Parser};
use trimtab::answer::{Answer, Terminals, UNDECIDED};
use trimtab::cli::{Cli, Command};
use trimtab::options::Environment;
use trimtab::source::Sources;
use trimtab::{Ask, rules, run};

fn main() -> ExitCode {
    let code = try_main().unwrap_or_else(|error| {
        let is_broken_pipe = error
            .downcast_ref()
            .is_some_and(|error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe);
        if !is_broken_pipe {
            _ = writeln!(io::stderr(), "error: {error:#}");
        }
        UNDECIDED
    });
    ExitCode::from(code)
}

fn try_main() -> anyhow::Result<u8> {
    let cli = Cli::parse();
    let ask = match &cli.command {
        None if env::args_os().len() == 1 && io::stdin().is_terminal() => {
            write!(io::stderr(), "{}", Cli::command().render_help())?;
            return Ok(UNDECIDED);
        }
        None => Ask::Filter,
        Some(Command::Check { paths }) => Ask::Check(paths.clone()),
        Some(Command::Fix { paths }) => Ask::Fix(paths.clone()),
        Some(Command::Explain { rule }) => {
            write!(io::stdout(), "{}", rules::explain(rule.as_deref())?)?;
            return Ok(0);
        }
    };
    // A value that is no UTF-8 is not passed over: with its odd bytes replaced, it names nothing.
    let variable = |name: &str| Some(env::var_os(name)?.to_string_lossy().into_owned());
    let environment = Environment(&variable);
    let options = cli.stream.options(&environment)?;
    let display = cli.stream.display(&environment)?;
    let terminals = Terminals {
        stdout: io::stdout().is_terminal(),
        stderr: io::stderr().is_terminal(),
    };

    let mut sources = Sources::default();
    let judged = run(&ask, &options, io::stdin(), &mut sources)
        .and_then(|judged| judged.replace_files(&sources));
    let answer = match judged {
        Ok(judged) => Answer::judged(judged, &sources, &display, terminals),
        Err(problems) => Answer::undecided(&ask, &problems, &sources, &display, terminals),
    };
    let answer = answer.with_reports_written();
    answer
        .write_stdout(&sources, io::stdout().lock())
        .context("standard output cannot be written")?;
    _ = io::stderr().write_all(answer.stderr.as_bytes());
    Ok(answer.shown_to_helm())
}
