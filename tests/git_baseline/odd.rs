//! Odd names, hooks, submodules, links and settings.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use tempfile::TempDir;

use crate::repo::{FIVE_TO_ONE, Repo, deployment, named, refused, said, scaled_in};
use crate::support::{TRIMTAB, command, run, run_with};

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
    // By its name too, the commit that this repository held counts; in the submodule, its own.
    for path in ["vendor", "vendor/module", "vendor/module/deep", file] {
        refused(&repo.check(&[path, "--baseline=git:HEAD"]));
    }
    refused(&run(
        &mut repo.command("vendor", &["module/deep", "--baseline=git:HEAD"])
    ));
    said(
        &run(&mut repo.command("vendor/module", &[".", "--baseline=git:HEAD"])),
        0,
    );
    refused(&run(
        &mut repo.command("vendor/module", &["deep", "--baseline=git:HEAD~1"])
    ));
    let text = said(
        &repo.check(&["vendor/module/nope", "--baseline=git:HEAD"]),
        2,
    );
    assert!(text.contains("nope: no such file or directory"), "{text}");
    // Not checked out, there is nothing to compare.
    repo.git(&["submodule", "--quiet", "deinit", "--force", "vendor/module"]);
    said(&repo.check_all(), 0);
}

/// A folder whose files a submodule takes over is compared with those files.
#[test]
fn files_that_become_a_submodule() {
    let repo = Repo::with(&[("prod/q.yaml", &deployment("querynode", "5"))]);
    let module = Repo::with(&[("q.yaml", &deployment("querynode", "1"))]);
    let url = module.top.to_str().expect("a plain path");
    repo.git(&["rm", "--quiet", "-r", "prod"]);
    repo.git(&["submodule", "--quiet", "add", url, "prod"]);
    for path in [".", "prod", "prod/q.yaml"] {
        refused(&repo.check(&[path, "--baseline=git:HEAD"]));
    }
}

/// A local ref that puts another object into the place of a committed one, or of the commit.
#[test]
fn replaced_objects_are_not_asked() {
    let repo = scaled_in();
    let blob = repo.git(&["rev-parse", "HEAD:a.yaml"]);
    let new = repo.git(&["hash-object", "-w", "a.yaml"]);
    repo.git(&["replace", blob.trim(), new.trim()]);
    refused(&repo.check_all());
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
    // A link that is named explicitly is followed to its file, wherever that is.
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
    assert!(
        text.contains("no git repository found for a.yaml"),
        "{text}"
    );
    let mut without = check(&["a.yaml", "--baseline=git:HEAD"]);
    let text = said(&run(without.env("PATH", folder.path())), 2);
    assert!(text.contains("cannot run git"), "{text}");
    for args in [&["--baseline=git:HEAD"][..], &["-", "--baseline=git:"]] {
        let outcome = run_with(&mut check(args), deployment("querynode", "1").as_bytes());
        let text = said(&outcome, 2);
        assert!(text.contains("standard input"), "{text}");
    }
    let mut filter = command(TRIMTAB, folder.path(), &[]);
    filter.env("TRIMTAB_BASELINE", "git:HEAD");
    said(&run_with(&mut filter, b"{}"), 2);
}
