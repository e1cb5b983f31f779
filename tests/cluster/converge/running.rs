//! A trimtab converge that runs while the test does something to the cluster.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

use crate::release::Release;
use crate::support::{self, Outcome, TRIMTAB};

/// `trimtab converge OPTIONS -- COMMAND`, in the surroundings of a release's Helm.
pub(super) fn converge(release: &Release, options: &[&str], command: &[&str]) -> Command {
    let mut converge = release.command(Path::new(TRIMTAB));
    converge
        .arg("converge")
        .args(options)
        .arg("--")
        .args(command);
    converge
}

/// The same, run to its end.
pub(super) fn converged(release: &Release, options: &[&str], command: &[&str]) -> Outcome {
    support::run(&mut converge(release, options, command))
}

/// One that is running.
pub(super) struct Running {
    child: Child,
    stderr: BufReader<ChildStderr>,
    told: String,
}

impl Running {
    pub(super) fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("trimtab");
        let stderr = child.stderr.take().expect("stderr is piped");
        Self {
            child,
            stderr: BufReader::new(stderr),
            told: String::new(),
        }
    }

    /// Waits until it tells a line that contains this.
    #[track_caller]
    pub(super) fn until(&mut self, part: &str) {
        loop {
            let mut line = String::new();
            let read = self.stderr.read_line(&mut line).expect("text");
            self.told.push_str(&line);
            if line.contains(part) {
                return;
            }
            assert!(read > 0, "it ended without {part:?}:\n{}", self.told);
        }
    }

    /// Sends it a signal, as a terminal does.
    pub(super) fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        kill.args(["-s", name, &self.child.id().to_string()]);
        support::run(&mut kill).ok();
    }

    /// Its exit code, and all that it told.
    pub(super) fn end(mut self) -> (Option<i32>, String) {
        self.stderr
            .read_to_string(&mut self.told)
            .expect("text to its end");
        (self.child.wait().expect("an end").code(), self.told)
    }
}
