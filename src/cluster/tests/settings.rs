//! How a server is reached and as whom.

use std::fs;
use std::time::Duration;

use super::pki::{self, AUTHORITY, HERE};
use super::server::{Asked, Server, list};
use super::{Object, all, locate, located, option};
use crate::access::{Access, ClusterPin, Pinned};
use crate::cluster::connection::tcp;
use crate::cluster::{Cluster, UnreachedKind};
use crate::environment::Environment;

fn answer(_: &Asked) -> Vec<u8> {
    list("Deployment", "", "")
}

fn secure() -> Server {
    Server::with_tls(pki::server(HERE, false), answer)
}

/// A kubeconfig with fields of a cluster and a user.
pub(super) fn kubeconfig(cluster: &str, user: &str) -> String {
    format!(
        "current-context: a\ncontexts: [{{name: a, context: {{cluster: a, user: a}}}}]\n\
         clusters: [{{name: a, cluster: {{{cluster}}}}}]\nusers: [{{name: a, user: {{{user}}}}}]\n"
    )
}

/// What a server is asked with by a user.
fn asked(server: &Server, user: &str) -> Asked {
    let authority = pki::file(AUTHORITY);
    let cluster = format!(
        "server: '{}', certificate-authority: '{}'",
        server.url,
        authority.display()
    );
    ask(&located(&Access::default(), &kubeconfig(&cluster, user)));
    server.asked().last().unwrap().clone()
}

fn ask(cluster: &Cluster) {
    let listings = cluster.list::<Object>(&[all("apps/v1", "Deployment")]);
    assert_eq!(listings.unwrap().len(), 1);
}

/// Why settings cannot be used.
fn refused(cluster: &str, user: &str) -> String {
    let error = locate(&Access::default(), &kubeconfig(cluster, user), &[]);
    let error = error.err().unwrap();
    assert_eq!(error.kind, UnreachedKind::Unusable);
    let message = &error.diagnostics[0].message;
    message
        .strip_prefix("cannot ask the cluster: ")
        .unwrap()
        .to_owned()
}

#[test]
fn a_token_file_beats_a_token_and_is_read_again_and_again() {
    let server = secure();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    fs::write(&file, " first\n").unwrap();
    let user = format!("token: inline, tokenFile: '{}'", file.display());
    let cluster = format!("server: '{}', insecure-skip-tls-verify: true", server.url);
    let cluster = located(&Access::default(), &kubeconfig(&cluster, &user));
    let token = || {
        ask(&cluster);
        let asked = server.asked();
        asked
            .last()
            .unwrap()
            .header("authorization")
            .unwrap()
            .to_owned()
    };
    assert_eq!(token(), "Bearer first");
    fs::write(&file, "second").unwrap();
    assert_eq!(token(), "Bearer second");
    fs::remove_file(&file).unwrap();
    assert_eq!(token(), "Bearer first");
    assert_eq!(
        asked(&server, &user).header("authorization"),
        Some("Bearer inline")
    );
}

#[test]
fn a_user_may_have_a_password() {
    let asked = asked(&secure(), "username: me, password: 'a:b'");
    assert_eq!(asked.header("authorization"), Some("Basic bWU6YTpi"));
}

#[test]
fn who_acts_as_another_says_so() {
    let user = "token: abcd, as: jane, as-uid: '7', as-groups: [a, b], as-user-extra: {'x/y': [z]}";
    let asked = asked(&secure(), user);
    let headers = [
        "impersonate-user",
        "impersonate-uid",
        "impersonate-group",
        "impersonate-extra-x%2fy",
    ];
    let values = headers.map(|name| asked.header(name));
    assert_eq!(values, [Some("jane"), Some("7"), Some("a"), Some("z")]);
}

#[test]
fn a_server_without_tls_gets_no_credentials() {
    let server = Server::new(answer);
    let cluster = format!("server: '{}'", server.url);
    ask(&located(
        &Access::default(),
        &kubeconfig(&cluster, "token: hush, as: jane"),
    ));
    let asked = &server.asked()[0];
    assert_eq!(asked.header("authorization"), None);
    assert_eq!(asked.header("impersonate-user"), Some("jane"));
}

#[test]
fn a_server_may_stand_under_a_path_and_pack_its_answers_or_not() {
    let server = Server::new(answer);
    let cluster = format!("server: '{}/k8s/a/?b=c#d'", server.url);
    ask(&located(&Access::default(), &kubeconfig(&cluster, "")));
    let plain = format!("server: '{}', disable-compression: true", server.url);
    ask(&located(&Access::default(), &kubeconfig(&plain, "")));
    let asked = server.asked();
    assert_eq!(
        asked[0].path,
        "/k8s/a/apis/apps/v1/namespaces/milvus/deployments?limit=500"
    );
    let packed = asked.iter().map(|asked| asked.header("accept-encoding"));
    assert_eq!(packed.collect::<Vec<_>>(), [Some("gzip"), None]);
}

