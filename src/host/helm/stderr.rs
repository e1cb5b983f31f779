//! Helm's standard error on Linux, through `/proc`.
//!
//! Helm's own open file comes first (`pidfd_getfd`, where this process may trace Helm): what is written through it moves
//! the offset that Helm goes on at. Otherwise the file is opened again, and only appended to.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};

use super::Stderr;
use super::ancestors::{MOST_WRAPPERS, parent_of};

/// The most bytes that Helm can write at its own offset over what was appended there.
const HELM_MESSAGE: u64 = 1024;

/// `O_APPEND` in `/proc/PID/fdinfo/FD`, where the flags are octal (Linux, proc(5)).
const O_APPEND: u64 = 0o2000;

/// The standard error of Helm, which is the nearest ancestor whose standard error is not this program's own.
pub(super) fn helms_stderr() -> Stderr {
    stderr_of(std::os::unix::process::parent_id(), "/proc/self/fd/2").unwrap_or(Stderr::Lost)
}

fn stderr_of(mut process: u32, own: &str) -> Option<Stderr> {
    let own = fs::read_link(own).ok()?;
    for _ in 0..=MOST_WRAPPERS {
        let theirs = fs::read_link(stderr(process)).ok()?;
        if theirs != own {
            return if theirs == Path::new("/dev/null") {
                Some(Stderr::Satisfied)
            } else {
                shared(process).or_else(|| anew(process))
            };
        }
        // Helm reads a plugin's standard error from a pipe; if it is not a pipe, the report is already visible.
        if !own.to_string_lossy().starts_with("pipe:") {
            return Some(Stderr::Satisfied);
        }
        process = parent_of(process)?;
    }
    None
}

fn stderr(process: u32) -> PathBuf {
    PathBuf::from(format!("/proc/{process}/fd/2"))
}

/// The open file of a process itself.
fn shared(process: u32) -> Option<Stderr> {
    let pid = Pid::from_raw(process.try_into().ok()?)?;
    let pidfd = pidfd_open(pid, PidfdFlags::empty()).ok()?;
    let file = pidfd_getfd(&pidfd, 2, PidfdGetfdFlags::empty()).ok()?;
    Some(Stderr::Open {
        stream: file.into(),
        before: String::new(),
        is_stdout_too: is_stdout_too(process),
    })
}

/// The same file opened once more.
fn anew(process: u32) -> Option<Stderr> {
    let file = OpenOptions::new().append(true).open(stderr(process)).ok()?;
    Some(Stderr::Open {
        before: padding(&file, process).unwrap_or_default(),
        is_stdout_too: is_stdout_too(process),
        stream: file,
    })
}

/// Whether the standard output and standard error of a process are the same file.
fn is_stdout_too(process: u32) -> bool {
    let file = |number: u8| {
        let about = fs::metadata(format!("/proc/{process}/fd/{number}")).ok()?;
        Some((about.dev(), about.ino()))
    };
    file(1).is_some_and(|stdout| file(2) == Some(stdout))
}

/// Blanks for Helm to write its own error over.
///
/// A file that was not opened for appending keeps Helm's offset, and Helm's next message goes there, over whatever was
/// appended in the meantime.
fn padding(stream: &File, process: u32) -> Option<String> {
    let metadata = stream.metadata().ok().filter(fs::Metadata::is_file)?;
    let info = fs::read_to_string(format!("/proc/{process}/fdinfo/2")).ok()?;
    let field = |name: &str| {
        info.lines()
            .find_map(|line| line.strip_prefix(name))
            .map(str::trim)
    };
    if u64::from_str_radix(field("flags:")?, 8).ok()? & O_APPEND != 0 {
        return None;
    }
    let ahead = metadata.len().saturating_sub(field("pos:")?.parse().ok()?);
    let blanks = usize::try_from(HELM_MESSAGE.checked_sub(ahead)?).ok()?;
    Some(" ".repeat(blanks) + "\n")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a panic fails the test")]

    use std::io::{Read, Write};
    use std::process::{Child, Command, Stdio};

    use super::*;

    /// A shell that, once told so, says that it failed, as Helm does after its post-renderer.
    struct Helm(Child);

    impl Helm {
        fn new(stderr: impl Into<Stdio>) -> Self {
            let script = "echo before >&2; echo ready; read word; echo Error: plugin failed >&2";
            let mut shell = Command::new("sh");
            shell.args(["-c", script]).stderr(stderr);
            let mut child = shell
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut ready = [0; 6];
            child
                .stdout
                .as_mut()
                .unwrap()
                .read_exact(&mut ready)
                .unwrap();
            Self(child)
        }

        /// Writes a report to it, and lets it fail.
        fn report(mut self, stderr: Option<Stderr>) {
            let Some(Stderr::Open {
                mut stream, before, ..
            }) = stderr
            else {
                panic!("not reached");
            };
            stream
                .write_all((before + &long_report()).as_bytes())
                .unwrap();
            drop(stream);
            drop(self.0.stdin.take());
            self.0.wait().unwrap();
        }
    }

    impl Drop for Helm {
        fn drop(&mut self) {
            _ = self.0.kill();
            _ = self.0.wait();
        }
    }

    fn long_report() -> String {
        format!("report: {}\n", "x".repeat(2000))
    }

    fn all_is_there(log: &Path) -> String {
        let text = fs::read_to_string(log).unwrap();
        for part in ["before\n", "Error: plugin failed\n", &long_report()] {
            assert!(text.contains(part), "{text}");
        }
        text
    }

    #[test]
    fn a_file_opened_anew_keeps_all() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let open = || OpenOptions::new().append(true).create(true).open(&log);
        for file in [File::create(&log).unwrap(), open().unwrap()] {
            let helm = Helm::new(file);
            let stderr = anew(helm.0.id());
            helm.report(stderr);
            all_is_there(&log);
        }
    }

    /// Where the kernel allows it, nothing is padded, and later output is written after it.
    #[test]
    fn a_shared_file_keeps_all_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let helm = Helm::new(File::create(&log).unwrap());
        let Some(stderr) = shared(helm.0.id()) else {
            let is_required = std::env::var_os("TESTS_REQUIRED").is_some_and(|it| it == "all");
            assert!(!is_required, "no process may be traced here");
            _ = writeln!(std::io::stderr(), "left out: no process may be traced here");
            return;
        };
        helm.report(Some(stderr));
        let text = all_is_there(&log);
        assert!(text.starts_with("before\nreport") && text.ends_with("Error: plugin failed\n"));
    }

    #[test]
    fn who_wants_nothing_gets_nothing() {
        let helm = Helm::new(Stdio::null());
        let found = stderr_of(helm.0.id(), "/proc/self/fd/1");
        assert!(matches!(found, Some(Stderr::Satisfied)));
    }

    #[test]
    fn a_process_that_is_gone_is_lost() {
        let mut helm = Helm::new(Stdio::null());
        helm.0.kill().unwrap();
        helm.0.wait().unwrap();
        assert!(stderr_of(helm.0.id(), "/proc/self/fd/1").is_none());
    }
}
