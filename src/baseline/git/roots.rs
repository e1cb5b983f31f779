//! The paths of a run as their repositories see them, now and at a revision.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::repository::Repository;
use crate::diagnostic::Diagnostic;
use crate::git::{Entry, EntryKind, Git};
use crate::input::files::Files;

/// A named path, relative to the top of its repository.
#[derive(Debug, Default)]
pub(super) struct Root {
    /// Where it really is now, or would be.
    pub(super) now: PathBuf,
    /// Where it was: another place where it led through a link.
    pub(super) then: PathBuf,
    /// As it was named, with the links of the repository in it.
    pub(super) spelled: PathBuf,
    /// The name in messages.
    pub(super) name: PathBuf,
    /// It does not exist now.
    pub(super) is_missing: bool,
}

impl Root {
    /// The same path from the top of a submodule.
    pub(super) fn below(&self, path: &Path) -> Self {
        Self {
            now: path.to_owned(),
            then: path.to_owned(),
            spelled: path.to_owned(),
            name: self.name.clone(),
            is_missing: self.is_missing,
        }
    }
}

/// The repositories of some paths, in their order.
///
/// A revision is one of the repository that the run is in, where that one holds the path's own as a submodule: there each
/// has its commit. Else it is one of the path's own repository.
pub(super) fn repositories(found: &Files, revision: &str) -> Result<Vec<Repository>, Diagnostic> {
    let mut repositories: Vec<Repository> = Vec::new();
    let mut work_trees = WorkTrees {
        current: Git::of(Path::new(".")).ok(),
        known: HashMap::new(),
    };
    for root in &found.roots {
        let now = real(root)?;
        let git = work_trees.of(folder_of(&now));
        let git = git.map_err(|why| outside(root, &why))?;
        let below = |path: &Path| path.strip_prefix(&git.top).ok().map(Path::to_owned);
        let Some(here) = below(&now) else {
            return Err(outside(root, "it is outside the work tree of git"));
        };
        let spelled = spelled(root, &git.top).and_then(|path| below(&path));
        let own = Root {
            spelled: spelled.unwrap_or_else(|| here.clone()),
            then: here.clone(),
            now: here,
            name: root.clone(),
            is_missing: found.missing.contains(root),
        };
        match repositories.iter_mut().find(|it| it.git.top == git.top) {
            Some(known) => known.roots.push(own),
            None => repositories.push(Repository {
                git,
                revision: revision.to_owned(),
                roots: vec![own],
            }),
        }
    }
    Ok(repositories)
}

/// The work trees of folders; git runs once per folder, however many of its files are named.
struct WorkTrees {
    /// That of the current folder.
    current: Option<Git>,
    known: HashMap<PathBuf, Git>,
}

impl WorkTrees {
    fn of(&mut self, folder: &Path) -> Result<Git, String> {
        if let Some(git) = self.known.get(folder) {
            return Ok(git.clone());
        }
        let own = Git::of(folder)?;
        let around = self.current.as_ref().filter(|outer| holds(outer, &own));
        let git = around.cloned().unwrap_or(own);
        self.known.insert(folder.to_owned(), git.clone());
        Ok(git)
    }
}

/// Whether a repository tracks another one's folder, as a submodule or as files that it has become.
fn holds(outer: &Git, inner: &Git) -> bool {
    let Ok(folder) = inner.top.strip_prefix(&outer.top) else {
        return false;
    };
    let is_of_it = |entry: &Entry| {
        entry.path.starts_with(folder)
            || (entry.kind == EntryKind::Submodule && folder.starts_with(&entry.path))
    };
    let is_other = !folder.as_os_str().is_empty();
    is_other && outer.index().is_ok_and(|index| index.iter().any(is_of_it))
}

fn outside(root: &Path, why: &str) -> Diagnostic {
    Diagnostic::new(format!(
        "--baseline git: no git repository found for {}: {why}",
        root.display()
    ))
    .help("where files are in no repository, compare with a copy from before the change: --baseline file:PATH")
}

/// The real path of a root; if it does not exist, that of its nearest existing folder, with the rest appended.
fn real(root: &Path) -> Result<PathBuf, Diagnostic> {
    let is_stream = fs::metadata(root).is_ok_and(|about| !about.is_file() && !about.is_dir());
    if is_stream {
        let message = format!(
            "--baseline git: compares files, and {} is not a regular file",
            root.display()
        );
        let diagnostic = Diagnostic::new(message);
        return Err(diagnostic.help("name the file itself, or use --baseline file:PATH"));
    }
    let failed = |error| Diagnostic::new(format!("{}: {error}", root.display()));
    let (mut at, mut rest) = (std::path::absolute(root).map_err(failed)?, Vec::new());
    loop {
        match at.canonicalize() {
            Ok(real) => return Ok(real.join(rest.iter().rev().collect::<PathBuf>())),
            Err(error) => {
                rest.push(last(&at).ok_or(error).map_err(failed)?);
                at.pop();
            }
        }
    }
}

fn last(path: &Path) -> Option<OsString> {
    Some(path.components().next_back()?.as_os_str().to_owned()).filter(|_| path.parent().is_some())
}

/// The nearest existing folder.
fn folder_of(path: &Path) -> &Path {
    let mut folders = path.ancestors();
    folders
        .find(|folder| folder.is_dir())
        .unwrap_or(Path::new("/"))
}

/// The path as it was named from where it enters the repository, so that the links of the repository stay in it.
fn spelled(root: &Path, top: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(root).ok()?;
    let mut prefixes: Vec<&Path> = absolute.ancestors().collect();
    prefixes.reverse();
    prefixes.into_iter().find_map(|prefix| {
        let real = prefix.canonicalize().ok()?;
        let rest = absolute.strip_prefix(prefix).ok()?;
        let is_plain = !rest.components().any(|part| part == Component::ParentDir);
        (is_plain && real.starts_with(top)).then(|| real.join(rest))
    })
}
