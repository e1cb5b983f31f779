//! `--baseline git:REV` with real git.

#![cfg(unix)]
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod support;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{Outcome, TRIMTAB, command, run, run_with};
use tempfile::TempDir;

/// A repository; `clone` puts others beside it.
struct Repo {
    folder: TempDir,
    top: PathBuf,
}

impl Repo {
    fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let top = folder.path().join("repo");
        fs::create_dir(&top).expect("a folder");
        let repo = Self { folder, top };
        repo.git(&["init", "--quiet", "--initial-branch=main"]);
        repo
    }

    /// With one commit of these files.
    fn with(files: &[(&str, &str)]) -> Self {
        let repo = Self::new();
        for (file, text) in files {
            repo.write(file, text);
        }
        repo.commit();
        repo
    }

    fn write(&self, file: impl AsRef<Path>, text: &str) {
        let path = self.top.join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn git_in(&self, folder: &Path, args: &[impl AsRef<OsStr>]) -> String {
        let mut git = command("git", self.folder.path(), &[]);
        git.current_dir(folder)
            .args(["-c", "user.name=t", "-c", "user.email=t@example.com"])
            .args(["-c", "protocol.file.allow=always"])
            .args(args);
        run(&mut git).ok()
    }

    fn git(&self, args: &[impl AsRef<OsStr>]) -> String {
        self.git_in(&self.top, args)
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message=x"]);
    }

    /// `trimtab check` in a folder of it.
    fn command(&self, folder: &str, args: &[impl AsRef<OsStr>]) -> Command {
        let mut trimtab = command(TRIMTAB, self.folder.path(), &[]);
        trimtab
            .current_dir(self.top.join(folder))
            .arg("check")
            .args(args);
        trimtab
    }

    fn check(&self, args: &[impl AsRef<OsStr>]) -> Outcome {
        run(&mut self.command("", args))
    }

    /// All of it, against HEAD.
    fn check_all(&self) -> Outcome {
        self.check(&[".", "--baseline=git:HEAD"])
    }
}

/// A Deployment of the release `r`.
fn deployment(component: &str, replicas: &str) -> String {
    named(component, component, replicas)
}

fn named(name: &str, component: &str, replicas: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: r-{name}\nspec:\n  replicas: {replicas}\n  \
         selector:\n    matchLabels: {{app.kubernetes.io/name: milvus, app.kubernetes.io/instance: r, component: {component}}}\n"
    )
}

const FIVE_TO_ONE: &str = "error[scale-in-too-large]: queryNode would lose 4 of 5";

#[track_caller]
fn said(outcome: &Outcome, code: i32) -> String {
    let text = String::from_utf8_lossy(&outcome.stdout).into_owned() + &outcome.stderr;
    assert_eq!(outcome.code, Some(code), "{text}");
    text
}

/// Fails unless five query nodes became one.
#[track_caller]
fn refused(outcome: &Outcome) {
    let text = said(outcome, 1);
    assert!(text.contains(FIVE_TO_ONE), "{text}");
}

/// A repository in which `a.yaml` was committed with five query nodes and has one now.
fn scaled_in() -> Repo {
    let repo = Repo::with(&[("a.yaml", &deployment("querynode", "5"))]);
    repo.write("a.yaml", &deployment("querynode", "1"));
    repo
}

#[test]
fn the_same_files_at_a_revision() {
    let repo = scaled_in();
    refused(&repo.check_all());
    refused(&repo.check(&["a.yaml", "--baseline=git:"]));
    refused(&repo.check(&["a.yaml", "--baseline=git:main"]));
    repo.commit();
    said(&repo.check_all(), 0);
    refused(&repo.check(&[".", "--baseline", "git:HEAD~1"]));
    repo.git(&["tag", "-m", "annotated", "v1", "HEAD~1"]);
    refused(&repo.check(&[".", "--baseline", "git:v1"]));
    let mut from = repo.command("", &["--baseline=git:"]);
    from.env("PRE_COMMIT", "1")
        .env("PRE_COMMIT_FROM_REF", "HEAD~1");
    refused(&run(&mut from));
}

