//! Runs the `git` command and parses its output, as bytes.
//!
//! No shell is involved. Only plumbing commands are run, whose output does not depend on the user's settings, and file
//! names are never passed as arguments.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Variables that change how git parses its arguments.
const OF_PATHSPECS: [&str; 4] = [
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
];

/// Variables that git sets for hooks, and that select the hook's repository.
const OF_A_HOOK: [&str; 5] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
];

/// A work tree.
#[derive(Debug, Clone)]
pub(crate) struct Git {
    /// Its top folder, without links.
    pub(crate) top: PathBuf,
    /// Whether the environment selects it, rather than the location of the files.
    is_inherited: bool,
}

/// An entry of a commit or of the index, with its path below the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) kind: EntryKind,
    pub(crate) hash: String,
    pub(crate) path: PathBuf,
}

/// The kind of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// A regular file.
    File,
    /// A symbolic link: its blob is the target.
    Link,
    /// A submodule: the hash is its commit.
    Submodule,
}

impl Git {
    /// The work tree that contains a folder, else the one that the environment selects.
    pub(crate) fn of(folder: &Path) -> Result<Self, String> {
        let at = |is_inherited| Self {
            top: folder.to_owned(),
            is_inherited,
        };
        let found = at(false).find_top();
        if found.is_err() && std::env::var_os("GIT_WORK_TREE").is_some() {
            return at(true).find_top().or(found);
        }
        found
    }

    /// The work tree of a submodule; `None` if it is not checked out.
    pub(crate) fn submodule(&self, path: &Path) -> Option<Self> {
        let top = self.top.join(path);
        top.join(".git").symlink_metadata().ok()?;
        Some(Self {
            top,
            is_inherited: false,
        })
    }

    fn find_top(self) -> Result<Self, String> {
        let top = self.run(&["rev-parse", "--show-toplevel"], &[])?;
        let top = path_of(top.strip_suffix(b"\n").unwrap_or(&top));
        let top = top.canonicalize().unwrap_or(top);
        Ok(Self { top, ..self })
    }

    /// The commit that a revision names.
    pub(crate) fn commit(&self, revision: &str) -> Option<String> {
        let name = format!("{revision}^{{commit}}");
        let arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
        let hash = self.run(&[&arguments[..], &[&name]].concat(), &[]).ok()?;
        let hash = String::from_utf8(hash).ok()?.trim().to_owned();
        // `^REV` names a commit to leave out.
        let is_hash = !hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hash.then_some(hash)
    }

    pub(crate) fn has_no_commits(&self) -> bool {
        self.run(&["rev-list", "--all", "--max-count=1"], &[])
            .is_ok_and(|hashes| hashes.is_empty())
    }

    /// The entries of a commit.
    pub(crate) fn tree(&self, commit: &str) -> Result<Vec<Entry>, String> {
        let listing = self.run(&["ls-tree", "-r", "-z", "--full-tree", commit], &[])?;
        // `MODE TYPE HASH<tab>PATH`
        Ok(entries(&listing, |mut facts| facts.nth(1)))
    }

    /// The files that git tracks now.
    pub(crate) fn index(&self) -> Result<Vec<Entry>, String> {
        let arguments = ["ls-files", "--stage", "-z", "--full-name", "--", ":/"];
        let listing = self.run(&arguments, &[])?;
        // `MODE HASH STAGE<tab>PATH`
        Ok(entries(&listing, |mut facts| facts.next()))
    }

    /// The current names of renamed files of a commit.
    pub(crate) fn renames(&self, commit: &str) -> Result<HashMap<PathBuf, PathBuf>, String> {
        let arguments = [
            "diff-index",
            "--name-status",
            "-z",
            "-M",
            "--diff-filter=R",
            "--ignore-submodules",
            commit,
            "--",
        ];
        let status = self.run(&arguments, &[])?;
        let mut fields = status
            .split(|&byte| byte == 0)
            .filter(|field| !field.is_empty());
        let mut renames = HashMap::new();
        while let (Some(_), Some(old), Some(new)) = (fields.next(), fields.next(), fields.next()) {
            renames.insert(path_of(old), path_of(new));
        }
        Ok(renames)
    }

    /// The contents of blobs, in the given order.
    pub(crate) fn contents<'h>(
        &self,
        hashes: impl Iterator<Item = &'h str> + Clone,
    ) -> Result<Vec<Vec<u8>>, String> {
        let requests: Vec<u8> = hashes
            .clone()
            .flat_map(|hash| format!("{hash}\n").into_bytes())
            .collect();
        let answers = self.run(&["cat-file", "--batch"], &requests)?;
        let mut answers = BufReader::new(answers.as_slice());
        hashes
            .map(|_| content(&mut answers).ok_or_else(|| "a blob is missing".to_owned()))
            .collect()
    }

    /// Runs git with `input` on its standard input, and gives what it printed.
    fn run(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, String> {
        let mut command = Command::new("git");
        for variable in OF_PATHSPECS {
            command.env_remove(variable);
        }
        if !self.is_inherited {
            for variable in OF_A_HOOK {
                command.env_remove(variable);
            }
            command.arg("-C").arg(&self.top);
        }
        let mut child = command
            .args(["-c", "core.fsmonitor=false"])
            .args(arguments)
            .env("GIT_OPTIONAL_LOCKS", "0")
            // Read what was committed, not a local replacement.
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot run git: {error}"))?;
        let stdin = child.stdin.take();
        let output = std::thread::scope(|scope| {
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
            child.wait_with_output()
        });
        let output = output.map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let message = String::from_utf8_lossy(&output.stderr);
        let first = message.lines().next().unwrap_or("git failed");
        Err(first.trim_start_matches("fatal: ").to_owned())
    }
}

/// The entries of a NUL-separated listing; `hash` finds the hash in what follows the mode.
fn entries(listing: &[u8], hash: impl Fn(std::str::Split<'_, char>) -> Option<&str>) -> Vec<Entry> {
    let entry = |line: &[u8]| {
        let tab = memchr::memchr(b'\t', line)?;
        let facts = std::str::from_utf8(line.get(..tab)?).ok()?;
        let mut facts = facts.split(' ');
        let kind = match facts.next()? {
            "120000" => EntryKind::Link,
            "160000" => EntryKind::Submodule,
            mode if mode.starts_with("100") => EntryKind::File,
            _ => return None,
        };
        Some(Entry {
            kind,
            hash: hash(facts)?.to_owned(),
            path: path_of(line.get(tab + 1..)?),
        })
    };
    listing.split(|&byte| byte == 0).filter_map(entry).collect()
}

/// One answer of `git cat-file --batch`: `HASH blob SIZE`, the bytes, a line feed.
fn content(answers: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut header = String::new();
    answers.read_line(&mut header).ok()?;
    let size = header.trim_end().split_once(" blob ")?.1.parse().ok()?;
    let mut bytes = vec![0; size];
    answers.read_exact(&mut bytes).ok()?;
    answers.read_exact(&mut [0]).ok()?;
    Some(bytes)
}

/// A path from git, as bytes; also the target of a link.
#[cfg(unix)]
pub(crate) fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

/// A path from git, as bytes; also the target of a link.
#[cfg(not(unix))]
pub(crate) fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
