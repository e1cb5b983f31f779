//! Waiting for a change.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::server::{Asked, Server, json};
use super::{all, cluster};
use crate::cluster::{Request, Waited};

fn lists(state: &str) -> [(Request, String); 2] {
    let kinds = ["Deployment", "StatefulSet"];
    kinds.map(|kind| (all("apps/v1", kind), state.to_owned()))
}

fn within(seconds: u64) -> Instant {
    Instant::now() + Duration::from_secs(seconds)
}

/// Begins an answer without an end.
fn begin(stream: &mut dyn Write) {
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
}

fn event(stream: &mut dyn Write, kind: &str, state: &str) {
    let object = format!(r#"{{"metadata": {{"name": "a", "resourceVersion": "{state}"}}}}"#);
    let line = format!(r#"{{"type": "{kind}", "object": {object}}}"#) + "\n";
    let _ = write!(stream, "{:x}\r\n{line}\r\n", line.len());
}

fn end(stream: &mut dyn Write) {
    let _ = stream.write_all(b"0\r\n\r\n");
}

fn is_about_deployments(asked: &Asked) -> bool {
    asked.path.contains("/deployments")
}

#[test]
fn the_first_change_of_any_list_ends_it() {
    let server = Server::speaking(|asked, stream| {
        begin(stream);
        event(stream, "BOOKMARK", "8");
        if is_about_deployments(asked) {
            sleep(Duration::from_millis(50));
            event(stream, "MODIFIED", "9");
        }
        sleep(Duration::from_secs(5));
    });
    let start = Instant::now();
    let waited = cluster(&server).wait_for_change(&lists("7"), within(4));
    assert_eq!(waited.unwrap(), Waited::Changed);
    assert!(start.elapsed() < Duration::from_secs(2));
    let asked = server.asked();
    let asked = asked.iter().find(|it| is_about_deployments(it)).unwrap();
    let query = asked.path.split_once('?').unwrap().1;
    assert_eq!(
        query,
        "watch=1&allowWatchBookmarks=true&timeoutSeconds=240&resourceVersion=7"
    );
    assert_eq!(asked.header("accept-encoding"), Some("identity"));
}

#[test]
fn nothing_happens_until_the_deadline() {
    let server = Server::speaking(|_, stream| {
        begin(stream);
        sleep(Duration::from_secs(5));
    });
    let waited = cluster(&server).wait_for_change(&lists("7"), within(0));
    assert_eq!(waited.unwrap(), Waited::TimedOut);
    // Nothing is served, so nothing can change.
    let waited = cluster(&server).wait_for_change(&lists(""), within(0));
    assert_eq!(waited.unwrap(), Waited::TimedOut);
}

#[test]
fn a_watch_that_ends_goes_on_from_its_last_bookmark() {
    let server = Server::speaking(|asked, stream| {
        begin(stream);
        if asked.path.contains("resourceVersion=7") {
            event(stream, "BOOKMARK", "8");
        } else {
            event(stream, "DELETED", "9");
        }
        end(stream);
    });
    let waited = cluster(&server).wait_for_change(&lists("7")[..1], within(4));
    assert_eq!(waited.unwrap(), Waited::Changed);
    assert!(server.asked()[1].path.ends_with("resourceVersion=8"));
}

#[test]
fn a_server_that_fails_for_a_while_is_asked_again() {
    let server = Server::speaking({
        let asked_before = AtomicBool::new(false);
        move |_, stream| {
            if asked_before.swap(true, Ordering::Relaxed) {
                begin(stream);
                event(stream, "ADDED", "9");
            } else {
                let _ = stream.write_all(&json("503 Service Unavailable", "{}"));
            }
        }
    });
    let waited = cluster(&server).wait_for_change(&lists("7")[..1], within(4));
    assert_eq!(waited.unwrap(), Waited::Changed);
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn a_state_that_is_gone_counts_as_a_change() {
    let whole = Server::new(|_| json("410 Gone", r#"{"kind": "Status", "message": "too old"}"#));
    let event = Server::speaking(|_, stream| {
        begin(stream);
        let line = r#"{"type": "ERROR", "object": {"kind": "Status", "code": 410}}"#;
        let _ = write!(stream, "{:x}\r\n{line}\n\r\n", line.len() + 1);
    });
    for server in [whole, event] {
        let waited = cluster(&server).wait_for_change(&lists("7"), within(4));
        assert_eq!(waited.unwrap(), Waited::Changed);
    }
}

#[test]
fn what_may_not_be_watched_is_told_with_the_rule_that_is_missing() {
    let server = Server::new(|_| json("403 Forbidden", r#"{"kind": "Status", "message": "no"}"#));
    let error = cluster(&server).wait_for_change(&lists("7")[..1], within(4));
    let error = error.unwrap_err();
    assert!(
        error.diagnostics[0].helps[0]
            .contains("- {apiGroups: [apps], resources: [deployments], verbs: [watch]}"),
        "{error:?}"
    );
}

#[test]
fn an_event_without_an_end_is_too_large() {
    let server = Server::speaking(|_, stream| {
        begin(stream);
        let chunk = vec![b' '; 1 << 20];
        for _ in 0..20 {
            let _ = write!(stream, "{:x}\r\n", chunk.len());
            let _ = stream.write_all(&chunk);
            let _ = stream.write_all(b"\r\n");
        }
        sleep(Duration::from_secs(5));
    });
    let error = cluster(&server).wait_for_change(&lists("7")[..1], within(4));
    let error = error.unwrap_err();
    assert!(
        error.diagnostics[0].message.ends_with("too large"),
        "{error:?}"
    );
}
