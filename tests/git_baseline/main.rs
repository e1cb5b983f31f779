//! `--baseline git:REV` with real git.

#![cfg(unix)]
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod gone;
mod odd;
mod repo;
#[path = "../support/mod.rs"]
mod support;

use std::ffi::OsStr;
use std::fs;

use repo::{Repo, deployment, refused, said, scaled_in};
use support::{TRIMTAB, command, run};

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
        assert!(text.contains("unknown revision"), "{revision}: {text}");
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

/// What moves to another folder is gone from the release of the old one.
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
    // Nor may the whole release go unseen.
    fs::remove_file(repo.top.join("dev/d.yaml")).expect("a file");
    let text = said(&repo.check_all(), 1);
    assert!(text.contains("error[release-removed]: release r"), "{text}");
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
    // A file that is named explicitly is compared whatever it is called.
    repo.write("notes.txt", &deployment("proxy", "1"));
    repo.git(&["checkout", "--", "notes.txt"]);
    repo.write("notes.txt", &deployment("proxy", "0"));
    let text = said(&repo.check(&["notes.txt", "--baseline=git:"]), 1);
    assert!(text.contains("proxy"), "{text}");
}

#[test]
fn what_was_malformed_then() {
    let repo = Repo::with(&[("a.yaml", "kind: Deployment\n  x: [\n")]);
    repo.write("a.yaml", &deployment("querynode", "1"));
    let text = said(&repo.check_all(), 2);
    assert!(text.contains("git:HEAD:a.yaml:2"), "{text}");
    // It is not out of reach, so `--mode warn` does not go on without it; the mended file goes in unchecked.
    let text = said(&repo.check(&[".", "--baseline=git:HEAD", "--mode=warn"]), 2);
    assert!(text.contains("git:HEAD:a.yaml:2"), "{text}");
    said(&repo.check(&[".", "--baseline=rendered"]), 0);
}
