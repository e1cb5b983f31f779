//! Argo CD, with the plugin of docs/argo-cd, and Applications whose source is a git repository of the test's own.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::TestOf;
use crate::cluster::{self, Cluster, await_that};
use crate::script::{Absent, Script};
use crate::support;

pub(crate) const TESTS: &[TestOf<Argo>] = tests![
    a_refused_commit_is_not_synced,
    a_new_policy_takes_effect,
    a_chart_can_ask_what_the_cluster_serves,
    settings_of_the_application_reach_trimtab,
    the_administrators_policy_stays,
    what_runs_is_asked,
    what_helm_cannot_render_is_not_synced,
    the_patch_adds_the_sidecar,
];

const AT_TARGETS: &str = "datanode=1 mixcoord=1 proxy=2 querynode=3 streamingnode=1";

/// The service account of the sidecar that asks the cluster.
const SIDECAR: &str = "sidecar";

static ARGO: OnceLock<Result<Argo, Absent>> = OnceLock::new();

/// A running Argo CD.
pub(crate) struct Argo {
    cluster: &'static Cluster,
    /// Argo CD's own manifest of its repo-server.
    repo_server: String,
    script: Script,
    _folder: TempDir,
}

/// Argo CD, which the first caller waits for.
pub(crate) fn get() -> &'static Result<Argo, Absent> {
    ARGO.get_or_init(Argo::start)
}

/// Takes it down, if it ever came up.
pub(crate) fn stop() {
    if let Some(Ok(argo)) = ARGO.get() {
        argo.script.stop();
    }
}

impl Argo {
    fn start() -> Result<Self, Absent> {
        let cluster = cluster::get().as_ref().map_err(Clone::clone)?;
        let folder = TempDir::new().expect("a temporary folder");
        cluster.kubectl(&["create", "serviceaccount", SIDECAR]).ok();
        let sidecar = folder.path().join("sidecar.kubeconfig");
        cluster.write_kubeconfig_of(SIDECAR, "default", &sidecar);
        let mut script = Command::new(support::root().join("tests/cluster/argo"));
        script
            .arg(support::root().join("docs/argo-cd/plugin.yaml"))
            .env("KUBECONFIG", &cluster.kubeconfig)
            .env("SIDECAR_KUBECONFIG", &sidecar)
            .env("PATH", plugin_path(folder.path()));
        let (script, lines) = Script::start(&mut script, "REPO_SERVER=")?;
        let repo_server = lines
            .iter()
            .find_map(|line| line.strip_prefix("REPO_SERVER="));
        Ok(Self {
            cluster,
            repo_server: repo_server.unwrap_or_default().to_owned(),
            script,
            _folder: folder,
        })
    }

    fn kubectl(&self, args: &[&str]) -> String {
        let mut all = vec!["--namespace", "argocd"];
        all.extend(args);
        self.cluster.kubectl(&all).ok()
    }
}

/// The `PATH` of the sidecar's image: trimtab, and the script that the plugin runs, under its name there.
fn plugin_path(folder: &Path) -> OsString {
    let script = support::root().join("docs/argo-cd/generate");
    symlink(script, folder.join("trimtab-generate")).expect("a link");
    let before = std::env::var_os("PATH").unwrap_or_default();
    let folders = [folder, support::trimtab_folder()];
    let folders = folders.iter().map(|folder| folder.to_path_buf());
    std::env::join_paths(folders.chain(std::env::split_paths(&before))).expect("a PATH")
}

/// An Application that syncs by itself, and the repository that it follows.
struct Application<'a> {
    argo: &'a Argo,
    name: &'a str,
    repository: TempDir,
}

impl<'a> Application<'a> {
    /// The test chart with a policy of these targets; `plugin` is the Application's `spec.source.plugin`, as JSON.
    fn new(argo: &'a Argo, name: &'a str, targets: &str, plugin: &str) -> Self {
        let repository = TempDir::new().expect("a temporary folder");
        let chart = support::root().join("testdata/charts/vectors");
        support::copy_folder(&chart, &repository.path().join("vectors"), &[]);
        let application = Self {
            argo,
            name,
            repository,
        };
        application.git(&["init", "--quiet", "--initial-branch=main"]);
        application.write("vectors/trimtab.yaml", &policy(targets));
        application.commit();
        application.create(plugin);
        application
    }

