//! Command lines that do not lead to a run: those that request a page, and invalid ones.
//!
//! A usage error is reported like any other, so clap's message becomes a [`Diagnostic`]. The report files are still found
//! and written, so that none of them shows an earlier run.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::display::{names_of, report_files, with_form};
use super::options::{alternatives, invalid_value};
use super::{Color, Display, Generated, foreign};
use crate::diagnostic::Diagnostic;
use crate::environment::{self, Environment};
use crate::names::shown;
use crate::report::{Command, Form, Verbosity};

/// Why there is nothing to run.
#[derive(Debug)]
pub(crate) enum Refused {
    /// `--help` or `--version`: the text to print.
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

/// A text from clap, with or without its colours.
pub(super) fn colored(text: &StyledStr, color: bool) -> String {
    if color {
        text.ansi().to_string()
    } else {
        text.to_string()
    }
}

fn usage(error: &clap::Error, args: &[OsString]) -> Diagnostic {
    let near = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ];
    let wrong = what_is_wrong(error, args);
    // What is said of a habit is better than a name that only looks alike.
    let near = near.into_iter().filter(|_| wrong.helps.is_empty());
    let near = near.flat_map(|kind| context(error, kind));
    let near: Vec<String> = near.map(|name| format!("did you mean `{name}`?")).collect();
    let diagnostic = near.into_iter().fold(wrong, Diagnostic::help);
    if diagnostic.helps.is_empty() {
        diagnostic.help(match command_of(&words(args)) {
            Command::Filter => "trimtab --help lists commands and options".to_owned(),
            command => format!("trimtab {} --help lists what it takes", command.as_str()),
        })
    } else {
        diagnostic
    }
}

fn what_is_wrong(error: &clap::Error, args: &[OsString]) -> Diagnostic {
    let first = |kind| context(error, kind).into_iter().next().unwrap_or_default();
    let wrong = first(ContextKind::InvalidArg);
    // clap names an option with its value: `--mode <MODE>`.
    let option = first_word(&wrong);
    match error.kind() {
        ErrorKind::UnknownArgument if is_without_dashes(&wrong, args) => {
            let message = format!("unexpected argument `{}`", shown(&wrong));
            Diagnostic::new(message).help(BEHIND_DASHES)
        }
        ErrorKind::MissingRequiredArgument if command_of(&words(args)) == Command::Converge => {
            Diagnostic::new("converge requires a command to run").help(BEHIND_DASHES)
        }
        ErrorKind::MissingRequiredArgument if command_of(&words(args)) == Command::Generate => {
            let names = alternatives(&generated());
            Diagnostic::new("generate requires a word for what to print")
                .help(format!("it prints {names}"))
        }
        ErrorKind::UnknownArgument => unknown_argument(&wrong, args),
        ErrorKind::InvalidSubcommand => {
            let wrong = first(ContextKind::InvalidSubcommand);
            let problem = Diagnostic::new(format!("unknown command `{}`", shown(&wrong)));
            let help = foreign::command(&wrong, following(&wrong, args).as_deref());
            help.into_iter().fold(problem, Diagnostic::help)
        }
        ErrorKind::InvalidValue => match first(ContextKind::InvalidValue).as_str() {
            "" => Diagnostic::new(format!("{option} needs a value")),
            value if option == "--output" => {
                invalid_value(option, value, &names_of(command_of(&words(args))))
            }
            value => invalid_value(option, value, &context(error, ContextKind::ValidValue)),
        },
        ErrorKind::ArgumentConflict => {
            let other = first(ContextKind::PriorArg);
            Diagnostic::new(match first_word(&other) {
                other if other.is_empty() || other == option => {
                    format!("{option} is given more than once")
                }
                other => format!("{option} and {other} cannot be used together"),
            })
        }
        _ => Diagnostic::new(first_paragraph(error)),
    }
}

/// What `generate` prints, in quotes.
fn generated() -> Vec<String> {
    let values = Generated::value_variants().iter();
    let values = values.filter_map(ValueEnum::to_possible_value);
    values
        .map(|value| format!("`{}`", value.get_name()))
        .collect()
}

const BEHIND_DASHES: &str =
    "what to run comes after `--`: trimtab converge [OPTIONS] -- helm upgrade ...";

/// Whether it is a part of the command that converge is to run.
fn is_without_dashes(wrong: &str, args: &[OsString]) -> bool {
    !wrong.starts_with('-') && command_of(&words(args)) == Command::Converge
}

