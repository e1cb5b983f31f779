//! How trimtab finds the cluster and asks it.

mod failures;
mod kubeconfigs;
mod role;

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use self::failures::{
    a_namespace_that_does_not_exist, a_server_that_is_not_there, a_server_that_is_not_trusted,
    credentials_that_are_not_accepted,
};
use self::kubeconfigs::kubeconfigs_are_read_as_kubectl_reads_them;
use self::role::{each_rule_that_is_missing_is_named, the_least_role_is_enough};
use crate::TestOf;
use crate::cluster::Cluster;
use crate::support::{self, Outcome};

pub(crate) const TESTS: &[TestOf<Cluster>] = tests![
    the_least_role_is_enough,
    each_rule_that_is_missing_is_named,
    kubeconfigs_are_read_as_kubectl_reads_them,
    credentials_that_are_not_accepted,
    a_server_that_is_not_there,
    a_server_that_is_not_trusted,
    a_namespace_that_does_not_exist,
    more_than_one_page,
];

/// A stream of a coordinator and some query nodes.
fn stream(namespace: &str, query_nodes: u32) -> String {
    let coordinator = deployment(namespace, "mixcoord", 1);
    coordinator + &deployment(namespace, "querynode", query_nodes)
}

fn deployment(namespace: &str, component: &str, replicas: u32) -> String {
    let labels = format!(
        "{{app.kubernetes.io/name: milvus, app.kubernetes.io/instance: my-release, component: {component}}}"
    );
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\n\
         metadata: {{name: z-{component}, namespace: {namespace}}}\n\
         spec:\n  replicas: {replicas}\n  selector:\n    matchLabels: {labels}\n  template:\n    metadata:\n      \
         labels: {labels}\n    spec:\n      containers:\n      - {{name: main, image: main}}\n"
    )
}

/// A namespace in which the release runs, with three query nodes.
struct Place<'c> {
    cluster: &'c Cluster,
    namespace: String,
    server: String,
    authority: String,
    folder: TempDir,
}

impl<'c> Place<'c> {
    fn new(cluster: &'c Cluster, test: &str) -> Self {
        let namespace = format!("client-{test}");
        cluster.kubectl(&["create", "namespace", &namespace]).ok();
        cluster
            .kubectl_with(&["apply", "-f", "-"], &stream(&namespace, 3))
            .ok();
        let of_cluster = |field: &str| {
            let path = format!("jsonpath={{.clusters[0].cluster.{field}}}");
            let args = ["config", "view", "--raw", "-o", &path];
            cluster.kubectl(&args).ok()
        };
        Self {
            cluster,
            namespace,
            server: of_cluster("server"),
            authority: of_cluster("certificate-authority-data"),
            folder: TempDir::new().expect("a temporary folder"),
        }
    }

    /// A file of this test.
    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).expect("a file");
        path
    }

    /// A kubeconfig whose user has these fields.
    fn kubeconfig(&self, user: &str) -> String {
        let (server, authority) = (&self.server, &self.authority);
        format!(
            "current-context: here\n\
             contexts: [{{name: here, context: {{cluster: here, user: me}}}}]\n\
             clusters: [{{name: here, cluster: {{server: '{server}', certificate-authority-data: {authority}}}}}]\n\
             users: [{{name: me, user: {{{user}}}}}]\n"
        )
    }

    /// The administrator's token.
    fn token(&self) -> String {
        let path = "jsonpath={.users[0].user.token}";
        let args = ["config", "view", "--raw", "-o", path];
        self.cluster.kubectl(&args).ok()
    }

    /// Asks for a count of query nodes, with the text of a kubeconfig.
    fn trimtab(&self, kubeconfig: &str, query_nodes: u32) -> Outcome {
        let file = self.file("kubeconfig", kubeconfig);
        let list = file.to_str().expect("a plain path");
        self.trimtab_with(&[("KUBECONFIG", list)], &[], query_nodes)
    }

    fn trimtab_with(&self, variables: &[(&str, &str)], args: &[&str], query_nodes: u32) -> Outcome {
        let mut trimtab = support::command(support::TRIMTAB, self.folder.path(), &[]);
        trimtab
            .args(["-b", "cluster"])
            .args(args)
            .envs(variables.iter().copied());
        let stream = stream(&self.namespace, query_nodes);
        support::run_with(&mut trimtab, stream.as_bytes())
    }

    /// The service account of docs/rbac.yaml; its kubeconfig.
    fn least(&self) -> String {
        let text = fs::read_to_string(support::root().join("docs/rbac.yaml")).expect("a Role");
        let text = text.replace(
            "namespace: milvus",
            &format!("namespace: {}", self.namespace),
        );
        self.cluster.kubectl_with(&["apply", "-f", "-"], &text).ok();
        let args = ["create", "token", "trimtab", "-n", &self.namespace];
        let token = self.cluster.kubectl(&args).ok();
        self.kubeconfig(&format!("token: {}", token.trim()))
    }
}

/// Fails unless trimtab could not decide, wrote nothing, and said each of these.
#[track_caller]
fn assert_undecided(outcome: &Outcome, said: &[&str]) {
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(outcome.stdout.is_empty());
    for said in said {
        let all = outcome.stderr.replace('\n', " ");
        assert!(all.contains(said), "`{said}` is not in\n{}", outcome.stderr);
    }
}

/// The query nodes are the last by their name, on the second page.
fn more_than_one_page(cluster: &Cluster) {
    let place = Place::new(cluster, "pages");
    let others: String = (0..510)
        .map(|at| {
            let other = deployment(&place.namespace, "other", 0);
            other.replace("z-other", &format!("a-{at}"))
        })
        .collect();
    cluster.kubectl_with(&["create", "-f", "-"], &others).ok();
    let kubeconfig = place.kubeconfig(&format!("token: {}", place.token()));
    assert_eq!(place.trimtab(&kubeconfig, 3).code, Some(0));
    let outcome = place.trimtab(&kubeconfig, 1);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("error[scale-in-too-large]"),
        "{}",
        outcome.stderr
    );
}
