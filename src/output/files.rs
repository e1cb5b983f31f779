//! Replaces files by their patched texts, each atomically.
//!
//! Every new text is complete and synced next to its file before the first file is replaced. Links are not followed.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use tempfile::NamedTempFile;

use super::Patch;
use crate::diagnostic::Diagnostic;
use crate::source::Sources;

/// Replaces the files of some patches.
///
/// # Errors
/// When one cannot be written, is a link, or has changed since it was read. Then no file was replaced, unless the
/// message says which were.
pub(crate) fn write(patches: &[(&Path, &Patch)], sources: &Sources) -> Result<(), Diagnostic> {
    let mut ready = Vec::new();
    for (path, patch) in patches {
        let file = prepare(path, patch, sources).map_err(|error| failed(path, &error, &[]))?;
        ready.push((*path, file));
    }
    let mut done: Vec<&Path> = Vec::new();
    for (path, file) in ready {
        file.persist(path)
            .map_err(|error| failed(path, &error.error, &done))?;
        _ = folder(path).and_then(|folder| File::open(folder)?.sync_all());
        done.push(path);
    }
    Ok(())
}

/// The new text in a file of its own, in the same folder, with the same mode and owner, on the disk.
fn prepare(file: &Path, patch: &Patch, sources: &Sources) -> io::Result<NamedTempFile> {
    let metadata = fs::symlink_metadata(file)?;
    if metadata.is_symlink() {
        return Err(io::Error::other(
            "it is a symbolic link; name the file that it points to",
        ));
    }
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    if fs::read(file)? != sources.get(patch.source).text().as_bytes() {
        return Err(io::Error::other(
            "it has changed since it was read; run again",
        ));
    }
    let new = tempfile::Builder::new()
        .prefix(".trimtab-")
        .suffix(".tmp")
        .tempfile_in(folder(file)?)?;
    patch.write(sources, io::BufWriter::new(new.as_file()))?;
    keep_owner(&metadata, new.as_file());
    new.as_file().set_permissions(metadata.permissions())?;
    new.as_file().sync_all()?;
    Ok(new)
}

/// Gives the new file the owner of the old one, if permitted: root can run on another user's checkout.
#[cfg(unix)]
fn keep_owner(old: &fs::Metadata, new: &File) {
    use std::os::unix::fs::{MetadataExt, fchown};
    _ = fchown(new, Some(old.uid()), Some(old.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &fs::Metadata, _: &File) {}

fn folder(path: &Path) -> io::Result<&Path> {
    let parent = path
        .parent()
        .ok_or_else(|| io::Error::other("it has no parent folder"))?;
    Ok(if parent.as_os_str().is_empty() {
        Path::new(".")
    } else {
        parent
    })
}

fn failed(path: &Path, error: &io::Error, done: &[&Path]) -> Diagnostic {
    let diagnostic = Diagnostic::new(format!("cannot write {}: {error}", path.display()));
    if done.is_empty() {
        return diagnostic.note("no file was changed");
    }
    let names: Vec<String> = done.iter().map(|path| path.display().to_string()).collect();
    diagnostic
        .note(format!("already changed: {}", names.join(", ")))
        .help("run again once the file can be written")
}
