//! Completions for shells, made from the definition of the command line by `clap_complete`.
//!
//! They are static: completing a word runs no trimtab.

use clap::Arg;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap_complete::{Generator, Shell};

use crate::policy::built_in_names;
use crate::rules::RULES;

/// The script for a shell.
pub(crate) fn script(shell: Shell, command_line: clap::Command) -> String {
    let mut command_line = with_names(command_line);
    let name = command_line.get_name().to_owned();
    command_line.set_bin_name(name);
    command_line.build();
    let mut script = Vec::new();
    // Writing into memory does not fail.
    _ = shell.try_generate(&command_line, &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if shell == Shell::Fish {
        script.extend(command_line.get_subcommands().filter_map(words_for_fish));
    }
    script
}

/// A line with the words that a command takes, which `clap_complete` proposes only for options.
fn words_for_fish(command: &clap::Command) -> Option<String> {
    let values = command
        .get_positionals()
        .flat_map(Arg::get_possible_values)
        .collect::<Vec<_>>();
    let words: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
    (!words.is_empty()).then(|| {
        format!(
            "complete -c trimtab -n \"__fish_trimtab_using_subcommand {}\" -f -a '{}'\n",
            command.get_name(),
            words.join(" ")
        )
    })
}

/// The command line, in which `--allow` and `explain` take the ids of rules, and `policy --show` the names of catalogues.
///
/// Parsing knows them too, but says more about a wrong one than clap would.
fn with_names(command_line: clap::Command) -> clap::Command {
    let row = |id: &'static str, help: &'static str| PossibleValue::new(id).help(help);
    let waivable = RULES.iter().filter(|rule| rule.waivable);
    let waivable = PossibleValuesParser::new(waivable.map(|rule| row(rule.id, rule.summary)));
    let all = PossibleValuesParser::new(RULES.iter().map(|rule| row(rule.id, rule.summary)));
    let catalogues = PossibleValuesParser::new(built_in_names());
    let with_allow = |command: clap::Command| {
        let is_taken = command.get_arguments().any(|arg| arg.get_id() == "allow");
        if is_taken {
            command.mut_arg("allow", |allow| allow.value_parser(waivable.clone()))
        } else {
            command
        }
    };
    with_allow(command_line)
        .mut_subcommands(&with_allow)
        .mut_subcommand("explain", |explain| {
            explain.mut_arg("rule", |rule| rule.value_parser(all))
        })
        .mut_subcommand("policy", |policy| {
            policy.mut_arg("show", |show| show.value_parser(catalogues))
        })
}
