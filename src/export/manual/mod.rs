//! The manual page, made from the definition of the command line.
//!
//! It is one page: a command takes most of the options that the filter takes, so its section has only its own.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, Command};
use roff::{Inline, Roff, bold, italic, roman};

/// What no help page says.
const EXIT_STATUS: [(&str, &str); 5] = [
    ("0", "Done; nothing was refused."),
    ("1", "Refused by the policy."),
    (
        "2",
        "Could not decide: a usage error, an I/O error, malformed YAML, an invalid policy, or a baseline out of reach.",
    ),
    (
        "3",
        "plan --exit-code: steps remain, or the next one waits.",
    ),
    ("130", "converge: interrupted."),
];
const ON_FAILURE: &str = "On 1 and 2 the filter writes nothing to standard output, unless it runs as a KRM function. \
    converge exits with the status of its COMMAND where that fails or is refused.";
const VARIABLES: &str = "Variables stand in for options: an option replaces its variable, and one that can be repeated adds to \
    it. An unknown variable that begins with TRIMTAB_ is an error, and so is one of these that is set but empty.";
const FILES: [(&str, &str); 2] = [
    (
        "policy.yaml",
        "A policy, as --policy names it: YAML of at most 64 KiB. trimtab generate schema prints its JSON Schema, for editors.",
    ),
    (
        "~/.kube/config",
        "The kubeconfig of the cluster baseline, unless --kubeconfig or KUBECONFIG names another one.",
    ),
];
const SEE_ALSO: &str =
    "helm(1), kubectl(1), kustomize(1). trimtab explain RULE prints the page of a rule.";

/// The page, for `man`.
pub(crate) fn page(mut filter: Command) -> String {
    filter.build();
    let mut page = Page::default();
    let version = format!("trimtab {}", filter.get_version().unwrap_or_default());
    // Without a date: the page is that of the version.
    let heads = ["TRIMTAB", "1", "\"\"", &version, "User Commands"];
    page.text.control("TH", heads);
    page.beginning(&filter);
    page.section("OPTIONS");
    page.options(&filter, |_| true);
    page.section("COMMANDS");
    for command in filter.get_subcommands() {
        page.command(command, &filter);
    }
    page.section("EXIT STATUS");
    page.entries(&EXIT_STATUS);
    page.paragraph(ON_FAILURE);
    page.section("ENVIRONMENT");
    page.paragraph(VARIABLES);
    page.variables(&filter);
    page.section("FILES");
    page.entries(&FILES);
    page.section("EXAMPLES");
    page.after_help(&filter);
    page.section("SEE ALSO");
    page.paragraph(SEE_ALSO);
    page.text.to_roff()
}

/// A page on the way.
#[derive(Default)]
struct Page {
    text: Roff,
    /// The last line was a heading, after which no paragraph has to be begun.
    is_begun: bool,
}

impl Page {
    fn section(&mut self, title: &str) {
        self.text.control("SH", [title]);
        self.is_begun = true;
    }

    fn subsection(&mut self, title: &str) {
        self.text.control("SS", [title]);
        self.is_begun = true;
    }

    fn paragraph(&mut self, text: &str) {
        self.begin();
        self.text.text(inline(text));
    }

    /// Begins a paragraph.
    fn begin(&mut self) {
        if !std::mem::take(&mut self.is_begun) {
            self.text.control("PP", []);
        }
    }

    /// A term and what it means.
    fn entry(&mut self, term: Vec<Inline>, meaning: &str) {
        self.is_begun = false;
        self.text.control("TP", []);
        self.text.text(term);
        self.text.text(inline(meaning));
    }

    fn entries(&mut self, entries: &[(&str, &str)]) {
        for (term, meaning) in entries {
            self.entry(vec![bold(*term)], meaning);
        }
    }

    /// Lines that stay as they are.
    fn verbatim(&mut self, lines: &[&str]) {
        self.begin();
        self.text.control("RS", ["4"]);
        self.text.control("nf", []);
        for line in lines {
            self.text.text([roman(*line)]);
        }
        self.text.control("fi", []);
        self.text.control("RE", []);
    }

    fn beginning(&mut self, filter: &Command) {
        let about = about(filter);
        let (summary, description) = about.split_once("\n\n").unwrap_or((&about, ""));
        self.section("NAME");
        let mut summary = summary.trim_end_matches('.').chars();
        let first = summary.next().map(|first| first.to_ascii_lowercase());
        let summary: String = first.into_iter().chain(summary).collect();
        self.text.text([roman(format!("trimtab - {summary}"))]);
        self.section("SYNOPSIS");
        self.usage(filter);
        for command in filter.get_subcommands() {
            self.text.control("br", []);
            self.usage(command);
        }
        self.section("DESCRIPTION");
        for paragraph in description.split("\n\n") {
            self.paragraph(paragraph);
        }
    }

    /// How a command is called: the first line of its usage, since the others are about commands.
    fn usage(&mut self, command: &Command) {
        let usage = command.clone().render_usage().to_string();
        let usage = usage.trim_start_matches("Usage: ").lines().next();
        let usage = usage.unwrap_or_default();
        let name = command.get_bin_name().unwrap_or("trimtab");
        let rest = usage.strip_prefix(name).unwrap_or_default();
        self.text.text([bold(name), roman(rest)]);
    }

