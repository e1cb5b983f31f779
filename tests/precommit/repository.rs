//! A git repository whose commits pre-commit looks at, far from the caller's git and pre-commit.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use tempfile::TempDir;

use crate::program;
use crate::support::{self, Outcome, root, run, trimtab_folder};

/// What every user has: a home with a name for git, and pre-commit's store, which the tests share.
static HOME: LazyLock<TempDir> = LazyLock::new(|| {
    let home = TempDir::new().expect("a temporary folder");
    let config = "[user]\n\tname = A\n\temail = a@example.com\n[init]\n\tdefaultBranch = main\n";
    fs::write(home.path().join(".gitconfig"), config).expect("a configuration");
    home
});

/// The hooks of this project as a repository of nothing else, where the trimtab on `PATH` replaces the one that
/// pre-commit would build: `language: rust` is tested by itself, since that takes long.
pub(crate) static HOOKS: LazyLock<Source> = LazyLock::new(|| {
    let manifest = fs::read_to_string(root().join(".pre-commit-hooks.yaml")).expect("the hooks");
    let folder = TempDir::new().expect("a temporary folder");
    let manifest = manifest.replace("language: rust", "language: system");
    fs::write(folder.path().join(".pre-commit-hooks.yaml"), manifest).expect("a file");
    Source::new(folder)
});

/// A repository that hooks come from.
pub(crate) struct Source {
    folder: TempDir,
    revision: String,
}

impl Source {
    /// All that is in a folder, as one commit.
    pub(crate) fn new(folder: TempDir) -> Self {
        let git = |arguments: &[&str]| {
            run(command("git", folder.path()).args(arguments)).ok();
        };
        git(&["init", "--quiet"]);
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "--message", "hooks"]);
        let revision = run(command("git", folder.path()).args(["rev-parse", "HEAD"])).ok();
        Self {
            revision: revision.trim().to_owned(),
            folder,
        }
    }

    /// A configuration of some of its hooks, each with its lines.
    pub(crate) fn config(&self, hooks: &str) -> String {
        format!(
            "repos:\n- repo: {}\n  rev: {}\n  hooks:\n{hooks}\n",
            self.folder.path().display(),
            self.revision
        )
    }
}

/// A program in a folder, without the caller's environment; trimtab is on its `PATH`.
fn command(program: impl AsRef<Path>, folder: &Path) -> Command {
    let mut command = support::command(program, HOME.path(), &[trimtab_folder()]);
    command
        .env("PRE_COMMIT_HOME", HOME.path().join("pre-commit"))
        .env("PRE_COMMIT_COLOR", "never")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .current_dir(folder);
    command
}

/// A repository with pre-commit in it.
pub(crate) struct Repository {
    folder: TempDir,
    pub(crate) path: PathBuf,
    environment: Vec<(&'static str, String)>,
}

impl Repository {
    /// A repository without commits whose commits are checked by the lines of some hooks of [`HOOKS`].
    pub(crate) fn new(hooks: &str) -> Self {
        Self::with_config(&HOOKS.config(hooks))
    }

    /// The same with a whole configuration.
    pub(crate) fn with_config(config: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let repository = Self {
            path: folder.path().join("repository"),
            folder,
            environment: Vec::new(),
        };
        fs::create_dir(&repository.path).expect("a folder");
        repository.git(&["init", "--quiet"]).ok();
        repository.write(".pre-commit-config.yaml", config);
        repository.pre_commit(&["install"]).ok();
        repository
    }

    /// Sets a variable for the programs that run in it.
    pub(crate) fn env(mut self, name: &'static str, value: String) -> Self {
        self.environment.push((name, value));
        self
    }

    /// A path beside the repository.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path.join(path)).expect("a file")
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> Outcome {
        self.git_in(&self.path, arguments)
    }

    pub(crate) fn git_in(&self, folder: &Path, arguments: &[&str]) -> Outcome {
        let mut git = command("git", folder);
        run(git.args(arguments).envs(self.environment.clone()))
    }

    pub(crate) fn pre_commit(&self, arguments: &[&str]) -> Outcome {
        let mut pre_commit = command(program("pre-commit"), &self.path);
        run(pre_commit.args(arguments).envs(self.environment.clone()))
    }

    /// Stages all and commits it; what the hooks say is on stderr.
    pub(crate) fn commit(&self) -> Outcome {
        self.git(&["add", "--all"]).ok();
        self.git(&["commit", "--message", "a change"])
    }

    /// The same past the hooks.
    pub(crate) fn commit_unchecked(&self) {
        self.git(&["add", "--all"]).ok();
        self.git(&["commit", "--no-verify", "--message", "a change"])
            .ok();
    }

    /// The number of commits.
    pub(crate) fn commits(&self) -> usize {
        let log = self.git(&["rev-list", "--all"]).ok();
        log.lines().count()
    }
}

/// That hooks refused, and what they said.
#[track_caller]
pub(crate) fn refused(outcome: &Outcome, words: &[&str]) {
    let said = said(outcome);
    assert_eq!(outcome.code, Some(1), "it was not refused:\n{said}");
    for word in words {
        assert!(said.contains(word), "{word} is not in:\n{said}");
    }
}

/// All that a program said: pre-commit writes to stdout, and git hands its hooks' stdout on to stderr.
pub(crate) fn said(outcome: &Outcome) -> String {
    String::from_utf8_lossy(&outcome.stdout).into_owned() + &outcome.stderr
}

/// A workload of Milvus in the namespace that its folder is for.
pub(crate) fn deployment(component: &str, replicas: u32) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: db-milvus-{component}
spec:
  replicas:   {replicas} # odd spaces, \"quotes\" and a comment
  selector:
    matchLabels:
      app.kubernetes.io/instance: db
      app.kubernetes.io/name: milvus
      component: {component}
"
    )
}
