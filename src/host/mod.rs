//! Who runs this program: decided once, before anything is read, and carried on, also after a failure.
//!
//! The host decides which commands may run, who hears what is said, and in which words a person is helped.

pub(crate) mod helm;
pub(crate) mod resource_list;

use crate::cli::Environment;

/// Who runs this program.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Host {
    /// A person, a script, a pipeline.
    #[default]
    Shell,
    /// Helm 3, which shows what its post-renderer says when it fails, and drops it on success.
    Helm3,
    /// Helm 4, which throws away what a plugin says.
    Helm4,
    /// A host of KRM functions, such as kustomize or kpt. It is known by what it sends.
    Krm,
    /// pre-commit.
    PreCommit,
    /// Argo CD's repo-server.
    ArgoCd,
}

impl Host {
    /// Who runs this process.
    pub(crate) fn of_this_process(environment: &Environment) -> Self {
        let is_set = |name| environment.get(name).is_some();
        match helm::runs_this_process(environment) {
            Some(helm) => helm,
            None if is_set("PRE_COMMIT") => Self::PreCommit,
            None if is_set("ARGOCD_APP_NAME") => Self::ArgoCd,
            None => Self::Shell,
        }
    }

    /// Whether it takes what is printed for the manifests of a release, even if that is nothing.
    pub(crate) fn is_helm(self) -> bool {
        matches!(self, Self::Helm3 | Self::Helm4)
    }
}