#[test]
fn from_anywhere() {
    let repo = Repo::with(&[
        ("deep/er/a.yaml", &deployment("querynode", "5")),
        ("b/c.yaml", "{}"),
    ]);
    repo.write("deep/er/a.yaml", &deployment("querynode", "1"));
    let absolute = repo.top.join("deep/er/a.yaml");
    let absolute = absolute.to_str().expect("a plain path");
    let ways = [
        ("", "deep/er/a.yaml"),
        ("", "./deep/../deep/er/a.yaml"),
        ("", "deep"),
        ("deep", "er/a.yaml"),
        ("deep/er", "."),
        ("deep/er", "../.."),
        ("b", "../deep/er/a.yaml"),
        ("b", absolute),
        ("b", ".."),
    ];
    for (folder, path) in ways {
        refused(&run(
            &mut repo.command(folder, &[path, "--baseline=git:HEAD"])
        ));
    }
    std::os::unix::fs::symlink(&repo.top, repo.folder.path().join("link")).expect("a link");
    let linked = repo.folder.path().join("link/deep");
    refused(&repo.check(&[linked.as_os_str(), OsStr::new("--baseline=git:")]));
}

#[test]
fn fix_compares_too() {
    let repo = scaled_in();
    let mut fix = command(TRIMTAB, repo.folder.path(), &[]);
    fix.current_dir(&repo.top)
        .args(["fix", "a.yaml", "--baseline=git:", "--target=queryNode=2"]);
    let text = said(&run(&mut fix), 1);
    assert!(text.contains("queryNode would lose 3 of 5"), "{text}");
}

#[test]
fn before_the_first_commit_there_is_nothing() {
    let repo = Repo::new();
    repo.write("a.yaml", &deployment("querynode", "1"));
    said(&repo.check_all(), 0);
    repo.git(&["add", "a.yaml"]);
    said(&repo.check(&["a.yaml", "--baseline=git:"]), 0);
}

#[test]
fn a_file_that_was_not_there() {
    let repo = Repo::with(&[("other.yaml", "{}")]);
    repo.write("a.yaml", &deployment("querynode", "1"));
    said(&repo.check_all(), 0);
}

#[test]
fn a_revision_that_does_not_resolve() {
    let repo = scaled_in();
    for revision in [
        "nope",
        "HEAD~7",
        "HEAD:a.yaml",
        "HEAD:",
        "--all",
        "-n1",
        "--output=x",
        "a..b",
        "^HEAD",
        " ",
        "HEAD\nHEAD",
    ] {
        let outcome = repo.check(&[".".to_owned(), format!("--baseline=git:{revision}")]);
        let text = said(&outcome, 2);
        assert!(text.contains("no such revision"), "{revision}: {text}");
    }
    assert!(!repo.top.join("x").exists());
}

#[test]
fn a_shallow_clone() {
    let repo = scaled_in();
    repo.commit();
    let clone = repo.folder.path().join("clone");
    let url = format!("file://{}", repo.top.display());
    repo.git_in(
        repo.folder.path(),
        &["clone", "--quiet", "--depth=1", &url, "clone"],
    );
    let check = |revision: &str| {
        let mut trimtab = command(TRIMTAB, repo.folder.path(), &[]);
        run(trimtab
            .current_dir(&clone)
            .args(["check", ".", "--baseline", revision]))
    };
    said(&check("git:HEAD"), 0);
    let text = said(&check("git:HEAD~1"), 2);
    assert!(text.contains("git fetch --depth 1"), "{text}");
    // As a CI job would do that knows the commit to compare with.
    let hash = repo.git(&["rev-parse", "HEAD~1"]);
    repo.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    repo.git_in(
        &clone,
        &["fetch", "--quiet", "--depth=1", "origin", hash.trim()],
    );
    refused(&check(&format!("git:{}", hash.trim())));
}

#[test]
fn renamed_files_are_followed() {
    let repo = Repo::with(&[("dev/a.yaml", &deployment("querynode", "5"))]);
    repo.git(&["mv", "dev/a.yaml", "dev/b.yaml"]);
    repo.write("dev/b.yaml", &deployment("querynode", "1"));
    refused(&repo.check_all());
    repo.git(&["mv", "dev", "staging"]);
    refused(&repo.check_all());
    refused(&repo.check(&["staging", "--baseline=git:HEAD"]));
    repo.write("staging/b.yaml", &deployment("querynode", "4"));
    said(&repo.check_all(), 0);
}

