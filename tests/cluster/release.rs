//! A release of the test chart, in a namespace of its own.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::cluster::{Cluster, await_that};
use crate::helm::{Helm, Policy};
use crate::support::{self, Outcome};

/// The kinds of which a release has objects, and the Secrets, in which Helm keeps its history.
const KINDS: &str =
    "deployments,statefulsets,jobs,services,configmaps,secrets,poddisruptionbudgets";

/// A release that is not installed yet.
pub(crate) struct Release<'a> {
    pub(crate) cluster: &'a Cluster,
    /// Which Helm: 3 or 4.
    pub(crate) major: u8,
    /// The namespace, which the installation makes.
    pub(crate) namespace: String,
    helm: &'a Helm,
    folder: TempDir,
}

impl<'a> Release<'a> {
    /// The release of a test.
    pub(crate) fn new(cluster: &'a Cluster, helm: &'a Helm, test: &str) -> Self {
        Self {
            cluster,
            major: helm.major,
            namespace: format!("helm{}-{}", helm.major, test.replace('_', "-")),
            helm,
            folder: TempDir::new().expect("a temporary folder"),
        }
    }

    /// The same release, for another Helm.
    pub(crate) fn with(&self, helm: &'a Helm) -> Self {
        Self {
            cluster: self.cluster,
            major: helm.major,
            namespace: self.namespace.clone(),
            helm,
            folder: TempDir::new().expect("a temporary folder"),
        }
    }

    /// `helm` in the release's namespace.
    pub(crate) fn helm(&self, args: &[&str]) -> Outcome {
        self.helm_with(args, &[])
    }

    /// The same, with variables in its environment.
    pub(crate) fn helm_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Outcome {
        let mut helm = self.helm.command();
        helm.env("KUBECONFIG", &self.cluster.kubeconfig)
            .envs(variables.iter().copied())
            .args(args)
            .args(["--namespace", &self.namespace]);
        support::run(&mut helm)
    }

    /// `helm upgrade --install` of the chart, and no more than that.
    pub(crate) fn upgrade_without_trimtab(&self, args: &[&str]) -> Outcome {
        let mut all = vec![
            "upgrade",
            "--install",
            "my-release",
            "testdata/charts/vectors",
        ];
        all.extend(args);
        self.helm(&all)
    }

    /// `helm upgrade --install --post-renderer trimtab`: one command line for both Helms.
    pub(crate) fn upgrade(&self, policy: &Policy, args: &[&str]) -> Outcome {
        self.upgrade_with(&[("TRIMTAB_POLICY", policy.path())], args)
    }

    /// The same, with variables of trimtab in Helm's environment.
    pub(crate) fn upgrade_with(&self, variables: &[(&str, &str)], args: &[&str]) -> Outcome {
        let mut all = vec![
            "upgrade",
            "--install",
            "my-release",
            "testdata/charts/vectors",
        ];
        all.extend(["--create-namespace", "--post-renderer", "trimtab"]);
        all.extend(args);
        self.helm_with(&all, variables)
    }

    /// What Helm renders, piped into `trimtab --baseline cluster` of whoever a kubeconfig names.
    pub(crate) fn pipe(&self, kubeconfig: &Path, args: &[&str]) -> Outcome {
        let render = self.helm(&["template", "my-release", "testdata/charts/vectors"]);
        self.pipe_stream(kubeconfig, &render.ok(), args)
    }

    /// The same with a stream of one's own.
    pub(crate) fn pipe_stream(&self, kubeconfig: &Path, stream: &str, args: &[&str]) -> Outcome {
        let home = self.folder.path();
        let mut trimtab = support::command(support::TRIMTAB, home, &[]);
        trimtab
            .env("KUBECONFIG", kubeconfig)
            .args(["--baseline", "cluster", "--namespace", &self.namespace])
            .args(args);
        support::run_with(&mut trimtab, stream.as_bytes())
    }

