//! In the place of the baseline of a cluster, where this program was built without it.

use std::collections::BTreeSet;

use super::{Answering, Applying, BaselineError, Questions, Snapshot};
use crate::access::ClusterPin;
use crate::cli::ClusterPlace;
use crate::diagnostic::Diagnostic;
use crate::host::helm::command_line::HelmCommand;
use crate::manifest::Manifest;
use crate::source::Sources;

/// This build cannot ask a cluster.
pub(crate) enum Located {}

impl Located {
    /// # Errors
    /// Always.
    pub(crate) fn of(
        _: &ClusterPlace,
        _: Option<&ClusterPin>,
        _: Option<&HelmCommand>,
    ) -> Result<Self, BaselineError> {
        let message = "--baseline cluster: trimtab was built without the `cluster` feature";
        let problem = Diagnostic::new(message)
            .help("build it with the default features, or use another baseline");
        Err(BaselineError::Unusable(vec![problem]))
    }

    pub(crate) fn namespace(&self) -> &str {
        match *self {}
    }

    /// # Errors
    /// Never: there is nobody to ask.
    pub(crate) fn load(
        &self,
        _: &Manifest,
        _: &BTreeSet<(&str, &str)>,
        _: Applying<'_>,
    ) -> Result<Snapshot, BaselineError> {
        match *self {}
    }

    /// # Errors
    /// Never: there is nobody to ask.
    pub(crate) fn answer(
        &self,
        _: &mut Snapshot,
        _: &Questions,
        _: &Answering<'_>,
        _: &mut Sources,
    ) -> Result<(), BaselineError> {
        match *self {}
    }
}
