//! The command line: its definition for clap, and the options that result from it and the environment.
#![allow(
    clippy::doc_markdown,
    reason = "doc comments here are help texts, and names in them are typed as written"
)]

mod arguments;
mod baseline;
mod display;
mod foreign;
mod handed_on;
mod options;
mod place;
mod refused;
mod taken;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

pub(crate) use self::arguments::StreamArgs;
pub(crate) use self::baseline::Chosen;
pub(crate) use self::display::{Color, Display};
#[cfg(feature = "cluster")]
pub(crate) use self::handed_on::Variable;
pub(crate) use self::options::Options;
pub(crate) use self::place::ClusterPlace;
pub(crate) use self::refused::{Refused, command_named_in, loosely_read};
use crate::report::Command;

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "trimtab",
    version,
    about = ABOUT,
    override_usage = "trimtab [OPTIONS] < MANIFESTS\n       trimtab COMMAND [OPTIONS]",
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true,
    max_term_width = 100,
    after_help = FILTER,
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) asked: Option<Asked>,
    #[command(flatten)]
    pub(crate) stream: StreamArgs,
}

const ABOUT: &str = "\
Keeps the replica counts of workers in trim between Helm and Kubernetes.

Without a command, trimtab is a filter: it reads rendered manifests from standard input, sets the replica counts of \
workers to the policy's targets, refuses changes that would take the cluster down, and writes the stream with every other \
byte unchanged.";

const FILTER: &str = "\
Examples:
  helm template my-release milvus/milvus | trimtab --target queryNode=3 | kubectl apply -f -
  helm upgrade my-release milvus/milvus --post-renderer trimtab

Exit codes: 0 done; 1 refused by the policy; 2 could not decide (usage, I/O, malformed input).
On 1 and 2 nothing is written to standard output. `trimtab COMMAND --help` has the options of a command.";

const CHECK: &str = "\
Examples:
  trimtab check --policy production.yaml manifests
  helm template my-release milvus/milvus | trimtab check --output github

Exit codes: 0 nothing to refuse; 1 refused by the policy; 2 could not decide (usage, I/O, malformed input).";

const FIX: &str = "\
Example:
  trimtab fix --policy production.yaml --baseline git:HEAD manifests

Exit codes: 0 done; 1 refused by the policy; 2 could not decide (usage, I/O, malformed input).
On 1 and 2 no file is changed.";

const PLAN: &str = "\
Examples:
  kubectl get deploy,statefulset -n milvus -o yaml > live.yaml
  helm template my-release milvus/milvus -n milvus | trimtab plan -p policy.yaml -b file:live.yaml
  helm template my-release milvus/milvus -n milvus | trimtab plan -p policy.yaml -b file:live.yaml -o values > counts.yaml

Exit codes: 0 done; 2 could not decide (usage, I/O, malformed input), or nothing to print in the form that was asked for.
With --exit-code also: 1 something must be fixed before the next step; 3 steps remain, or the next one waits.";

const CONVERGE: &str = "\
COMMAND is run, the release is waited for until all its workers and coordinators are settled, and COMMAND is run again, \
until nothing remains. The options are handed on to the trimtab in COMMAND, which compares with the cluster, and takes one \
step in each run.

Examples:
  trimtab converge --target queryNode=2 -- \\
    helm upgrade my-release milvus/milvus -n milvus --reuse-values --post-renderer trimtab
  trimtab converge -p production.yaml -n milvus -- \\
    sh -c 'helm template my-release milvus/milvus -n milvus | trimtab | kubectl apply -f -'

Exit codes: 0 the targets are reached; that of COMMAND where it fails or is refused; 1 a count was changed by someone else, \
or no further step is allowed; 2 could not decide (usage, no trimtab in COMMAND, the cluster, a step that takes too long); \
130 Ctrl-C.";

const EXPLAIN: &str = "\
Example:
  trimtab explain scale-in-too-large

Exit codes: 0 done; 2 there is no such rule.";

const GENERATE: &str = "\
Examples:
  trimtab generate schema > policy.schema.json
  trimtab generate man > ~/.local/share/man/man1/trimtab.1
  trimtab generate bash > ~/.local/share/bash-completion/completions/trimtab
  trimtab generate zsh > /usr/local/share/zsh/site-functions/_trimtab
  trimtab generate fish > ~/.config/fish/completions/trimtab.fish

Exit codes: 0 done; 2 usage error.";

const POLICY: &str = "\
The effective policy is what the policy comes to with all that it extends, its labels, and the targets of the command line. \
Saved to a file, it is a policy with the same effect.

Examples:
  trimtab policy -p production.yaml --target queryNode=4
  trimtab policy --list
  trimtab policy --show milvus

Exit codes: 0 done; 2 the policy or an option is not valid; all problems are told.";

const INIT: &str = "\
The policy is tried on the manifests before it is printed: with it, trimtab changes nothing in them, and what it refuses \
anyway is listed in a comment. It is printed, and no file is written.

