//! `fix`: every file is the old one or the new one, whatever happens.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by a panic, and says what it leaves out"
)]

mod accidents;
#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::Command;

use support::{Outcome, TRIMTAB, command, left_out_here, run};
use tempfile::TempDir;

/// A folder to fix in.
struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(TempDir::new().expect("a temporary folder"));
        for (file, text) in files {
            folder.write(file, text);
        }
        folder
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    fn write(&self, file: &str, text: &str) {
        support::write(&self.path(file), text);
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).expect("a file")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut trimtab = command(TRIMTAB, self.0.path(), &[]);
        trimtab
            .current_dir(self.0.path())
            .args(["fix", "--target", "queryNode=3"])
            .args(args);
        trimtab
    }

    fn fix(&self, args: &[&str]) -> Outcome {
        run(&mut self.command(args))
    }

    /// The names in a folder of it, temporary files too.
    fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).expect("a folder");
        let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
        let mut names: Vec<_> = entries
            .map(|entry| name(entry.expect("an entry")))
            .collect();
        names.sort();
        names
    }
}

/// A query node Deployment of a release.
fn query_node(release: &str, name: &str, replicas: &str) -> String {
    format!(
        "# {name}\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {release}-{name}\nspec:\n  \
         replicas: {replicas} # kept\n  selector:\n    matchLabels: {{app.kubernetes.io/name: milvus, \
         app.kubernetes.io/instance: {release}, component: querynode}}\n"
    )
}

fn old() -> String {
    query_node("r", "querynode", "1")
}

fn new() -> String {
    query_node("r", "querynode", "3")
}

/// What the report of a run that ended with this code says.
#[track_caller]
fn said(outcome: &Outcome, code: i32) -> String {
    let text = String::from_utf8_lossy(&outcome.stdout).into_owned() + &outcome.stderr;
    assert_eq!(outcome.code, Some(code), "{text}");
    text
}

#[test]
fn a_second_run_writes_nothing() {
    let folder = Folder::new(&[("a.yaml", &old()), ("other.yaml", "kind: ConfigMap\n")]);
    let identity = |file: &str| {
        let metadata = fs::metadata(folder.path(file)).expect("a file");
        (metadata.ino(), metadata.mtime(), metadata.mtime_nsec())
    };
    let other = identity("other.yaml");
    let report = said(&folder.fix(&["."]), 0);
    assert!(report.contains("queryNode r-querynode 1 -> 3"), "{report}");
    assert_eq!(folder.read("a.yaml"), new());
    let fixed = identity("a.yaml");
    assert!(!said(&folder.fix(&["."]), 0).contains("->"));
    assert_eq!((identity("a.yaml"), identity("other.yaml")), (fixed, other));
    assert_eq!(folder.names("."), ["a.yaml", "other.yaml"]);
}

#[test]
fn the_mode_and_the_owner_stay() {
    for mode in [0o600, 0o755, 0o640, 0o444] {
        let folder = Folder::new(&[("a.yaml", &old())]);
        let path = folder.path("a.yaml");
        let is_root = fs::metadata(folder.0.path()).expect("a folder").uid() == 0;
        if is_root {
            std::os::unix::fs::chown(&path, Some(1234), Some(4321)).expect("another owner");
        } else {
            left_out_here("only root can give a file to another owner");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a mode");
        let before = fs::metadata(&path).expect("a file");
        said(&folder.fix(&["a.yaml"]), 0);
        let after = fs::metadata(&path).expect("a file");
        let facts = |it: &fs::Metadata| (it.mode(), it.uid(), it.gid());
        assert_eq!(facts(&after), facts(&before));
        assert_eq!(folder.read("a.yaml"), new());
    }
}

#[test]
fn the_form_of_a_file_stays() {
    let last = old().trim_end().to_owned();
    for text in [
        old().replace('\n', "\r\n"),
        format!("\u{feff}{}", old()),
        last,
        format!("---\n# c: d\n---\n{}...\n---\n\n", old()),
        format!("{}\n\n   \n# end", old()),
    ] {
        let folder = Folder::new(&[("a.yml", &text)]);
        said(&folder.fix(&["a.yml"]), 0);
        assert_eq!(
            folder.read("a.yml"),
            text.replace("replicas: 1", "replicas: 3")
        );
    }
}

#[test]
fn json_is_fixed_too() {
    let text = r#"{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "q"}, "spec": {"replicas": 1,
        "selector": {"matchLabels": {"app.kubernetes.io/name": "milvus", "component": "querynode"}}}}"#;
    let folder = Folder::new(&[("a.json", text)]);
    said(&folder.fix(&["."]), 0);
    let expected = text.replace("\"replicas\": 1", "\"replicas\": 3");
    assert_eq!(folder.read("a.json"), expected);
}

