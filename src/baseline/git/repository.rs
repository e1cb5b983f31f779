//! A repository at a revision, with the files that a run compares.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::File;
use super::roots::Root;
use super::tree::{Outside, Tree};
use crate::diagnostic::Diagnostic;
use crate::git::{Entry, EntryKind, Git};
use crate::input::files;

/// A repository at a revision.
pub(super) struct Repository {
    pub(super) git: Git,
    pub(super) revision: String,
    /// The parts that a run reads.
    pub(super) roots: Vec<Root>,
}

/// What of a repository there was at its revision.
pub(super) struct Then {
    pub(super) files: Vec<File>,
    /// The submodules, at the commits that they had.
    pub(super) modules: Vec<Repository>,
}

impl Repository {
    /// The hash of the commit; `None` in a repository without commits.
    pub(super) fn commit(&self) -> Result<Option<String>, Diagnostic> {
        let commit = self.git.commit(&self.revision);
        if commit.is_some() || self.git.has_no_commits() {
            return Ok(commit);
        }
        let message = format!("--baseline git:{}: unknown revision", self.revision);
        Err(Diagnostic::new(message)
            .note(format!("in {}", self.git.top.display()))
            .help("use a commit, a branch or a tag that git rev-parse accepts")
            .help("in a shallow clone, fetch it first: git fetch --depth 1 origin REV, or fetch-depth: 0 in the CI's checkout"))
    }

    /// The files of a commit that a run reads, and those that it no longer reads.
    ///
    /// `present` are the real paths of the files that it reads, and `revision` is what the user named.
    pub(super) fn at(
        &mut self,
        commit: &str,
        revision: &str,
        present: &HashSet<PathBuf>,
    ) -> Result<Then, Vec<Diagnostic>> {
        let failed = |why: String| {
            let message = format!("--baseline git:{revision}: git cannot read it: {why}");
            vec![Diagnostic::new(message)]
        };
        let tree = Tree::read(&self.git, commit).map_err(failed)?;
        let renames = self.git.renames(commit).map_err(failed)?;
        let index = self.git.index().map_err(failed)?;
        let mut problems = self.place_roots(&tree, revision);
        let mut view = View {
            top: &self.git.top,
            revision,
            tree: &tree,
            old_names: renames.iter().map(|(old, new)| (new, old)).collect(),
            present,
            found: Vec::new(),
            seen: HashSet::new(),
            renamed: HashSet::new(),
            problems: Vec::new(),
        };
        for root in &self.roots {
            view.take_present(root);
        }
        for root in &self.roots {
            view.take_gone(root);
        }
        let files = view.found;
        problems.append(&mut view.problems);
        let modules = self.modules(&tree, &index, revision, &mut problems);
        if problems.is_empty() {
            Ok(Then { files, modules })
        } else {
            Err(problems)
        }
    }

    /// Finds where the roots were; it is a problem if one exists neither now nor at the revision.
    fn place_roots(&mut self, tree: &Tree, revision: &str) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        for root in &mut self.roots {
            match tree.resolve(&root.spelled) {
                Ok(then) if tree.holds(&then) => root.then = then,
                // The submodule itself handles what is in it.
                Ok(_) if tree.is_in_module(&root.then) => {}
                Ok(_) if root.is_missing && !tree.holds(&root.then) => {
                    problems.push(nowhere(root, revision));
                }
                Ok(_) => {}
                Err(Outside) => problems.push(outside(revision, &root.spelled)),
            }
        }
        problems
    }

    /// The submodules that a walk entered.
    fn modules(
        &self,
        tree: &Tree,
        index: &[Entry],
        revision: &str,
        problems: &mut Vec<Diagnostic>,
    ) -> Vec<Self> {
        let is_tracked = |path: &Path| {
            let mut modules = index.iter().filter(|it| it.kind == EntryKind::Submodule);
            modules.any(|module| module.path == path)
        };
        let mut modules = Vec::new();
        for (path, commit) in &tree.modules {
            let roots = self.roots_in(path);
            match self.git.submodule(path) {
                _ if roots.is_empty() => {}
                Some(git) => modules.push(Self {
                    git,
                    revision: commit.clone(),
                    roots,
                }),
                // A submodule that is just not checked out has no files on either side.
                None if is_tracked(path) => {
                    let missing = roots.iter().filter(|root| root.is_missing);
                    problems.extend(missing.map(|root| nowhere(root, revision)));
                }
                None => problems.push(gone_submodule(revision, path)),
            }
        }
        modules
    }

    /// What a run reads of a submodule: everything if a walk enters it, else the paths named in it.
    fn roots_in(&self, module: &Path) -> Vec<Root> {
        let root_in = |root: &Root| match module.strip_prefix(&root.then) {
            Ok(below) => (!files::is_hidden(below)).then(Root::default),
            Err(_) => Some(root.below(root.then.strip_prefix(module).ok()?)),
        };
        self.roots.iter().filter_map(root_in).collect()
    }
}

