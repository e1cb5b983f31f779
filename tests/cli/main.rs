//! The command line: streams, reports, colours, variables, usage errors.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

mod advice;
#[path = "../support/api_server.rs"]
mod api_server;
mod converge;
mod forms;
mod generate;
mod help;
mod init;
mod log;
mod options;
mod policy;
mod report_files;
mod reports;
mod streams;
#[path = "../support/mod.rs"]
mod support;
mod terminals;

use std::fs;
use std::process::Command;

use support::{Outcome, TRIMTAB, command, run_with};
use tempfile::TempDir;

const QUERY_NODE: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: q}
spec:
  replicas: 1
  selector: {matchLabels: {app.kubernetes.io/name: milvus, component: querynode}}
";

const PROXY: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: p}
spec:
  replicas: 1
  selector: {matchLabels: {app.kubernetes.io/name: milvus, component: proxy}}
";

/// One that is refused.
const COORDINATOR: &str = "\
kind: Deployment
apiVersion: apps/v1
metadata: {name: m}
spec:
  replicas: 2
  selector: {matchLabels: {app.kubernetes.io/name: milvus, component: mixcoord}}
";

/// One that is not read: exit 2.
const MALFORMED: &str = "kind: Deployment\nspec: [\n";

struct Run {
    home: TempDir,
    command: Command,
}

fn trimtab(args: &[&str]) -> Run {
    let home = tempfile::tempdir().expect("a folder");
    let mut command = command(TRIMTAB, home.path(), &[]);
    command.current_dir(home.path()).args(args);
    Run { home, command }
}

impl Run {
    fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    fn on(&mut self, input: &str) -> Outcome {
        run_with(&mut self.command, input.as_bytes())
    }

    /// A shell in the same environment, instead of the program.
    fn sh(&mut self, script: &str) -> &mut Command {
        let mut shell = command("bash", self.home.path(), &[]);
        shell.current_dir(self.home.path()).args(["-c", script]);
        self.command = shell;
        &mut self.command
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.home.path().join(name))
            .unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

/// Exit 2, nothing on standard output, and this in the message.
#[track_caller]
fn fails(mut run: Run, message: &str) {
    let outcome = run.on(QUERY_NODE);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert_eq!(outcome.stdout, b"");
    assert!(outcome.stderr.contains(message), "{}", outcome.stderr);
}
