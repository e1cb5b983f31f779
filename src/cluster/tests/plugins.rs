//! Credential plugins, as shell scripts.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::pki::{self, AUTHORITY, CLIENT, HERE};
use super::server::{Asked, Server, json, list};
use super::{Object, all, locate, located};
use crate::access::Access;
use crate::cluster::{Cluster, Unreached, UnreachedKind};
use crate::word::Word;

const V1: &str = "client.authentication.k8s.io/v1";

/// A server that accepts one token.
fn server(token: &'static str) -> Server {
    Server::with_tls(pki::server(HERE, false), move |asked| answer(asked, token))
}

fn answer(asked: &Asked, token: &str) -> Vec<u8> {
    if asked.header("authorization") == Some(&*format!("Bearer {token}")) {
        list("Deployment", "", "")
    } else {
        json(
            "401 Unauthorized",
            r#"{"kind": "Status", "message": "Unauthorized"}"#,
        )
    }
}

/// A program in a folder, which it runs in its lines; what it is called by is in `$folder`.
fn plugin(script: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plugin");
    let place = folder.path().display();
    fs::write(&file, format!("#!/bin/sh\nfolder='{place}'\n{script}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// A plugin that gives a status, and counts how often it runs.
fn giving(status: &str) -> TempDir {
    let credential =
        format!(r#"{{"kind": "ExecCredential", "apiVersion": "{V1}", "status": {{{status}}}}}"#);
    plugin(&format!("echo run >> $folder/runs\necho '{credential}'"))
}

fn runs(folder: &TempDir) -> usize {
    let runs = fs::read_to_string(folder.path().join("runs")).unwrap_or_default();
    runs.lines().count()
}

fn kubeconfig(server: &Server, command: &Path, more: &str) -> String {
    let (url, authority, command) = (&server.url, pki::file(AUTHORITY), command.display());
    let authority = authority.display();
    format!(
        "current-context: a\n\
         contexts: [{{name: a, context: {{cluster: a, user: me}}}}]\n\
         clusters:\n\
         - name: a\n\
         \x20 cluster:\n\
         \x20   server: '{url}'\n\
         \x20   certificate-authority: '{authority}'\n\
         \x20   extensions:\n\
         \x20   - {{name: client.authentication.k8s.io/exec, extension: {{audience: x}}}}\n\
         users:\n\
         - name: me\n\
         \x20 user: {{exec: {{apiVersion: {V1}, interactiveMode: IfAvailable, command: '{command}'{more}}}}}\n"
    )
}

fn with(server: &Server, folder: &TempDir) -> Cluster {
    let command = folder.path().join("plugin");
    located(&Access::default(), &kubeconfig(server, &command, ""))
}

fn ask(cluster: &Cluster) -> Result<(), Unreached> {
    let requests = ["Deployment", "Deployment"].map(|kind| all("apps/v1", kind));
    cluster.list::<Object>(&requests).map(|_| ())
}

/// Why a cluster cannot be asked, and what the plugin said.
fn why(cluster: &Cluster) -> (String, Vec<String>) {
    let error = ask(cluster).unwrap_err();
    assert_eq!(error.kind, UnreachedKind::Forbidden);
    let diagnostic = &error.diagnostics[0];
    let message = diagnostic.message.split_once("` ").unwrap().1;
    (
        message.to_owned(),
        diagnostic.notes[1..].iter().map(Word::to_string).collect(),
    )
}

#[test]
fn a_plugin_runs_once_for_all_requests() {
    let (server, folder) = (server("abc"), giving(r#""token": "abc""#));
    let cluster = with(&server, &folder);
    assert_eq!(runs(&folder), 0);
    ask(&cluster).unwrap();
    ask(&cluster).unwrap();
    assert_eq!((runs(&folder), server.asked().len()), (1, 4));
}

#[test]
fn what_has_expired_is_asked_for_anew() {
    let old = r#""token": "abc", "expirationTimestamp": "2020-01-01T00:00:00Z""#;
    let (server, folder) = (server("abc"), giving(old));
    let cluster = with(&server, &folder);
    ask(&cluster).unwrap();
    ask(&cluster).unwrap();
    assert_eq!(runs(&folder), 2);
    let young = giving(&old.replace("2020", "2920"));
    let cluster = with(&server, &young);
    ask(&cluster).unwrap();
    ask(&cluster).unwrap();
    assert_eq!(runs(&young), 1);
}

#[test]
fn what_is_not_accepted_is_asked_for_anew_once() {
    let folder = plugin(&format!(
        r#"echo run >> $folder/runs
        token=$(wc -l < $folder/runs | tr -d ' ')
        echo '{{"kind": "ExecCredential", "apiVersion": "{V1}", "status": {{"token": "'"$token"'"}}}}'"#
    ));
    ask(&with(&server("2"), &folder)).unwrap();
    assert_eq!(runs(&folder), 2);
    let error = ask(&with(&server("9"), &folder)).unwrap_err();
    assert_eq!((error.kind, runs(&folder)), (UnreachedKind::Forbidden, 4));
    assert_eq!(
        error.diagnostics[0].helps[0],
        "log in again as me: a token may have expired"
    );
}

#[test]
fn a_plugin_may_give_a_certificate() {
    let server = Server::with_tls(pki::server(HERE, true), |_| list("Deployment", "", ""));
    let text = |file| fs::read_to_string(file).unwrap().replace('\n', "\\n");
    let (certificate, key) = (text(pki::file(CLIENT)), text(pki::key()));
    let status = format!(r#""clientCertificateData": "{certificate}", "clientKeyData": "{key}""#);
    let folder = plugin(&format!(
        "cat <<'END'\n{{\"kind\": \"ExecCredential\", \"apiVersion\": \"{V1}\", \"status\": {{{status}}}}}\nEND"
    ));
    ask(&with(&server, &folder)).unwrap();
}

#[test]
fn a_plugin_gets_the_environment_and_no_input() {
    let folder = plugin(&format!(
        r#"cat > $folder/input; echo "$INHERITED $OWN $1" > $folder/said
        echo "$KUBERNETES_EXEC_INFO" > $folder/info
        echo '{{"kind": "ExecCredential", "apiVersion": "{V1}", "status": {{"token": "abc"}}}}'"#
    ));
    let server = server("abc");
    let command = folder.path().join("plugin");
    let more = ", args: [hello], env: [{name: OWN, value: two}], provideClusterInfo: true";
    let text = kubeconfig(&server, &command, more);
    ask(&locate(&Access::default(), &text, &[("INHERITED", "one")]).unwrap()).unwrap();
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!((&*read("input"), &*read("said")), ("", "one two hello\n"));
    let info: serde_json::Value = serde_json::from_str(&read("info")).unwrap();
    let authority = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(fs::read(pki::file(AUTHORITY)).unwrap())
    };
    let expected = serde_json::json!({
        "apiVersion": V1, "kind": "ExecCredential",
        "spec": {
            "interactive": false,
            "cluster": {
                "server": server.url,
                "certificate-authority-data": authority,
                "config": {"audience": "x"},
            },
        },
    });
    assert_eq!(info, expected);
}

#[test]
fn a_plugin_that_gives_nothing_of_use_is_told_so() {
    let credential = |kind: &str, version: &str, status: &str| {
        plugin(&format!(
            r#"echo '{{"kind": "{kind}", "apiVersion": "{version}"{status}}}'"#
        ))
    };
    let server = server("abc");
    let beta = "client.authentication.k8s.io/v1beta1";
    for (folder, expected) in [
        (
            plugin("echo hello"),
            "printed no ExecCredential in JSON".to_owned(),
        ),
        (
            credential("Secret", V1, ""),
            format!("printed a `Secret` of `{V1}`, expected an ExecCredential of {V1}"),
        ),
        (
            credential("ExecCredential", beta, ""),
            format!("printed a `ExecCredential` of `{beta}`, expected an ExecCredential of {V1}"),
        ),
        (
            credential("ExecCredential", V1, ""),
            "gave neither a token nor a certificate".to_owned(),
        ),
        (
            giving(r#""token": """#),
            "gave neither a token nor a certificate".to_owned(),
        ),
        (
            giving(r#""token": "abc", "clientKeyData": "a""#),
            "gave a certificate without its key, or a key without its certificate".to_owned(),
        ),
        (
            giving(r#""token": "abc", "expirationTimestamp": "soon""#),
            "printed no ExecCredential in JSON".to_owned(),
        ),
        (plugin("kill -9 $$"), "was ended by a signal".to_owned()),
        (
            plugin("head -c 2000000 /dev/zero"),
            "printed more than 1 MiB".to_owned(),
        ),
    ] {
        assert_eq!(why(&with(&server, &folder)), (expected, vec![]));
    }
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn a_plugin_that_fails_says_why_in_its_own_words() {
    let server = server("abc");
    let folder = plugin("printf 'session \\033[31mexpired\\n  run: login\\n' >&2; exit 3");
    let said = "it says: session [31mexpired run: login".to_owned();
    let expected = ("failed with exit status 3".to_owned(), vec![said]);
    assert_eq!(why(&with(&server, &folder)), expected);
    let missing = folder.path().join("missing");
    let text = kubeconfig(&server, &missing, ", installHint: \"get it\\nfrom there\"");
    let expected = (
        "cannot be run: no such file or directory".to_owned(),
        vec!["it says: get it from there".to_owned()],
    );
    assert_eq!(why(&located(&Access::default(), &text)), expected);
}

#[test]
fn a_plugin_is_not_waited_for_longer_than_a_call_may_take() {
    for script in ["sleep 20", "sleep 20 & echo started", "yes >&2"] {
        let folder = plugin(script);
        let mut cluster = with(&server("abc"), &folder);
        cluster.settings.timeout = Duration::from_millis(300);
        let start = Instant::now();
        assert_eq!(why(&cluster).0, "gave no credentials in time");
        assert!(start.elapsed() < Duration::from_secs(3), "{script}");
    }
}

#[test]
fn a_plugin_that_needs_what_it_cannot_have_is_refused() {
    let server = server("abc");
    let folder = giving(r#""token": "abc""#);
    let text = kubeconfig(&server, &folder.path().join("plugin"), "");
    let beta = V1.replace("/v1", "/v1beta1");
    for (from, to, why) in [
        (
            "IfAvailable",
            "Always",
            "wants a terminal (`interactiveMode: Always`), and standard input is the stream",
        ),
        (
            "IfAvailable",
            "Sometimes",
            "invalid `interactiveMode` `Sometimes`",
        ),
        (
            "interactiveMode: IfAvailable, ",
            "",
            "`exec` needs an `interactiveMode`",
        ),
        (
            "exec: {apiVersion: client.authentication.k8s.io/v1,",
            "exec: {",
            "`exec` has the apiVersion ``, expected ",
        ),
        (
            "io/v1,",
            "io/v1alpha1,",
            "`exec` has the apiVersion `client.authentication.k8s.io/v1alpha1`, expected ",
        ),
        ("command: ", "comand: ", "`exec` needs a `command`"),
        (
            "'}}",
            "', env: [{value: a}]}}",
            "`exec` has a variable without a name",
        ),
        (
            "exec: {api",
            "auth-provider: {name: gcp}, exec: {api",
            "`auth-provider` (gcp) is no longer supported",
        ),
    ] {
        let text = text.replace(from, to);
        let error = locate(&Access::default(), &text, &[]).err().expect(why);
        assert_eq!(error.kind, UnreachedKind::Unusable);
        let message = &error.diagnostics[0].message;
        assert!(message.contains(why), "{message}");
    }
    // The older version has a default.
    let text = text
        .replace("interactiveMode: IfAvailable, ", "")
        .replace(V1, &beta);
    assert!(locate(&Access::default(), &text, &[]).is_ok());
}

#[test]
fn a_token_of_an_option_beats_the_plugin() {
    let (server, folder) = (server("abc"), giving(r#""token": "other""#));
    let access = Access {
        token: super::option("abc".to_owned()),
        ..Access::default()
    };
    let text = kubeconfig(&server, &folder.path().join("plugin"), "");
    ask(&located(&access, &text)).unwrap();
    assert_eq!(runs(&folder), 0);
}