/// A piece of context that clap gives with an error.
fn context(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(one)) => vec![one.clone()],
        Some(ContextValue::Strings(all)) => all.clone(),
        _ => Vec::new(),
    }
}

fn first_word(text: &str) -> &str {
    text.split(' ').next().unwrap_or(text)
}

/// `--target queryNode 3`
fn target_in_two_words(count: &str, args: &[OsString]) -> Option<String> {
    let words = words(args);
    let mut threes = words.windows(3);
    threes.find_map(|three| match three {
        [option, name, after] if option == "--target" && after == count => Some(format!(
            "a target is one word: --target {}={}",
            shown(name),
            shown(count)
        )),
        _ => None,
    })
}

/// `policy production.yaml`
fn policy_by_its_name(file: &str, args: &[OsString]) -> Option<String> {
    let is_of_policy = command_of(&words(args)) == Command::Policy;
    is_of_policy.then(|| format!("did you mean `trimtab policy -p {}`?", shown(file)))
}

/// Hosts that take a list of arguments do not split them, so one argument may hold an option and its value.
fn unknown_argument(wrong: &str, args: &[OsString]) -> Diagnostic {
    if !wrong.starts_with('-') {
        let problem = Diagnostic::new(format!("unexpected argument `{}`", shown(wrong)));
        let help = target_in_two_words(wrong, args).or_else(|| policy_by_its_name(wrong, args));
        return help.into_iter().fold(problem, Diagnostic::help);
    }
    let whole = args.iter().map(|arg| arg.to_string_lossy());
    let whole = whole.into_iter().find(|arg| arg.starts_with(wrong));
    let whole = whole.unwrap_or_else(|| wrong.into());
    let Some((option, value)) = whole.split_once(' ') else {
        let problem = Diagnostic::new(format!("unknown option `{}`", shown(wrong)));
        let value = whole.split_once('=').map(|(_, value)| value.to_owned());
        let value = value.or_else(|| following(&whole, args));
        let help = foreign::option(wrong, value.as_deref());
        return help.into_iter().fold(problem, Diagnostic::help);
    };
    Diagnostic::new(format!("unknown option `{}`", shown(&whole))).help(format!(
        "an option and its value are two arguments, or one with `=`: {}",
        shown(&format!("{option}={}", value.trim()))
    ))
}

/// The argument after this one.
fn following(arg: &str, args: &[OsString]) -> Option<String> {
    let mut rest = words(args).into_iter().skip_while(|word| word != arg);
    rest.nth(1)
}

/// The message of clap, without its heading and its hints.
fn first_paragraph(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    shown(first.trim_start_matches("error: ").trim())
}

/// What can be read from an invalid command line: the command, and where and how to report the error.
pub(crate) fn loosely_read(args: &[OsString], environment: &Environment) -> (Command, Display) {
    let args = words(args);
    let command = command_of(&args);
    let named = values(&args, "--report", None)
        .into_iter()
        .map(PathBuf::from);
    let reports = report_files(environment, named);
    let form = values(&args, "--output", Some("-o")).pop();
    let form = form.or_else(|| environment.get(environment::OUTPUT));
    let form = form.and_then(|form| Form::from_str(&form, false).ok());
    let color = match values(&args, "--color", None).last().map(String::as_str) {
        Some("always") => Color::Always,
        Some("never") => Color::Never,
        _ => Color::Auto,
    };
    let last = |option| values(&args, option, None).pop();
    let display = Display::new(
        form.unwrap_or_default(),
        reports
            .iter()
            .filter_map(|file| with_form(file).ok())
            .collect(),
        Verbosity::Normal,
        color,
        environment,
    )
    .with_log(
        last("--log").map(PathBuf::from),
        last("--reason"),
        environment,
    );
    (command, display)
}

/// The arguments after the program's name, up to `--`.
fn words(args: &[OsString]) -> Vec<String> {
    let args = args.iter().skip(1);
    args.map(|arg| arg.to_string_lossy().into_owned())
        .take_while(|arg| arg != "--")
        .collect()
}

/// The command that an invalid command line names.
pub(crate) fn command_named_in(args: &[OsString]) -> Command {
    command_of(&words(args))
}

fn command_of(args: &[String]) -> Command {
    let mut commands = args.iter().map(|arg| Command::named(arg));
    let named = commands.find(|command| *command != Command::Filter);
    named.unwrap_or(Command::Filter)
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
