//! The command line: its definition for clap, and the options that result from it and the environment.
#![allow(
    clippy::doc_markdown,
    reason = "doc comments here are help texts, and names in them are typed as written"
)]

mod baseline;
mod display;
mod handed_on;
mod options;
mod place;
mod refused;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

pub(crate) use self::baseline::Chosen;
pub(crate) use self::display::{Color, Display};
#[cfg(feature = "cluster")]
pub(crate) use self::handed_on::Variable;
pub(crate) use self::options::Options;
pub(crate) use self::place::ClusterPlace;
pub(crate) use self::refused::{Refused, loosely_read};
use crate::plan::ScaleIn;
use crate::report::{Command, Form};
use crate::rules::Mode;

/// Keeps the replica counts of workers in trim between Helm and Kubernetes.
///
/// Without a command, trimtab is a filter: it reads rendered manifests from standard input, sets the replica counts of workers
/// to the policy's targets, refuses changes that would take the cluster down, and writes the stream with every other
/// byte unchanged.
#[derive(Debug, Parser)]
#[command(name = "trimtab", version, disable_help_subcommand = true, after_help = EXAMPLES_AND_EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) asked: Option<Asked>,
    #[command(flatten)]
    pub(crate) stream: StreamArgs,
}

const EXAMPLES_AND_EXIT_CODES: &str = "\
Examples:
  helm template my-release milvus/milvus | trimtab --target queryNode=3 | kubectl apply -f -
  helm upgrade my-release milvus/milvus --post-renderer trimtab
  trimtab check --policy production.yaml manifests

Exit codes: 0 done; 1 refused by the policy; 2 could not decide (usage, I/O, malformed input).
On 1 and 2 the filter writes nothing to standard output.";

const PLAN: &str = "\
Examples:
  kubectl get deploy,statefulset -n milvus -o yaml > live.yaml
  helm template my-release milvus/milvus -n milvus | trimtab plan --target queryNode=2 --baseline file:live.yaml

Exit codes: 0 done; 2 could not decide (usage, I/O, malformed input).
With --exit-code also: 1 something must be mended before the next release; 3 releases are to go, or the next one waits.";

const CONVERGE: &str = "\
Examples:
  trimtab converge --target queryNode=2 -- helm upgrade my-release milvus/milvus -n milvus --reuse-values --post-renderer trimtab
  trimtab converge -p production.yaml -n milvus -- \\
    sh -c 'helm template my-release milvus/milvus -n milvus | trimtab | kubectl apply -n milvus -f -'

Exit codes: 0 the targets are reached; that of COMMAND where it fails or is refused; 1 a count was changed by someone else,
or no further step is allowed; 2 could not decide (usage, no trimtab in COMMAND, the cluster, a step that takes too long);
130 Ctrl-C.";

const GENERATE: &str = "\
Examples:
  trimtab generate bash > ~/.local/share/bash-completion/completions/trimtab
  trimtab generate zsh > /usr/local/share/zsh/site-functions/_trimtab
  trimtab generate fish > ~/.config/fish/completions/trimtab.fish

Exit codes: 0 done; 2 usage error.";

#[derive(Debug, Subcommand)]
pub(crate) enum Asked {
    /// Checks manifests against the policy; changes nothing
    Check {
        /// Files and folders, or `-` for standard input [default: standard input; under pre-commit the current folder]
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Writes the targets into manifests, with the checks of the filter
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
        /// Exits with 3 while releases are to go, and with 1 if something must be mended first
        #[arg(long)]
        exit_code: bool,
    },
    /// Runs a command that trimtab is a part of, step by step, until the targets are reached
    ///
    /// COMMAND is run, the release is waited for until all its workers and coordinators are settled, and COMMAND is run
    /// again, until nothing remains. The options are handed on to the trimtab in COMMAND, which compares with the cluster,
    /// and takes one step in each run.
    #[command(after_help = CONVERGE)]
    Converge {
        /// What to run, after `--`: helm upgrade with `--post-renderer trimtab`, or a shell with a pipe
        #[arg(last = true, required = true, value_name = "COMMAND")]
        command: Vec<OsString>,
    },
    /// Prints the documentation of a rule, or the list of rules
    Explain {
        /// The rule's id
        rule: Option<String>,
    },
    /// Prints completions for a shell
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
    /// Completions for bash
    Bash,
    /// Completions for zsh
    Zsh,
    /// Completions for fish
    Fish,
}

