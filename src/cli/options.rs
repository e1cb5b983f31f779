//! The options of a run: those of the command line override the environment.

use std::path::PathBuf;

use clap::ValueEnum;

use super::StreamArgs;
use super::place::ClusterPlace;
use crate::argument::Argument;
use crate::baseline_source::BaselineSource;
use crate::diagnostic::Diagnostic;
use crate::environment::{self, Environment};
use crate::host::helm::command_line::HelmCall;
use crate::names::{self, shown};
use crate::plan::ScaleIn;
use crate::rules::Mode;
use crate::source::Sources;

/// The options of every command that reads a stream.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// The policy file; if not set, all built-in policies.
    pub(crate) policy: Option<PathBuf>,
    /// Targets that override the policy's, each `COMPONENT=N`; options override the variable.
    pub(crate) targets: Vec<Argument>,
    /// The baseline; if not set, the policy's, else `auto`.
    pub(crate) baseline: Option<BaselineSource>,
    /// Where the cluster is.
    pub(crate) place: ClusterPlace,
    /// What to do with a scale-in that exceeds the limits.
    pub(crate) scale_in: ScaleIn,
    /// How strictly findings are taken.
    pub(crate) mode: Mode,
    /// Waivers, each `RULE` or `RULE=COMPONENT`.
    pub(crate) allow: Vec<Argument>,
    /// The reason for `allow`.
    pub(crate) reason: Option<String>,
    /// Whether warnings refuse too.
    pub(crate) deny_warnings: bool,
    /// The revision that `git:` alone means.
    pub(super) default_revision: String,
    /// Whether pre-commit runs this: the default path is then the current folder.
    pub(crate) is_pre_commit: bool,
    /// Whether Argo CD runs this: it caches the output, so a step would never be followed by the next.
    pub(super) is_argo_cd: bool,
}

impl StreamArgs {
    /// Resolves the options from the command line, then the environment, together with Helm's; adds every problem to `problems`.
    pub(crate) fn options(
        &self,
        environment: &Environment,
        helm: Option<&HelmCall>,
        problems: &mut Vec<Diagnostic>,
    ) -> Options {
        problems.extend(environment.problems());
        let mode = word(self.mode, environment, environment::MODE, problems);
        if mode == Some(Mode::Warn) && self.deny_warnings {
            let message = "--mode warn and --deny-warnings cannot be used together";
            problems.push(Diagnostic::new(message));
        }
        let revision = environment.get("PRE_COMMIT_FROM_REF");
        let reason = || environment.get(environment::REASON);
        let policy = || environment.get(environment::POLICY).map(PathBuf::from);
        Options {
            policy: self.policy.clone().or_else(policy),
            targets: both(environment, environment::TARGETS, "--target", &self.targets),
            baseline: self.baseline(environment, problems),
            place: self.place(environment, helm, problems),
            scale_in: word(self.scale_in, environment, environment::SCALE_IN, problems)
                .unwrap_or_default(),
            mode: mode.unwrap_or_default(),
            allow: both(environment, environment::ALLOW, "--allow", &self.allow),
            reason: self.reason.clone().or_else(reason),
            deny_warnings: self.deny_warnings,
            default_revision: revision.unwrap_or_else(|| "HEAD".to_owned()),
            is_pre_commit: environment.get("PRE_COMMIT").is_some(),
            is_argo_cd: environment.get("ARGOCD_APP_NAME").is_some(),
        }
    }
}

/// The values of a variable, followed by those of options.
fn both(
    environment: &Environment,
    variable: &'static str,
    option: &'static str,
    given: &[String],
) -> Vec<Argument> {
    let inherited = environment.list(variable).into_iter();
    let given = given.iter().map(|text| Argument::new(option, text.trim()));
    inherited
        .map(|text| Argument::new(variable, text))
        .chain(given)
        .collect()
}

/// The value of an option, or of its variable, parsed as the option would be.
pub(super) fn word<T: ValueEnum>(
    given: Option<T>,
    environment: &Environment,
    variable: &'static str,
    problems: &mut Vec<Diagnostic>,
) -> Option<T> {
    if given.is_some() {
        return given;
    }
    let text = environment.get(variable)?;
    let value = T::from_str(&text, false);
    if value.is_err() {
        let names = T::value_variants().iter();
        let names = names.filter_map(ValueEnum::to_possible_value);
        let names: Vec<String> = names.map(|it| it.get_name().to_owned()).collect();
        problems.push(invalid_value(variable, &text, &names));
    }
    value.ok()
}

/// The message for a value that an option or a variable does not accept.
pub(super) fn invalid_value(from: &str, value: &str, expected: &[String]) -> Diagnostic {
    let quoted: Vec<String> = expected.iter().map(|name| format!("`{name}`")).collect();
    let problem = Diagnostic::new(format!(
        "invalid value `{}` for {from}, expected {}",
        shown(value),
        alternatives(&quoted)
    ));
    let near = near(value, expected);
    problem.help_opt(near.map(|name| format!("did you mean `{name}`?")))
}

/// The value that was probably meant: a misspelt one, or the beginning of what was given.
fn near<'n>(value: &str, expected: &'n [String]) -> Option<&'n str> {
    let mut names = expected.iter().map(String::as_str);
    let lower = value.to_lowercase();
    names::nearest(value, names.clone()).or_else(|| names.find(|name| lower.starts_with(name)))
}

/// `a, b or c`
pub(super) fn alternatives(names: &[String]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

impl Options {
    /// The namespace of objects without one.
    pub(crate) fn namespace(&self) -> Option<&str> {
        let namespace = self.place.access.namespace.as_ref();
        namespace.map(|told| &*told.value)
    }

    /// The same with another way to take a scale-in that is too large.
    pub(crate) fn with_scale_in(&self, scale_in: ScaleIn) -> Self {
        Self {
            scale_in,
            ..self.clone()
        }
    }

    /// Records the files to be read, even if the run ends before it reads them.
    pub(crate) fn note_files(&self, sources: &mut Sources) {
        if let Some(policy) = &self.policy {
            sources.takes_from(policy);
        }
        if let Some(BaselineSource::File(path)) = &self.baseline {
            sources.takes_from(path);
        }
    }
}
