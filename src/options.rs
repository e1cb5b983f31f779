//! What a run is asked for: the command line over the environment.

use std::path::PathBuf;

use crate::argument::Argument;
use crate::baseline_source::{BaselineSource, NotABaseline};
use crate::diagnostic::Diagnostic;
use crate::plan::ScaleIn;
use crate::policy::Policy;
use crate::rules::Mode;

/// The options of every command that reads a stream.
#[derive(Debug, Clone)]
pub struct Options {
    /// The policy file; without it the built-in `milvus` policy.
    pub policy: Option<PathBuf>,
    /// Targets over the policy's, each `COMPONENT=N`; those of options hold over those of the variable.
    pub targets: Vec<Argument>,
    /// The baseline; without it the policy's, else `auto`.
    pub baseline: Option<BaselineSource>,
    /// The namespace of objects that name none.
    pub namespace: Option<String>,
    /// What becomes of an oversized scale-in.
    pub scale_in: ScaleIn,
    /// How strictly findings are taken.
    pub mode: Mode,
    /// Waivers, each `RULE` or `RULE=COMPONENT`.
    pub allow: Vec<Argument>,
    /// Why they are given.
    pub reason: Option<String>,
    /// Warnings refuse too.
    pub deny_warnings: bool,
    /// The revision that `git:` alone means.
    pub default_revision: String,
    /// pre-commit runs this: without a path, the current folder is meant.
    pub is_pre_commit: bool,
    /// Argo CD runs this: it keeps what is printed, so that a step would not be followed by the next.
    pub is_argo_cd: bool,
}

/// Why options do not go together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UsageError {
    /// A value of the environment that its option would refuse.
    #[error("{variable}: {why}")]
    Variable {
        /// The environment variable.
        variable: &'static str,
        /// What is wrong with its value.
        why: String,
    },
    /// An unknown baseline.
    #[error("{0}; {forms}", forms = BaselineSource::FORMS)]
    Baseline(NotABaseline),
    /// A report file whose extension names no form.
    #[error("--report {}: end it in .txt or .json, for the form", .0.display())]
    ReportForm(PathBuf),
    /// Warnings cannot both pass and refuse.
    #[error("--mode warn and --deny-warnings contradict each other")]
    WarnAndDeny,
}

/// The environment variables of the contract; an empty one counts as unset, as in Argo CD's and Helm's own.
pub struct Environment<'e>(pub &'e dyn Fn(&str) -> Option<String>);

impl Environment<'_> {
    /// A variable that is set to something.
    pub fn get(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    /// The parts of a variable between its commas.
    pub fn list(&self, name: &str) -> Vec<String> {
        let value = self.get(name).unwrap_or_default();
        value
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// The namespace of objects that name none: trimtab's own variable, then Helm's, then Argo CD's.
    pub fn namespace(&self) -> Option<String> {
        [
            "TRIMTAB_NAMESPACE",
            "HELM_NAMESPACE",
            "ARGOCD_APP_NAMESPACE",
        ]
        .into_iter()
        .find_map(|name| self.get(name))
    }
}

impl Options {
    /// The baseline to use: the one asked for, else the policy's, else `auto`. This is where `auto` is resolved: no
    /// host lets this version reach a cluster, so that it means `rendered` everywhere.
    ///
    /// # Errors
    /// When steps are asked for that cannot be measured from it.
    pub(crate) fn baseline(&self, policy: &Policy) -> Result<BaselineSource, Vec<Diagnostic>> {
        let declared = policy.baseline.as_ref().map(|declared| &declared.source);
        let source = match self.baseline.as_ref().or(declared) {
            Some(BaselineSource::Git(revision)) if revision.is_empty() => {
                BaselineSource::Git(self.default_revision.clone())
            }
            None | Some(BaselineSource::Auto) => BaselineSource::Rendered,
            Some(source) => source.clone(),
        };
        match self.blind_step(&source) {
            Some(problem) => Err(vec![problem]),
            None => Ok(source),
        }
    }

    /// Why no step can be taken: from the render, or from a cached stream, each run would take the same one.
    fn blind_step(&self, source: &BaselineSource) -> Option<Diagnostic> {
        if self.scale_in != ScaleIn::Step {
            return None;
        }
        if self.is_argo_cd {
            let message = "--scale-in step does not work under Argo CD (ARGOCD_APP_NAME is set)";
            let diagnostic = Diagnostic::new(message)
                .note("Argo CD caches what a plugin printed, so the next step would never be taken")
                .help("leave it out, and lower the target one step at a time");
            return Some(diagnostic);
        }
        let is_blind = *source == BaselineSource::Rendered;
        is_blind.then(|| {
            let message = "--scale-in step needs a baseline of its own: the rendered counts are no place to step from";
            let help = "compare with what runs: --baseline file:live.yaml, from kubectl get deploy,statefulset -o yaml";
            Diagnostic::new(message).help(help)
        })
    }
}