/// The options of every command that reads a stream.
#[derive(Debug, Args)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "flags of a command line are bools"
)]
pub(crate) struct StreamArgs {
    /// The policy file [default: all built-in policies: all guard rails, no targets] [env: TRIMTAB_POLICY]
    #[arg(short, long, value_name = "FILE", global = true)]
    policy: Option<PathBuf>,
    /// Sets a component's target, overriding the policy; repeatable [env: TRIMTAB_TARGETS, with commas]
    #[arg(
        long = "target",
        value_name = "COMPONENT=N",
        value_delimiter = ',',
        global = true
    )]
    targets: Vec<String>,
    /// The counts to compare with: `auto`, `cluster`, `rendered`, `file:PATH`, or `git:REV` for files [default: the policy's, else `auto`: `cluster` in a `helm install` or `helm upgrade`, else `rendered`] [env: TRIMTAB_BASELINE]
    #[arg(short, long, value_name = "SOURCE", global = true)]
    baseline: Option<String>,
    /// The namespace of objects without one [env: TRIMTAB_NAMESPACE, HELM_NAMESPACE, ARGOCD_APP_NAMESPACE]
    #[arg(short, long, value_name = "NS", global = true)]
    namespace: Option<String>,
    /// The kubeconfig of the `cluster` baseline; under Helm, the one that Helm reads [env: KUBECONFIG, with colons]
    #[arg(long, value_name = "FILE", global = true)]
    kubeconfig: Option<PathBuf>,
    /// The context of the `cluster` baseline; under Helm, the one that Helm uses [env: TRIMTAB_CONTEXT]
    #[arg(long, value_name = "NAME", global = true)]
    context: Option<String>,
    /// How long a call to the cluster may take [default: 10s] [env: TRIMTAB_TIMEOUT]; of converge, one step [default: 1h]
    #[arg(long, value_name = "DURATION", global = true)]
    timeout: Option<String>,
    /// What to do with a scale-in that exceeds the limits [default: refuse] [env: TRIMTAB_SCALE_IN]
    #[arg(long, value_name = "WHAT", value_enum, global = true)]
    scale_in: Option<ScaleIn>,
    /// `warn` turns errors that can be waived into warnings; targets are still applied [default: enforce] [env: TRIMTAB_MODE]
    #[arg(long, value_enum, global = true)]
    mode: Option<Mode>,
    /// Waives a rule, for all components, for one, or for one of its workloads; repeatable [env: TRIMTAB_ALLOW, with commas]
    #[arg(
        long,
        value_name = "RULE[=COMPONENT[/WORKLOAD]]",
        value_delimiter = ',',
        global = true
    )]
    allow: Vec<String>,
    /// The reason for --allow, shown in reports [env: TRIMTAB_REASON]
    #[arg(long, value_name = "TEXT", global = true)]
    reason: Option<String>,
    /// Refuses on warnings too
    #[arg(long, global = true)]
    deny_warnings: bool,
    /// The form of the report; the filter has `text`, `json` and `github` [default: text] [env: TRIMTAB_OUTPUT]
    #[arg(short, long, value_name = "FORM", value_enum, global = true)]
    output: Option<Form>,
    /// Also writes the report to this file, even on refusal, in the form of its extension: `.txt`, `.json`, `.sarif`, `.xml` or `.md`; `{pid}` in its name is the process id; repeatable [env: TRIMTAB_REPORT, with commas]
    #[arg(long = "report", value_name = "FILE", global = true)]
    reports: Vec<PathBuf>,
    /// Appends one JSON line to this file: time, policy, baseline, changes, findings, waivers [env: TRIMTAB_LOG]
    #[arg(long, value_name = "FILE", global = true)]
    log: Option<PathBuf>,
    /// When to use colours [env: NO_COLOR, CLICOLOR_FORCE]
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto, global = true)]
    color: Color,
    /// Prints nothing on success
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Prints more details
    #[arg(short, long, global = true)]
    verbose: bool,
}

impl Cli {
    /// Reads the arguments, the program's name first.
    ///
    /// # Errors
    /// A requested page (`--help`, `--version`), or the problem.
    pub(crate) fn read(args: &[OsString], color: bool) -> Result<Self, Refused> {
        Self::try_parse_from(args).map_err(|error| Refused::new(&error, args, color))
    }

    /// The command, as reports name it.
    pub(crate) fn command(&self) -> Command {
        match self.asked {
            None => Command::Filter,
            Some(Asked::Check { .. }) => Command::Check,
            Some(Asked::Fix { .. }) => Command::Fix,
            Some(Asked::Plan { .. }) => Command::Plan,
            Some(Asked::Converge { .. }) => Command::Converge,
            Some(Asked::Explain { .. }) => Command::Explain,
            Some(Asked::Generate { .. }) => Command::Generate,
        }
    }

    /// The short help, for a run that has nothing to read.
    pub(crate) fn short_help(color: bool) -> String {
        refused::colored(&Self::command_line().render_help(), color)
    }

    /// The definition of the command line.
    pub(crate) fn command_line() -> clap::Command {
        <Self as CommandFactory>::command()
    }
}
