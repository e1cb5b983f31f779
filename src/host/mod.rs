//! The host that runs this program: detected once, before anything is read, and kept even after a failure.
//!
//! The host decides which commands can run, where messages go, and how help lines are worded.

pub(crate) mod helm;
pub(crate) mod resource_list;
mod setting;

use self::helm::command_line::HelmCall;
pub(crate) use self::setting::Setting;
use crate::environment::Environment;

/// Who runs this program.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Host {
    /// A person, a script, a pipeline.
    #[default]
    Shell,
    /// Helm 3, which shows the standard error of its post-renderer on failure, and drops it on success.
    Helm3,
    /// Helm 4, which discards the standard error of a plugin.
    Helm4,
    /// A host of KRM functions, such as kustomize or kpt. It is detected by its input.
    Krm,
    /// pre-commit.
    PreCommit,
    /// Argo CD's repo-server.
    ArgoCd,
}

impl Host {
    /// Who runs this process; of a Helm, also how it was called.
    pub(crate) fn of_this_process(environment: &Environment) -> (Self, Option<HelmCall>) {
        let is_set = |name| environment.get(name).is_some();
        match helm::runs_this_process(environment) {
            Some((helm, call)) => (helm, Some(call)),
            None if is_set("PRE_COMMIT") => (Self::PreCommit, None),
            None if is_set("ARGOCD_APP_NAME") => (Self::ArgoCd, None),
            None => (Self::Shell, None),
        }
    }

    /// Whether it takes the output for the manifests of a release, even if the output is empty.
    pub(crate) fn is_helm(self) -> bool {
        matches!(self, Self::Helm3 | Self::Helm4)
    }
}
