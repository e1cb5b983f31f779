//! The baseline of a git revision: the same files as they were then, through the `git` command.
//!
//! No shell is involved, and no file name reaches git: files are listed once and read by the hashes of their blobs.
//! Files that were deleted since belong to the baseline, and renamed ones count as what they are called now.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use super::Snapshot;
use super::file::unreadable;
use crate::diagnostic::Diagnostic;
use crate::input::{self, files, files::Files};
use crate::manifest::{Kinds, Manifest, Origin};
use crate::source::Sources;

/// A file of a revision.
struct Blob {
    hash: String,
    /// Its path in the repository, as it is called now.
    path: PathBuf,
}

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
) -> Result<Snapshot, Vec<Diagnostic>> {
    let (mut manifest, mut problems) = (Manifest::default(), Vec::new());
    for (top, roots) in repositories(&found.roots).map_err(|error| vec![error])? {
        let repository = Repository { top, revision };
        let Some(commit) = repository.commit().map_err(|error| vec![error])? else {
            continue;
        };
        let blobs = repository
            .blobs(&commit, &roots, found)
            .map_err(|error| vec![error])?;
        let contents = repository.contents(&blobs).map_err(|error| vec![error])?;
        for (blob, bytes) in blobs.iter().zip(contents) {
            let path = repository.top.join(&blob.path);
            let name = format!("git:{revision}:{}", blob.path.display());
            let folder = Some(files::folder_of(&path));
            let read = input::read(&name, bytes.as_slice(), sources)
                .map_err(|error| vec![error.context("the baseline cannot be read")]);
            let part = read.and_then(|source| {
                let origin = Origin {
                    source,
                    folder,
                    namespace: namespace.cloned(),
                    is_resource_list: false,
                };
                Manifest::read(&origin, sources.get(source).text(), kinds)
                    .map_err(input::malformed_in_file)
            });
            match part {
                Ok(part) => manifest.append(part),
                Err(found) => problems.extend(found),
            }
        }
    }
    problems.extend(unreadable(&manifest));
    if problems.is_empty() {
        Ok(Snapshot::of_revision(format!("git:{revision}"), manifest))
    } else {
        Err(problems)
    }
}

/// The repositories of some paths, each with the paths in it, relative to its top.
fn repositories(roots: &[PathBuf]) -> Result<Vec<(PathBuf, Vec<PathBuf>)>, Diagnostic> {
    let mut repositories: Vec<(PathBuf, Vec<PathBuf>)> = Vec::new();
    for root in roots {
        let absolute = root
            .canonicalize()
            .map_err(|error| Diagnostic::new(format!("{}: {error}", root.display())))?;
        let folder = if absolute.is_dir() {
            absolute.as_path()
        } else {
            absolute.parent().unwrap_or(Path::new("/"))
        };
        let top = git(folder, &["rev-parse", "--show-toplevel"], &[]).map_err(|why| {
            Diagnostic::new(format!(
                "--baseline git: {} is in no git repository: {why}",
                root.display()
            ))
        })?;
        let top = path_of(top.strip_suffix(b"\n").unwrap_or(&top));
        let top = top.canonicalize().unwrap_or(top);
        let relative = absolute.strip_prefix(&top).unwrap_or(&absolute).to_owned();
        match repositories.iter_mut().find(|(known, _)| *known == top) {
            Some((_, paths)) => paths.push(relative),
            None => repositories.push((top, vec![relative])),
        }
    }
    Ok(repositories)
}

/// A repository at a revision.
struct Repository<'r> {
    top: PathBuf,
    revision: &'r str,
}