#[test]
fn settings_that_cannot_be_used_are_told_and_no_secret() {
    let authority = pki::file(AUTHORITY).display().to_string();
    let url = "server: https://a";
    for (cluster, user, why) in [
        (
            "server: 'ftp://a'",
            "",
            "invalid server URL `ftp://a`: expected a URL such as https://host:6443",
        ),
        (
            "server: 'https://'",
            "",
            "invalid server URL `https://`: expected a URL such as https://host:6443",
        ),
        (
            "server: 'a b'",
            "",
            "invalid server URL `a b`: expected a URL such as https://host:6443",
        ),
        (
            "server: 'https://me:hush@a'",
            "",
            "invalid server URL `***@a`: it must not hold a user name or a password",
        ),
        (
            "server: a, proxy-url: 'ftp://me:hush@b'",
            "",
            "`proxy-url` must be a URL with http, https or socks5: `***@b`",
        ),
        (
            &format!("{url}, certificate-authority-data: '*'"),
            "",
            "`certificate-authority-data` is not valid base64",
        ),
        (
            &format!("{url}, certificate-authority-data: aHVzaA=="),
            "",
            "`certificate-authority` holds no certificate in PEM",
        ),
        (
            &format!("{url}, certificate-authority: /none"),
            "",
            "`certificate-authority`: /none: no such file or directory",
        ),
        (
            &format!("{url}, certificate-authority: /none, certificate-authority-data: aHVzaA=="),
            "",
            "both `certificate-authority` and `certificate-authority-data` are given",
        ),
        (
            &format!("{url}, certificate-authority: '{authority}', insecure-skip-tls-verify: true"),
            "",
            "`certificate-authority` and `insecure-skip-tls-verify` exclude each other",
        ),
        (
            url,
            "tokenFile: /none",
            "`tokenFile`: /none: no such file or directory",
        ),
        (
            url,
            "token: hush, username: me",
            "both a token and a user name with a password are given",
        ),
        (
            url,
            "client-certificate-data: aHVzaA==",
            "`client-certificate` needs a `client-key`",
        ),
        (
            url,
            "client-certificate-data: '*hush*'",
            "`client-certificate-data` is not valid base64",
        ),
        (
            url,
            "client-certificate: /a, client-certificate-data: aHVzaA==",
            "both `client-certificate` and `client-certificate-data` are given",
        ),
        (
            url,
            "as-groups: [a]",
            "groups, a UID or extras to impersonate need a user",
        ),
        (
            url,
            "auth-provider: {name: oidc}",
            "the user's `auth-provider` (oidc) is no longer supported by Kubernetes: \
             use its credential plugin under `exec`",
        ),
    ] {
        assert_eq!(refused(cluster, user), why);
    }
}

#[test]
fn credentials_that_cannot_be_sent_are_told_and_not_shown() {
    for user in [
        "token: \"hush\\nhush\"",
        "client-certificate-data: aHVzaA==, client-key-data: aHVzaA==",
    ] {
        let cluster = located(
            &Access::default(),
            &kubeconfig("server: 'https://127.0.0.1:1'", user),
        );
        let error = cluster
            .list::<Object>(&[all("apps/v1", "Deployment")])
            .unwrap_err();
        assert_eq!(error.kind, UnreachedKind::Unusable);
        assert!(!format!("{error:?}").contains("hush"), "{error:?}");
    }
}

#[test]
fn what_is_written_is_sent_at_once() {
    use tower::ServiceExt as _;
    let server = Server::new(answer);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let connected = runtime
        .unwrap()
        .block_on(tcp(Duration::from_secs(5)).oneshot(server.url.parse().unwrap()));
    assert!(connected.unwrap().inner().nodelay().unwrap());
}

#[test]
fn the_cluster_has_to_be_the_one_of_the_policy() {
    let text = kubeconfig("server: https://a", "");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kubeconfig");
    fs::write(&file, text).unwrap();
    let access = Access {
        kubeconfig: option(file.into_os_string()),
        ..Access::default()
    };
    let pinned = |value: &str| {
        let (value, place) = (value.to_owned(), None);
        Some(Pinned { value, place })
    };
    let locate = |context, server| {
        let pin = ClusterPin { context, server };
        let environment = Environment::default();
        Cluster::locate(&access, &environment, Duration::from_secs(5), Some(&pin))
    };
    assert!(locate(pinned("a"), pinned("https://a:443/")).is_ok());
    let error = locate(pinned("b"), pinned("https://b")).err().unwrap();
    assert_eq!(error.kind, UnreachedKind::Unusable);
    let messages: Vec<&str> = error.diagnostics.iter().map(|it| &*it.message).collect();
    assert_eq!(
        messages,
        [
            "the policy is for context `b`, and this is context `a`",
            "the policy is for server `https://b`, and this is server `https://a`",
        ]
    );
}
