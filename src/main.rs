//! The program: parse the arguments, run, write, exit.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::{env, fs};

use anyhow::Context;
use clap::{CommandFactory, Parser};
use trimtab::cli::{Cli, Command, Display};
use trimtab::diagnostic::Diagnostic;
use trimtab::host::{helm_plugin, resource_list};
use trimtab::options::Environment;
use trimtab::report::{self, Form, Verdict};
use trimtab::source::Sources;
use trimtab::{Ask, Judged, Output, rules, run};

fn main() -> ExitCode {
    let code = try_main().unwrap_or_else(|error| {
        let is_broken_pipe = error
            .downcast_ref()
            .is_some_and(|error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe);
        if !is_broken_pipe {
            _ = writeln!(io::stderr(), "error: {error:#}");
        }
        2
    });
    ExitCode::from(code)
}

fn try_main() -> anyhow::Result<u8> {
    let cli = Cli::parse();
    let ask = match &cli.command {
        None if io::stdin().is_terminal() => {
            write!(io::stderr(), "{}", Cli::command().render_help())?;
            return Ok(2);
        }
        None => Ask::Filter,
        Some(Command::Check { paths }) => Ask::Check(paths.clone()),
        Some(Command::Fix { paths }) => Ask::Fix(paths.clone()),
        Some(Command::Explain { rule }) => {
            write!(io::stdout(), "{}", rules::explain(rule.as_deref())?)?;
            return Ok(0);
        }
    };
    let variable = |name: &str| env::var(name).ok();
    let environment = Environment(&variable);
    let (options, display) = (
        cli.stream.options(&environment)?,
        cli.stream.display(&environment)?,
    );
    let mut sources = Sources::default();
    match run(&ask, &options, io::stdin(), &mut sources) {
        Ok(judged) => match judged
            .output
            .as_ref()
            .map_or(Ok(()), |output| output.replace_files(&sources))
        {
            Ok(()) => conclude(&judged, &sources, &display),
            Err(problem) => fail(&ask, &[problem], &sources, &display),
        },
        Err(problems) => fail(&ask, &problems, &sources, &display),
    }
}

/// Writes the report files, then the stream, then the report; a refusal writes no stream.
fn conclude(judged: &Judged, sources: &Sources, display: &Display) -> anyhow::Result<u8> {
    let report = judged.report(sources);
    write_reports(display, |form| {
        report::render(&report, form, display.style(false))
    })?;
    let render = |is_terminal| report::render(&report, display.form, display.style(is_terminal));
    let code = u8::from(judged.verdict() == Verdict::Refused);
    if report.command != report::Command::Filter {
        _ = io::stdout().write_all(render(io::stdout().is_terminal()).as_bytes());
        return Ok(code);
    }
    if let Some(Output::Stream(patch)) = &judged.output {
        patch.write(sources, io::stdout().lock())?;
    }
    _ = io::stderr().write_all(render(io::stderr().is_terminal()).as_bytes());
    if code != 0 && is_helm_plugin() {
        helm_plugin::show(render(false), render(true));
    }
    Ok(code)
}

/// Says why nothing could be decided.
fn fail(
    ask: &Ask,
    problems: &[Diagnostic],
    sources: &Sources,
    display: &Display,
) -> anyhow::Result<u8> {
    let json = || report::failure_json(ask.command(), problems, sources);
    let text =
        |is_terminal| report::diagnostics_text(problems, sources, display.color(is_terminal));
    write_reports(display, |form| {
        if form == Form::Json {
            json()
        } else {
            text(false)
        }
    })?;
    if display.form == Form::Json && ask.command() != report::Command::Filter {
        _ = io::stdout().write_all(json().as_bytes());
    }
    let is_json = display.form == Form::Json && ask.command() == report::Command::Filter;
    let message = if is_json {
        json()
    } else {
        text(io::stderr().is_terminal())
    };
    if matches!(ask, Ask::Filter) {
        let list = resource_list::undecided(problems, sources).unwrap_or_default();
        _ = io::stdout().write_all(list.as_bytes());
    }
    _ = io::stderr().write_all(message.as_bytes());
    if is_helm_plugin() {
        helm_plugin::show(text(false), text(true));
    }
    Ok(2)
}

fn is_helm_plugin() -> bool {
    helm_plugin::is_host(|name| env::var(name).ok())
}

fn write_reports(display: &Display, render: impl Fn(Form) -> String) -> anyhow::Result<()> {
    for (path, form) in &display.reports {
        fs::write(path, render(*form))
            .with_context(|| format!("the report cannot be written to {}", path.display()))?;
    }
    Ok(())
}
