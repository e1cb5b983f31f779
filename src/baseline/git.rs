//! The baseline of a git revision: the same files as they were then, through the `git` command.
//!
//! File names are never passed to git: files are listed once and read by the hashes of their blobs. A manifest of the
//! revision that the run no longer reads counts as removed, whether it was deleted, hidden, given another extension or
//! replaced by a link. A renamed file is compared under its current name; if it moved to another folder, it also counts
//! as removed from the old one. Links are followed within the revision, and submodules are read at its commits.

mod repository;
mod roots;
mod tree;

use std::collections::HashSet;
use std::path::PathBuf;

use self::repository::nowhere;
use self::roots::repositories;
use super::file::unreadable;
use super::{BaselineError, Snapshot};
use crate::diagnostic::Diagnostic;
use crate::input::{self, Gathering, files::Files};
use crate::manifest::Kinds;
use crate::source::Sources;
use crate::word::Word;

/// Reads the files of a run as they were at a revision.
///
/// A repository without commits, or a file that did not exist, is an empty baseline.
///
/// # Errors
/// When there is no repository, when the revision does not resolve, when a file of then cannot be read, or when a path is
/// neither there now nor was then.
pub(crate) fn load(
    revision: &str,
    found: &Files,
    sources: &mut Sources,
    kinds: &Kinds,
    namespace: Option<&Word>,
) -> Result<Snapshot, BaselineError> {
    let mut gathering = Gathering::new(kinds, namespace.cloned());
    let mut moved = HashSet::new();
    let files = files_of(revision, found);
    for (file, bytes) in files.map_err(BaselineError::OutOfReach)? {
        let text = input::read(&file.name, bytes.as_slice(), sources)
            .map_err(|error| error.context("cannot read the baseline"));
        if let (true, Ok(source)) = (file.is_moved, &text) {
            moved.insert(*source);
        }
        gathering.add_in(file.folder, text, sources);
    }
    let manifest = gathering.finish().map_err(BaselineError::Unusable)?;
    let unreadable = unreadable(&manifest);
    if unreadable.is_empty() {
        let name = format!("git:{revision}");
        Ok(Snapshot::of_revision(name, manifest, &moved))
    } else {
        Err(BaselineError::Unusable(unreadable))
    }
}

/// A file of a revision.
struct File {
    /// The name in messages.
    name: String,
    hash: String,
    /// The folder that it is in now, or would be.
    folder: Word,
    /// It moved to another folder, where it is listed as well.
    is_moved: bool,
}

/// The files of a revision with their contents, of all repositories that a run reads.
fn files_of(revision: &str, found: &Files) -> Result<Vec<(File, Vec<u8>)>, Vec<Diagnostic>> {
    let present: HashSet<PathBuf> = found
        .paths
        .iter()
        .filter_map(|file| file.canonicalize().ok())
        .collect();
    let one = |problem| vec![problem];
    let mut repositories = repositories(found, revision).map_err(one)?;
    // The first is taken first, from the end.
    repositories.reverse();
    let mut files = Vec::new();
    while let Some(mut repository) = repositories.pop() {
        let Some(commit) = repository.commit().map_err(one)? else {
            let missing = repository.roots.iter().find(|root| root.is_missing);
            match missing {
                Some(root) => return Err(vec![nowhere(root, revision)]),
                None => continue,
            }
        };
        let then = repository.at(&commit, revision, &present)?;
        let hashes = then.files.iter().map(|file| file.hash.as_str());
        let contents = repository.git.contents(hashes).map_err(|why| {
            let message = format!("--baseline git:{revision}: git cannot read it: {why}");
            vec![Diagnostic::new(message)]
        })?;
        files.extend(then.files.into_iter().zip(contents));
        repositories.extend(then.modules);
    }
    Ok(files)
}
