//! The command line.
#![allow(
    clippy::doc_markdown,
    reason = "doc comments here are help texts, and names in them are typed as they stand"
)]

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::argument::Argument;
use crate::baseline_source::BaselineSource;
use crate::host::helm_plugin;
use crate::options::{Environment, Options, UsageError};
use crate::plan::ScaleIn;
use crate::report::{Form, Style, Verbosity};
use crate::rules::Mode;

/// Keeps the replica counts of workers in trim between Helm and Kubernetes.
///
/// Without a command it is a filter: it reads rendered manifests from standard input, sets the replica counts of workers
/// to the policy's targets, refuses changes that would take the cluster down, and writes the stream with every other
/// byte unchanged.
#[derive(Debug, Parser)]
#[command(name = "trimtab", version, disable_help_subcommand = true, after_help = EXAMPLES_AND_EXIT_CODES)]
pub struct Cli {
    /// What to do; nothing is the filter.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The options of every command that reads a stream.
    #[command(flatten)]
    pub stream: StreamArgs,
}

const EXAMPLES_AND_EXIT_CODES: &str = "\
Examples:
  helm template my-release milvus/milvus | trimtab --target queryNode=3 | kubectl apply -f -
  helm upgrade my-release milvus/milvus --post-renderer trimtab
  trimtab check --policy production.yaml manifests

