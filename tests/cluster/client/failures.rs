//! What goes wrong on the way to a cluster.

use super::{Place, assert_undecided};
use crate::cluster::{Cluster, await_that};

pub(super) fn credentials_that_are_not_accepted(cluster: &Cluster) {
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
    // A client without credentials is a user too, one without any permissions.
    let nobody = place.trimtab(&place.kubeconfig(""), 3);
    assert_undecided(&nobody, &["(403 Forbidden)", "system:anonymous"]);
}

pub(super) fn a_server_that_is_not_there(cluster: &Cluster) {
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
            "cannot locate the cluster: no kubeconfig found",
            "not there: /nowhere",
        ],
    );
}

pub(super) fn a_server_that_is_not_trusted(cluster: &Cluster) {
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

pub(super) fn a_namespace_that_does_not_exist(cluster: &Cluster) {
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
