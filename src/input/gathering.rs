//! Combines the manifests of several files into one, or collects all problems with them.

use std::path::Path;

use super::{files, malformed_in_file};
use crate::diagnostic::Diagnostic;
use crate::manifest::{Kinds, Manifest, Origin};
use crate::source::{SourceId, Sources};
use crate::word::Word;

/// The files read so far.
pub(crate) struct Gathering<'k> {
    kinds: &'k Kinds,
    /// The namespace of objects without one.
    namespace: Option<Word>,
    manifest: Manifest,
    problems: Vec<Diagnostic>,
}

impl<'k> Gathering<'k> {
    pub(crate) fn new(kinds: &'k Kinds, namespace: Option<Word>) -> Self {
        Self {
            kinds,
            namespace,
            manifest: Manifest::default(),
            problems: Vec::new(),
        }
    }

    /// Adds a file that was read, or why it was not.
    pub(crate) fn add(
        &mut self,
        path: &Path,
        text: Result<SourceId, Diagnostic>,
        sources: &Sources,
    ) {
        self.add_in(files::folder_of(path), text, sources);
    }

    /// The same for a text that belongs to a folder, as [`files::folder_of`] gives it.
    pub(crate) fn add_in(
        &mut self,
        folder: Word,
        text: Result<SourceId, Diagnostic>,
        sources: &Sources,
    ) {
        let part = text.map_err(|problem| vec![problem]).and_then(|source| {
            let origin = Origin {
                source,
                folder: Some(folder),
                namespace: self.namespace.clone(),
                is_resource_list: false,
            };
            let text = sources.get(source).text();
            Manifest::read(&origin, text, self.kinds).map_err(malformed_in_file)
        });
        match part {
            Ok(part) => self.manifest.append(part),
            Err(found) => self.problems.extend(found),
        }
    }

    /// All of it.
    ///
    /// # Errors
    /// Everything that could not be read.
    pub(crate) fn finish(self) -> Result<Manifest, Vec<Diagnostic>> {
        if self.problems.is_empty() {
            Ok(self.manifest)
        } else {
            Err(self.problems)
        }
    }
}
