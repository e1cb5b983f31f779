//! Reaching the person behind Helm 4, which throws a plugin's standard error away.
//!
//! A refusal goes to Helm's own standard error on Linux, else to the controlling terminal. Nothing here can fail: who
//! cannot be reached is not reached, and who sends Helm's errors to /dev/null wants none.

#[cfg(target_os = "linux")]
mod linux;

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

#[cfg(target_os = "linux")]
use linux::helms_stderr;

/// How long to wait for someone to read.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long to wait before writing again to what is full and does not block.
const PAUSE: Duration = Duration::from_millis(10);

/// Whether Helm 4 runs this program as a post-renderer; `variable` is a variable of the environment.
///
/// Helm 3 shows its post-renderer's errors, and under it `HELM_PLUGIN_NAME` is the name of a plugin around it, such as
/// helm-diff.
pub(crate) fn is_host(variable: impl Fn(&str) -> Option<String>) -> bool {
    let given = |name| variable(name).filter(|value| !value.is_empty());
    if given("HELM_PLUGIN_NAME").is_none() {
        return false;
    }
    let about = given("HELM_PLUGIN_DIR")
        .and_then(|folder| std::fs::read_to_string(Path::new(&folder).join("plugin.yaml")).ok());
    about.is_none_or(|about| about.contains("postrenderer/"))
}

/// Shows a message to the person who runs Helm; `colored` to a terminal, `plain` to anything else.
pub(crate) fn show(plain: String, colored: String) {
    let (done, wait) = mpsc::channel();
    thread::spawn(move || {
        if !to_helm(&plain, &colored) {
            let terminal = OpenOptions::new().write(true).open("/dev/tty");
            _ = terminal.and_then(|mut terminal| write(&mut terminal, &colored));
        }
        _ = done.send(());
    });
    // A pipe that nobody reads would block for ever; then the thread ends with the program.
    _ = wait.recv_timeout(PATIENCE);
}

/// Helm's standard error.
enum Stderr {
    /// It can be written to, this text first.
    Open(File, String),
    /// There is nothing to say to it.
    Satisfied,
    /// It cannot be reached.
    Lost,
}

fn to_helm(plain: &str, colored: &str) -> bool {
    match helms_stderr() {
        Stderr::Open(mut stream, before) => {
            let text = if stream.is_terminal() { colored } else { plain };
            write(&mut stream, &(before + text)).is_ok()
        }
        Stderr::Satisfied => true,
        Stderr::Lost => false,
    }
}

#[cfg(not(target_os = "linux"))]
fn helms_stderr() -> Stderr {
    Stderr::Lost
}

/// Writes all, also to what someone else made not to block.
fn write(to: &mut impl Write, text: &str) -> io::Result<()> {
    let mut bytes = text.as_bytes();
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
