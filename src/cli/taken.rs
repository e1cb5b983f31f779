//! Which options each command takes, under which heading its help shows them, and in which words.
//!
//! A new command adds a row to [`takes`]. Help pages, completions and the refusal of what a command does not
//! take all follow from it.

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args};

use super::StreamArgs;
use super::display::names_of;
use super::options::alternatives;
use crate::diagnostic::Diagnostic;
use crate::report::Command;

/// Options that a command takes together, or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    /// What is asked for.
    Policy,
    /// How strictly it is judged.
    Guard,
    /// What it is compared with.
    Baseline,
    /// Where the cluster is.
    Cluster,
    /// What a report looks like.
    Form,
    /// What a report is written to.
    Files,
    /// How much is told.
    Verbosity,
    Color,
}

use Group::{Baseline, Cluster, Color, Files, Form, Guard, Policy, Verbosity};

/// The groups, with their headings and the fields of [`StreamArgs`] in them.
const GROUPS: [(Group, &str, &[&str]); 8] = [
    (Policy, "Policy", &["policy", "targets"]),
    (
        Guard,
        "Limits and waivers",
        &["scale_in", "mode", "allow", "reason", "deny_warnings"],
    ),
    (Baseline, "Baseline", &["baseline"]),
    (
        Cluster,
        "Baseline",
        &["namespace", "kubeconfig", "context", "timeout"],
    ),
    (Form, "Report", &["output"]),
    (Files, "Report", &["reports", "log"]),
    (Verbosity, DISPLAY, &["quiet", "verbose"]),
    (Color, DISPLAY, &["color"]),
];

const DISPLAY: &str = "Display";

/// The options that a command takes.
struct Takes {
    groups: &'static [Group],
    /// Options of these groups that its help does not show: they are accepted, and say why they do nothing or are refused.
    unlisted: &'static [&'static str],
}

fn takes(command: Command) -> Takes {
    let all = &[
        Policy, Guard, Baseline, Cluster, Form, Files, Verbosity, Color,
    ][..];
    let (groups, unlisted) = match command {
        Command::Filter | Command::Check | Command::Fix => (all, &[][..]),
        // It shows the steps in any case.
        Command::Plan => (all, &["scale_in"][..]),
        // It is these options that converge sets for COMMAND.
        Command::Converge => (
            all,
            &["baseline", "scale_in", "deny_warnings", "output"][..],
        ),
        // They judge nothing that a report could be about.
        Command::Policy => (&[Policy, Form, Color][..], &[][..]),
        Command::Init => (&[Baseline, Cluster, Form, Color][..], &["output"][..]),
        Command::Explain | Command::Generate => (&[Color][..], &[][..]),
    };
    Takes { groups, unlisted }
}

/// Whether a command takes an option of [`StreamArgs`].
fn is_taken(command: Command, id: &str) -> bool {
    let groups = takes(command).groups;
    let mut known = GROUPS.iter();
    known.any(|(group, _, ids)| ids.contains(&id) && groups.contains(group))
}

/// Whether a command writes reports to files.
pub(super) fn writes_reports(command: Command) -> bool {
    is_taken(command, "reports")
}

/// Whether the help of a command shows an option.
fn is_listed(command: Command, id: &str) -> bool {
    is_taken(command, id) && !takes(command).unlisted.contains(&id)
}

/// The definition of a command, with all options: those that it does not take are parsed, so that their refusal can say more.
pub(super) fn to_parse(definition: clap::Command) -> clap::Command {
    let command = Command::named(definition.get_name());
    dressed(definition.args(options()), command)
}

/// The definition of a command, with only the options that its help shows.
pub(super) fn to_show(definition: clap::Command) -> clap::Command {
    let command = Command::named(definition.get_name());
    let listed = options().filter(|option| is_listed(command, option.get_id().as_str()));
    dressed(definition.args(listed), command)
}

/// The fields of [`StreamArgs`].
fn options() -> impl Iterator<Item = Arg> {
    let all = StreamArgs::augment_args(clap::Command::new(""));
    let all: Vec<Arg> = all.get_arguments().cloned().collect();
    all.into_iter()
}

