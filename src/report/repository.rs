//! The repository around a run: forges know a file by its path from the repository's root.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

/// The repository around the current folder.
#[derive(Debug, Default)]
pub(crate) struct Repository {
    /// The folder with `.git`; without one, the current folder.
    root: PathBuf,
    /// The current folder.
    folder: PathBuf,
}

/// A file, as forges and viewers name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FileName {
    /// The path from the repository's root.
    Inside(PathBuf),
    /// The absolute path of a file outside of the repository.
    Outside(PathBuf),
}

impl Repository {
    /// The one around the current folder of this process.
    pub(crate) fn here() -> Self {
        let folder = std::env::current_dir().unwrap_or_default();
        Self::around(folder)
    }

    fn around(folder: PathBuf) -> Self {
        // In a worktree or a submodule `.git` is a file.
        let is_root = |folder: &&Path| folder.join(".git").symlink_metadata().is_ok();
        let root = folder.ancestors().find(is_root).unwrap_or(&folder);
        Self {
            root: root.to_owned(),
            folder,
        }
    }

    /// The name of a file; `None` for a device such as `/dev/stdin`, which nothing can point to.
    pub(super) fn name(&self, file: &Path) -> Option<FileName> {
        let file = without_dots(&self.folder.join(file));
        if file.starts_with("/dev") || file.starts_with("/proc") {
            return None;
        }
        Some(match file.strip_prefix(&self.root) {
            Ok(inside) => FileName::Inside(inside.to_owned()),
            Err(_) => FileName::Outside(file),
        })
    }
}

impl FileName {
    pub(super) fn is_inside(&self) -> bool {
        matches!(self, Self::Inside(_))
    }

    /// Whether the file is in this very folder.
    pub(super) fn is_in(&self, folder: &Self) -> bool {
        match (self, folder) {
            (Self::Inside(file), Self::Inside(folder))
            | (Self::Outside(file), Self::Outside(folder)) => file.parent() == Some(folder),
            _ => false,
        }
    }

    /// A URI: a relative reference inside of the repository, else with the scheme `file`.
    pub(super) fn uri(&self) -> String {
        match self {
            Self::Inside(path) => joined(path, |name| encoded(name.as_encoded_bytes())),
            Self::Outside(path) => {
                let path = joined(path, |name| encoded(name.as_encoded_bytes()));
                format!("file:///{path}")
            }
        }
    }

    /// The path, with `/` between its parts.
    pub(super) fn path(&self) -> String {
        let name = |name: &OsStr| name.to_string_lossy().into_owned();
        match self {
            Self::Inside(path) => joined(path, name),
            Self::Outside(path) => format!("/{}", joined(path, name)),
        }
    }
}

/// The path without `.` and `..`, as text: links are not followed.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => _ = plain.pop(),
            _ => plain.push(part),
        }
    }
    plain
}

fn joined(path: &Path, part: impl Fn(&OsStr) -> String) -> String {
    let parts = path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(part(name)),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Percent-encodes all but the unreserved characters of RFC 3986, the colon too: it would end a scheme.
fn encoded(name: &[u8]) -> String {
    let mut encoded = String::with_capacity(name.len());
    for &byte in name {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(byte.into());
        } else {
            // Writing into a text does not fail.
            _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

    use super::*;

    fn names(root: &str, folder: &str, file: &str) -> (String, String) {
        let repository = Repository {
            root: root.into(),
            folder: folder.into(),
        };
        let name = repository.name(Path::new(file)).unwrap();
        (name.uri(), name.path())
    }

    fn both(text: &str) -> (String, String) {
        (text.to_owned(), text.to_owned())
    }

    #[test]
    fn a_file_is_named_from_the_root() {
        assert_eq!(names("/r", "/r", "a/b.yaml"), both("a/b.yaml"));
        assert_eq!(names("/r", "/r/a", "./b.yaml"), both("a/b.yaml"));
        assert_eq!(names("/r", "/r/a/c", "../b.yaml"), both("a/b.yaml"));
        assert_eq!(names("/r", "/r/a", "/r/a/b.yaml"), both("a/b.yaml"));
    }

    #[test]
    fn what_is_outside_is_absolute() {
        let (uri, path) = names("/r", "/r", "../a b/c.yaml");
        assert_eq!(uri, "file:///a%20b/c.yaml");
        assert_eq!(path, "/a b/c.yaml");
        assert_eq!(names("/r", "/r", "/rest/c").1, "/rest/c");
    }

    #[test]
    fn a_uri_is_percent_encoded() {
        let (uri, path) = names("/r", "/r", "c:d/a b#?%\u{202e}ö[1].yaml");
        assert_eq!(uri, "c%3Ad/a%20b%23%3F%25%E2%80%AE%C3%B6%5B1%5D.yaml");
        assert_eq!(path, "c:d/a b#?%\u{202e}ö[1].yaml");
    }

    #[test]
    fn a_device_has_no_name() {
        for device in ["/dev/stdin", "/dev/fd/63", "/proc/self/fd/0"] {
            assert_eq!(Repository::default().name(Path::new(device)), None);
        }
    }

    #[test]
    fn the_root_is_where_git_is() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b");
        std::fs::create_dir_all(&deep).unwrap();
        let around = |folder: &Path| Repository::around(folder.to_owned());
        assert_eq!(around(&deep).root, deep);
        std::fs::write(folder.path().join("a/.git"), "gitdir: x").unwrap();
        assert_eq!(around(&deep).root, folder.path().join("a"));
        assert_eq!(around(&deep).folder, deep);
    }
}
