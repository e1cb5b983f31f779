//! Repositories to compare in, and what trimtab says there.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::support::{Outcome, TRIMTAB, command, run};

/// A repository; `clone` puts others beside it.
pub(crate) struct Repo {
    pub(crate) folder: TempDir,
    pub(crate) top: PathBuf,
}

impl Repo {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let top = folder.path().join("repo");
        fs::create_dir(&top).expect("a folder");
        let repo = Self { folder, top };
        repo.git(&["init", "--quiet", "--initial-branch=main"]);
        repo
    }

    /// With one commit of these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let repo = Self::new();
        for (file, text) in files {
            repo.write(file, text);
        }
        repo.commit();
        repo
    }

    pub(crate) fn write(&self, file: impl AsRef<Path>, text: &str) {
        let path = self.top.join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub(crate) fn git_in(&self, folder: &Path, args: &[impl AsRef<OsStr>]) -> String {
        let mut git = command("git", self.folder.path(), &[]);
        git.current_dir(folder)
            .args(["-c", "user.name=t", "-c", "user.email=t@example.com"])
            .args(["-c", "protocol.file.allow=always"])
            .args(args);
        run(&mut git).ok()
    }

    pub(crate) fn git(&self, args: &[impl AsRef<OsStr>]) -> String {
        self.git_in(&self.top, args)
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message=x"]);
    }

    /// `trimtab check` in a folder of it.
    pub(crate) fn command(&self, folder: &str, args: &[impl AsRef<OsStr>]) -> Command {
        let mut trimtab = command(TRIMTAB, self.folder.path(), &[]);
        trimtab
            .current_dir(self.top.join(folder))
            .arg("check")
            .args(args);
        trimtab
    }

    pub(crate) fn check(&self, args: &[impl AsRef<OsStr>]) -> Outcome {
        run(&mut self.command("", args))
    }

    /// All of it, against HEAD.
    pub(crate) fn check_all(&self) -> Outcome {
        self.check(&[".", "--baseline=git:HEAD"])
    }
}

/// A Deployment of the release `r`.
pub(crate) fn deployment(component: &str, replicas: &str) -> String {
    named(component, component, replicas)
}

pub(crate) fn named(name: &str, component: &str, replicas: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: r-{name}\nspec:\n  replicas: {replicas}\n  \
         selector:\n    matchLabels: {{app.kubernetes.io/name: milvus, app.kubernetes.io/instance: r, component: {component}}}\n"
    )
}

pub(crate) const FIVE_TO_ONE: &str = "error[scale-in-too-large]: queryNode would lose 4 of 5";

#[track_caller]
pub(crate) fn said(outcome: &Outcome, code: i32) -> String {
    let text = String::from_utf8_lossy(&outcome.stdout).into_owned() + &outcome.stderr;
    assert_eq!(outcome.code, Some(code), "{text}");
    text
}

/// Fails unless five query nodes became one.
#[track_caller]
pub(crate) fn refused(outcome: &Outcome) {
    let text = said(outcome, 1);
    assert!(text.contains(FIVE_TO_ONE), "{text}");
}

/// A repository in which `a.yaml` was committed with five query nodes and has one now.
pub(crate) fn scaled_in() -> Repo {
    let repo = Repo::with(&[("a.yaml", &deployment("querynode", "5"))]);
    repo.write("a.yaml", &deployment("querynode", "1"));
    repo
}
