//! Reaching the person behind Helm 4, which throws a plugin's standard error away.
//!
//! A refusal goes to the standard error of the parent process on Linux, else to the controlling terminal. Nothing here
//! can fail: who cannot be reached is not reached.

use std::fs::{self, File, OpenOptions};
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long to wait for someone to read.
const PATIENCE: Duration = Duration::from_secs(2);

/// What Helm writes at its own offset of a file over what was appended there, at most, in bytes.
const HELM_MESSAGE: u64 = 1024;

/// `O_APPEND` in `/proc/PID/fdinfo/FD`, where the flags are octal (Linux, proc(5)).
const O_APPEND: u64 = 0o2000;

/// Shows a message to the person who runs Helm; `colored` to a terminal, `plain` to anything else.
pub fn show(plain: String, colored: String) {
    let (done, wait) = mpsc::channel();
    thread::spawn(move || {
        let reached = to_parent(&plain, &colored);
        if reached.is_none() {
            _ = OpenOptions::new()
                .write(true)
                .open("/dev/tty")
                .and_then(|mut terminal| terminal.write_all(colored.as_bytes()));
        }
        _ = done.send(());
    });
    // A pipe that nobody reads would block for ever; then the thread ends with the program.
    _ = wait.recv_timeout(PATIENCE);
}

/// Writes to the parent's standard error, unless that is this program's own, where the report went already.
#[cfg(target_os = "linux")]
fn to_parent(plain: &str, colored: &str) -> Option<()> {
    let parent = std::os::unix::process::parent_id();
    let theirs = format!("/proc/{parent}/fd/2");
    let target = fs::read_link(&theirs).ok()?;
    if target == fs::read_link("/proc/self/fd/2").ok()? {
        return Some(());
    }
    if target == Path::new("/dev/null") {
        return None;
    }
    // Opened anew it would begin at the start of a file: append, and never truncate.
    let mut stream = OpenOptions::new().append(true).open(&theirs).ok()?;
    let text = if stream.is_terminal() { colored } else { plain };
    let padding = padding(&stream, parent).unwrap_or_default();
    stream.write_all(format!("{padding}{text}").as_bytes()).ok()
}

#[cfg(not(target_os = "linux"))]
fn to_parent(_: &str, _: &str) -> Option<()> {
    None
}

/// Blanks for Helm to write its own error over.
///
/// A file that was not opened for appending keeps Helm's offset, and Helm's next message goes there, over whatever was
/// appended in the meantime.
fn padding(stream: &File, parent: u32) -> Option<String> {
    let metadata = stream.metadata().ok().filter(fs::Metadata::is_file)?;
    let info = fs::read_to_string(format!("/proc/{parent}/fdinfo/2")).ok()?;
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
