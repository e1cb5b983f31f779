//! Command lines that do not come to a run: a page was asked for, or something in them is wrong.
//!
//! What is wrong is told as everything else is, so clap's message becomes a [`Diagnostic`]; and where the report goes is
//! found out all the same, so that no report file shows an earlier run.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::display::{report_files, with_form};
use super::options::invalid_value;
use super::{Color, Display, Environment};
use crate::diagnostic::Diagnostic;
use crate::names::shown;
use crate::report::{Command, Form, Verbosity};

/// Why there is nothing to run.
#[derive(Debug)]
pub(crate) enum Refused {
    /// `--help` or `--version`: this is to be printed.
    Page(String),
    /// The command line is wrong.
    Usage(Diagnostic),
}

impl Refused {
    pub(super) fn new(error: &clap::Error, args: &[OsString], color: bool) -> Self {
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                Self::Page(colored(&error.render(), color))
            }
            _ => Self::Usage(usage(error, args)),
        }
    }
}

/// A text of clap's, with its colours or without.
pub(super) fn colored(text: &StyledStr, color: bool) -> String {
    if color {
        text.ansi().to_string()
    } else {
        text.to_string()
    }
}

fn usage(error: &clap::Error, args: &[OsString]) -> Diagnostic {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let list = |kind| match error.get(kind) {
        Some(ContextValue::Strings(all)) => all.clone(),
        Some(ContextValue::String(one)) => vec![one.clone()],
        _ => Vec::new(),
    };
    // clap names an option with its value: `--mode <MODE>`.
    let option = text(ContextKind::InvalidArg).map(|arg| arg.split(' ').next().unwrap_or(arg));
    let wrong = text(ContextKind::InvalidArg).map(shown);
    let (diagnostic, near) = match (error.kind(), option, wrong) {
        (ErrorKind::UnknownArgument, _, Some(wrong)) => {
            let what = if wrong.starts_with('-') {
                "unknown option"
            } else {
                "unexpected argument"
            };
            let diagnostic = Diagnostic::new(format!("{what} `{wrong}`"));
            (
                in_one_word(diagnostic, &wrong),
                list(ContextKind::SuggestedArg),
            )
        }
        (ErrorKind::InvalidSubcommand, ..) => {
            let wrong = shown(text(ContextKind::InvalidSubcommand).unwrap_or_default());
            let diagnostic = Diagnostic::new(format!("unknown command `{wrong}`"));
            (diagnostic, list(ContextKind::SuggestedSubcommand))
        }
        (ErrorKind::InvalidValue, Some(option), _) => {
            let value = text(ContextKind::InvalidValue).unwrap_or_default();
            let diagnostic = if value.is_empty() {
                Diagnostic::new(format!("{option} needs a value"))
            } else {
                invalid_value(option, value, &list(ContextKind::ValidValue))
            };
            (diagnostic, list(ContextKind::SuggestedValue))
        }
        (ErrorKind::ArgumentConflict, Some(option), _) => {
            let others = list(ContextKind::PriorArg);
            let other = others.first().and_then(|other| other.split(' ').next());
            let message = match other.filter(|other| *other != option) {
                Some(other) => format!("{option} and {other} contradict each other"),
                None => format!("{option} is given more than once"),
            };
            (Diagnostic::new(message), Vec::new())
        }
        _ => (Diagnostic::new(first_paragraph(error)), Vec::new()),
    };
    let near = near
        .into_iter()
        .map(|name| format!("did you mean `{name}`?"));
    let diagnostic = near.fold(diagnostic, Diagnostic::help);
    let program = args
        .first()
        .map_or_else(String::new, |_| "trimtab --help".to_owned());
    if diagnostic.helps.is_empty() {
        diagnostic.help(format!("{program} lists the commands and options"))
    } else {
        diagnostic
    }
}

/// An option and its value in one argument: hosts that take a list of arguments split nothing.
fn in_one_word(diagnostic: Diagnostic, wrong: &str) -> Diagnostic {
    match wrong.split_once(' ') {
        Some((option, value)) if wrong.starts_with("--") => diagnostic.help(format!(
            "an option and its value are two arguments, or one with `=`: {option}={}",
            value.trim()
        )),
        _ => diagnostic,
    }
}

/// What clap says, without its heading and its advice.
fn first_paragraph(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    shown(first.trim_start_matches("error: ").trim())
}

/// What can be told of a command line that is wrong: the command, and where and how to report that.
pub(crate) fn loosely_read(args: &[OsString], environment: &Environment) -> (Command, Display) {
    let args: Vec<String> = args
        .iter()
        .skip(1)
        .map(|arg| arg.to_string_lossy().into_owned())
        .take_while(|arg| arg != "--")
        .collect();
    let word = |name: &str| args.iter().any(|arg| arg == name);
    let command = match () {
        () if word("check") => Command::Check,
        () if word("fix") => Command::Fix,
        () if word("explain") => Command::Explain,
        () => Command::Filter,
    };
    let named = values(&args, "--report", None)
        .into_iter()
        .map(PathBuf::from);
    let reports = report_files(environment, named);
    let is_json = |text: &String| text == "json";
    let form = match values(&args, "--output", Some("-o")).last() {
        Some(form) => is_json(form),
        None => environment
            .get("TRIMTAB_OUTPUT")
            .as_ref()
            .is_some_and(is_json),
    };
    let color = match values(&args, "--color", None).last().map(String::as_str) {
        Some("always") => Color::Always,
        Some("never") => Color::Never,
        _ => Color::Auto,
    };
    let display = Display::new(
        if form { Form::Json } else { Form::Text },
        reports
            .iter()
            .filter_map(|file| with_form(file).ok())
            .collect(),
        Verbosity::Normal,
        color,
        environment,
    );
    (command, display)
}

/// The values of an option: `--report x`, `--report=x`, `-o x`, `-o=x`, `-ox`.
fn values(args: &[String], long: &str, short: Option<&str>) -> Vec<String> {
    let next = args.iter().skip(1).map(Some).chain([None]);
    let pairs = args.iter().zip(next);
    let value = |(arg, next): (&String, Option<&String>)| {
        if arg == long || Some(arg.as_str()) == short {
            return next.cloned();
        }
        if let Some(value) = arg.strip_prefix(long) {
            return value.strip_prefix('=').map(str::to_owned);
        }
        let value = short.and_then(|short| arg.strip_prefix(short))?;
        Some(value.strip_prefix('=').unwrap_or(value).to_owned())
    };
    pairs
        .filter_map(value)
        .filter(|value| !value.is_empty())
        .collect()
}
