//! The two Helms, each with folders of its own, and what each renders of a chart.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::support::{self, Outcome};

/// The chart of the tests.
const CHART: &str = "testdata/charts/vectors";

/// A Helm with homes of its own, so that it sees neither the user's plugins nor the other Helm's.
pub(crate) struct Helm {
    /// 3 or 4.
    pub(crate) major: u8,
    program: PathBuf,
    homes: TempDir,
}

impl Helm {
    /// Sets up a Helm; Helm 4 gets the plugin `trimtab` from the checkout, and `tee`, which changes nothing.
    pub(crate) fn new(major: u8) -> Self {
        let helm = Self {
            major,
            program: super::program(&format!("helm{major}")),
            homes: TempDir::new().expect("a temporary folder"),
        };
        if major == 4 {
            for plugin in [".", "tests/hosts/tee-plugin"] {
                support::run(helm.command().args(["plugin", "install", plugin])).ok();
            }
        }
        helm
    }

    /// The bare program, in the repository's root, with trimtab on the `PATH`.
    pub(crate) fn command(&self) -> Command {
        self.with_homes(&self.program)
    }

    /// A line for bash, in the same surroundings; the program is `$HELM` there.
    pub(crate) fn shell(&self, line: &str) -> Command {
        let mut bash = self.with_homes(Path::new("bash"));
        bash.env("HELM", &self.program).args(["-c", line]);
        bash
    }

    /// Another program in the same surroundings.
    pub(crate) fn with_homes(&self, program: &Path) -> Command {
        let homes = self.homes.path();
        let mut command = support::command(program, homes, &[support::trimtab_folder()]);
        command
            .current_dir(support::root())
            .env("HELM_DATA_HOME", homes.join("data"))
            .env("HELM_CONFIG_HOME", homes.join("config"))
            .env("HELM_CACHE_HOME", homes.join("cache"));
        command
    }

    /// `helm template` of the release that `testdata/charts/rendered` holds too.
    pub(crate) fn template(&self, values: &[&str]) -> Template {
        let mut template = self.template_of(Path::new(CHART));
        for value in values {
            template.0.args(["--set", value]);
        }
        template
    }

    /// The same of any chart.
    pub(crate) fn template_of(&self, chart: &Path) -> Template {
        let mut command = self.command();
        command.args(["template", "my-release", "-n", "milvus"]);
        command.arg(chart);
        Template(command)
    }

    /// What the chart renders without trimtab, in the form in which Helm prints it after any post-renderer.
    ///
    /// Helm 4 re-serialises every document for a post-renderer, so it is run with one that changes nothing.
    pub(crate) fn plain(&self, values: &[&str]) -> String {
        let mut template = self.template(values);
        if self.major == 4 {
            template.0.args(["--post-renderer", "tee"]);
        }
        support::run(&mut template.0).ok()
    }
}

/// One `helm template --post-renderer trimtab`; the same command line for both Helms.
pub(crate) struct Template(Command);

impl Template {
    /// Sets a variable of Helm's environment, which the post-renderer inherits.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.0.env(name, value);
        self
    }

    /// Runs it; trimtab gets the given arguments.
    pub(crate) fn trimmed(mut self, args: &[&str]) -> Outcome {
        self.0.args(["--post-renderer", "trimtab"]);
        for arg in args {
            self.0.args(["--post-renderer-args", arg]);
        }
        support::run(&mut self.0)
    }
}

/// A policy file over the built-in one, in a folder of its own; its path holds spaces and a comma.
pub(crate) struct Policy {
    path: String,
    _folder: TempDir,
}

impl Policy {
    /// A policy with these targets, in flow style.
    pub(crate) fn new(targets: &str) -> Self {
        Self::with(targets, "")
    }

    /// A policy with these targets and one more line in its `spec`.
    pub(crate) fn with(targets: &str, line: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let path = folder.path().join("production, the policy.yaml");
        let text = format!(
            "apiVersion: trimtab.dev/v1alpha1\nkind: ReplicaPolicy\nmetadata: {{name: test}}\n\
             spec:\n  extends: milvus\n  targets: {targets}\n  {line}\n"
        );
        std::fs::write(&path, text).expect("a policy");
        Self {
            path: path.to_str().expect("a plain path").to_owned(),
            _folder: folder,
        }
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }
}