/// Puts the options under their headings, in the words that fit the command.
pub(super) fn dressed(definition: clap::Command, command: Command) -> clap::Command {
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::HelpShort)
        .help("Prints this page")
        .help_heading(DISPLAY);
    definition
        .mut_args(|arg| {
            let id = arg.get_id().clone();
            let id = id.as_str();
            let Some((_, heading, _)) = GROUPS.iter().find(|(_, _, ids)| ids.contains(&id)) else {
                return arg;
            };
            let arg = match wording(command, id) {
                Some(words) => arg.help(words),
                None => arg,
            };
            arg.help_heading(*heading).hide(!is_listed(command, id))
        })
        .arg(help)
}

/// `--version`, beside `--help`.
pub(super) fn version() -> Arg {
    Arg::new("version")
        .short('V')
        .long("version")
        .action(ArgAction::Version)
        .help("Prints the version")
        .help_heading(DISPLAY)
}

/// The help of an option that differs from command to command.
fn wording(command: Command, id: &str) -> Option<String> {
    match (id, command) {
        ("baseline", Command::Filter) => Some(
            "The counts to compare with: `cluster`, `rendered`, `file:PATH` or `auto` (`cluster` in a `helm install` or \
             `helm upgrade`, else `rendered`) [default: the policy's, else `auto`] [env: TRIMTAB_BASELINE]"
                .to_owned(),
        ),
        ("baseline", Command::Init) => {
            Some("`cluster`: reads the workloads that run in the namespace, and no manifests".to_owned())
        }
        ("baseline", _) => Some(
            "The counts to compare with: `cluster`, `rendered`, `file:PATH` or `git:REV` [default: the policy's, else \
             `rendered`] [env: TRIMTAB_BASELINE]"
                .to_owned(),
        ),
        ("timeout", Command::Converge) => {
            Some("How long a step may take, until all is settled [default: 1h]".to_owned())
        }
        ("output", Command::Policy) => Some(
            "The form: text (YAML, with comments) or json [default: text] [env: TRIMTAB_OUTPUT]"
                .to_owned(),
        ),
        ("output", _) => Some(format!(
            "The form of the report: {} [default: text] [env: TRIMTAB_OUTPUT]",
            alternatives(&names_of(command))
        )),
        _ => None,
    }
}

/// What is wrong with the options before a command together with those after it.
pub(super) fn misplaced(
    command: Command,
    before: &ArgMatches,
    after: &ArgMatches,
) -> Option<Diagnostic> {
    let ids = || GROUPS.iter().flat_map(|(_, _, ids)| ids.iter().copied());
    let is_given = |id| is_given(before, id) || is_given(after, id);
    if let Some(id) = ids().find(|id| is_given(id) && !is_taken(command, id)) {
        return Some(meaningless(command, id));
    }
    let is_twice = |id: &&str| self::is_given(before, id) && self::is_given(after, id);
    if let Some(option) = ids().filter(is_twice).find_map(option_that_is_no_list) {
        return Some(Diagnostic::new(format!("{option} is given more than once")));
    }
    (is_given("quiet") && is_given("verbose"))
        .then(|| Diagnostic::new("--quiet and --verbose cannot be used together"))
}

fn is_given(matches: &ArgMatches, id: &str) -> bool {
    matches.value_source(id) == Some(ValueSource::CommandLine)
}

/// An option that a command does not take.
fn meaningless(command: Command, id: &str) -> Diagnostic {
    let option = definition_of(id).map_or_else(String::new, |arg| spelled(&arg));
    let name = command.as_str();
    let takers = Command::ALL.into_iter();
    let takers = takers.filter(|taker| is_listed(*taker, id));
    let takers: Vec<String> = takers
        .map(|taker| match taker {
            Command::Filter => "trimtab without a command".to_owned(),
            _ => format!("`{}`", taker.as_str()),
        })
        .collect();
    Diagnostic::new(format!("`trimtab {name}` does not accept {option}"))
        .help(format!("it is an option of {}", all_of(&takers)))
        .help(format!("trimtab {name} --help lists what it takes"))
}

/// `a, b and c`
fn all_of(names: &[String]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

fn definition_of(id: &str) -> Option<Arg> {
    options().find(|option| option.get_id().as_str() == id)
}

fn option_that_is_no_list(id: &str) -> Option<String> {
    let option = definition_of(id)?;
    let is_list = matches!(option.get_action(), ArgAction::Append);
    (!is_list).then(|| spelled(&option))
}

/// `--target`
fn spelled(option: &Arg) -> String {
    format!("--{}", option.get_long().unwrap_or_default())
}
