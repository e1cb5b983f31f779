//! How trimtab finds the cluster and asks it: kubeconfigs beside kubectl, the least Role, and what goes wrong on the way.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use serde_yaml::Value;
use tempfile::TempDir;

use crate::TestOf;
use crate::cluster::{Cluster, await_that};
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

    fn role(&self) -> Value {
        let args = [
            "get",
            "role",
            "trimtab",
            "-n",
            &self.namespace,
            "-o",
            "yaml",
        ];
        serde_yaml::from_str(&self.cluster.kubectl(&args).ok()).expect("a Role")
    }

    /// Gives the Role other rules.
    fn allow(&self, rules: &[Value]) {
        let rules = serde_yaml::to_string(&rules).expect("rules");
        let patch = format!("rules:\n{rules}");
        let args = [
            "patch",
            "role",
            "trimtab",
            "-n",
            &self.namespace,
            "-p",
            &patch,
        ];
        self.cluster.kubectl(&args).ok();
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

fn the_least_role_is_enough(cluster: &Cluster) {
    let place = Place::new(cluster, "least");
    let kubeconfig = place.least();
    await_that(&Some(0), || place.trimtab(&kubeconfig, 3).code);
    let outcome = place.trimtab(&kubeconfig, 1);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("error[scale-in-too-large]"),
        "{}",
        outcome.stderr
    );
}

fn each_rule_that_is_missing_is_named(cluster: &Cluster) {
    let place = Place::new(cluster, "rules");
    let kubeconfig = place.least();
    await_that(&Some(0), || place.trimtab(&kubeconfig, 3).code);
    let rules: Vec<Value> = each_resource(&place.role());
    for (at, rule) in rules.iter().enumerate() {
        let resource = rule["resources"][0].as_str().expect("a resource");
        let mut fewer = rules.clone();
        fewer.remove(at);
        place.allow(&fewer);
        // KEDA is not installed, and pods are not looked at on this server.
        if ["scaledobjects", "pods"].contains(&resource) {
            await_that(&Some(0), || place.trimtab(&kubeconfig, 3).code);
            continue;
        }
        await_that(&Some(2), || place.trimtab(&kubeconfig, 3).code);
        let outcome = place.trimtab(&kubeconfig, 3);
        assert_undecided(
            &outcome,
            &[
                &format!("cannot list {resource}."),
                &format!(
                    "in namespace {}: the server forbids it (403 Forbidden)",
                    place.namespace
                ),
                &format!(
                    "the cluster is {} (context here, known from the current context of ",
                    place.server
                ),
                "the server says: ",
                "--baseline rendered",
            ],
        );
        // What it proposes is enough.
        let proposed = outcome
            .stderr
            .lines()
            .find_map(|line| line.split_once("`rules`: "));
        let (_, proposed) = proposed.expect("a rule");
        let proposed: Vec<Value> = serde_yaml::from_str(proposed).expect("a rule in YAML");
        fewer.extend(proposed);
        place.allow(&fewer);
        await_that(&Some(0), || place.trimtab(&kubeconfig, 3).code);
    }
}

/// The rules of a Role, a rule for each resource.
fn each_resource(role: &Value) -> Vec<Value> {
    let rules = role["rules"].as_sequence().expect("rules");
    let split = rules.iter().flat_map(|rule| {
        let resources = rule["resources"].as_sequence().expect("resources");
        resources.iter().map(|resource| {
            let mut own = rule.clone();
            own["resources"] = Value::Sequence(vec![resource.clone()]);
            own
        })
    });
    split.collect()
}

/// A kubeconfig and a command line, and whether they lead to the cluster.
struct Way {
    name: &'static str,
    /// The files, by the names that `KUBECONFIG` has them by; one that is empty is not there.
    files: Vec<(&'static str, String)>,
    /// kubectl's own options, which trimtab has too.
    args: &'static [&'static str],
    leads: bool,
}

