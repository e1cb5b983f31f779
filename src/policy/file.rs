//! The bytes of a policy file: at most 64 KiB of UTF-8, and no waiting for ever.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::input;

/// The largest policy, in bytes.
pub(crate) const MAX_BYTES: u64 = 64 * 1024;

/// How long a pipe (`--policy <(...)`) may take to give its policy.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a policy file could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// It is not there, or may not be read.
    #[error("{}", input::why(.0))]
    Io(#[from] io::Error),
    /// It is a folder.
    #[error("it is a folder, not a file")]
    Folder,
    /// It is larger than a policy may be.
    #[error("it is larger than 64 KiB, the limit for a policy")]
    TooLarge,
    /// It is not text.
    #[error("it is not UTF-8 (byte {0})")]
    NotUtf8(
        /// The first byte that is not, counted from 0.
        usize,
    ),
    /// It is a pipe or a device that gave no end of file in time.
    #[error("it is a pipe or a device, and did not end within {} seconds", PATIENCE.as_secs())]
    Stuck,
}

impl ReadError {
    /// Whether there is no such file.
    pub(super) fn is_absence(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

/// Reads a policy file.
pub(super) fn read(path: &Path) -> Result<String, ReadError> {
    let about = std::fs::metadata(path)?;
    if about.is_dir() {
        return Err(ReadError::Folder);
    }
    if about.len() > MAX_BYTES {
        return Err(ReadError::TooLarge);
    }
    let bytes = if about.is_file() {
        read_bytes(path)?
    } else {
        read_patiently(path, PATIENCE)?
    };
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ReadError::TooLarge);
    }
    String::from_utf8(bytes).map_err(|error| ReadError::NotUtf8(error.utf8_error().valid_up_to()))
}

/// One byte more than is allowed at most: a file may grow, and a device never ends.
fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// For anything but a regular file: opening a named pipe waits for its writer, so another thread does it, and is abandoned
/// when nothing comes.
fn read_patiently(path: &Path, patience: Duration) -> Result<Vec<u8>, ReadError> {
    let (sender, receiver) = mpsc::channel();
    let path = path.to_owned();
    thread::spawn(move || sender.send(read_bytes(&path)));
    match receiver.recv_timeout(patience) {
        Ok(bytes) => Ok(bytes?),
        Err(_) => Err(ReadError::Stuck),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

    use super::*;

    fn refusal(path: &Path) -> String {
        read(path).unwrap_err().to_string()
    }

    #[test]
    fn what_is_no_small_text_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.yaml");
        assert_eq!(refusal(&path), "no such file or directory");
        assert_eq!(refusal(folder.path()), "it is a folder, not a file");
        std::fs::write(&path, b"caf\xe9: 1\n").unwrap();
        assert_eq!(refusal(&path), "it is not UTF-8 (byte 3)");
        std::fs::write(&path, vec![b'#'; 64 * 1024 + 1]).unwrap();
        assert_eq!(
            refusal(&path),
            "it is larger than 64 KiB, the limit for a policy"
        );
        std::fs::write(&path, vec![b'#'; 64 * 1024]).unwrap();
        assert_eq!(read(&path).unwrap().len(), 64 * 1024);
    }

    #[cfg(unix)]
    #[test]
    fn what_never_ends_is_not_waited_for() {
        let zero = refusal(Path::new("/dev/zero"));
        assert_eq!(zero, "it is larger than 64 KiB, the limit for a policy");
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap();
        assert!(made.success());
        let stuck = read_patiently(&pipe, Duration::from_millis(50)).unwrap_err();
        assert!(matches!(stuck, ReadError::Stuck), "{stuck}");
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_with_a_writer_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap();
        assert!(made.success());
        let writer = pipe.clone();
        thread::spawn(move || std::fs::write(writer, "a: 1\n"));
        assert_eq!(read(&pipe).unwrap(), "a: 1\n");
    }
}