    /// The options under their headings, in the order of the help page.
    fn options(&mut self, command: &Command, is_shown: impl Fn(&Arg) -> bool) {
        let options = command.get_arguments();
        let options = options.filter(|arg| !arg.is_positional() && !arg.is_hide_set());
        let options: Vec<&Arg> = options.filter(|arg| is_shown(arg)).collect();
        let mut headings: Vec<Option<&str>> = Vec::new();
        for option in &options {
            if !headings.contains(&option.get_help_heading()) {
                headings.push(option.get_help_heading());
            }
        }
        for heading in headings {
            if let Some(heading) = heading {
                self.subsection(heading);
            }
            let own = options.iter();
            for option in own.filter(|option| option.get_help_heading() == heading) {
                self.entry(flags(option), &help(option));
            }
        }
    }

    /// A command, and what the filter does not have or says otherwise.
    fn command(&mut self, command: &Command, filter: &Command) {
        self.subsection(&format!("trimtab {}", command.get_name()));
        for paragraph in about(command).split("\n\n") {
            self.paragraph(&(paragraph.trim_end_matches('.').to_owned() + "."));
        }
        for operand in command.get_positionals() {
            let words = operand.get_possible_values();
            let words: Vec<&str> = words.iter().map(PossibleValue::get_name).collect();
            let words = if words.is_empty() {
                String::new()
            } else {
                format!(" One of `{}`.", words.join("`, `"))
            };
            self.entry(vec![italic(value_name(operand))], &(help(operand) + &words));
        }
        let of_filter = |arg: &Arg| {
            filter
                .get_arguments()
                .find(|it| it.get_id() == arg.get_id())
        };
        let is_own = |arg: &Arg| of_filter(arg).is_none_or(|known| help(known) != help(arg));
        let own = command.get_arguments();
        for option in own.filter(|arg| !arg.is_positional() && !arg.is_hide_set() && is_own(arg)) {
            self.entry(flags(option), &help(option));
        }
        let others = command.get_arguments();
        let others =
            others.filter(|arg| !arg.is_hide_set() && !arg.is_positional() && !is_own(arg));
        let others: Vec<String> = others
            .map(|arg| format!("--{}", arg.get_long().unwrap_or_default()))
            .collect();
        self.paragraph(&format!("Also, as above: {}.", others.join(", ")));
        self.after_help(command);
    }

    /// Examples and exit codes: paragraphs, in which lines that are indented stay as they are.
    fn after_help(&mut self, command: &Command) {
        let text = command
            .get_after_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        for paragraph in text.split("\n\n") {
            let lines: Vec<&str> = paragraph.lines().collect();
            let runs =
                lines.chunk_by(|one, other| one.starts_with("  ") == other.starts_with("  "));
            for run in runs {
                match run.first() {
                    Some(first) if first.starts_with("  ") => {
                        let run: Vec<&str> = run
                            .iter()
                            .map(|line| line.get(2..).unwrap_or_default())
                            .collect();
                        self.verbatim(&run);
                    }
                    _ => self.paragraph(&run.join(" ")),
                }
            }
        }
    }

    /// The variables that options name in their help, with these options.
    fn variables(&mut self, filter: &Command) {
        let mut variables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for option in filter.get_arguments() {
            for variable in variables_of(option) {
                let option = format!("--{}", option.get_long().unwrap_or_default());
                variables.entry(variable).or_default().push(option);
            }
        }
        for (variable, options) in variables {
            self.entry(
                vec![bold(variable)],
                &format!("For {}.", options.join(" and ")),
            );
        }
    }
}

/// A text in which what is in backquotes is bold.
fn inline(text: &str) -> Vec<Inline> {
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(index, part)| {
        if index % 2 == 1 {
            bold(part)
        } else {
            roman(part)
        }
    });
    parts.collect()
}

fn about(command: &Command) -> String {
    command
        .get_about()
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// What an option means, as a sentence before its default and its variable.
fn help(arg: &Arg) -> String {
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    match help.find(" [") {
        Some(at) => help.split_at(at).0.to_owned() + "." + help.split_at(at).1,
        None => help + ".",
    }
}

fn value_name(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default();
    names
        .iter()
        .map(clap::builder::Str::as_str)
        .collect::<Vec<_>>()
        .join(" ")
}

/// `-p, --policy FILE`
fn flags(option: &Arg) -> Vec<Inline> {
    let short = option.get_short().map(|short| format!("-{short}"));
    let long = option.get_long().map(|long| format!("--{long}"));
    let names: Vec<String> = short.into_iter().chain(long).collect();
    let mut flags = Vec::new();
    for (index, name) in names.into_iter().enumerate() {
        if index > 0 {
            flags.push(roman(", "));
        }
        flags.push(bold(name));
    }
    if matches!(option.get_action(), ArgAction::Set | ArgAction::Append) {
        flags.extend([roman(" "), italic(value_name(option))]);
    }
    flags
}

/// The names after `[env: ` in the help of an option.
fn variables_of(option: &Arg) -> Vec<String> {
    let help = help(option);
    let named = help
        .split("[env: ")
        .skip(1)
        .filter_map(|rest| rest.split(']').next());
    let words = named.flat_map(|names| names.split(", "));
    let is_variable = |word: &&str| word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    words.filter(is_variable).map(str::to_owned).collect()
}