    fn create(&self, plugin: &str) {
        let server = "jsonpath={.clusters[0].cluster.server}";
        let server = self.argo.kubectl(&["config", "view", "-o", server]);
        let text = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\n\
             spec:\n  project: default\n  source: {{repoURL: 'file://{repository}', path: vectors, \
             targetRevision: main, plugin: {plugin}}}\n  destination: {{server: '{server}', namespace: {name}}}\n  \
             syncPolicy: {{automated: {{prune: true}}, syncOptions: [CreateNamespace=true]}}\n",
            name = self.name,
            repository = self.repository.path().display(),
        );
        let created = self
            .argo
            .cluster
            .kubectl_with(&["create", "-f", "-"], &text);
        created.ok();
    }

    fn git(&self, args: &[&str]) {
        let mut git = support::command("git", self.repository.path(), &[]);
        git.current_dir(self.repository.path())
            .args(["-c", "user.name=test", "-c", "user.email=test@example.com"])
            .args(args);
        support::run(&mut git).ok();
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.repository.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "A change"]);
    }

    /// Commits what was written, and has Argo CD look for it now.
    fn push(&self) {
        self.commit();
        let refresh = "argocd.argoproj.io/refresh=normal";
        self.argo
            .kubectl(&["annotate", "application", self.name, refresh]);
    }

    fn field(&self, path: &str) -> String {
        let output = format!("jsonpath={path}");
        self.argo
            .kubectl(&["get", "application", self.name, "-o", &output])
    }

    #[track_caller]
    fn await_counts(&self, wanted: &str) {
        await_that(&wanted.to_owned(), || {
            self.argo.cluster.available(self.name)
        });
    }

    /// Waits for the error by which Argo CD could not compare; on one line, as it is often shown.
    #[track_caller]
    fn await_error(&self) -> String {
        let kind = "{.status.conditions[*].type}";
        await_that(&"ComparisonError".to_owned(), || self.field(kind));
        self.field("{.status.conditions[*].message}")
            .replace('\n', " ")
    }
}

fn policy(targets: &str) -> String {
    format!(
        "apiVersion: trimtab.dev/v1alpha1\nkind: ReplicaPolicy\nmetadata: {{name: test}}\n\
         spec:\n  extends: milvus\n  targets: {targets}\n"
    )
}

fn a_refused_commit_is_not_synced(argo: &Argo) {
    let application = Application::new(
        argo,
        "refused",
        "{proxy: 2, queryNode: 3}",
        "{name: trimtab}",
    );
    application.await_counts(AT_TARGETS);

    application.write(
        "vectors/two.yaml",
        "mixCoordinator: {replicas: 2}\nproxy: {replicas: 7}\n",
    );
    let values = r#"{"name": "values", "array": ["two.yaml"]}"#;
    application.write(
        "vectors/.argocd-source.yaml",
        &format!("plugin: {{name: trimtab, parameters: [{values}]}}\n"),
    );
    application.push();
    let error = application.await_error();
    assert!(
        error.contains("`trimtab-generate` failed exit status 1: error[coordinator-scaled]: "),
        "{error}"
    );
    assert!(error.contains("= help: "), "{error}");
    assert!(!error.contains('\u{1b}'), "{error}");
    assert_eq!(application.field("{.status.sync.status}"), "Unknown");
    application.await_counts(AT_TARGETS);

    application.write("vectors/two.yaml", "dataNode: {replicas: 2}\n");
    application.push();
    application.await_counts("datanode=2 mixcoord=1 proxy=2 querynode=3 streamingnode=1");
    assert_eq!(application.field("{.status.conditions}"), "");
}

fn a_new_policy_takes_effect(argo: &Argo) {
    let application = Application::new(argo, "policy", "{queryNode: 3}", "{name: trimtab}");
    application.await_counts("datanode=1 mixcoord=1 proxy=1 querynode=3 streamingnode=1");
    application.write("vectors/trimtab.yaml", &policy("{queryNode: 4, proxy: 2}"));
    application.push();
    application.await_counts("datanode=1 mixcoord=1 proxy=2 querynode=4 streamingnode=1");
}

/// An object that the chart renders only where the cluster serves an API that Helm does not know by itself.
fn a_chart_can_ask_what_the_cluster_serves(argo: &Argo) {
    let application = Application::new(argo, "gated", "{queryNode: 2}", "{name: trimtab}");
    application.await_counts("datanode=1 mixcoord=1 proxy=1 querynode=2 streamingnode=1");
    let serves = r#".Capabilities.APIVersions.Has "argoproj.io/v1alpha1/Application""#;
    let gated = format!(
        "{{{{- if {serves} }}}}\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: gated}}\n{{{{- end }}}}\n"
    );
    application.write("vectors/templates/gated.yaml", &gated);
    application.push();
    let find = [
        "get",
        "configmap",
        "gated",
        "--namespace",
        "gated",
        "--ignore-not-found",
        "-o",
        "name",
    ];
    await_that(&"configmap/gated\n".to_owned(), || {
        argo.cluster.kubectl(&find).ok()
    });
}

fn settings_of_the_application_reach_trimtab(argo: &Argo) {
    let plugin = r#"{name: trimtab, env: [{name: TRIMTAB_POLICY, value: ../policies/staging.yaml}],
        parameters: [{name: targets, string: "proxy=4,dataNode=2"}, {name: values, array: [one.yaml, two.yaml]}]}"#;
    let application = Application::new(argo, "settings", "{}", plugin);
    application.write("policies/staging.yaml", &policy("{proxy: 2, queryNode: 3}"));
    application.write("vectors/one.yaml", "streamingNode: {replicas: 2}\n");
    application.write("vectors/two.yaml", "streamingNode: {replicas: 3}\n");
    application.push();
    application.await_counts("datanode=2 mixcoord=1 proxy=4 querynode=3 streamingnode=3");
}