/// What goes to another folder is gone from the release of its own.
#[test]
fn a_file_that_is_moved_out_of_its_release() {
    let repo = Repo::with(&[
        ("dev/q.yaml", &deployment("querynode", "5")),
        ("dev/d.yaml", &deployment("datanode", "2")),
    ]);
    fs::create_dir(repo.top.join("archive")).expect("a folder");
    repo.git(&["mv", "dev/q.yaml", "archive/q.yaml"]);
    for root in [".", "dev"] {
        let text = said(&repo.check(&[root, "--baseline=git:HEAD"]), 1);
        assert!(text.contains("error[worker-removed]: queryNode"), "{text}");
    }
    said(&repo.check(&["archive", "--baseline=git:HEAD"]), 0);
    repo.write("archive/q.yaml", &deployment("querynode", "1"));
    refused(&repo.check(&["archive", "--baseline=git:HEAD"]));
}

#[test]
fn a_deleted_file_takes_its_worker_away() {
    let repo = Repo::with(&[
        ("dev/q.yaml", &deployment("querynode", "2")),
        ("dev/d.yaml", &deployment("datanode", "2")),
        ("prod/q.yaml", &deployment("querynode", "2")),
    ]);
    fs::remove_file(repo.top.join("dev/q.yaml")).expect("a file");
    for args in [[".", "--baseline=git:HEAD"], ["dev", "--baseline=git:"]] {
        let text = said(&repo.check(&args), 1);
        assert!(text.contains("error[worker-removed]: queryNode"), "{text}");
        assert!(text.contains("git:HEAD:dev/q.yaml"), "{text}");
    }
    said(&repo.check(&["prod", "--baseline=git:HEAD"]), 0);
    // The whole release may go.
    fs::remove_file(repo.top.join("dev/d.yaml")).expect("a file");
    said(&repo.check_all(), 0);
}

/// A file that is no longer ignored or hidden, or is now, was never compared.
#[test]
fn what_a_walk_passes_over_is_no_loss() {
    let repo = Repo::with(&[
        ("a.yaml", &deployment("querynode", "2")),
        (".hidden/d.yaml", &deployment("datanode", "2")),
        ("notes.txt", &deployment("proxy", "2")),
        ("chart/Chart.yaml", "name: c\n"),
        (
            "chart/templates/i.yaml",
            "kind: Deployment\nspec: {replicas: {{ .n }}}\n",
        ),
    ]);
    for gone in [".hidden/d.yaml", "notes.txt", "chart/templates/i.yaml"] {
        fs::remove_file(repo.top.join(gone)).expect("a file");
    }
    said(&repo.check_all(), 0);
    // By name a file is compared whatever it is called.
    repo.write("notes.txt", &deployment("proxy", "1"));
    repo.git(&["checkout", "--", "notes.txt"]);
    repo.write("notes.txt", &deployment("proxy", "0"));
    let text = said(&repo.check(&["notes.txt", "--baseline=git:"]), 1);
    assert!(text.contains("proxy"), "{text}");
}

/// Names that a shell, a pathspec or a line-wise reader would stumble over.
#[test]
fn hostile_file_names() {
    let names: [&[u8]; 12] = [
        b"new\nline.yaml",
        b"quote\"s' `id` $(id).yaml",
        b"-rf.yaml",
        b"--help.yaml",
        b"  spaces  .yaml",
        b":(top)a.yaml",
        b":!a.yaml",
        b"*.yaml",
        b"a\\b.yaml",
        b"tab\ta.yaml",
        b"not-utf8-\xff\xfe.yaml",
        b"HEAD.yaml",
    ];
    let repo = Repo::new();
    let name = |index: usize, name: &[u8]| {
        Path::new(&format!("{index} -x\n{index}")).join(OsStr::from_bytes(name))
    };
    for (index, bytes) in names.iter().enumerate() {
        repo.write(name(index, bytes), &deployment("querynode", "5"));
    }
    repo.commit();
    for (index, bytes) in names.iter().enumerate() {
        repo.write(name(index, bytes), &deployment("querynode", "1"));
    }
    let text = said(&repo.check_all(), 1);
    assert_eq!(text.matches(FIVE_TO_ONE).count(), names.len(), "{text}");
    for (index, bytes) in names.iter().enumerate() {
        let path = name(index, bytes);
        refused(&repo.check(&[path.as_os_str(), OsStr::new("--baseline=git:HEAD")]));
        let folder = path
            .parent()
            .expect("a folder")
            .to_str()
            .expect("a plain path");
        let mut args = vec![OsString::from("--baseline=git:HEAD"), "--".into()];
        args.push(OsStr::from_bytes(bytes).to_owned());
        refused(&run(&mut repo.command(folder, &args)));
    }
}