#[test]
fn several_files_folders_and_releases_in_one_run() {
    let files = [
        ("dev/a.yaml", query_node("one", "querynode", "1")),
        ("dev/deeper/b.yml", query_node("two", "querynode", "2")),
        ("prod/a.yaml", query_node("one", "querynode", "4")),
        ("prod/c.json", "{}".to_owned()),
        ("left/a.yaml", query_node("one", "querynode", "1")),
    ];
    let folder = Folder::new(&files.each_ref().map(|(file, text)| (*file, text.as_str())));
    // `prod` is named twice, and read once.
    let report = said(&folder.fix(&["dev", "prod", "prod/a.yaml"]), 0);
    assert_eq!(report.matches("->").count(), 3, "{report}");
    for (file, text) in &files {
        let count = text.replace("replicas: 1", "replicas: 3");
        let count = count
            .replace("replicas: 2", "replicas: 3")
            .replace("replicas: 4", "replicas: 3");
        let is_fixed = !file.starts_with("left");
        assert_eq!(
            folder.read(file),
            if is_fixed { count } else { text.clone() },
            "{file}"
        );
    }
}

/// One file that is refused keeps all from being written.
#[test]
fn nothing_is_written_before_all_is_decided() {
    let coordinator = query_node("r", "mixcoord", "2").replace("querynode}", "mixcoord}");
    for (bad, code) in [
        (coordinator.as_str(), 1),
        ("kind: Deployment\n  x: [\n", 2),
        ("kind: \"Deployment\"\n\u{0}", 2),
    ] {
        let folder = Folder::new(&[("a.yaml", &old()), ("z/z.yaml", bad)]);
        said(&folder.fix(&["."]), code);
        assert_eq!(folder.read("a.yaml"), old());
        assert_eq!(folder.names("."), ["a.yaml", "z"]);
    }
}

/// The same names in two folders are two releases; in one they are one, and lose together.
#[test]
fn limits_count_in_each_folder() {
    let groups =
        |count| ["rg1", "rg2"].map(|group| query_node("r", &format!("querynode-{group}"), count));
    let [one, two] = groups("4");
    let apart = Folder::new(&[("dev/a.yaml", &one), ("prod/a.yaml", &one)]);
    said(&apart.fix(&["."]), 0);
    let together = Folder::new(&[("a.yaml", &one), ("b.yaml", &two)]);
    let report = said(&together.fix(&["a.yaml", "b.yaml"]), 1);
    assert!(
        report.contains("error[scale-in-too-large]: queryNode would lose 2 of 8"),
        "{report}"
    );
    assert_eq!(
        (together.read("a.yaml"), together.read("b.yaml")),
        (one, two)
    );
}

#[test]
fn a_link_is_refused_and_not_followed() {
    let folder = Folder::new(&[("real/a.yaml", &old()), ("in/b.yaml", &new())]);
    symlink("real/a.yaml", folder.path("link.yaml")).expect("a link");
    let report = said(&folder.fix(&["link.yaml"]), 2);
    assert!(
        report.contains("link.yaml") && report.contains("symbolic link"),
        "{report}"
    );
    assert_eq!(folder.read("real/a.yaml"), old());
    assert!(folder.path("link.yaml").is_symlink());
    // A walk passes over links to files, to folders and to nowhere.
    for (to, link) in [
        ("../real/a.yaml", "l.yaml"),
        ("../real", "l"),
        ("nowhere", "n.yaml"),
    ] {
        symlink(to, folder.path("in").join(link)).expect("a link");
    }
    said(&folder.fix(&["in"]), 0);
    assert_eq!(folder.read("real/a.yaml"), old());
}