impl Repository<'_> {
    /// The commit's hash; none in a repository without commits.
    fn commit(&self) -> Result<Option<String>, Diagnostic> {
        let name = format!("{}^{{commit}}", self.revision);
        match git(&self.top, &["rev-parse", "--verify", "--quiet", "--end-of-options", &name], &[]) {
            Ok(hash) => Ok(Some(String::from_utf8_lossy(&hash).trim().to_owned())),
            Err(_) if self.has_no_commits() => Ok(None),
            Err(_) => Err(Diagnostic::new(format!("--baseline git:{}: there is no such revision", self.revision))
                .help("in a shallow clone, fetch it first: git fetch --depth 1 origin REV, or fetch-depth: 0 in the CI's checkout")),
        }
    }

    fn has_no_commits(&self) -> bool {
        git(&self.top, &["rev-list", "--all", "--max-count=1"], &[])
            .is_ok_and(|hashes| hashes.is_empty())
    }

    /// The manifests of a commit under some paths: the files of the run, and those that are gone.
    fn blobs(
        &self,
        commit: &str,
        roots: &[PathBuf],
        found: &Files,
    ) -> Result<Vec<Blob>, Diagnostic> {
        let tree = self.git(&["ls-tree", "-r", "-z", "--full-tree", commit])?;
        let entries: Vec<(String, PathBuf)> =
            tree.split(|&byte| byte == 0).filter_map(blob_of).collect();
        let charts: HashSet<&Path> = entries
            .iter()
            .filter(|(_, path)| path.ends_with("Chart.yaml"))
            .filter_map(|(_, path)| path.parent())
            .collect();
        let renames = self.renames(commit)?;
        let present: HashSet<PathBuf> = found
            .paths
            .iter()
            .filter_map(|file| file.canonicalize().ok())
            .collect();
        let wanted = |old: &Path, now: &Path| {
            let root = roots.iter().find(|root| now.starts_with(root))?;
            let is_read = present.contains(&self.top.join(now));
            let below = now.strip_prefix(root).unwrap_or(now);
            let is_gone = self.top.join(now).symlink_metadata().is_err()
                && (files::has_ending(now) || now == root)
                && !files::is_hidden(below)
                && !files::is_template_where(old, |folder| charts.contains(folder));
            (is_read || is_gone).then_some(())
        };
        let blobs = entries.iter().filter_map(|(hash, old)| {
            let now = renames.get(old).unwrap_or(old);
            wanted(old, now).map(|()| Blob {
                hash: hash.clone(),
                path: now.clone(),
            })
        });
        Ok(blobs.collect())
    }

    /// The new names of files that were renamed since.
    fn renames(&self, commit: &str) -> Result<HashMap<PathBuf, PathBuf>, Diagnostic> {
        let arguments = [
            "diff",
            "--no-ext-diff",
            "--no-textconv",
            "--name-status",
            "-z",
            "-M",
            "--diff-filter=R",
            commit,
            "--",
        ];
        let status = self.git(&arguments)?;
        let mut fields = status
            .split(|&byte| byte == 0)
            .filter(|field| !field.is_empty());
        let mut renames = HashMap::new();
        while let (Some(_), Some(old), Some(new)) = (fields.next(), fields.next(), fields.next()) {
            renames.insert(path_of(old), path_of(new));
        }
        Ok(renames)
    }

    /// The contents of blobs, in their order.
    fn contents(&self, blobs: &[Blob]) -> Result<Vec<Vec<u8>>, Diagnostic> {
        let requests: Vec<u8> = blobs
            .iter()
            .flat_map(|blob| format!("{}\n", blob.hash).into_bytes())
            .collect();
        let answers =
            git(&self.top, &["cat-file", "--batch"], &requests).map_err(|why| self.failed(&why))?;
        let mut answers = BufReader::new(answers.as_slice());
        blobs
            .iter()
            .map(|_| content(&mut answers).ok_or_else(|| self.failed("a blob is missing")))
            .collect()
    }

    fn git(&self, arguments: &[&str]) -> Result<Vec<u8>, Diagnostic> {
        git(&self.top, arguments, &[]).map_err(|why| self.failed(&why))
    }

    fn failed(&self, why: &str) -> Diagnostic {
        Diagnostic::new(format!(
            "--baseline git:{}: git cannot read it: {why}",
            self.revision
        ))
    }
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

/// A regular file of `git ls-tree`: `MODE TYPE HASH<tab>PATH`. Links and submodules are none.
fn blob_of(entry: &[u8]) -> Option<(String, PathBuf)> {
    let tab = memchr::memchr(b'\t', entry)?;
    let (facts, path) = (
        std::str::from_utf8(entry.get(..tab)?).ok()?,
        entry.get(tab + 1..)?,
    );
    let mut facts = facts.split(' ');
    let is_file = facts.next()?.starts_with("100") && facts.next()? == "blob";
    is_file.then_some((facts.next()?.to_owned(), path_of(path)))
}

/// Runs git in a folder, with `input` on its standard input, and gives what it printed.
fn git(folder: &Path, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, String> {
    let mut command = Command::new("git");
    // git sets GIT_DIR for the hooks of a linked worktree, and then takes the folder that it runs in for the top.
    if std::env::var_os("GIT_WORK_TREE").is_none() {
        command.env_remove("GIT_DIR");
    }
    let mut child = command
        .arg("-C")
        .arg(folder)
        .args(["-c", "core.fsmonitor=false"])
        .args(arguments)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("git does not start: {error}"))?;
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
    Err(message
        .lines()
        .next()
        .unwrap_or("git failed")
        .trim_start_matches("fatal: ")
        .to_owned())
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