fn ways(place: &Place<'_>) -> Vec<Way> {
    let token = place.token();
    let plain = place.kubeconfig(&format!("token: {token}"));
    let without_context = plain.replace("current-context: here", "current-context: \"\"");
    let elsewhere = plain
        .replace("here", "elsewhere")
        .replace("https://127", "https://128");
    let folder = place.folder.path().display();
    let certificate = |user: &str| place.kubeconfig(user);
    let way = |name, files: Vec<(&'static str, String)>, args, leads| Way {
        name,
        files,
        args,
        leads,
    };
    vec![
        way("a file", vec![("a", plain.clone())], &[], true),
        way("a list", vec![("none", String::new()), ("a", without_context.clone()), ("b", plain.clone())], &[], true),
        way("the first of a list", vec![("a", plain.clone()), ("b", elsewhere.clone())], &[], true),
        way("another context", vec![("a", elsewhere.clone()), ("b", plain.clone())], &["--context", "here"], true),
        way("no such context", vec![("a", plain.clone())], &["--context", "there"], false),
        way("a token file", vec![("a", place.kubeconfig("token: wrong, tokenFile: token"))], &[], true),
        way("a plugin", vec![("a", place.kubeconfig(
            "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./plugin, env: [{name: IT, value: v1beta1}]}",
        ))], &[], true),
        way("a newer plugin", vec![("a", place.kubeconfig(
            "exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: ./plugin, env: [{name: IT, value: v1}]}",
        ))], &[], true),
        way("a plugin of another version", vec![("a", place.kubeconfig(
            "exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: ./plugin, env: [{name: IT, value: v1beta1}]}",
        ))], &[], false),
        way("a plugin without a mode", vec![("a", place.kubeconfig(
            "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin}",
        ))], &[], false),
        way("a client certificate", vec![("a", certificate("client-certificate: pki/client.crt, client-key: pki/client.key"))], &[], true),
        way("a certificate without its key", vec![("a", certificate("client-certificate: pki/client.crt"))], &[], false),
        way("acting as an administrator", vec![("a", place.kubeconfig(&format!("token: {token}, as: someone, as-groups: ['system:masters']")))], &[], true),
        way("acting as nobody", vec![("a", place.kubeconfig(&format!("token: {token}, as: nobody")))], &[], false),
        way("groups of nobody", vec![("a", place.kubeconfig(&format!("token: {token}, as-groups: ['system:masters']")))], &[], false),
        way("no verification", vec![("a", plain.replace(&format!("certificate-authority-data: {}", place.authority), "insecure-skip-tls-verify: true"))], &[], true),
        way("an authority and no verification", vec![("a", plain.replace("cluster: {server", "cluster: {insecure-skip-tls-verify: true, server"))], &[], false),
        way("another name", vec![("a", plain.replace("cluster: {server", "cluster: {tls-server-name: kubernetes.default, server"))], &[], true),
        way("a wrong name", vec![("a", plain.replace("cluster: {server", "cluster: {tls-server-name: example.com, server"))], &[], false),
        way("a name used twice", vec![("a", plain.replace("users: [", "users: [{name: me}, "))], &[], false),
        way("both passwords and tokens", vec![("a", place.kubeconfig(&format!("token: {token}, username: me, password: me")))], &[], false),
        way("text", vec![("a", format!("{folder}"))], &[], false),
        way("a proxy that is not there", vec![("a", plain.replace("cluster: {server", "cluster: {proxy-url: 'http://127.0.0.1:1', server"))], &[], false),
        way("a path below the server", vec![("a", plain.replace("', cert", "/nowhere', cert"))], &[], false),
    ]
}

fn kubeconfigs_are_read_as_kubectl_reads_them(cluster: &Cluster) {
    let place = Place::new(cluster, "ways");
    place.file("token", &format!("{}\n", place.token()));
    let home = cluster.kubeconfig.parent().expect("a folder");
    support::copy_folder(&home.join("pki"), &place.folder.path().join("pki"), &[]);
    let plugin = place.file(
        "plugin",
        "#!/bin/sh\nhead -c 1\nprintf '{\"kind\": \"ExecCredential\", \"apiVersion\": \
         \"client.authentication.k8s.io/%s\", \"status\": {\"token\": \"%s\"}}' $IT $(cat $(dirname $0)/token)\n",
    );
    fs::set_permissions(&plugin, fs::Permissions::from_mode(0o755)).expect("a program");
    for way in ways(&place) {
        let mut paths = Vec::new();
        for (name, text) in &way.files {
            let path = place.folder.path().join(name);
            if !text.is_empty() {
                fs::write(&path, text).expect("a file");
            }
            paths.push(path);
        }
        let list = std::env::join_paths(paths).expect("a list");
        let list = list.to_str().expect("plain paths");
        let mut kubectl = support::command(crate::program("kubectl"), place.folder.path(), &[]);
        kubectl
            .env("KUBECONFIG", list)
            .args(["get", "deployments", "-n", &place.namespace])
            .args(way.args);
        let theirs = support::run(&mut kubectl);
        let variables = [("KUBECONFIG", list), ("HTTPS_PROXY", "http://127.0.0.1:1")];
        let ours = place.trimtab_with(&variables, way.args, 3);
        let name = way.name;
        assert_eq!(
            theirs.code == Some(0),
            way.leads,
            "kubectl: {name}: {}",
            theirs.stderr
        );
        assert_eq!(ours.code == Some(0), way.leads, "{name}: {}", ours.stderr);
        if !way.leads {
            assert_undecided(&ours, &["--baseline rendered"]);
        }
        for secret in [&place.token(), "wrong"] {
            assert!(!ours.stderr.contains(secret), "{name}: {}", ours.stderr);
        }
    }
}