    /// The kubeconfig of a service account in the namespace.
    pub(crate) fn kubeconfig_of(&self, account: &str) -> PathBuf {
        let path = self.folder.path().join(account);
        let cluster = self.cluster;
        cluster.write_kubeconfig_of(account, &self.namespace, &path);
        path
    }

    /// Waits until every Deployment is rolled out, and every pod that goes is gone.
    pub(crate) fn await_rollout(&self) {
        let namespace = &self.namespace;
        let status = ["rollout", "status", "deployment", "-n", namespace];
        self.cluster.kubectl(&status).ok();
        let output = "jsonpath={range .items[*]}{.status.terminatingReplicas}{end}";
        let args = ["get", "deployments", "-n", namespace, "-o", output];
        await_that(&String::new(), || {
            self.cluster.kubectl(&args).ok().replace('0', "")
        });
    }

    /// The count that a component's one Deployment wants.
    #[track_caller]
    pub(crate) fn count_of(&self, component: &str) -> u32 {
        let label = format!("--selector=component={component}");
        let output = "jsonpath={.items[*].spec.replicas}";
        let args = [
            "get",
            "deployments",
            "-n",
            &self.namespace,
            &label,
            "-o",
            output,
        ];
        let count = self.cluster.kubectl(&args).ok();
        count.trim().parse().expect("one count")
    }

    /// Fails unless the Deployments want these counts, in the form `proxy=2 querynode=3`.
    #[track_caller]
    pub(crate) fn assert_counts(&self, wanted: &str) {
        assert_eq!(self.cluster.counts(&self.namespace), wanted);
    }

    /// The objects of the release and of its history, less what changes by itself: status and versions.
    pub(crate) fn state(&self) -> Value {
        let args = ["get", KINDS, "-n", &self.namespace, "-o", "json"];
        let text = self.cluster.kubectl(&args).ok();
        let mut list: Value = serde_json::from_str(&text).expect("JSON");
        let items = list.pointer_mut("/items").and_then(Value::as_array_mut);
        for item in items.expect("items") {
            for (of, what) in [
                ("", "status"),
                ("/metadata", "resourceVersion"),
                ("/metadata", "managedFields"),
            ] {
                let of = item.pointer_mut(of).and_then(Value::as_object_mut);
                of.expect("an object").remove(what);
            }
        }
        list
    }

    /// The release's last manifest as a baseline, as a user would save it.
    pub(crate) fn last_manifest(&self) -> String {
        let path = self.file(
            "last.yaml",
            &self.helm(&["get", "manifest", "my-release"]).ok(),
        );
        format!("file:{}", path.display())
    }

    /// A file of this test.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).expect("a file");
        path
    }

    /// A kubeconfig whose namespace is the release's, which is made.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        let kubectl = |args: &[&str]| self.cluster.kubectl(args).ok();
        kubectl(&["create", "namespace", &self.namespace]);
        let path = self.file("kubeconfig", &kubectl(&["config", "view", "--raw"]));
        let file = format!("--kubeconfig={}", path.display());
        let namespace = format!("--namespace={}", self.namespace);
        kubectl(&["config", "set-context", "--current", &file, &namespace]);
        path
    }

    /// A program in the surroundings of this Helm, which is `helm` on its `PATH`, beside kubectl.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = self.helm.with_homes(program);
        let path = support::path(&[support::trimtab_folder(), &self.programs()]);
        command
            .env("PATH", path)
            .env("KUBECONFIG", &self.cluster.kubeconfig);
        command
    }

    /// A folder that holds this Helm as `helm`, and kubectl.
    pub(crate) fn programs(&self) -> PathBuf {
        let folder = self.folder.path().join("bin");
        if folder.exists() {
            return folder;
        }
        fs::create_dir(&folder).expect("a new folder");
        let helm = format!("helm{}", self.major);
        for (name, program) in [("helm", helm.as_str()), ("kubectl", "kubectl")] {
            symlink(crate::program(program), folder.join(name)).expect("a link");
        }
        folder
    }
}
