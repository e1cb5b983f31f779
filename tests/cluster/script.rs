//! A script of this folder: it brings programs up, says so, and takes them down when its standard input ends.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Mutex;

/// The exit status by which a script says that a program is missing.
const NOT_BUILT: i32 = 3;

/// Why a script has nothing to offer.
#[derive(Debug, Clone)]
pub(crate) enum Absent {
    /// A program is missing; the text says what to run.
    NotBuilt(String),
    /// It failed.
    Broken(String),
}

/// A script that has said that all is up.
pub(crate) struct Script {
    running: Mutex<Option<(Child, ChildStdin)>>,
}

impl Script {
    /// Starts a script and waits for the line that begins with `last`; gives the lines up to it.
    pub(crate) fn start(command: &mut Command, last: &str) -> Result<(Self, Vec<String>), Absent> {
        let mut complaints = tempfile::tempfile().map_err(broken)?;
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(complaints.try_clone().map_err(broken)?)
            .spawn()
            .map_err(broken)?;
        let stdin = child.stdin.take().expect("stdin is piped");
        let stdout = child.stdout.take().expect("stdout is piped");
        let mut lines = Vec::new();
        for line in BufReader::new(stdout).lines() {
            lines.push(line.map_err(broken)?);
            if lines.last().is_some_and(|line| line.starts_with(last)) {
                let running = Mutex::new(Some((child, stdin)));
                return Ok((Self { running }, lines));
            }
        }
        let status = child.wait().map_err(broken)?;
        Err(absent(status, &mut complaints))
    }

    /// The process of the script itself.
    pub(crate) fn id(&self) -> u32 {
        let running = self.running.lock().expect("no test panics in here");
        running.as_ref().expect("a running script").0.id()
    }

    /// Takes everything down, and returns when it is.
    pub(crate) fn stop(&self) {
        let running = self.running.lock().ok().and_then(|mut guard| guard.take());
        if let Some((mut child, stdin)) = running {
            drop(stdin);
            let _ = child.wait();
        }
    }
}

fn absent(status: ExitStatus, complaints: &mut File) -> Absent {
    let mut text = String::new();
    if let Err(error) = complaints
        .rewind()
        .and_then(|()| complaints.read_to_string(&mut text))
    {
        return broken(error);
    }
    match status.code() {
        Some(NOT_BUILT) => Absent::NotBuilt(text.trim().to_owned()),
        _ => Absent::Broken(format!("{status}: {text}")),
    }
}

#[allow(clippy::needless_pass_by_value, reason = "as map_err wants it")]
fn broken(error: std::io::Error) -> Absent {
    Absent::Broken(error.to_string())
}
