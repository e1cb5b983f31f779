//! What a commit holds, found by paths that may lead through its links.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use crate::git::{EntryKind, Git, path_of};
use crate::input::files;

/// A commit's files with their hashes, by their paths below the top.
#[derive(Debug, Default)]
pub(super) struct Tree {
    files: BTreeMap<PathBuf, String>,
    /// The links, each with its target.
    links: HashMap<PathBuf, PathBuf>,
    /// The submodules, each with its commit.
    pub(super) modules: Vec<(PathBuf, String)>,
    /// The folders with a `Chart.yaml`.
    charts: HashSet<PathBuf>,
}

/// A path leads out of the repository.
#[derive(Debug)]
pub(super) struct Outside;

/// The most links that Linux follows for one path.
const MOST_LINKS: usize = 40;

impl Tree {
    /// Reads a commit.
    pub(super) fn read(git: &Git, commit: &str) -> Result<Self, String> {
        let mut tree = Self::default();
        let mut links = Vec::new();
        for entry in git.tree(commit)? {
            match entry.kind {
                EntryKind::File => {
                    if let Some(folder) = entry.path.parent()
                        && entry.path.ends_with("Chart.yaml")
                    {
                        tree.charts.insert(folder.to_owned());
                    }
                    tree.files.insert(entry.path, entry.hash);
                }
                EntryKind::Link => links.push(entry),
                EntryKind::Submodule => tree.modules.push((entry.path, entry.hash)),
            }
        }
        let targets = git.contents(links.iter().map(|link| link.hash.as_str()))?;
        let targets = targets.iter().map(|target| path_of(target));
        let paths = links.into_iter().map(|link| link.path);
        tree.links = paths.zip(targets).collect();
        Ok(tree)
    }

    /// The hash of a file.
    pub(super) fn hash(&self, path: &Path) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// The file of this path, or the files below it, with their hashes.
    pub(super) fn below(&self, path: &Path) -> impl Iterator<Item = (&Path, &str)> {
        let all = self.files.range(path.to_owned()..);
        let (all, path) = (all, path.to_owned());
        all.map(|(file, hash)| (file.as_path(), hash.as_str()))
            .take_while(move |(file, _)| file.starts_with(&path))
    }

    /// Whether the path exists.
    pub(super) fn holds(&self, path: &Path) -> bool {
        self.below(path).next().is_some()
    }

    /// Whether a path is a submodule, or in one.
    pub(super) fn is_in_module(&self, path: &Path) -> bool {
        let mut modules = self.modules.iter();
        modules.any(|(module, _)| path.starts_with(module))
    }

    /// Whether a file was a Helm template.
    pub(super) fn is_template(&self, path: &Path) -> bool {
        files::is_template_where(path, |folder| self.charts.contains(folder))
    }

    /// Where a path leads, through the links of this tree; the result does not have to exist.
    ///
    /// # Errors
    /// When a link leads out of the tree, or to itself: the earlier contents are then unknown.
    pub(super) fn resolve(&self, path: &Path) -> Result<PathBuf, Outside> {
        let mut rest: VecDeque<Part> = parts(path).collect();
        let (mut at, mut links) = (PathBuf::new(), 0);
        while let Some(part) = rest.pop_front() {
            match part {
                Part::Up if at.pop() => {}
                Part::Up | Part::Root => return Err(Outside),
                Part::Name(name) => {
                    at.push(name);
                    let Some(target) = self.links.get(&at) else {
                        continue;
                    };
                    links += 1;
                    if links > MOST_LINKS {
                        return Err(Outside);
                    }
                    at.pop();
                    rest = parts(target).chain(rest).collect();
                }
            }
        }
        Ok(at)
    }
}

enum Part {
    Name(OsString),
    Up,
    Root,
}

fn parts(path: &Path) -> impl Iterator<Item = Part> {
    path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(Part::Name(name.to_owned())),
        Component::ParentDir => Some(Part::Up),
        Component::CurDir => None,
        Component::RootDir | Component::Prefix(_) => Some(Part::Root),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str], links: &[(&str, &str)]) -> Tree {
        let path = |text: &&str| PathBuf::from(text);
        Tree {
            files: files.iter().map(|it| (path(it), String::new())).collect(),
            links: links.iter().map(|(a, b)| (path(a), path(b))).collect(),
            ..Tree::default()
        }
    }

    fn resolved(tree: &Tree, path: &str) -> Option<String> {
        let path = tree.resolve(Path::new(path)).ok()?;
        Some(path.to_string_lossy().into_owned())
    }

    #[test]
    fn links_are_followed_within_the_tree() {
        let tree = tree(
            &["a/b/c.yaml", "d.yaml"],
            &[
                ("l.yaml", "a/b/c.yaml"),
                ("a/up", "../d.yaml"),
                ("f", "a/b"),
                ("g", "./f/"),
                ("out", "../other/x.yaml"),
                ("absolute", "/etc/x.yaml"),
                ("loop", "loop"),
                ("nowhere", "nothing"),
            ],
        );
        for (path, leads_to) in [
            ("d.yaml", Some("d.yaml")),
            ("l.yaml", Some("a/b/c.yaml")),
            ("a/up", Some("d.yaml")),
            ("g/c.yaml", Some("a/b/c.yaml")),
            ("g/../up", Some("d.yaml")),
            ("nowhere", Some("nothing")),
            ("", Some("")),
            ("out", None),
            ("absolute", None),
            ("loop", None),
            ("..", None),
        ] {
            assert_eq!(resolved(&tree, path).as_deref(), leads_to, "{path}");
        }
    }

    #[test]
    fn what_is_below_a_path() {
        let tree = tree(&["a.yaml", "a/b.yaml", "a/c/d.yaml", "ab/e.yaml"], &[]);
        let below = |path: &str| tree.below(Path::new(path)).count();
        assert_eq!(below(""), 4);
        assert_eq!(below("a"), 2);
        assert_eq!(below("a.yaml"), 1);
        assert_eq!(below("b"), 0);
        assert!(tree.holds(Path::new("a/c")) && !tree.holds(Path::new("a/d")));
    }
}