#[test]
fn templates_of_a_chart_are_skipped_with_a_note() {
    let folder = Folder::new(&[
        ("a.yaml", &old()),
        ("chart/Chart.yaml", "name: c\n"),
        (
            "chart/templates/d.yaml",
            &old().replace("replicas: 1", "replicas: {{ .Values.n }}"),
        ),
        ("chart/templates/deep/e.yaml", &old()),
        ("templates/f.yaml", &query_node("s", "querynode", "1")),
    ]);
    let report = said(&folder.fix(&["."]), 0);
    assert!(
        report.contains("skipped chart/templates/d.yaml"),
        "{report}"
    );
    assert_eq!(folder.read("chart/templates/deep/e.yaml"), old());
    assert!(folder.read("templates/f.yaml").contains("replicas: 3"));
    let report = said(&folder.fix(&["chart/templates/d.yaml", "a.yaml"]), 2);
    assert!(
        report.contains("chart/templates/d.yaml: it is a Helm template"),
        "{report}"
    );
}

#[test]
fn a_template_elsewhere_is_malformed() {
    let text = old().replace(
        "replicas: 1",
        "{{- if .Values.n }}\n  replicas: 1\n{{- end }}",
    );
    let folder = Folder::new(&[("a.yaml", &text), ("b.yaml", &old())]);
    let report = said(&folder.fix(&["."]), 2);
    assert!(
        report.contains("a.yaml:") && report.contains("if this is a template"),
        "{report}"
    );
    assert_eq!(folder.read("b.yaml"), old());
}

#[test]
fn hidden_and_ignored_files_are_left_out() {
    let folder = Folder::new(&[
        ("a.yaml", &old()),
        (".hidden.yaml", &old()),
        (".github/b.yaml", &old()),
        (".gitignore", "rendered/\n*.bak.yaml\n"),
        ("rendered/c.yaml", &old()),
        ("d.bak.yaml", &old()),
        ("notes.txt", &old()),
    ]);
    said(&folder.fix(&["."]), 0);
    for left in [
        ".hidden.yaml",
        ".github/b.yaml",
        "rendered/c.yaml",
        "d.bak.yaml",
        "notes.txt",
    ] {
        assert_eq!(folder.read(left), old(), "{left}");
    }
    assert_eq!(folder.read("a.yaml"), new());
    // A path that is named explicitly is read.
    said(
        &folder.fix(&["notes.txt", "rendered/c.yaml", ".hidden.yaml"]),
        1,
    );
    said(&folder.fix(&["notes.txt"]), 0);
    said(&folder.fix(&["rendered/c.yaml"]), 0);
    assert_eq!(
        (folder.read("notes.txt"), folder.read("rendered/c.yaml")),
        (new(), new())
    );
}

#[test]
fn what_is_not_there_is_an_error() {
    let folder = Folder::new(&[("a.yaml", &old())]);
    let report = said(&folder.fix(&["a.yaml", "missing.yaml"]), 2);
    assert!(report.contains("missing.yaml"), "{report}");
    assert_eq!(folder.read("a.yaml"), old());
    said(&folder.fix(&[]), 2);
    said(&folder.fix(&["-"]), 2);
}

#[test]
fn a_file_is_not_its_own_baseline() {
    let five = query_node("demo", "querynode", "5");
    let folder = Folder::new(&[("a.yaml", &five)]);
    let outcome = folder.fix(&["a.yaml", "--baseline=file:./a.yaml", "--scale-in=step"]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("is a file to be fixed"),
        "{}",
        outcome.stderr
    );
    assert_eq!(folder.read("a.yaml"), five);
}
