//! What a person sees of a refusal under real Helm 4, which throws a plugin's standard error away.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::support::{self, Outcome};
use crate::{HELM_3, HELM_4};

pub(crate) const TESTS: &[(&str, fn())] = tests![
    on_a_terminal,
    on_a_terminal_without_colors,
    on_a_terminal_of_a_pipeline,
    in_a_pipe,
    in_a_pipeline,
    in_a_file,
    in_a_file_that_is_appended_to,
    in_a_file_of_both_streams,
    without_a_terminal,
    behind_a_shell,
    nothing_where_nothing_is_wanted,
    nobody_there,
    what_could_not_be_decided,
    once_under_helm_3,
];

/// Helm refuses this.
const REFUSED: &str = "\"$HELM\" template my-release testdata/charts/vectors -n milvus --set mixCoordinator.replicas=2 --post-renderer trimtab";

/// The report's first and last lines.
const REPORT: [&str; 2] = [
    "error[coordinator-scaled]: mixCoord would run at 2 replicas; a coordinator runs at 1\n",
    "refused: 1 error; nothing was written\n",
];

/// Helm's own.
const ERROR: &str = "Error: error while running post render";

fn shell(line: &str) -> Outcome {
    support::run(&mut HELM_4.shell(line))
}

/// A terminal that shows what a line prints.
fn terminal(line: &str) -> Outcome {
    let mut bash = HELM_4.shell("exec script --quiet --return --command \"$LINE\" /dev/null");
    support::run(bash.env("LINE", line).env("SHELL", "/bin/bash"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n")
}

/// Fails unless each part is there once.
#[track_caller]
fn assert_all(text: &str, parts: &[&str]) {
    for part in parts {
        assert_eq!(text.matches(part).count(), 1, "{part:?} in:\n{text}");
    }
}

#[track_caller]
fn assert_shown(text: &str) {
    assert_all(text, &[REPORT[0], REPORT[1], ERROR]);
}

fn on_a_terminal() {
    let outcome = terminal(REFUSED);
    let shown = text(&outcome.stdout);
    assert_all(
        &shown,
        &[
            "\u{1b}[1m\u{1b}[91merror",
            "refused\u{1b}[0m\u{1b}[1m: 1 error",
            ERROR,
        ],
    );
    assert_eq!(outcome.code, Some(1));
}

fn on_a_terminal_without_colors() {
    let outcome = terminal(&format!("NO_COLOR=1 {REFUSED}"));
    assert_shown(&text(&outcome.stdout));
}

/// Only the manifests go on.
fn on_a_terminal_of_a_pipeline() {
    let outcome = terminal(&format!("NO_COLOR=1 {REFUSED} | wc -c"));
    let shown = text(&outcome.stdout);
    assert_shown(&shown);
    assert!(shown.contains("\n0\n"), "{shown}");
}

fn in_a_pipe() {
    let outcome = shell(REFUSED);
    assert_shown(&outcome.stderr);
    assert_eq!((outcome.code, outcome.stdout), (Some(1), Vec::new()));
}

fn in_a_pipeline() {
    let outcome = shell(&format!("set -o pipefail; {REFUSED} 2>&1 | tee /dev/null"));
    assert_shown(&text(&outcome.stdout));
    assert_eq!(outcome.code, Some(1));
}

/// A folder with a log; the lines write into it.
struct Log(TempDir);

impl Log {
    fn new() -> Self {
        Self(TempDir::new().expect("a temporary folder"))
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("log")
    }

    /// Runs a line that knows the log as `$LOG`.
    fn run(&self, line: &str) -> Outcome {
        support::run(HELM_4.shell(line).env("LOG", self.path()))
    }

    fn read(&self) -> String {
        fs::read_to_string(self.path()).expect("a log")
    }
}

/// Helm, and what runs before and after it, write at an offset that they share.
fn in_a_file() {
    let log = Log::new();
    let outcome = log.run(&format!(
        "exec 2> \"$LOG\"; echo before >&2; {REFUSED}; code=$?; echo after >&2; exit $code"
    ));
    let shown = log.read();
    assert_shown(&shown);
    assert_all(&shown, &["before\n", "after\n"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(1), ""));
}

fn in_a_file_that_is_appended_to() {
    let log = Log::new();
    fs::write(log.path(), "of an earlier day\n").expect("a log");
    log.run(&format!("{REFUSED} 2>> \"$LOG\""));
    let shown = log.read();
    assert!(shown.starts_with("of an earlier day\n"), "{shown}");
    assert_shown(&shown);
    assert!(!shown.contains("     \n"), "blanks in:\n{shown}");
}

fn in_a_file_of_both_streams() {
    let log = Log::new();
    log.run(&format!("{REFUSED} > \"$LOG\" 2>&1"));
    assert_shown(&log.read());
}

fn without_a_terminal() {
    let outcome = shell(&format!("exec setsid --wait {REFUSED}"));
    assert_shown(&outcome.stderr);
    assert_eq!(outcome.code, Some(1));
}

/// A plugin of one's own that runs trimtab from a script.
fn behind_a_shell() {
    let plugin = TempDir::new().expect("a temporary folder");
    let about = fs::read_to_string(support::root().join("plugin.yaml")).expect("plugin.yaml");
    let about = about
        .replace("name: trimtab", "name: wrapped")
        .replace("command: trimtab", "command: ${HELM_PLUGIN_DIR}/run");
    fs::write(plugin.path().join("plugin.yaml"), about).expect("a plugin");
    let run = plugin.path().join("run");
    fs::write(&run, "#!/bin/sh\n(trimtab \"$@\")\nexit $?\n").expect("a script");
    fs::set_permissions(&run, fs::Permissions::from_mode(0o755)).expect("a program");
    let mut install = HELM_4.command();
    support::run(install.args(["plugin", "install"]).arg(plugin.path())).ok();
    let outcome = shell(&REFUSED.replace("-renderer trimtab", "-renderer wrapped"));
    assert_shown(&outcome.stderr);
    assert_eq!(outcome.code, Some(1));
}

/// If Helm's errors are redirected, the report does not go to the terminal instead.
fn nothing_where_nothing_is_wanted() {
    let log = Log::new();
    let report = log.0.path().join("report.txt");
    let line = format!(
        "{REFUSED} --post-renderer-args --report --post-renderer-args \"{}\" 2> /dev/null",
        report.display()
    );
    let outcome = terminal(&line);
    assert_eq!(text(&outcome.stdout), "");
    assert_eq!(outcome.code, Some(1));
    let report = fs::read_to_string(report).expect("a report");
    assert_all(&report, &REPORT);
}

fn nobody_there() {
    for line in [
        format!("exec setsid --wait {REFUSED} 2>&-"),
        format!("exec setsid --wait {REFUSED} 2> /dev/full"),
        format!("exec setsid --wait {REFUSED} 2> /dev/null"),
    ] {
        let outcome = shell(&line);
        assert_eq!(
            (outcome.code, outcome.stderr.as_str()),
            (Some(1), ""),
            "{line}"
        );
    }
}

fn what_could_not_be_decided() {
    let outcome = shell(&format!(
        "{REFUSED} --post-renderer-args --policy=no/such/policy.yaml"
    ));
    assert_all(&outcome.stderr, &["no/such/policy.yaml", ERROR]);
    assert_eq!(outcome.code, Some(1));
}

/// Helm 3 shows its post-renderer's errors; a plugin of Helm around it, such as helm-diff, must not double them.
fn once_under_helm_3() {
    let plugin = TempDir::new().expect("a temporary folder");
    fs::write(
        plugin.path().join("plugin.yaml"),
        "name: diff\nversion: 3.9.0\n",
    )
    .expect("a plugin");
    let mut bash = HELM_3.shell(REFUSED);
    bash.env("HELM_PLUGIN_NAME", "diff")
        .env("HELM_PLUGIN_DIR", plugin.path());
    let outcome = support::run(&mut bash);
    assert_all(&outcome.stderr, &REPORT);
}
