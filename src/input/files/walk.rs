//! The manifests in a folder.
//!
//! A folder is walked as ripgrep walks it: hidden and ignored files are left out, and links are not followed. But what
//! git tracks is read whatever an ignore file says: ignoring a file does not remove it from a cluster.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::{has_ending, is_hidden, unreadable};
use crate::diagnostic::Diagnostic;
use crate::git::{EntryKind, Git};

/// The result of a walk.
pub(super) struct Walked {
    /// The manifests, in the order of their paths.
    pub(super) files: Vec<PathBuf>,
    pub(super) notes: Vec<String>,
}

/// Walks a folder.
pub(super) fn manifests(root: &Path, problems: &mut Vec<Diagnostic>) -> Walked {
    let mut files = HashSet::new();
    let entries = WalkBuilder::new(root).require_git(false).build();
    for entry in entries {
        match entry {
            Ok(entry) => {
                let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                if is_file && has_ending(entry.path()) {
                    files.insert(without_dot(entry.path()));
                }
            }
            Err(error) => problems.push(match error.io_error() {
                Some(io) if error.depth() == Some(0) => unreadable(root, &crate::input::why(io)),
                _ => Diagnostic::new(format!("cannot read the input: {error}")),
            }),
        }
    }
    let mut notes = Vec::new();
    match tracked(root) {
        Ok(tracked) => add(root, tracked, &mut files),
        Err(why) => notes.push(format!(
            "git cannot list the tracked files in {}, so ignored files are skipped: {why}",
            root.display()
        )),
    }
    let mut files: Vec<PathBuf> = files.into_iter().collect();
    files.sort();
    Walked { files, notes }
}

fn without_dot(path: &Path) -> PathBuf {
    path.strip_prefix("./").unwrap_or(path).to_owned()
}

/// Adds the tracked files, given by their real paths, that are manifests in a folder and are not there yet.
fn add(root: &Path, tracked: Vec<PathBuf>, files: &mut HashSet<PathBuf>) {
    let Ok(real) = root.canonicalize() else {
        return;
    };
    for file in tracked {
        let Ok(below) = file.strip_prefix(&real) else {
            continue;
        };
        let path = without_dot(&root.join(below));
        let is_wanted = has_ending(below) && !is_hidden(below) && !files.contains(&path);
        // The target of a link does not belong to this folder.
        let is_real = || file.is_file() && file.canonicalize().is_ok_and(|real| real == file);
        if is_wanted && is_real() {
            files.insert(path);
        }
    }
}

/// The files that git tracks in the repository of a folder, submodules included; empty outside of a repository.
fn tracked(root: &Path) -> Result<Vec<PathBuf>, String> {
    let root = root.canonicalize().map_err(|error| error.to_string())?;
    let is_in_repository = root
        .ancestors()
        .any(|folder| folder.join(".git").symlink_metadata().is_ok());
    if !is_in_repository && std::env::var_os("GIT_WORK_TREE").is_none() {
        return Ok(Vec::new());
    }
    let mut tracked = Vec::new();
    let mut repositories = vec![Git::of(&root)?];
    while let Some(git) = repositories.pop() {
        for entry in git.index()? {
            match entry.kind {
                EntryKind::File => tracked.push(git.top.join(entry.path)),
                EntryKind::Submodule => repositories.extend(git.submodule(&entry.path)),
                EntryKind::Link => {}
            }
        }
    }
    Ok(tracked)
}
