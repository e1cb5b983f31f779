//! Paths that are named explicitly: each is read, whatever it is, or refused; none is silently skipped.

#![cfg(unix)]
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod support;

use std::fs::File;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::process::Command;

use support::{Outcome, TRIMTAB, command, run, run_with, trimtab_folder};
use tempfile::TempDir;

/// One that is refused.
const COORDINATOR: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: m}
spec:
  replicas: 2
  selector: {matchLabels: {app.kubernetes.io/name: milvus, component: mixcoord}}
";

/// A folder in which `a.yaml` is refused.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(TempDir::new().expect("a temporary folder"));
        folder.write("a.yaml", COORDINATOR);
        folder
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    fn write(&self, file: &str, text: &str) {
        support::write(&self.path(file), text);
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut trimtab = command(TRIMTAB, self.0.path(), &[]);
        trimtab.current_dir(self.0.path()).args(args);
        trimtab
    }

    fn run(&self, args: &[&str]) -> Outcome {
        run(&mut self.command(args))
    }

    /// A line for bash, which may not take longer than a minute.
    fn shell(&self, line: &str) -> Outcome {
        let mut bash = command("timeout", self.0.path(), &[trimtab_folder()]);
        bash.current_dir(self.0.path())
            .args(["60", "bash", "-c", line]);
        run(&mut bash)
    }
}

#[track_caller]
fn said(outcome: &Outcome, code: i32) -> String {
    let text = String::from_utf8_lossy(&outcome.stdout).into_owned() + &outcome.stderr;
    assert_eq!(outcome.code, Some(code), "{text}");
    text
}

/// Fails unless the coordinator was seen, at a place that begins with this.
#[track_caller]
fn refused(outcome: &Outcome, place: &str) {
    let text = said(outcome, 1);
    assert!(text.contains("error[coordinator-scaled]"), "{text}");
    assert!(text.contains(&format!("--> {place}")), "{text}");
}

#[test]
fn what_a_shell_substitutes() {
    let folder = Folder::new();
    refused(&folder.shell("trimtab check <(cat a.yaml)"), "/dev/fd/");
    refused(
        &folder.shell("trimtab check <(echo '{}') <(cat a.yaml)"),
        "/dev/fd/",
    );
    refused(
        &folder.shell("trimtab check /dev/fd/7 7< a.yaml"),
        "/dev/fd/7:5",
    );
    refused(
        &folder.shell("exec 7< a.yaml; rm a.yaml; trimtab check /dev/fd/7"),
        "/dev/fd/7:5",
    );
}

#[test]
fn standard_input_by_its_names() {
    let folder = Folder::new();
    for name in ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"] {
        let mut check = folder.command(&["check", name]);
        refused(&run_with(&mut check, COORDINATOR.as_bytes()), name);
        refused(
            &folder.shell(&format!("trimtab check {name} < a.yaml")),
            name,
        );
    }
    let mut check = folder.command(&["check", "-"]);
    refused(&run_with(&mut check, COORDINATOR.as_bytes()), "<stdin>:5");
}

#[test]
fn a_named_pipe() {
    let folder = Folder::new();
    let outcome =
        folder.shell("mkfifo p; timeout 20 sh -c 'cat a.yaml > p' & exec trimtab check p");
    refused(&outcome, "p:5");
    // In a folder it is not one of the manifests, as in ripgrep.
    said(
        &folder.shell("rm p a.yaml; mkfifo p.yaml; trimtab check ."),
        0,
    );
}

/// A file is a file whatever it is called, and wherever a link to it points.
#[test]
fn any_name_and_a_link() {
    let folder = Folder::new();
    folder.write(".gitignore", "*\n");
    for name in [".a.yaml", "a.yaml.off", "a.txt", "a", ".git/x", "-a", "--"] {
        folder.write(name, COORDINATOR);
        refused(&folder.run(&["check", &format!("./{name}")]), name);
    }
    symlink("a.txt", folder.path("link")).expect("a link");
    symlink("link", folder.path("second")).expect("a link");
    for name in ["link", "second"] {
        refused(&folder.run(&["check", name]), name);
    }
    symlink("nowhere", folder.path("dangling")).expect("a link");
    let text = said(&folder.run(&["check", "dangling"]), 2);
    assert!(
        text.contains("dangling: no such file or directory"),
        "{text}"
    );
}

#[test]
fn what_cannot_be_read_is_refused() {
    let folder = Folder::new();
    let _socket = UnixListener::bind(folder.path("socket")).expect("a socket");
    for (name, why) in [
        ("socket", "No such device or address"),
        ("/dev/zero", "NUL byte at line 1, byte 1"),
        ("/dev/full", "NUL byte at"),
        ("missing", "no such file or directory"),
        ("a.yaml/b", "Not a directory"),
    ] {
        let outcome = folder.shell(&format!("ulimit -v 1000000; trimtab check a.yaml {name}"));
        let text = said(&outcome, 2);
        assert!(text.contains(name) && text.contains(why), "{text}");
    }
    said(&folder.run(&["check", "/dev/null"]), 0);
}

/// `fix` replaces files; a pipe cannot be replaced, and is not waited for.
#[test]
fn fix_refuses_what_is_no_file() {
    let folder = Folder::new();
    let fix = |name: &str| {
        folder.shell(&format!(
            "mkfifo p 2> /dev/null; timeout 20 trimtab fix --target queryNode=3 a.yaml {name} < /dev/null"
        ))
    };
    for name in ["p", "/dev/stdin", "/dev/null", "/dev/zero", "<(cat a.yaml)"] {
        let text = said(&fix(name), 2);
        assert!(text.contains("is not a regular file"), "{name}: {text}");
    }
    File::open(folder.path("a.yaml")).expect("it is still there");
}

#[test]
fn of_many_templates_only_the_number_is_told() {
    let folder = Folder::new();
    for chart in ["one", "two"] {
        folder.write(&format!("{chart}/Chart.yaml"), "name: c\n");
        folder.write(&format!("{chart}/templates/a.yaml"), COORDINATOR);
    }
    for file in ["b", "c", "d", "deep/e"] {
        folder.write(&format!("two/templates/{file}.yaml"), COORDINATOR);
    }
    let text = said(&folder.run(&["check", "one", "two"]), 0);
    for note in [
        "skipped one/templates/a.yaml: it is a Helm template, not a manifest",
        "skipped 5 files in two/templates: they are Helm templates, not manifests",
    ] {
        assert!(text.contains(note), "{text}");
    }
}

/// Whoever names a template means it, but for pre-commit, which names whatever a commit touches.
#[test]
fn a_template_that_is_named() {
    let folder = Folder::new();
    folder.write("chart/Chart.yaml", "name: c\n");
    folder.write("chart/templates/t.yaml", COORDINATOR);
    folder.write("b.yaml", "{}\n");
    for command in ["check", "fix"] {
        let text = said(
            &folder.run(&[command, "b.yaml", "chart/templates/t.yaml"]),
            2,
        );
        assert!(
            text.contains("chart/templates/t.yaml: it is a Helm template"),
            "{text}"
        );
        assert!(text.contains("helm template"), "{text}");
        let mut hook = folder.command(&[command, "b.yaml", "chart/templates/t.yaml"]);
        let text = said(&run(hook.env("PRE_COMMIT", "1")), 0);
        assert!(text.contains("skipped chart/templates/t.yaml"), "{text}");
        let text = said(&folder.run(&[command, "chart"]), 0);
        assert!(text.contains("skipped chart/templates/t.yaml"), "{text}");
    }
}
