//! The one control plane of a run, and what the tests ask of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::script::{Absent, Script};
use crate::support::{self, Outcome};

static CLUSTER: OnceLock<Result<Cluster, Absent>> = OnceLock::new();

/// How long anything in the cluster may take before a test fails.
const PATIENCE: Duration = Duration::from_mins(3);

/// A running control plane.
pub(crate) struct Cluster {
    /// The administrator's kubeconfig.
    pub(crate) kubeconfig: PathBuf,
    /// The kubeconfig of a user without permissions.
    pub(crate) guest: PathBuf,
    script: Script,
}

/// The control plane, which the first caller waits for.
pub(crate) fn get() -> &'static Result<Cluster, Absent> {
    CLUSTER.get_or_init(Cluster::start)
}

/// Takes it down, if it ever came up.
pub(crate) fn stop() {
    if let Some(Ok(cluster)) = CLUSTER.get() {
        cluster.script.stop();
    }
}

impl Cluster {
    fn start() -> Result<Self, Absent> {
        let mut up = Command::new(support::root().join("tests/cluster/up"));
        let (script, lines) = Script::start(&mut up, "GUEST_KUBECONFIG=")?;
        let named = |name: &str| {
            let mut paths = lines.iter().filter_map(|line| line.strip_prefix(name));
            let missing = || Absent::Broken(format!("it did not print {name}"));
            paths.next().map(PathBuf::from).ok_or_else(missing)
        };
        Ok(Self {
            kubeconfig: named("KUBECONFIG=")?,
            guest: named("GUEST_KUBECONFIG=")?,
            script,
        })
    }

    /// Runs kubectl as the administrator.
    pub(crate) fn kubectl(&self, args: &[&str]) -> Outcome {
        self.kubectl_with(args, "")
    }

    /// The same, with a text on its standard input.
    pub(crate) fn kubectl_with(&self, args: &[&str], input: &str) -> Outcome {
        let home = self.kubeconfig.parent().expect("a folder");
        let mut kubectl = support::command(crate::program("kubectl"), home, &[]);
        kubectl.env("KUBECONFIG", &self.kubeconfig).args(args);
        support::run_with(&mut kubectl, input.as_bytes())
    }

    /// Writes a kubeconfig with a token of a service account.
    pub(crate) fn write_kubeconfig_of(&self, account: &str, namespace: &str, path: &Path) {
        let args = ["create", "token", account, "-n", namespace];
        let token = format!("--token={}", self.kubectl(&args).ok().trim());
        fs::copy(&self.kubeconfig, path).expect("a kubeconfig");
        let file = format!("--kubeconfig={}", path.display());
        let user = format!("--user={account}");
        for args in [
            &["config", &file, "set-credentials", account, &token][..],
            &["config", &file, "set-context", "--current", &user],
        ] {
            self.kubectl(args).ok();
        }
    }

    /// The counts that a namespace's Deployments want, by component: `proxy=2 querynode=3`.
    pub(crate) fn counts(&self, namespace: &str) -> String {
        self.of_deployments(namespace, "{.spec.replicas}")
    }

    /// The counts that are available, in the same form.
    pub(crate) fn available(&self, namespace: &str) -> String {
        self.of_deployments(namespace, "{.status.availableReplicas}")
    }

    fn of_deployments(&self, namespace: &str, value: &str) -> String {
        let each = format!("{{range .items[*]}}{{.metadata.labels.component}}={value} {{end}}");
        let output = format!("jsonpath={each}");
        let args = ["get", "deployments", "-n", namespace, "-o", &output];
        self.kubectl(&args).ok().trim().to_owned()
    }
}

/// Waits until what is asked for is what is wanted.
#[track_caller]
pub(crate) fn await_that<T: PartialEq + std::fmt::Debug>(wanted: &T, mut ask: impl FnMut() -> T) {
    let start = Instant::now();
    loop {
        let found = ask();
        if found == *wanted {
            return;
        }
        assert!(start.elapsed() < PATIENCE, "{found:?} is not {wanted:?}");
        std::thread::sleep(Duration::from_millis(200));
    }
}
