//! What a plan has to know further of a cluster, and who applies it.

use crate::finding::ObjectRef;
use crate::host::Host;
use crate::host::helm::command_line::HelmCommand;
use crate::manifest::{Kinds, Manifest};

/// What a plan has to know further of running workloads.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Questions {
    /// Those whose pods show whether they are settled.
    pub(crate) pods: Vec<ObjectRef>,
    /// Those for which it matters how they are applied, and what their last manifest had.
    pub(crate) last: Vec<ObjectRef>,
}

/// What is needed to answer them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answering<'a> {
    pub(crate) manifest: &'a Manifest,
    pub(crate) kinds: &'a Kinds,
    pub(crate) applying: Applying<'a>,
}

/// Who applies a stream, and what its command line says of how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Applying<'c> {
    pub(crate) host: Host,
    /// Helm's command line, if it is known.
    pub(crate) command: Option<&'c HelmCommand>,
}

impl Questions {
    pub(crate) fn is_empty(&self) -> bool {
        self.pods.is_empty() && self.last.is_empty()
    }
}
