//! Detects whether Helm runs this program, and shows messages to Helm's user.
//!
//! Helm 4 discards a plugin's standard error, and Helm 3 that of a post-renderer that succeeds. Messages that must still
//! be shown go to Helm's own standard error on Linux, else to the controlling terminal. Nothing here fails: a message that
//! cannot be shown is dropped, and if Helm's errors go to /dev/null, none is shown.

#[cfg(target_os = "linux")]
mod ancestors;
pub(crate) mod command_line;
#[cfg(target_os = "linux")]
mod stderr;

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

#[cfg(target_os = "linux")]
use stderr::helms_stderr;

use self::command_line::HelmCall;
use super::Host;
use crate::environment::Environment;

/// How long to wait for someone to read.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long to wait before writing again to a non-blocking file that is full.
const PAUSE: Duration = Duration::from_millis(10);

/// The Helm that runs this process, if one does, and how it was called.
///
/// Helm 4 gives a plugin its name and folder. A plugin of another kind is one around Helm 3, such as helm-diff, which runs
/// Helm again; and Helm 3 itself tells a post-renderer nothing, but is its parent.
pub(super) fn runs_this_process(environment: &Environment) -> Option<(Host, HelmCall)> {
    let call = call_above(environment);
    if environment.get("HELM_PLUGIN_NAME").is_none() {
        return Some((Host::Helm3, call?));
    }
    let about = environment
        .get("HELM_PLUGIN_DIR")
        .and_then(|folder| std::fs::read_to_string(Path::new(&folder).join("plugin.yaml")).ok());
    let is_post_renderer = about.is_none_or(|about| about.contains("postrenderer/"));
    let host = if is_post_renderer {
        Host::Helm4
    } else {
        Host::Helm3
    };
    Some((host, call.unwrap_or(HelmCall::Hidden)))
}

/// A message for Helm's user.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) plain: Vec<u8>,
    /// The same for a terminal.
    pub(crate) colored: Vec<u8>,
    /// Do not write it to a file that Helm also writes its manifests to.
    pub(crate) is_success: bool,
}

/// Shows a message to the person who runs Helm, on Helm's standard error or else on the terminal.
pub(crate) fn show(message: Message) {
    let (done, wait) = mpsc::channel();
    thread::spawn(move || {
        if !to_helm(&message) {
            let terminal = OpenOptions::new().write(true).open("/dev/tty");
            _ = terminal.and_then(|mut terminal| write(&mut terminal, &message.colored));
        }
        _ = done.send(());
    });
    // A pipe without a reader would block forever; the thread then ends with the program.
    _ = wait.recv_timeout(PATIENCE);
}

/// Helm's standard error.
enum Stderr {
    /// It can be written to.
    Open {
        stream: File,
        /// What to write first.
        before: String,
        /// Helm prints its manifests into the same file.
        is_stdout_too: bool,
    },
    /// There is nothing to write to it.
    Satisfied,
    /// It cannot be reached.
    Lost,
}

fn to_helm(message: &Message) -> bool {
    match helms_stderr() {
        Stderr::Open {
            mut stream,
            before,
            is_stdout_too,
        } => {
            let is_terminal = stream.is_terminal();
            if message.is_success && is_stdout_too && !is_terminal {
                return true;
            }
            let text = if is_terminal {
                &message.colored
            } else {
                &message.plain
            };
            write(&mut stream, before.as_bytes()).is_ok() && write(&mut stream, text).is_ok()
        }
        Stderr::Satisfied => true,
        Stderr::Lost => false,
    }
}

#[cfg(target_os = "linux")]
fn call_above(environment: &Environment) -> Option<HelmCall> {
    let above = ancestors::helm_above()?;
    Some(above.call(environment))
}

#[cfg(not(target_os = "linux"))]
fn call_above(_: &Environment) -> Option<HelmCall> {
    None
}

#[cfg(not(target_os = "linux"))]
fn helms_stderr() -> Stderr {
    Stderr::Lost
}

/// `helm`, `helm3`, `helm-v3.18.0`, `.helm-wrapped`, `helm.exe`; not `helmfile`, `helmsman` or `helm-docs`.
fn is_helms_name(name: &str) -> bool {
    let name = name.trim_start_matches('.').to_ascii_lowercase();
    let Some(rest) = name.strip_prefix("helm") else {
        return false;
    };
    let rest = [".exe", "-wrapped", " (deleted)"]
        .iter()
        .fold(rest, |rest, end| rest.trim_end_matches(*end));
    rest.chars()
        .all(|c| c.is_ascii_digit() || ".-_v".contains(c))
}

/// Writes everything, even to a file that another process made non-blocking.
fn write(to: &mut impl Write, text: &[u8]) -> io::Result<()> {
    let mut bytes = text;
    while !bytes.is_empty() {
        match to.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::sleep(PAUSE),
            Err(error) => return Err(error),
        }
    }
    to.flush()
}