/// As git sets them for its hooks, also for another repository than the one that is checked.
#[test]
fn the_environment_of_a_git_hook() {
    let repo = scaled_in();
    let other = Repo::with(&[("a.yaml", &deployment("querynode", "1"))]);
    let elsewhere = other.top.join(".git");
    let ways: [&[(&str, &str)]; 4] = [
        &[("GIT_DIR", ".git"), ("GIT_INDEX_FILE", ".git/index")],
        &[("GIT_DIR", elsewhere.to_str().expect("a plain path"))],
        &[("GIT_WORK_TREE", "/"), ("GIT_DIR", "nowhere")],
        &[
            ("GIT_PREFIX", "x/"),
            ("GIT_LITERAL_PATHSPECS", "1"),
            ("GIT_EXTERNAL_DIFF", "false"),
        ],
    ];
    fs::create_dir(repo.top.join("sub")).expect("a folder");
    for variables in ways {
        for (folder, path) in [("", "."), ("", "a.yaml"), ("sub", "..")] {
            let mut trimtab = repo.command(folder, &[path, "--baseline=git:HEAD"]);
            refused(&run(trimtab.envs(variables.iter().copied())));
        }
    }
}

/// The real hook, run by git itself.
#[test]
fn in_a_hook_of_a_linked_worktree() {
    let repo = scaled_in();
    repo.git(&["checkout", "--quiet", "--", "a.yaml"]);
    repo.git(&["worktree", "add", "--quiet", "../linked"]);
    let linked = repo.folder.path().join("linked");
    let hook = repo.top.join(".git/hooks/pre-commit");
    let script = format!("#!/bin/sh\nexec '{TRIMTAB}' check --baseline=git: .\n");
    fs::create_dir_all(hook.parent().expect("a folder")).expect("a folder");
    fs::write(&hook, script).expect("a hook");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&hook, mode).expect("a program");
    fs::write(linked.join("a.yaml"), deployment("querynode", "1")).expect("a file");
    let mut git = command("git", repo.folder.path(), &[]);
    git.current_dir(&linked)
        .args(["-c", "user.name=t", "-c", "user.email=t@example.com"])
        .args(["commit", "--quiet", "--all", "--message=x"]);
    refused(&run(&mut git));
}

#[test]
fn submodules_are_compared_too() {
    let repo = Repo::with(&[("b.yaml", "{}")]);
    let module = Repo::with(&[("deep/a.yaml", &deployment("querynode", "5"))]);
    let url = module.top.to_str().expect("a plain path");
    repo.git(&["submodule", "--quiet", "add", url, "vendor/module"]);
    repo.commit();
    said(&repo.check_all(), 0);
    let file = "vendor/module/deep/a.yaml";
    repo.write(file, &deployment("querynode", "1"));
    refused(&repo.check_all());
    refused(&repo.check(&["vendor", "--baseline=git:HEAD"]));
    refused(&repo.check(&[file, "--baseline=git:HEAD"]));
    // Committed there, and not yet here.
    let inner = repo.top.join("vendor/module");
    repo.git_in(&inner, &["commit", "--quiet", "--all", "--message=x"]);
    refused(&repo.check_all());
    // Not checked out, there is nothing to compare.
    repo.git(&["submodule", "--quiet", "deinit", "--force", "vendor/module"]);
    said(&repo.check_all(), 0);
}

