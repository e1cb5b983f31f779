//! The texts of a run: standard input or files.

use std::io;
use std::path::PathBuf;

use super::{Task, templates};
use crate::baseline::Baseline;
use crate::baseline_source::BaselineSource;
use crate::diagnostic::Diagnostic;
use crate::host::resource_list::ResourceList;
use crate::input::files::{Files, Naming};
use crate::input::{self, Gathering, Unread};
use crate::manifest::{Kinds, Manifest, Origin};
use crate::report::Command;
use crate::source::{STDIN, SourceId, Sources};
use crate::word::Word;

/// What to compare files with.
const LAST_COMMIT: &str = "compare with the last commit: --baseline git:HEAD";

/// What to compare a stream with.
const LAST_RELEASE: &str = "compare with the last release: save what `helm get manifest RELEASE` prints, and name that file";

/// The input of a run, not yet parsed.
pub(crate) enum Input {
    /// Standard input.
    Stream(SourceId),
    /// Standard input of a KRM function.
    List(ResourceList),
    /// Files that were found but not yet read.
    Files(Files),
}

/// What was read.
pub(super) struct Texts {
    pub(super) manifest: Manifest,
    /// The files; empty if standard input was read.
    pub(super) files: Option<Files>,
    /// Notes for the report, one line each.
    pub(super) notes: Vec<String>,
}

impl Input {
    /// Reads standard input.
    ///
    /// # Errors
    /// When it cannot be read, or is not UTF-8 text.
    pub(crate) fn stdin(
        stdin: impl io::Read,
        sources: &mut Sources,
    ) -> Result<SourceId, Vec<Diagnostic>> {
        input::read(STDIN, stdin, sources).map_err(|error| vec![unread(&error)])
    }

    /// Finds the files of some paths.
    ///
    /// # Errors
    /// Paths that cannot be found or opened.
    pub(crate) fn files(
        paths: &[PathBuf],
        naming: Naming,
        sources: &mut Sources,
    ) -> Result<Self, Vec<Diagnostic>> {
        let found = Files::find(paths, naming);
        // A path that is not found could stand for a whole folder.
        let files = found.as_ref().map_or(paths, |files| &files.paths);
        for file in files {
            sources.takes_from(file);
        }
        found.map(Self::Files)
    }

    /// The list of a KRM host.
    pub(crate) fn list(&self) -> Option<&ResourceList> {
        match self {
            Self::List(list) => Some(list),
            Self::Stream(_) | Self::Files(_) => None,
        }
    }

    /// Parses what matters; `namespace` is that of objects without one.
    pub(super) fn read(
        &self,
        task: &Task<'_>,
        namespace: Option<Word>,
        sources: &mut Sources,
        kinds: &Kinds,
    ) -> Result<Texts, Vec<Diagnostic>> {
        let (source, is_resource_list) = match self {
            Self::Files(files) => return gather(files, namespace, sources, kinds),
            Self::Stream(source) => (*source, false),
            Self::List(list) => (list.source, true),
        };
        let origin = Origin {
            source,
            folder: None,
            namespace,
            is_resource_list,
        };
        let manifest = Manifest::read(&origin, sources.get(source).text(), kinds);
        let manifest = manifest.map_err(input::malformed)?;
        if task.host.is_helm() {
            templates::name(&manifest, source, sources);
        }
        Ok(Texts {
            manifest,
            files: None,
            notes: Vec::new(),
        })
    }
}

fn gather(
    files: &Files,
    namespace: Option<Word>,
    sources: &mut Sources,
    kinds: &Kinds,
) -> Result<Texts, Vec<Diagnostic>> {
    let mut gathering = Gathering::new(kinds, namespace);
    for file in &files.paths {
        let text = input::read_file(file, sources).map_err(|error| unread(&error));
        gathering.add(file, text, sources);
    }
    Ok(Texts {
        manifest: gathering.finish()?,
        notes: files.notes.clone(),
        files: Some(files.clone()),
    })
}

impl Texts {
    /// Fails if a named path does not exist, unless a revision can contain it.
    pub(super) fn miss_nothing(&self, source: &BaselineSource) -> Result<(), Vec<Diagnostic>> {
        match (&self.files, source) {
            (None, _) | (_, BaselineSource::Git(_)) => Ok(()),
            (Some(files), _) => files.require_all(),
        }
    }

    /// Fails if the baseline is also what it would be compared with: no worker is ever lost then. A file that is fixed
    /// would move it with each run.
    pub(super) fn differ_from(
        &self,
        source: &BaselineSource,
        command: Command,
    ) -> Result<(), Vec<Diagnostic>> {
        let BaselineSource::File(baseline) = source else {
            return Ok(());
        };
        let (what, help) = match &self.files {
            None if input::is_stdin(baseline) => ("the stream itself", LAST_RELEASE),
            None => return Ok(()),
            Some(files) => {
                let real = baseline.canonicalize().ok();
                let is_it = |file: &PathBuf| real.is_some() && file.canonicalize().ok() == real;
                match (command, files.paths.as_slice()) {
                    (Command::Fix, all) if all.iter().any(is_it) => {
                        ("a file to be fixed", LAST_COMMIT)
                    }
                    (_, [only]) if is_it(only) => ("the file to be checked", LAST_COMMIT),
                    _ => return Ok(()),
                }
            }
        };
        let message = format!("the baseline {source} is {what}");
        Err(vec![Diagnostic::new(message).help(help)])
    }

    /// Notes the paths that only a revision still has.
    pub(super) fn note_missing(&mut self, baseline: &Baseline) {
        let missing = self.files.iter().flat_map(|files| &files.missing);
        let notes = missing.map(|path| {
            let (path, name) = (path.display(), baseline.name());
            format!("{path} no longer exists: its contents at {name} count as removed")
        });
        self.notes.extend(notes.collect::<Vec<_>>());
    }

    /// Whether standard input was read and was empty.
    pub(super) fn is_nothing(&self, sources: &Sources) -> bool {
        let is_blank = |text: &str| text.trim_start_matches('\u{feff}').trim().is_empty();
        self.files.is_none()
            && self
                .manifest
                .sources
                .iter()
                .all(|&id| is_blank(sources.get(id).text()))
    }
}

fn unread(error: &Unread) -> Diagnostic {
    error.context("cannot read the input")
}
