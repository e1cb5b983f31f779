//! The baseline of a git revision: the same files as they were then, through the `git` command.
//!
//! No shell is involved, and no file name reaches git: files are listed once and read by the hashes of their blobs.
//! Files that were deleted since belong to the baseline, and renamed ones count as what they are called now; one that went
//! to another folder is also gone from its own. Submodules are read at the commit that the revision holds.

mod command;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::command::{Git, Tree};
use super::file::unreadable;
use super::{BaselineError, Snapshot};
use crate::diagnostic::Diagnostic;
use crate::input::{self, Gathering, files, files::Files};
use crate::manifest::Kinds;
use crate::source::Sources;

/// Reads the files of a run as they were at a revision.
///
/// A repository without commits, or a file that was not there, gives nothing.
///
/// # Errors
/// When there is no repository, when the revision does not resolve, or when a file of then cannot be read.
pub(crate) fn load(
    revision: &str,
    found: &Files,
    sources: &mut Sources,
    kinds: &Kinds,
    namespace: Option<&Arc<str>>,
) -> Result<Snapshot, BaselineError> {
    let mut gathering = Gathering::new(kinds, namespace.cloned());
    let files = files_of(revision, found);
    for (file, bytes) in files.map_err(|error| BaselineError::OutOfReach(vec![error]))? {
        let text = input::read(&file.name, bytes.as_slice(), sources)
            .map_err(|error| error.context("the baseline cannot be read"));
        gathering.add(&file.path, text, sources);
    }
    let manifest = gathering.finish().map_err(BaselineError::Unusable)?;
    let unreadable = unreadable(&manifest);
    if unreadable.is_empty() {
        Ok(Snapshot::of_revision(format!("git:{revision}"), manifest))
    } else {
        Err(BaselineError::Unusable(unreadable))
    }
}

/// A file of a revision.
struct File {
    /// As messages name it.
    name: String,
    hash: String,
    /// Where it is now, or would be.
    path: PathBuf,
}

/// The files of a revision with their contents, of all repositories that a run reads.
fn files_of(revision: &str, found: &Files) -> Result<Vec<(File, Vec<u8>)>, Diagnostic> {
    let present: HashSet<PathBuf> = found
        .paths
        .iter()
        .filter_map(|file| file.canonicalize().ok())
        .collect();
    let mut repositories = repositories(&found.roots, revision)?;
    let mut files = Vec::new();
    while let Some(repository) = repositories.pop() {
        let Some(commit) = repository.commit()? else {
            continue;
        };
        let failed = |why: String| {
            Diagnostic::new(format!(
                "--baseline git:{revision}: git cannot read it: {why}"
            ))
        };
        let tree = repository.git.tree(&commit).map_err(failed)?;
        let own = repository
            .files(&tree, &commit, revision, &present)
            .map_err(failed)?;
        let hashes = own.iter().map(|file| file.hash.as_str());
        let contents = repository.git.contents(hashes).map_err(failed)?;
        files.extend(own.into_iter().zip(contents));
        repositories.extend(repository.submodules(&tree));
    }
    Ok(files)
}

/// The repositories of some paths.
fn repositories(roots: &[PathBuf], revision: &str) -> Result<Vec<Repository>, Diagnostic> {
    let mut repositories: Vec<Repository> = Vec::new();
    for root in roots {
        let absolute = root
            .canonicalize()
            .map_err(|error| Diagnostic::new(format!("{}: {error}", root.display())))?;
        let folder = if absolute.is_dir() {
            absolute.as_path()
        } else {
            absolute.parent().unwrap_or(Path::new("/"))
        };
        let git = Git::of(folder).map_err(|why| {
            Diagnostic::new(format!(
                "--baseline git: {} is in no git repository: {why}",
                root.display()
            ))
        })?;
        let relative = absolute
            .strip_prefix(&git.top)
            .unwrap_or(&absolute)
            .to_owned();
        match repositories.iter_mut().find(|it| it.git.top == git.top) {
            Some(known) => known.roots.push(relative),
            None => repositories.push(Repository {
                git,
                revision: revision.to_owned(),
                roots: vec![relative],
            }),
        }
    }
    // The first is taken first, from the end.
    repositories.reverse();
    Ok(repositories)
}

/// A repository at a revision.
struct Repository {
    git: Git,
    revision: String,
    /// What of it a run reads, from its top.
    roots: Vec<PathBuf>,
}

impl Repository {
    /// The commit's hash; none in a repository without commits.
    fn commit(&self) -> Result<Option<String>, Diagnostic> {
        let commit = self.git.commit(&self.revision);
        if commit.is_some() || self.git.has_no_commits() {
            return Ok(commit);
        }
        let message = format!(
            "--baseline git:{}: there is no such revision",
            self.revision
        );
        Err(Diagnostic::new(message)
            .note(format!("in {}", self.git.top.display()))
            .help("in a shallow clone, fetch it first: git fetch --depth 1 origin REV, or fetch-depth: 0 in the CI's checkout"))
    }

    /// The files of a tree that a run reads, or would read if they were not gone.
    fn files(
        &self,
        tree: &Tree,
        commit: &str,
        revision: &str,
        present: &HashSet<PathBuf>,
    ) -> Result<Vec<File>, String> {
        let charts: HashSet<&Path> = tree
            .files
            .iter()
            .filter(|(_, path)| path.ends_with("Chart.yaml"))
            .filter_map(|(_, path)| path.parent())
            .collect();
        let is_template = |old| files::is_template_where(old, |folder| charts.contains(folder));
        let renames = self.git.renames(commit)?;
        let mut found = Vec::new();
        for (hash, old) in &tree.files {
            let new = renames.get(old).unwrap_or(old);
            let is_moved = new.parent() != old.parent();
            for path in [new].into_iter().chain(is_moved.then_some(old)) {
                let is_wanted = present.contains(&self.git.top.join(path))
                    || (self.is_gone(path) && !is_template(old));
                if is_wanted && self.root_of(path).is_some() {
                    found.push(File {
                        name: format!("git:{revision}:{}", old.display()),
                        hash: hash.clone(),
                        path: self.git.top.join(path),
                    });
                }
            }
        }
        Ok(found)
    }

    fn root_of(&self, path: &Path) -> Option<&PathBuf> {
        self.roots.iter().find(|root| path.starts_with(root))
    }

    /// Whether a file is there no more that a walk would have taken for a manifest.
    fn is_gone(&self, path: &Path) -> bool {
        self.root_of(path).is_some_and(|root| {
            let below = path.strip_prefix(root).unwrap_or(path);
            (files::has_ending(path) || path == root)
                && !files::is_hidden(below)
                && self.git.top.join(path).symlink_metadata().is_err()
        })
    }

    /// The submodules that a walk looks into, at the commits that they had.
    fn submodules(&self, tree: &Tree) -> Vec<Self> {
        let is_read = |path: &Path| {
            self.root_of(path)
                .is_some_and(|root| !files::is_hidden(path.strip_prefix(root).unwrap_or(path)))
        };
        let modules = tree.modules.iter().filter(|(_, path)| is_read(path));
        let at = |(commit, path): &(String, PathBuf)| {
            Some(Self {
                git: self.git.submodule(path)?,
                revision: commit.clone(),
                roots: vec![PathBuf::new()],
            })
        };
        modules.filter_map(at).collect()
    }
}
