//! What a server may answer, and what is said of it.

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use super::server::{Asked, Server, json};
use super::{Object, all, cluster, located, option};
use crate::access::Access;
use crate::cluster::{Cluster, Unreached, UnreachedKind};

fn error(server: &Server) -> Unreached {
    let listings = cluster(server).list::<Object>(&[all("apps/v1", "Deployment")]);
    listings.unwrap_err()
}

/// The kind of error, and the reason in its first message.
fn why(server: &Server) -> (UnreachedKind, String) {
    let error = error(server);
    let message = &error.diagnostics[0].message;
    let start = "cannot list deployments.apps in namespace milvus: ";
    (error.kind, message.strip_prefix(start).unwrap().to_owned())
}

fn answer(status: &str, body: &'static str) -> Server {
    let status = status.to_owned();
    Server::new(move |_| json(&status, body))
}

fn unusable(why: &str) -> (UnreachedKind, String) {
    (UnreachedKind::Unusable, why.to_owned())
}

fn out_of_reach(why: &str) -> (UnreachedKind, String) {
    (UnreachedKind::OutOfReach, why.to_owned())
}

#[test]
fn an_error_says_what_was_asked_of_whom_and_how_to_go_on() {
    let forbidden = answer(
        "403 Forbidden",
        r#"{"kind": "Status", "message": "guest\u001b[1m\n  may not"}"#,
    );
    let error = error(&forbidden);
    assert_eq!(error.kind, UnreachedKind::Forbidden);
    assert_eq!(error.diagnostics.len(), 1);
    let diagnostic = &error.diagnostics[0];
    assert_eq!(
        diagnostic.message,
        "cannot list deployments.apps in namespace milvus: the server forbids it (403 Forbidden)"
    );
    assert_eq!(
        *diagnostic.notes,
        [
            format!("the cluster is {} (known from --option)", forbidden.url),
            "the server says: guest [1m may not".to_owned(),
        ]
    );
    assert_eq!(
        *diagnostic.helps,
        ["a Role in namespace milvus needs this line under `rules`: \
             - {apiGroups: [apps], resources: [deployments], verbs: [list]}",]
    );
}

#[test]
fn all_that_a_namespace_forbids_is_told_together_and_any_other_failure_once() {
    let mut requests = [
        all("apps/v1", "Deployment"),
        all("v1", "Pod"),
        all("v1", "Pod"),
        all("milvus.io/v1beta1", "Milvus"),
    ];
    "other".clone_into(&mut requests[1].namespace);
    let forbidden = answer("403 Forbidden", "no");
    let error = cluster(&forbidden).list::<Object>(&requests).unwrap_err();
    let [here, other] = &error.diagnostics[..] else {
        unreachable!("{error:?}");
    };
    assert_eq!(
        here.message,
        "cannot list deployments.apps, pods, Milvus (milvus.io/v1beta1) in namespace milvus: \
         the server forbids it (403 Forbidden)"
    );
    let rules = here
        .helps
        .iter()
        .filter_map(|help| help.split_once("`rules`: "));
    assert_eq!(
        rules.map(|(_, rule)| rule).collect::<Vec<_>>(),
        [
            "- {apiGroups: [apps], resources: [deployments], verbs: [list]}",
            "- {apiGroups: [\"\"], resources: [pods], verbs: [list]}",
            "- {apiGroups: [milvus.io], resources: [milvuses], verbs: [list]}",
        ]
    );
    assert!(
        other
            .message
            .starts_with("cannot list pods in namespace other: ")
    );
    let failing = answer("500 Internal Server Error", "{}");
    let error = cluster(&failing).list::<Object>(&requests).unwrap_err();
    assert_eq!(error.diagnostics.len(), 1);
}