Exit codes: 0 done; 1 refused by the policy; 2 could not decide (usage, I/O, malformed input).
On 1 and 2 the filter writes nothing to standard output.";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
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
pub struct StreamArgs {
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
    /// The counts to compare with: `auto` (for now `rendered`), `rendered`, `file:PATH`, or for files `git:REV` [default: the policy's, else auto] [env: TRIMTAB_BASELINE]
    #[arg(short, long, value_name = "SOURCE", global = true)]
    baseline: Option<String>,
    /// The namespace of objects that name none [env: TRIMTAB_NAMESPACE, HELM_NAMESPACE, ARGOCD_APP_NAMESPACE]
    #[arg(short, long, value_name = "NS", global = true)]
    namespace: Option<String>,
    /// What becomes of an oversized scale-in [default: refuse] [env: TRIMTAB_SCALE_IN]
    #[arg(long, value_name = "WHAT", value_enum, global = true)]
    scale_in: Option<ScaleInArg>,
    /// `warn`: targets are applied, errors that can be waived become warnings [default: enforce] [env: TRIMTAB_MODE]
    #[arg(long, value_enum, global = true)]
    mode: Option<ModeArg>,
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
    output: Option<FormArg>,
    /// Writes the report here as well, on refusal too; `.txt` or `.json`; repeatable [env: TRIMTAB_REPORT]
    #[arg(long = "report", value_name = "FILE", global = true)]
    reports: Vec<PathBuf>,
    /// When to use colours [env: NO_COLOR, CLICOLOR_FORCE]
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = ColorArg::Auto, global = true)]
    color: ColorArg,
    /// Says nothing on success
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Says more
    #[arg(short, long, global = true)]
    verbose: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ScaleInArg {
    Refuse,
    Step,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ModeArg {
    Enforce,
    Warn,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormArg {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ColorArg {
    Auto,
    Always,
    Never,
}

/// How the outcome is shown.
#[derive(Debug)]
pub struct Display {
    /// The form of the report.
    pub form: Form,
    /// Files that get the report too, each with its form.
    pub reports: Vec<(PathBuf, Form)>,
    /// How much a text report says.
    pub verbosity: Verbosity,
    /// Whether Helm 4 runs this program: then nobody sees its standard error.
    pub is_helm_plugin: bool,
    color: ColorArg,
    color_by_environment: Option<bool>,
}

impl Display {
    /// How a text report looks on a stream that is, or is not, a terminal.
    pub fn style(&self, is_terminal: bool) -> Style {
        Style {
            color: self.color(is_terminal),
            verbosity: self.verbosity,
            width: None,
        }
    }

    /// Whether to use colours on a stream that is, or is not, a terminal.
    pub fn color(&self, is_terminal: bool) -> bool {
        match self.color {
            ColorArg::Always => true,
            ColorArg::Never => false,
            ColorArg::Auto => self.color_by_environment.unwrap_or(is_terminal),
        }
    }
}

impl StreamArgs {
    /// What is asked for, where the command line is silent by the environment.
    ///
    /// # Errors
    /// When a value of the environment is not one of its option's, or options contradict each other.
    pub fn options(&self, environment: &Environment<'_>) -> Result<Options, UsageError> {
        let or_text =
            |given: &Option<String>, name| given.clone().or_else(|| environment.get(name));
        let both = |variable, option, given: &[String]| {
            let inherited = environment.list(variable).into_iter();
            let given = given.iter().map(|text| Argument::new(option, text));
            inherited
                .map(|text| Argument::new(variable, text))
                .chain(given)
                .collect()
        };
        let policy = environment.get("TRIMTAB_POLICY").map(PathBuf::from);
        let baseline = or_text(&self.baseline, "TRIMTAB_BASELINE")
            .map(|text| BaselineSource::parse(&text, "".as_ref()));
        Ok(Options {
            policy: self.policy.clone().or(policy),
            targets: both("TRIMTAB_TARGETS", "--target", &self.targets),
            baseline: baseline.transpose().map_err(UsageError::Baseline)?,
            namespace: self
                .namespace
                .clone()
                .filter(|it| !it.is_empty())
                .or_else(|| environment.namespace()),
            scale_in: self.scale_in(environment)?,
            mode: self.mode(environment)?,
            allow: both("TRIMTAB_ALLOW", "--allow", &self.allow),
            reason: or_text(&self.reason, "TRIMTAB_REASON"),
            deny_warnings: self.deny_warnings,
            default_revision: environment
                .get("PRE_COMMIT_FROM_REF")
                .unwrap_or_else(|| "HEAD".to_owned()),
            is_pre_commit: environment.get("PRE_COMMIT").is_some(),
            is_argo_cd: environment.get("ARGOCD_APP_NAME").is_some(),
        })
    }

    fn scale_in(&self, environment: &Environment<'_>) -> Result<ScaleIn, UsageError> {
        let given = or_word(self.scale_in, environment, "TRIMTAB_SCALE_IN")?;
        Ok(match given {
            Some(ScaleInArg::Step) => ScaleIn::Step,
            Some(ScaleInArg::Refuse) | None => ScaleIn::Refuse,
        })
    }

    fn mode(&self, environment: &Environment<'_>) -> Result<Mode, UsageError> {
        match or_word(self.mode, environment, "TRIMTAB_MODE")? {
            Some(ModeArg::Warn) if self.deny_warnings => Err(UsageError::WarnAndDeny),
            Some(ModeArg::Warn) => Ok(Mode::Warn),
            Some(ModeArg::Enforce) | None => Ok(Mode::Enforce),
        }
    }

    /// How to show the outcome.
    ///
    /// # Errors
    /// When a form of the environment, or a report's extension, is none.
    pub fn display(&self, environment: &Environment<'_>) -> Result<Display, UsageError> {
        let form = or_word(self.output, environment, "TRIMTAB_OUTPUT")?;
        let files = if self.reports.is_empty() {
            environment
                .get("TRIMTAB_REPORT")
                .map(PathBuf::from)
                .into_iter()
                .collect()
        } else {
            self.reports.clone()
        };
        let with_form = |path: PathBuf| {
            let form = Form::of_path(&path).ok_or_else(|| UsageError::ReportForm(path.clone()))?;
            Ok::<_, UsageError>((path, form))
        };
        Ok(Display {
            form: match form {
                Some(FormArg::Json) => Form::Json,
                Some(FormArg::Text) | None => Form::Text,
            },
            reports: files.into_iter().map(with_form).collect::<Result<_, _>>()?,
            verbosity: if self.quiet {
                Verbosity::Quiet
            } else if self.verbose {
                Verbosity::Verbose
            } else {
                Verbosity::Normal
            },
            is_helm_plugin: helm_plugin::is_host(|name| environment.get(name)),
            color: self.color,
            color_by_environment: color_by_environment(environment),
        })
    }
}

/// `NO_COLOR` (no-color.org) comes before `CLICOLOR_FORCE` (bixense.com/clicolors).
fn color_by_environment(environment: &Environment<'_>) -> Option<bool> {
    if environment.get("NO_COLOR").is_some() {
        return Some(false);
    }
    environment
        .get("CLICOLOR_FORCE")
        .filter(|value| value != "0")
        .map(|_| true)
}

/// An option's value, or that of its environment variable as the option would read it.
fn or_word<T: ValueEnum>(
    given: Option<T>,
    environment: &Environment<'_>,
    variable: &'static str,
) -> Result<Option<T>, UsageError> {
    let text = match given {
        Some(given) => return Ok(Some(given)),
        None => environment.get(variable),
    };
    let parse = |text: String| {
        T::from_str(&text, true).map_err(|_| {
            let names = T::value_variants().iter();
            let names = names.filter_map(ValueEnum::to_possible_value);
            let known: Vec<String> = names.map(|it| it.get_name().to_owned()).collect();
            let why = format!("`{text}` is none of {}", known.join(", "));
            UsageError::Variable { variable, why }
        })
    };
    text.map(parse).transpose()
}