fn credentials_that_are_not_accepted(cluster: &Cluster) {
    let place = Place::new(cluster, "credentials");
    let said = [
        "the server does not accept the credentials (401 Unauthorized)",
        "log in again as me: a token may have expired",
        "--baseline rendered",
    ];
    let wrong = place.trimtab(&place.kubeconfig("token: not-that-one"), 3);
    assert_undecided(&wrong, &said);
    assert!(!wrong.stderr.contains("not-that-one"), "{}", wrong.stderr);
    let least = place.least();
    await_that(&Some(0), || place.trimtab(&least, 3).code);
    let args = [
        "delete",
        "serviceaccount",
        "trimtab",
        "-n",
        &place.namespace,
    ];
    cluster.kubectl(&args).ok();
    await_that(&Some(2), || place.trimtab(&least, 3).code);
    assert_undecided(&place.trimtab(&least, 3), &said);
    // Whoever shows nothing is somebody too, who may do nothing.
    let nobody = place.trimtab(&place.kubeconfig(""), 3);
    assert_undecided(&nobody, &["(403 Forbidden)", "system:anonymous"]);
}

fn a_server_that_is_not_there(cluster: &Cluster) {
    let place = Place::new(cluster, "down");
    let plain = place.kubeconfig("token: any");
    let down = plain.replace(&place.server, "https://127.0.0.1:1");
    let outcome = place.trimtab(&down, 3);
    assert_undecided(
        &outcome,
        &[
            "cannot list deployments.apps in namespace client-down: connection refused",
            "the cluster is https://127.0.0.1:1 (context here, known from the current context of",
            "--baseline rendered",
        ],
    );
    let lost = plain.replace(&place.server, "https://no-such-host.invalid:6443");
    assert_undecided(
        &place.trimtab(&lost, 3),
        &["cannot list deployments.apps", "lookup"],
    );
    let nowhere = place.trimtab_with(&[("KUBECONFIG", "/nowhere")], &[], 3);
    assert_undecided(
        &nowhere,
        &[
            "nothing says where the cluster is: there is no kubeconfig",
            "not there: /nowhere",
        ],
    );
}

fn a_server_that_is_not_trusted(cluster: &Cluster) {
    let place = Place::new(cluster, "untrusted");
    let plain = place.kubeconfig("token: hush-hush");
    let authority = format!(", certificate-authority-data: {}", place.authority);
    let outcome = place.trimtab(&plain.replace(&authority, ""), 3);
    assert_undecided(
        &outcome,
        &["the server's certificate is signed by an authority that is not trusted here"],
    );
    let named = plain.replace("{server", "{tls-server-name: example.com, server");
    let outcome = place.trimtab(&named, 3);
    assert_undecided(
        &outcome,
        &[
            "the server's certificate is not for example.com, but for ",
            "127.0.0.1",
        ],
    );
    let plain = plain.replace("https:", "http:");
    let outcome = place.trimtab(&plain, 3);
    assert_undecided(
        &outcome,
        &["400 Bad Request", "sent an HTTP request to an HTTPS server"],
    );
}

fn a_namespace_that_does_not_exist(cluster: &Cluster) {
    let mut place = Place::new(cluster, "nowhere");
    let kubeconfig = place.kubeconfig(&format!("token: {}", place.token()));
    "client-not-there".clone_into(&mut place.namespace);
    let outcome = place.trimtab(&kubeconfig, 3);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("error[baseline-empty]"),
        "{}",
        outcome.stderr
    );
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
