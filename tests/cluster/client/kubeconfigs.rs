//! Kubeconfigs are read as kubectl reads them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::{Place, assert_undecided};
use crate::cluster::Cluster;
use crate::support;

/// Placeholders for the path of a user's plugin, and for what it prints.
const PLUGIN: &str = "command: ./plugin, env: [{name: IT, value: VERSION}]";

/// A kubeconfig and a command line, and whether they lead to the cluster.
struct Way {
    name: &'static str,
    /// The files, by their names in `KUBECONFIG`; an empty one does not exist.
    files: Vec<(&'static str, String)>,
    /// kubectl's own options, which trimtab has too.
    args: &'static [&'static str],
    leads: bool,
}

/// One file, and no option.
fn way(name: &'static str, file: String, leads: bool) -> Way {
    Way {
        name,
        files: vec![("a", file)],
        args: &[],
        leads,
    }
}

/// Files and contexts.
fn of_files(place: &Place<'_>) -> Vec<Way> {
    let plain = place.kubeconfig(&format!("token: {}", place.token()));
    let without_context = plain.replace("current-context: here", "current-context: \"\"");
    let elsewhere = plain
        .replace("here", "elsewhere")
        .replace("https://127", "https://128");
    let several = |name, files: &[(&'static str, &str)], args, leads| Way {
        name,
        files: files
            .iter()
            .map(|(name, text)| (*name, (*text).to_owned()))
            .collect(),
        args,
        leads,
    };
    let lost = ("none", "");
    vec![
        way("a file", plain.clone(), true),
        several(
            "a list",
            &[lost, ("a", &without_context), ("b", &plain)],
            &[],
            true,
        ),
        several(
            "the first of a list",
            &[("a", &plain), ("b", &elsewhere)],
            &[],
            true,
        ),
        several(
            "another context",
            &[("a", &elsewhere), ("b", &plain)],
            &["--context", "here"],
            true,
        ),
        several(
            "no such context",
            &[("a", &plain)],
            &["--context", "there"],
            false,
        ),
        way(
            "a name used twice",
            plain.replace("users: [", "users: [{name: me}, "),
            false,
        ),
        way("text", "text".to_owned(), false),
    ]
}

/// Who asks.
fn of_users(place: &Place<'_>) -> Vec<Way> {
    let token = format!("token: {}", place.token());
    let with = |name, user: &str, leads| way(name, place.kubeconfig(user), leads);
    let plugin = |version: &str, prints: &str| {
        let plugin = PLUGIN.replace("VERSION", prints);
        format!("exec: {{apiVersion: client.authentication.k8s.io/{version}, {plugin}}}")
    };
    let newer = |prints: &str| plugin("v1, interactiveMode: Never", prints);
    let certificate = "client-certificate: pki/client.crt";
    vec![
        with("a token file", "token: wrong, tokenFile: token", true),
        with("a plugin", &plugin("v1beta1", "v1beta1"), true),
        with("a newer plugin", &newer("v1"), true),
        with("a plugin of another version", &newer("v1beta1"), false),
        with("a plugin without a mode", &plugin("v1", "v1"), false),
        with(
            "a certificate",
            &format!("{certificate}, client-key: pki/client.key"),
            true,
        ),
        with("a certificate without its key", certificate, false),
        with(
            "an administrator's group",
            &format!("{token}, as: a, as-groups: ['system:masters']"),
            true,
        ),
        with("acting as nobody", &format!("{token}, as: nobody"), false),
        with(
            "groups of nobody",
            &format!("{token}, as-groups: ['system:masters']"),
            false,
        ),
        with(
            "a password and a token",
            &format!("{token}, username: a, password: a"),
            false,
        ),
    ]
}

/// Whom they ask, and how.
fn of_servers(place: &Place<'_>) -> Vec<Way> {
    let plain = place.kubeconfig(&format!("token: {}", place.token()));
    let with = |name, field: &str, leads| {
        way(
            name,
            plain.replace("{server", &format!("{{{field}, server")),
            leads,
        )
    };
    let authority = format!("certificate-authority-data: {}", place.authority);
    let insecure = "insecure-skip-tls-verify: true";
    vec![
        way("no verification", plain.replace(&authority, insecure), true),
        way("no authority", plain.replace(&authority, "extra: 1"), false),
        way(
            "a path below the server",
            plain.replace("', cert", "/nowhere', cert"),
            false,
        ),
        with("an authority and no verification", insecure, false),
        with("another name", "tls-server-name: kubernetes.default", true),
        with("a wrong name", "tls-server-name: example.com", false),
        with(
            "a proxy that is not there",
            "proxy-url: 'http://127.0.0.1:1'",
            false,
        ),
        with("a proxy that is none", "proxy-url: '127.0.0.1:1'", false),
    ]
}

/// A plugin that would like to read the stream.
fn add_plugin(place: &Place<'_>) {
    place.file("token", &format!("{}\n", place.token()));
    let plugin = place.file(
        "plugin",
        "#!/bin/sh\nhead -c 1\nprintf '{\"kind\": \"ExecCredential\", \"apiVersion\": \
         \"client.authentication.k8s.io/%s\", \"status\": {\"token\": \"%s\"}}' $IT $(cat $(dirname $0)/token)\n",
    );
    fs::set_permissions(&plugin, fs::Permissions::from_mode(0o755)).expect("a program");
}

pub(super) fn kubeconfigs_are_read_as_kubectl_reads_them(cluster: &Cluster) {
    let place = Place::new(cluster, "ways");
    let home = cluster.kubeconfig.parent().expect("a folder");
    support::copy_folder(&home.join("pki"), &place.folder.path().join("pki"), &[]);
    add_plugin(&place);
    let all = [of_files(&place), of_users(&place), of_servers(&place)];
    for way in all.into_iter().flatten() {
        assert_leads(&place, &way);
    }
}

#[track_caller]
fn assert_leads(place: &Place<'_>, way: &Way) {
    let paths = way.files.iter().map(|(name, text)| match &**text {
        "" => place.folder.path().join(name),
        text => place.file(name, text),
    });
    let list = std::env::join_paths(paths).expect("a list");
    let list = list.to_str().expect("plain paths");
    let mut kubectl = support::command(crate::program("kubectl"), place.folder.path(), &[]);
    kubectl
        .env("KUBECONFIG", list)
        .args(["get", "deployments", "-n", &place.namespace])
        .args(way.args);
    let theirs = support::run(&mut kubectl);
    // Loopback is never proxied, unless the kubeconfig says so.
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