#[test]
fn links_are_no_files() {
    let repo = Repo::with(&[("real/a.yaml", &deployment("querynode", "5"))]);
    std::os::unix::fs::symlink("a.yaml", repo.top.join("real/l.yaml")).expect("a link");
    std::os::unix::fs::symlink("real", repo.top.join("folder")).expect("a link");
    repo.commit();
    said(&repo.check_all(), 0);
    repo.write("real/a.yaml", &deployment("querynode", "1"));
    refused(&repo.check_all());
    // A link that is named stands for its file, wherever it is.
    std::os::unix::fs::symlink("real/a.yaml", repo.top.join("named.yaml")).expect("a link");
    for path in ["real/l.yaml", "folder/a.yaml", "named.yaml"] {
        refused(&repo.check(&[path, "--baseline=git:HEAD"]));
    }
}

#[test]
fn line_endings_of_the_checkout() {
    let repo = Repo::new();
    repo.git(&["config", "core.autocrlf", "true"]);
    repo.write(
        "a.yaml",
        &deployment("querynode", "5").replace('\n', "\r\n"),
    );
    repo.write("b.yaml", &named("d", "datanode", "2").replace('\n', "\r\n"));
    repo.commit();
    said(&repo.check_all(), 0);
    repo.git(&["mv", "a.yaml", "c.yaml"]);
    repo.write(
        "c.yaml",
        &deployment("querynode", "1").replace('\n', "\r\n"),
    );
    refused(&repo.check_all());
}

#[test]
fn what_was_malformed_then() {
    let repo = Repo::with(&[("a.yaml", "kind: Deployment\n  x: [\n")]);
    repo.write("a.yaml", &deployment("querynode", "1"));
    let text = said(&repo.check_all(), 2);
    assert!(text.contains("git:HEAD:a.yaml:2"), "{text}");
    // With `--mode warn` the mended file can go in.
    let text = said(&repo.check(&[".", "--baseline=git:HEAD", "--mode=warn"]), 0);
    assert!(
        text.contains("compared with the rendered counts instead"),
        "{text}"
    );
}

#[test]
fn where_git_cannot_help() {
    let folder = TempDir::new().expect("a temporary folder");
    fs::write(folder.path().join("a.yaml"), deployment("querynode", "1")).expect("a file");
    let check = |args: &[&str]| {
        let mut trimtab = command(TRIMTAB, folder.path(), &[]);
        trimtab.current_dir(folder.path()).arg("check").args(args);
        trimtab
    };
    let text = said(&run(&mut check(&["a.yaml", "--baseline=git:HEAD"])), 2);
    assert!(text.contains("a.yaml is in no git repository"), "{text}");
    let mut without = check(&["a.yaml", "--baseline=git:HEAD"]);
    let text = said(&run(without.env("PATH", folder.path())), 2);
    assert!(text.contains("git does not start"), "{text}");
    for args in [&["--baseline=git:HEAD"][..], &["-", "--baseline=git:"]] {
        let outcome = run_with(&mut check(args), deployment("querynode", "1").as_bytes());
        let text = said(&outcome, 2);
        assert!(text.contains("standard input"), "{text}");
    }
    let mut filter = command(TRIMTAB, folder.path(), &[]);
    filter.env("TRIMTAB_BASELINE", "git:HEAD");
    said(&run_with(&mut filter, b"{}"), 2);
}

/// A name of the repository's folder that ends in a line feed, and settings that change what git prints.
#[test]
fn odd_repositories() {
    let repo = scaled_in();
    for (key, value) in [
        ("color.ui", "always"),
        ("core.quotePath", "true"),
        ("diff.external", "false"),
        ("diff.renames", "false"),
        ("diff.noprefix", "true"),
        ("diff.orderFile", "no-such-file"),
        ("core.pager", "false"),
        ("core.fsmonitor", "false"),
        ("status.relativePaths", "false"),
    ] {
        repo.git(&["config", key, value]);
    }
    refused(&repo.check_all());
    let odd = repo.folder.path().join("odd\n");
    fs::rename(&repo.top, &odd).expect("another name");
    let mut trimtab = command(TRIMTAB, repo.folder.path(), &[]);
    trimtab
        .current_dir(&odd)
        .args(["check", ".", "--baseline=git:"]);
    refused(&run(&mut trimtab));
}
