//! The replica counts before a change, by source.
//!
//! [`Baseline::Rendered`] knows nothing but the stream itself; a [`Snapshot`] is another stream, read like the first.

mod file;
mod git;

use std::collections::HashMap;
use std::sync::Arc;

use crate::baseline_source::BaselineSource;
use crate::diagnostic::Diagnostic;
use crate::input::files::Files;
use crate::manifest::{ByNamespace, Kinds, Manifest, Workload};
use crate::source::Sources;

/// What a baseline is read with.
pub(crate) struct Reading<'r> {
    pub(crate) kinds: &'r Kinds,
    /// The namespace of objects that name none.
    pub(crate) namespace: Option<Arc<str>>,
    /// The files of the run; none when it reads standard input.
    pub(crate) files: Option<&'r Files>,
}

/// The counts before a change.
#[derive(Debug)]
pub(crate) enum Baseline {
    /// The stream's own counts: only a target against the render is seen.
    Rendered,
    /// Another stream.
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
    ) -> Result<Self, Vec<Diagnostic>> {
        let namespace = reading.namespace.as_ref();
        match source {
            BaselineSource::Auto | BaselineSource::Rendered => Ok(Self::Rendered),
            BaselineSource::File(path) => {
                file::load(path, sources, reading.kinds, namespace).map(Self::Snapshot)
            }
            BaselineSource::Git(revision) => {
                let files = reading.files.ok_or_else(|| {
                    let diagnostic = Diagnostic::new(
                        "--baseline git: compares files, and standard input is none",
                    );
                    vec![diagnostic.help("name the files, or use --baseline file:PATH")]
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
}

impl Baseline {
    /// Whether the counts are those of running objects.
    pub(crate) fn is_live(&self) -> bool {
        match self {
            Self::Rendered => false,
            Self::Snapshot(snapshot) => snapshot
                .manifest
                .workloads
                .iter()
                .any(|workload| workload.live),
        }
    }
}

/// The folder of a file, the kind and the name of a workload.
type Key = (Option<Arc<str>>, String, String);

/// A baseline that was read from a stream.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// As the user gave it: `file:live.yaml`.
    pub(crate) name: String,
    pub(crate) manifest: Manifest,
    /// It may well hold nothing: a first commit has nothing before it.
    pub(crate) may_be_empty: bool,
    by_name: HashMap<Key, ByNamespace>,
}

fn key(folder: Option<Arc<str>>, workload: &Workload) -> Key {
    let object = &workload.object;
    (folder, object.kind.clone(), object.name.clone())
}

/// Two workloads of a baseline that a workload of the stream could be.
#[derive(Debug)]
pub(crate) struct Ambiguous {
    first: Vec<usize>,
}

impl Snapshot {
    /// A baseline under the name that the user gave it.
    pub(crate) fn new(name: String, manifest: Manifest) -> Self {
        let mut by_name: HashMap<Key, ByNamespace> = HashMap::new();
        for (index, workload) in manifest.workloads.iter().enumerate() {
            let namespace = workload.object.namespace.as_deref();
            let key = key(workload.folder.clone(), workload);
            by_name.entry(key).or_default().add(namespace, index);
        }
        Self {
            name,
            manifest,
            may_be_empty: false,
            by_name,
        }
    }

    /// A baseline from a revision, where it may be that nothing was there yet.
    pub(crate) fn of_revision(name: String, manifest: Manifest) -> Self {
        Self {
            may_be_empty: true,
            ..Self::new(name, manifest)
        }
    }

    /// The workload of the baseline that is the same object, by kind, namespace and name; by kind and name alone where
    /// one side names no namespace and that is unique.
    ///
    /// # Errors
    /// When it could be more than one.
    pub(crate) fn find(&self, workload: &Workload) -> Result<Option<usize>, Ambiguous> {
        let named = self
            .by_name
            .get(&key(None, workload))
            .or_else(|| self.by_name.get(&key(workload.folder.clone(), workload)));
        let namespace = workload.object.namespace.as_deref();
        match named.map_or(&[][..], |named| named.find(namespace)) {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            several => Err(Ambiguous {
                first: several.iter().copied().take(2).collect(),
            }),
        }
    }
}

impl Snapshot {
    /// The message for a workload without a namespace that two of the stream's could be.
    pub(crate) fn shared(
        &self,
        index: usize,
        one: &Workload,
        other: &Workload,
    ) -> Option<Diagnostic> {
        let earlier = self.manifest.workloads.get(index)?;
        let object = &earlier.object;
        let message = format!(
            "the stream holds {} {} more than once, and the baseline's names no namespace",
            object.kind, object.name
        );
        let mut diagnostic = Diagnostic::new(message);
        for workload in [other, one, earlier] {
            diagnostic = diagnostic.label(workload.place(&workload.name), in_namespace(workload));
        }
        Some(diagnostic.help(GIVE_THE_NAMESPACE))
    }
}

const GIVE_THE_NAMESPACE: &str = "give the namespace of objects that name none: -n NAMESPACE";

fn in_namespace(workload: &Workload) -> String {
    let namespace = workload.object.namespace.as_deref();
    format!("in {}", namespace.unwrap_or("no namespace"))
}

impl Ambiguous {
    /// The message for a workload of the stream.
    pub(crate) fn diagnostic(&self, workload: &Workload, snapshot: &Snapshot) -> Diagnostic {
        let object = &workload.object;
        let message = format!(
            "the baseline holds {} {} more than once",
            object.kind, object.name
        );
        let mut diagnostic =
            Diagnostic::new(message).label(workload.place(&workload.name), "this workload");
        let others = self.first.iter().take(2);
        let others = others.filter_map(|&index| snapshot.manifest.workloads.get(index));
        let others: Vec<&Workload> = others.collect();
        for other in &others {
            diagnostic = diagnostic.label(other.place(&other.name), in_namespace(other));
        }
        let namespaces = others.iter().map(|other| &other.object.namespace);
        let is_same = namespaces.clone().min() == namespaces.max();
        diagnostic.help(if is_same {
            "take one of the two out of the baseline: which one runs cannot be told"
        } else {
            GIVE_THE_NAMESPACE
        })
    }
}
