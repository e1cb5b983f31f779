//! The command line: what clap reads of it, and what it comes to together with the environment.
#![allow(
    clippy::doc_markdown,
    reason = "doc comments here are help texts, and names in them are typed as they stand"
)]

mod display;
mod environment;
mod options;
mod refused;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand};

pub(crate) use self::display::{Color, Display};
pub use self::environment::Environment;
pub(crate) use self::options::Options;
pub(crate) use self::refused::{Refused, loosely_read};
use crate::plan::ScaleIn;
use crate::report::{Command, Form};
use crate::rules::Mode;

/// Keeps the replica counts of workers in trim between Helm and Kubernetes.
///
/// Without a command it is a filter: it reads rendered manifests from standard input, sets the replica counts of workers
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

#[derive(Debug, Subcommand)]
pub(crate) enum Asked {
    /// Reports whether manifests are what the policy wants; changes nothing
    Check {
        /// Files and folders; without any, or with `-`, standard input (under pre-commit: the current folder)
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Writes the targets into manifests; refuses what the filter refuses
    Fix {
        /// Files and folders (under pre-commit without any: the current folder)
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Prints a rule's page; without a rule, the list of rules
    Explain {
        /// The rule's id
        rule: Option<String>,
    },
}

/// The options of every command that reads a stream.
#[derive(Debug, Args)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "flags of a command line are bools"
)]
pub(crate) struct StreamArgs {
    /// The policy; without it the built-in `milvus` policy: all guard rails, no targets [env: TRIMTAB_POLICY]
    #[arg(short, long, value_name = "FILE", global = true)]
    policy: Option<PathBuf>,
    /// A target, over the policy's; repeatable [env: TRIMTAB_TARGETS, with commas]
    #[arg(
        long = "target",
        value_name = "COMPONENT=N",
        value_delimiter = ',',
        global = true
    )]
    targets: Vec<String>,
    /// The counts to compare with: `rendered`, `file:PATH`, or for files `git:REV` [default: the policy's, else `auto`, which is `rendered` for now] [env: TRIMTAB_BASELINE]
    #[arg(short, long, value_name = "SOURCE", global = true)]
    baseline: Option<String>,
    /// The namespace of objects that name none [env: TRIMTAB_NAMESPACE, HELM_NAMESPACE, ARGOCD_APP_NAMESPACE]
    #[arg(short, long, value_name = "NS", global = true)]
    namespace: Option<String>,
    /// What becomes of an oversized scale-in [default: refuse] [env: TRIMTAB_SCALE_IN]
    #[arg(long, value_name = "WHAT", value_enum, global = true)]
    scale_in: Option<ScaleIn>,
    /// `warn`: targets are applied, errors that can be waived become warnings [default: enforce] [env: TRIMTAB_MODE]
    #[arg(long, value_enum, global = true)]
    mode: Option<Mode>,
    /// Lets a rule's findings pass: for all, a component, or one workload of it; repeatable [env: TRIMTAB_ALLOW, with commas]
    #[arg(
        long,
        value_name = "RULE[=COMPONENT[/WORKLOAD]]",
        value_delimiter = ',',
        global = true
    )]
    allow: Vec<String>,
    /// Why; goes into reports with what --allow lets pass [env: TRIMTAB_REASON]
    #[arg(long, value_name = "TEXT", global = true)]
    reason: Option<String>,
    /// Warnings refuse too
    #[arg(long, global = true)]
    deny_warnings: bool,
    /// The form of the report [default: text] [env: TRIMTAB_OUTPUT]
    #[arg(short, long, value_name = "FORM", value_enum, global = true)]
    output: Option<Form>,
    /// Writes the report here as well, on refusal too; `.txt` or `.json`; repeatable [env: TRIMTAB_REPORT, with commas]
    #[arg(long = "report", value_name = "FILE", global = true)]
    reports: Vec<PathBuf>,
    /// When to use colours [env: NO_COLOR, CLICOLOR_FORCE]
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto, global = true)]
    color: Color,
    /// Says nothing on success
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Says more
    #[arg(short, long, global = true)]
    verbose: bool,
}

impl Cli {
    /// Reads the arguments, the program's name first.
    ///
    /// # Errors
    /// A page that was asked for, or what is wrong.
    pub(crate) fn read(args: &[OsString], color: bool) -> Result<Self, Refused> {
        Self::try_parse_from(args).map_err(|error| Refused::new(&error, args, color))
    }

    /// What is asked for, as reports name it.
    pub(crate) fn command(&self) -> Command {
        match self.asked {
            None => Command::Filter,
            Some(Asked::Check { .. }) => Command::Check,
            Some(Asked::Fix { .. }) => Command::Fix,
            Some(Asked::Explain { .. }) => Command::Explain,
        }
    }

    /// The short help, for who gave nothing to read.
    pub(crate) fn short_help(color: bool) -> String {
        refused::colored(&Self::command_line().render_help(), color)
    }

    fn command_line() -> clap::Command {
        <Self as CommandFactory>::command()
    }
}