#[test]
fn what_is_no_answer_of_kubernetes_is_refused() {
    let html = "<!DOCTYPE html>\u{1b}[31m<title>Log in</title>";
    for (body, reason) in [
        (
            html,
            "the answer is not JSON; it begins with `<!DOCTYPE html>\\u{1b}[31m<title>Log in</title>`",
        ),
        ("", "the answer breaks off in the middle"),
        (
            r#"{"kind": "DeploymentList", "metadata": {}, "items": [{"met"#,
            "the answer breaks off in the middle",
        ),
        (
            r#"{"kind": "DeploymentList", "metadata": {}, "items": [{}]}"#,
            "the answer has another form than Kubernetes' own (line 1, column 55)",
        ),
        (
            r#"{"kind": "DeploymentList", "metadata": {}, "items": {}}"#,
            "the answer has another form than Kubernetes' own (line 1, column 52)",
        ),
        (
            r#"{"kind": "PodList", "metadata": {}, "items": []}"#,
            "the answer is of kind `PodList` instead of `DeploymentList`",
        ),
        (
            "[]",
            "the answer has another form than Kubernetes' own (line 1, column 2)",
        ),
        (
            r#"{"kind": "a\u001b"}"#,
            "the answer has another form than Kubernetes' own (line 1, column 19)",
        ),
        (
            "\u{feff}{}",
            "the answer is not JSON; it begins with `\\u{feff}{}`",
        ),
    ] {
        assert_eq!(why(&answer("200 OK", body)), unusable(reason), "{body}");
    }
}

#[test]
fn what_says_that_it_failed_is_told() {
    for (status, expected) in [
        (
            "500 Internal Server Error",
            out_of_reach("the server answers 500 Internal Server Error"),
        ),
        (
            "503 Service Unavailable",
            out_of_reach("the server answers 503 Service Unavailable"),
        ),
        (
            "429 Too Many Requests",
            out_of_reach("the server answers 429 Too Many Requests"),
        ),
        (
            "400 Bad Request",
            unusable("the server answers 400 Bad Request"),
        ),
        (
            "404 Not Found",
            unusable("the server does not serve this kind (404 Not Found)"),
        ),
        (
            "401 Unauthorized",
            (
                UnreachedKind::Forbidden,
                "the server does not accept the credentials (401 Unauthorized)".to_owned(),
            ),
        ),
    ] {
        let server = answer(status, "{}");
        assert_eq!(why(&server), expected);
        assert_eq!(server.asked().len(), 1, "{status}");
    }
}

#[test]
fn no_redirect_is_followed() {
    let server = Server::new(|_| {
        b"HTTP/1.1 302 Found\r\nlocation: https://login.example/?a=\xc3\xa9\r\ncontent-length: 0\r\n\r\n".to_vec()
    });
    let (kind, _) = why(&server);
    assert_eq!(kind, UnreachedKind::Unusable);
    let plain = Server::new(|_| {
        b"HTTP/1.1 301 Moved\r\nlocation: https://login.example/\r\ncontent-length: 0\r\n\r\n"
            .to_vec()
    });
    assert_eq!(
        why(&plain),
        unusable("the server sends the client to https://login.example/")
    );
    assert_eq!(plain.asked().len(), 1);
}

#[test]
fn a_server_that_is_not_there_or_leaves_off_is_out_of_reach() {
    let closed = Server::raw(drop);
    assert_eq!(why(&closed).0, UnreachedKind::OutOfReach);
    let garbage = Server::raw(|mut stream| {
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(b"SSH-2.0-OpenSSH\r\n");
    });
    assert_eq!(why(&garbage), out_of_reach("invalid HTTP version parsed"));
    let torn = Server::raw(|mut stream| {
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"kind\"");
    });
    assert_eq!(
        why(&torn),
        out_of_reach("end of file before message length reached")
    );
    let mut nobody = Server::raw(drop);
    nobody.url = "http://127.0.0.1:1".to_owned();
    assert_eq!(why(&nobody), out_of_reach("connection refused"));
}