Examples:
  helm template my-release milvus/milvus -n milvus | trimtab init > policy.yaml
  trimtab init manifests > policy.yaml
  trimtab init -b cluster -n milvus > policy.yaml

Exit codes: 0 done; 2 there is nothing that a policy can be about, or it cannot be read.";

#[derive(Debug, Subcommand)]
pub(crate) enum Asked {
    /// Checks manifests against the policy; changes nothing
    #[command(after_help = CHECK)]
    Check {
        /// Files and folders, or `-` for standard input [default: standard input; under pre-commit the current folder]
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Writes the targets into manifests, with the checks of the filter
    #[command(after_help = FIX)]
    Fix {
        /// Files and folders [default under pre-commit: the current folder]
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Shows what is recognised, and the counts release by release until the targets; refuses nothing
    #[command(after_help = PLAN)]
    Plan {
        /// A file or folder, or `-` for standard input [default: standard input]
        path: Option<PathBuf>,
        /// Exits with 3 while steps remain, and with 1 if something must be fixed first
        #[arg(long)]
        exit_code: bool,
    },
    /// Reruns a command that includes trimtab, step by step, until the targets are reached
    #[command(after_help = CONVERGE)]
    Converge {
        /// What to run, after `--`: helm upgrade with `--post-renderer trimtab`, or a shell with a pipe
        #[arg(last = true, required = true, value_name = "COMMAND")]
        command: Vec<OsString>,
    },
    /// Prints the effective policy, and where each of its values comes from
    #[command(after_help = POLICY)]
    Policy {
        /// Lists the built-in catalogues
        #[arg(long, conflicts_with = "show")]
        list: bool,
        /// Prints a built-in catalogue as it was written, with its comments
        #[arg(long, value_name = "NAME")]
        show: Option<String>,
    },
    /// Prints a starter policy: what is recognised, with the current counts
    #[command(after_help = INIT)]
    Init {
        /// A file or folder, or `-` for standard input [default: standard input]
        path: Option<PathBuf>,
    },
    /// Prints the documentation of a rule, or the list of rules
    #[command(after_help = EXPLAIN)]
    Explain {
        /// The rule's id [default: lists all rules]
        rule: Option<String>,
    },
    /// Prints the manual page, the JSON Schema of policies, or completions for a shell
    #[command(after_help = GENERATE)]
    Generate {
        /// What to print
        #[arg(value_enum, value_name = "WHAT")]
        what: Generated,
    },
}

/// What `generate` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Generated {
    /// The manual page
    Man,
    /// The JSON Schema of policies, for editors
    Schema,
    /// Completions for bash
    Bash,
    /// Completions for zsh
    Zsh,
    /// Completions for fish
    Fish,
}

impl Cli {
    /// Reads the arguments, the program's name first.
    ///
    /// # Errors
    /// A requested page (`--help`, `--version`), or the problem.
    pub(crate) fn read(args: &[OsString], color: bool) -> Result<Self, Refused> {
        let refused = |error| Refused::new(&error, args, color);
        let matches = Self::to_parse()
            .try_get_matches_from(args)
            .map_err(refused)?;
        let cli = Self::from_arg_matches(&matches).map_err(refused)?;
        let Some((_, after)) = matches.subcommand() else {
            return Ok(cli);
        };
        if let Some(problem) = taken::misplaced(cli.command(), &matches, after) {
            return Err(Refused::Usage(problem));
        }
        let after = StreamArgs::from_arg_matches(after).map_err(refused)?;
        let stream = cli.stream.and(after);
        Ok(Self { stream, ..cli })
    }

    /// The command, as reports name it.
    pub(crate) fn command(&self) -> Command {
        match self.asked {
            None => Command::Filter,
            Some(Asked::Check { .. }) => Command::Check,
            Some(Asked::Fix { .. }) => Command::Fix,
            Some(Asked::Plan { .. }) => Command::Plan,
            Some(Asked::Converge { .. }) => Command::Converge,
            Some(Asked::Policy { .. }) => Command::Policy,
            Some(Asked::Init { .. }) => Command::Init,
            Some(Asked::Explain { .. }) => Command::Explain,
            Some(Asked::Generate { .. }) => Command::Generate,
        }
    }

    /// The help of the filter, for a run that has nothing to read.
    pub(crate) fn short_help(color: bool) -> String {
        refused::colored(&Self::command_line().render_help(), color)
    }

    /// The definition of what the help pages show: completions and the manual page are made of it.
    pub(crate) fn command_line() -> clap::Command {
        Self::filter().mut_subcommands(taken::to_show)
    }

    /// The definition that arguments are read by: a command gets its options only once it is asked for.
    fn to_parse() -> clap::Command {
        Self::filter().mut_subcommands(|command| command.defer(taken::to_parse))
    }

    fn filter() -> clap::Command {
        let filter = <Self as CommandFactory>::command();
        taken::dressed(filter, Command::Filter).arg(taken::version())
    }
}
