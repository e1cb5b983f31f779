//! The replica counts before a change, by source.
//!
//! [`Baseline::Rendered`] uses the stream's own counts; a [`Snapshot`] holds the workloads of another source.

#[cfg(feature = "cluster")]
mod cluster;
#[cfg(not(feature = "cluster"))]
#[path = "without_cluster.rs"]
mod cluster;
mod file;
mod git;
mod index;
mod known;
pub(crate) mod live;
mod questions;

use std::collections::HashSet;

use jiff::Timestamp;

pub(crate) use self::cluster::Located;
pub(crate) use self::index::Index;
pub(crate) use self::known::{Had, Known};
use self::live::{InCluster, LiveAutoscaler};
pub(crate) use self::questions::{Answering, Applying, Questions};
use crate::baseline_source::BaselineSource;
use crate::diagnostic::Diagnostic;
use crate::host::{Host, Setting};
use crate::input::files::Files;
use crate::manifest::{Kinds, Manifest};
use crate::source::{SourceId, Sources};
use crate::word::Word;

/// The context for reading a baseline.
pub(crate) struct Reading<'r> {
    pub(crate) kinds: &'r Kinds,
    /// The namespace of objects without one.
    pub(crate) namespace: Option<Word>,
    /// The files of the run; empty if it reads standard input.
    pub(crate) files: Option<&'r Files>,
    /// The host, which decides how messages say to mend something.
    pub(crate) host: Host,
}

/// Why a baseline could not be read.
#[derive(Debug)]
pub(crate) enum BaselineError {
    /// There is nothing to read: no such file or revision, no repository.
    OutOfReach(Vec<Diagnostic>),
    /// It cannot be read with certainty, or cannot be used as the baseline of this run.
    Unusable(Vec<Diagnostic>),
}

impl BaselineError {
    /// What is wrong.
    pub(crate) fn into_diagnostics(self) -> Vec<Diagnostic> {
        match self {
            Self::OutOfReach(problems) | Self::Unusable(problems) => problems,
        }
    }
}

/// The counts before a change.
#[derive(Debug)]
pub(crate) enum Baseline {
    /// The stream's own counts: only differences between targets and the render are detected.
    Rendered,
    /// The counts of another source.
    Snapshot(Snapshot),
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// When it is out of reach, or cannot be read with certainty.
    pub(crate) fn load(
        source: &BaselineSource,
        reading: &Reading<'_>,
        sources: &mut Sources,
    ) -> Result<Self, BaselineError> {
        let namespace = reading.namespace.as_ref();
        let said = |source| reading.host.setting(Setting::Baseline(source));
        match source {
            // A cluster is asked by `Located`.
            BaselineSource::Auto | BaselineSource::Rendered | BaselineSource::Cluster => {
                Ok(Self::Rendered)
            }
            BaselineSource::File(path) => file::load(path, sources, reading).map(Self::Snapshot),
            BaselineSource::Git(revision) => {
                let files = reading.files.ok_or_else(|| {
                    let diagnostic = Diagnostic::new(
                        "the baseline `git:` is the same files at a revision, and standard input is not a file",
                    );
                    let help = format!("name the files, or use {}", said("file:PATH"));
                    BaselineError::Unusable(vec![diagnostic.help(help)])
                })?;
                git::load(revision, files, sources, reading.kinds, namespace).map(Self::Snapshot)
            }
        }
    }

    /// As the user gave it.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Rendered => "rendered",
            Self::Snapshot(snapshot) => &snapshot.name,
        }
    }

    /// Its workloads; empty for the stream's own counts.
    pub(crate) fn workloads(&self) -> &[Known] {
        match self {
            Self::Rendered => &[],
            Self::Snapshot(snapshot) => &snapshot.workloads,
        }
    }

    /// Whether it holds the same files as the stream at a revision.
    pub(crate) fn is_of_the_same_files(&self) -> bool {
        matches!(self, Self::Snapshot(snapshot) if snapshot.may_be_empty)
    }

    /// Whether the counts are those of running objects.
    pub(crate) fn is_live(&self) -> bool {
        self.cluster().is_some() || self.workloads().iter().any(Known::is_live)
    }

    /// The cluster that it is of.
    pub(crate) fn cluster(&self) -> Option<&InCluster> {
        match self {
            Self::Rendered => None,
            Self::Snapshot(snapshot) => snapshot.cluster.as_deref(),
        }
    }

    /// The autoscalers of a cluster.
    pub(crate) fn autoscalers(&self) -> &[LiveAutoscaler] {
        match self {
            Self::Rendered => &[],
            Self::Snapshot(snapshot) => &snapshot.autoscalers,
        }
    }
}

/// A baseline from another source than the stream.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// As the user gave it: `file:live.yaml`.
    pub(crate) name: String,
    /// In the order of the source.
    pub(crate) workloads: Vec<Known>,
    /// Whether it can be empty: nothing precedes a first commit.
    pub(crate) may_be_empty: bool,
    /// The newest timestamp in it, if it contains running objects.
    pub(crate) newest: Option<Timestamp>,
    /// The autoscalers of a cluster.
    pub(crate) autoscalers: Vec<LiveAutoscaler>,
    /// The cluster that it is of.
    pub(crate) cluster: Option<Box<InCluster>>,
}

impl Snapshot {
    /// A baseline under the name that the user gave it.
    pub(crate) fn new(name: String, manifest: Manifest) -> Self {
        let mut workloads: Vec<Known> = manifest.workloads.into_iter().map(Known::from).collect();
        // Collected in place, they would keep the room of what they were read as.
        workloads.shrink_to_fit();
        Self {
            name,
            workloads,
            may_be_empty: false,
            newest: manifest.newest,
            autoscalers: Vec::new(),
            cluster: None,
        }
    }

    /// A baseline from a revision, where it may be that nothing was there yet; `moved` are the texts of files that were
    /// renamed into another folder.
    pub(crate) fn of_revision(name: String, manifest: Manifest, moved: &HashSet<SourceId>) -> Self {
        let mut snapshot = Self::new(name, manifest);
        for known in &mut snapshot.workloads {
            let source = known.place.as_ref().map(|place| place.name.source);
            known.is_moved = source.is_some_and(|source| moved.contains(&source));
        }
        Self {
            may_be_empty: true,
            ..snapshot
        }
    }
}