#[test]
fn nobody_is_waited_for_longer_than_may_be() {
    let silent = Server::raw(|stream| {
        std::thread::sleep(Duration::from_secs(20));
        drop(stream);
    });
    let slow = Server::raw(|mut stream| {
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n");
        while stream.write_all(b" ").is_ok() {
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    for server in [silent, slow] {
        let mut cluster = cluster(&server);
        cluster.settings.timeout = Duration::from_millis(300);
        let start = Instant::now();
        let error = cluster.list::<Object>(&[all("apps/v1", "Deployment")]);
        let error = error.unwrap_err();
        assert!(start.elapsed() < Duration::from_secs(2));
        let diagnostic = &error.diagnostics[0];
        assert!(
            diagnostic.message.ends_with("no answer within 300ms"),
            "{diagnostic:?}"
        );
        assert_eq!(
            diagnostic.helps[0],
            "to wait longer: `--timeout 900ms` (TRIMTAB_TIMEOUT=900ms)"
        );
    }
}

#[test]
fn a_server_is_asked_again_when_it_says_when_to() {
    let busy = |seconds: &'static str| {
        Server::new(move |_| {
            format!("HTTP/1.1 429 Too Many Requests\r\nretry-after: {seconds}\r\ncontent-length: 0\r\n\r\n")
                .into_bytes()
        })
    };
    let at_once = busy("0");
    assert_eq!(why(&at_once).0, UnreachedKind::OutOfReach);
    assert_eq!(at_once.asked().len(), 11);
    for too_late in [
        "3600",
        "-1",
        "18446744073709551615",
        "Wed, 21 Oct 2026 07:28:00 GMT",
    ] {
        let server = busy(too_late);
        assert_eq!(why(&server).0, UnreachedKind::OutOfReach);
        assert_eq!(server.asked().len(), 1, "{too_late}");
    }
}

/// What a list comes to where no more than a MiB may come.
fn bounded(server: &Server) -> (UnreachedKind, String) {
    let mut cluster = cluster(server);
    cluster.max_bytes = 1 << 20;
    let error = cluster.list::<Object>(&[all("apps/v1", "Deployment")]);
    let error = error.unwrap_err();
    (error.kind, error.diagnostics[0].message.to_string())
}

#[test]
fn more_than_may_come_is_not_read() {
    let endless = Server::raw(|mut stream| {
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(&[b' '; 1 << 12]).is_ok() {}
    });
    let pages = Server::new(|_| {
        let blanks = " ".repeat(1 << 18);
        let body = r#"{"kind": "DeploymentList", "metadata": {"continue": "a"}, "items": []}"#;
        json("200 OK", &(blanks + body))
    });
    let zeros = std::fs::File::open("/dev/zero").unwrap();
    let mut gzip = std::process::Command::new("sh");
    gzip.args(["-c", "head -c 10000000 | gzip"]).stdin(zeros);
    let packed = gzip.output().unwrap().stdout;
    assert!((1000..100_000).contains(&packed.len()));
    let bomb = Server::new(move |_| {
        let length = packed.len();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n"
        );
        [head.as_bytes(), &packed].concat()
    });
    for server in [endless, pages, bomb] {
        let (kind, message) = bounded(&server);
        assert_eq!(kind, UnreachedKind::Unusable);
        assert!(message.ends_with(": the answer is too large"), "{message}");
        assert!(server.asked().len() <= 4);
    }
}

#[test]
fn a_timeout_may_be_as_long_as_it_likes() {
    let access = Access {
        server: option(answer("500 Internal Server Error", "").url),
        ..Access::default()
    };
    let environment = crate::environment::Environment::default();
    let cluster = Cluster::locate(&access, &environment, Duration::MAX, None).unwrap();
    let error = cluster.list::<Object>(&[all("apps/v1", "Deployment")]);
    assert_eq!(error.unwrap_err().kind, UnreachedKind::OutOfReach);
}

#[test]
fn a_server_that_repeats_a_secret_does_not_bring_it_out() {
    let echo = |asked: &Asked| {
        let token = asked.header("authorization").unwrap().to_owned();
        json(
            "403 Forbidden",
            &format!(r#"{{"kind": "Status", "message": "not {token}"}}"#),
        )
    };
    let server = Server::with_tls(super::pki::server(super::pki::HERE, false), echo);
    let access = Access {
        server: option(server.url.clone()),
        token: option("hush-hush".to_owned()),
        insecure_skip_tls_verify: option(true),
        ..Access::default()
    };
    let error = located(&access, "").list::<Object>(&[all("apps/v1", "Deployment")]);
    let error = error.unwrap_err();
    assert_eq!(
        error.diagnostics[0].notes[1],
        "the server says: not Bearer ***"
    );
}

#[test]
fn hostile_heads_are_survived() {
    let many = "x: y\r\n".repeat(100_000);
    let long = format!("x: {}\r\n", "y".repeat(10 << 20));
    for head in [many, long] {
        let server = Server::new(move |_| format!("HTTP/1.1 200 OK\r\n{head}\r\n").into_bytes());
        assert_eq!(why(&server).0, UnreachedKind::OutOfReach);
    }
}