/// Without Argo CD, since this variable is the sidecar's own.
fn the_administrators_policy_stays(_: &Argo) {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("policy.yaml");
    fs::write(&path, policy("{queryNode: 9}")).expect("a policy");
    let mut generate = generate(folder.path());
    generate
        .env("TRIMTAB_POLICY", &path)
        .env("ARGOCD_ENV_TRIMTAB_POLICY", "no/such/policy.yaml")
        .env("PARAM_POLICY", "no/such/policy.yaml");
    let rendered = support::run(&mut generate).ok();
    assert!(rendered.contains("\n  replicas: 9\n"), "{rendered}");
}

/// With a service account of the least Role, and a policy that pins the cluster, so that a first install is certain.
fn what_runs_is_asked(argo: &Argo) {
    let namespace = "asked";
    argo.cluster
        .kubectl(&["create", "namespace", namespace])
        .ok();
    let role = fs::read_to_string(support::root().join("docs/rbac.yaml")).expect("the Role");
    let role = role.replace("namespace: milvus", &format!("namespace: {namespace}"));
    argo.cluster.kubectl_with(&["apply", "-f", "-"], &role).ok();
    let account = format!("--serviceaccount=default:{SIDECAR}");
    let binding = [
        "create",
        "rolebinding",
        "sidecar",
        "--role=trimtab",
        &account,
        "-n",
        namespace,
    ];
    argo.cluster.kubectl(&binding).ok();

    let server = argo.kubectl(&[
        "config",
        "view",
        "-o",
        "jsonpath={.clusters[0].cluster.server}",
    ]);
    let policy = |count: u32| {
        let targets = policy(&format!("{{queryNode: {count}}}"));
        format!("{targets}  cluster: {{server: '{server}'}}\n")
    };
    let application = Application::new(argo, namespace, "{}", "{name: trimtab-cluster}");
    application.write("vectors/trimtab.yaml", &policy(3));
    application.push();
    application.await_counts("datanode=1 mixcoord=1 proxy=1 querynode=3 streamingnode=1");

    application.write("vectors/trimtab.yaml", &policy(1));
    application.push();
    let error = application.await_error();
    let words = "error[scale-in-too-large]: queryNode would lose 2 of 3 replicas";
    assert!(error.contains(words), "{error}");
    application.await_counts("datanode=1 mixcoord=1 proxy=1 querynode=3 streamingnode=1");

    application.write("vectors/trimtab.yaml", &policy(2));
    application.push();
    application.await_counts("datanode=1 mixcoord=1 proxy=1 querynode=2 streamingnode=1");
}

fn what_helm_cannot_render_is_not_synced(_: &Argo) {
    let folder = TempDir::new().expect("a temporary folder");
    let mut generate = generate(folder.path());
    let policy = support::root().join("policies/milvus.yaml");
    generate
        .env("PARAM_POLICY", policy)
        .env("PARAM_VALUES_0", "no/such/values.yaml");
    let outcome = support::run(&mut generate);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert_eq!(outcome.stdout, b"");
    assert!(outcome.stderr.starts_with("Error: "), "{}", outcome.stderr);
}

/// What the plugin runs, in the chart's folder.
fn generate(folder: &Path) -> Command {
    symlink(crate::program("helm3"), folder.join("helm")).expect("a link");
    let script = support::root().join("docs/argo-cd/generate");
    let mut generate = support::command(script, folder, &[support::trimtab_folder(), folder]);
    generate
        .current_dir(support::root().join("testdata/charts/vectors"))
        .env("ARGOCD_APP_NAME", "elsewhere_my-release")
        .env("ARGOCD_APP_NAMESPACE", "milvus")
        .env("KUBE_VERSION", "1.36");
    generate
}

/// On the Deployment that Argo CD's own manifests bring.
fn the_patch_adds_the_sidecar(argo: &Argo) {
    argo.kubectl(&["create", "-f", &argo.repo_server]);
    let patch = support::root().join("docs/argo-cd/repo-server-patch.yaml");
    let patch = patch.to_str().expect("a plain path");
    let deployment = "deployment/argocd-repo-server";
    argo.kubectl(&["patch", deployment, "--patch-file", patch]);
    let cluster = support::root().join("docs/argo-cd/repo-server-cluster-patch.yaml");
    let cluster = cluster.to_str().expect("a plain path");
    argo.kubectl(&["patch", deployment, "--patch-file", cluster]);
    let mounts = "jsonpath={.spec.template.spec.containers[0].volumeMounts[*].name}";
    let mounts = argo.kubectl(&["get", deployment, "-o", mounts]);
    assert!(
        mounts.contains("trimtab-tmp") && mounts.contains("trimtab-token"),
        "{mounts}"
    );
    let names = "jsonpath={.spec.template.spec.containers[*].name}";
    let names = argo.kubectl(&["get", deployment, "-o", names]);
    assert_eq!(names, "trimtab argocd-repo-server");
    argo.kubectl(&["rollout", "status", deployment, "--timeout=60s"]);
}