/// The message for a named path that exists neither now nor at the revision.
pub(super) fn nowhere(root: &Root, revision: &str) -> Diagnostic {
    files::missing(&root.name).note(format!("it did not exist at git:{revision} either"))
}

fn outside(revision: &str, path: &Path) -> Diagnostic {
    let path = path.display();
    Diagnostic::new(format!(
        "--baseline git:{revision}: {path} was a link to a file outside the repository, which git does not store"
    ))
}

fn gone_submodule(revision: &str, path: &Path) -> Diagnostic {
    let path = path.display();
    Diagnostic::new(format!(
        "--baseline git:{revision}: the submodule {path} no longer exists, so its contents at the revision cannot be read"
    ))
    .help(format!("compare its files separately with --baseline file:PATH, or check only paths outside {path}"))
}

/// A revision, seen from the current files.
struct View<'v> {
    top: &'v Path,
    /// As the user named it.
    revision: &'v str,
    tree: &'v Tree,
    /// The former names of current files.
    old_names: HashMap<&'v PathBuf, &'v PathBuf>,
    present: &'v HashSet<PathBuf>,
    found: Vec<File>,
    /// Each text once in each folder.
    seen: HashSet<(String, PathBuf)>,
    /// The former names of renamed files that are read.
    renamed: HashSet<PathBuf>,
    problems: Vec<Diagnostic>,
}

impl View<'_> {
    /// The earlier versions of the files that are read now.
    fn take_present(&mut self, root: &Root) {
        let now = self.top.join(&root.now);
        let present = self.present;
        let mut read: Vec<&PathBuf> = match present.get(&now) {
            Some(file) => vec![file],
            None => present.iter().filter(|it| it.starts_with(&now)).collect(),
        };
        read.sort();
        for file in read {
            let below = file.strip_prefix(&now).unwrap_or(file);
            self.take_read(root, below);
        }
    }

    /// The manifests of the revision that are not read now.
    fn take_gone(&mut self, root: &Root) {
        let tree = self.tree;
        for (old, hash) in tree.below(&root.then) {
            let below = old.strip_prefix(&root.then).unwrap_or(old);
            let is_manifest = old == root.then || files::has_ending(old);
            let is_walked = is_manifest && !files::is_hidden(below) && !tree.is_template(old);
            let here = joined(&root.now, below);
            if is_walked && !self.present.contains(&self.top.join(&here)) {
                let is_moved = self.renamed.contains(old);
                self.push(old, hash, &here, is_moved);
            }
        }
    }

    /// What a file that is read now was then, by its path, through the links of then, or else by its former name.
    fn take_read(&mut self, root: &Root, below: &Path) {
        let here = joined(&root.now, below);
        let (tree, there) = (self.tree, joined(&root.then, below));
        let old = match tree.resolve(&there) {
            Ok(old) => old,
            Err(Outside) => return self.problems.push(outside(self.revision, &there)),
        };
        let is_renamed = tree.hash(&old).is_none();
        let old = if is_renamed {
            self.old_names.get(&here).map(|old| (*old).clone())
        } else {
            Some(old)
        };
        if let Some(old) = old
            && !tree.is_template(&old)
            && let Some(hash) = tree.hash(&old)
        {
            self.push(&old, hash, &here, false);
            if is_renamed {
                self.renamed.insert(old);
            }
        }
    }

    fn push(&mut self, old: &Path, hash: &str, here: &Path, is_moved: bool) {
        let folder = joined(self.top, here.parent().unwrap_or(here));
        if self.seen.insert((hash.to_owned(), folder.clone())) {
            self.found.push(File {
                name: format!("git:{}:{}", self.revision, old.display()),
                hash: hash.to_owned(),
                folder: folder.to_string_lossy().into(),
                is_moved,
            });
        }
    }
}

/// A path with another below it, which may be nothing.
fn joined(root: &Path, below: &Path) -> PathBuf {
    if below.as_os_str().is_empty() {
        root.to_owned()
    } else {
        root.join(below)
    }
}
