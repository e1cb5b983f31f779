//! The log: one line for each run, however it ends, even from many runs at once.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{TRIMTAB, left_out_here, run, run_with};
use crate::{COORDINATOR, MALFORMED, QUERY_NODE, Run, fails, trimtab};

const POLICY: &str = "apiVersion: trimtab.dev/v1alpha1
kind: ReplicaPolicy
metadata: {name: production}
spec:
  extends: base.yaml
  targets: {queryNode: 3}
";

const BASE: &str = "apiVersion: trimtab.dev/v1alpha1
kind: ReplicaPolicy
spec: {extends: milvus}
";

/// The lines of a log.
fn lines(run: &Run, file: &str) -> Vec<Value> {
    let text = run.file(file);
    assert!(text.ends_with('\n'), "{text}");
    let lines = text.lines().filter(|line| !line.is_empty());
    let lines = lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")));
    lines.collect()
}

#[test]
fn a_line_says_what_was_asked_and_what_came_of_it() {
    let args = [
        "--policy=p.yaml",
        "--allow=coordinator-scaled",
        "--reason",
        "repair\n#42",
        "--log=run.log",
    ];
    let mut filter = trimtab(&args);
    fs::write(filter.home.path().join("p.yaml"), POLICY).expect("a policy");
    fs::write(filter.home.path().join("base.yaml"), BASE).expect("a policy");
    let outcome = filter.on(&format!("{QUERY_NODE}---\n{COORDINATOR}"));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let mut line = lines(&filter, "run.log").remove(0);
    let time = line["time"].as_str().expect("a time");
    let parsed: jiff::Timestamp = time.parse().expect("RFC 3339");
    assert!(
        jiff::Timestamp::now().duration_since(parsed).as_secs() < 60,
        "{time}"
    );
    line["time"].take();
    let sum = run(filter.sh("cat p.yaml base.yaml | sha256sum | cut -d' ' -f1")).ok();
    let object = |name: &str| json!({"kind": "Deployment", "namespace": null, "name": name});
    assert_eq!(
        line,
        json!({
            "time": null,
            "version": env!("CARGO_PKG_VERSION"),
            "command": "filter",
            "verdict": "passed",
            "exitCode": 0,
            "policy": {"name": "production", "path": "p.yaml", "digest": format!("sha256:{}", sum.trim())},
            "baseline": {"source": "rendered", "liveCountsChecked": false, "cluster": null},
            "changes": [{
                "component": "queryNode", "object": object("q"), "release": null,
                "baseline": 1, "from": 1, "to": 3, "target": 3,
            }],
            "findings": [{
                "rule": "coordinator-scaled", "severity": "error",
                "message": line["findings"][0]["message"], "component": "mixCoord", "object": object("m"),
                "waived": true,
            }],
            "waivers": [{
                "rule": "coordinator-scaled", "component": "mixCoord", "object": object("m"),
                "reason": "repair\u{240a}#42", "expires": null,
            }],
            "reason": "repair\u{240a}#42",
            "notes": [],
            "errors": [],
        })
    );
}

#[test]
fn every_run_is_a_line_whatever_comes() {
    let run_in = |folder: &Path, args: &[&str], input: &str| {
        let mut run = trimtab(args).env("TRIMTAB_LOG", "run.log");
        run.command.current_dir(folder);
        run.on(input).code
    };
    let shared = trimtab(&[]);
    let folder = shared.home.path();
    for (args, input, code) in [
        (&["--target=queryNode=3"][..], QUERY_NODE, 0),
        (&[], COORDINATOR, 1),
        (&["check"], MALFORMED, 2),
        (&["--targt=queryNode=3"], QUERY_NODE, 2),
        (&["--log=run.log", "--mode=soft"], QUERY_NODE, 2),
        (&["fix"], "", 2),
    ] {
        assert_eq!(run_in(folder, args, input), Some(code), "{args:?}");
    }
    let codes: Vec<_> = lines(&shared, "run.log")
        .iter()
        .map(|line| line["exitCode"].clone())
        .collect();
    assert_eq!(codes, [0, 1, 2, 2, 2, 2]);
    let last = &lines(&shared, "run.log")[3];
    assert_eq!(last["errors"], json!(["unknown option `--targt`"]));
    assert_eq!(
        (&last["verdict"], &last["baseline"]),
        (&json!("failed"), &Value::Null)
    );
    // Printing a page is not a run.
    for page in [&["explain"][..], &["--help"], &["--version"]] {
        assert_eq!(run_in(folder, page, ""), Some(0));
    }
    assert_eq!(lines(&shared, "run.log").len(), 6);
}

/// The log exists so that no change is unlogged.
#[test]
fn nothing_is_written_where_the_log_cannot_be() {
    let unwritable =
        |log: &str| trimtab(&["--target=queryNode=3", "--report=r.json", "--log", log]);
    for log in ["no/such/folder/run.log", "."] {
        fails(unwritable(log), &format!("cannot write the log {log}"));
    }
    if !Path::new("/dev/full").exists() {
        return left_out_here("there is no /dev/full");
    }
    let mut full = unwritable("/dev/full");
    let outcome = full.on(QUERY_NODE);
    assert_eq!(
        (outcome.code, outcome.stdout.as_slice()),
        (Some(2), &b""[..]),
        "{}",
        outcome.stderr
    );
    assert!(
        full.file("r.json")
            .contains("cannot write the log /dev/full: No space left")
    );
    let mut fix = trimtab(&["fix", "m.yaml", "--target=queryNode=3", "--log=/dev/full"]);
    fs::write(fix.home.path().join("m.yaml"), QUERY_NODE).expect("a manifest");
    assert_eq!(fix.on("").code, Some(2));
    assert_eq!(fix.file("m.yaml"), QUERY_NODE);
}

#[test]
fn a_log_is_no_input_and_no_report() {
    for args in [
        &["check", "m.yaml", "--log=m.yaml"][..],
        &["fix", "prod", "--log=prod/m.json"],
        &["--policy=p.yaml", "--log=./p.yaml"],
        &["--baseline=file:m.yaml", "--log=m.yaml"],
        &["--report=r.json", "--log=r.json"],
    ] {
        let mut run = trimtab(args);
        let folder = run.home.path().to_owned();
        fs::create_dir(folder.join("prod")).expect("a folder");
        for (file, text) in [
            ("m.yaml", QUERY_NODE),
            ("prod/m.json", "{}"),
            ("p.yaml", BASE),
        ] {
            fs::write(folder.join(file), text).expect("a file");
        }
        let outcome = run.on(QUERY_NODE);
        assert_eq!(
            (outcome.code, outcome.stdout.as_slice()),
            (Some(2), &b""[..]),
            "{args:?}"
        );
        let message = "the log would be written into";
        assert!(
            outcome.stderr.contains(message),
            "{args:?}: {}",
            outcome.stderr
        );
        assert_eq!(
            (run.file("m.yaml"), run.file("p.yaml")),
            (QUERY_NODE.to_owned(), BASE.to_owned())
        );
    }
}

/// The line of a run is there before its output, so that a failure of the latter is a line of its own.
#[test]
fn a_stream_that_cannot_be_written_is_logged_as_failed() {
    if !Path::new("/dev/full").exists() {
        return left_out_here("there is no /dev/full");
    }
    let mut full = trimtab(&[]);
    let script = format!("'{TRIMTAB}' --log=run.log > /dev/full");
    let outcome = run_with(full.sh(&script), QUERY_NODE.as_bytes());
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    let lines = lines(&full, "run.log");
    assert_eq!(
        (&lines[0]["exitCode"], &lines[1]["exitCode"]),
        (&json!(0), &json!(2))
    );
    assert_eq!(lines[1]["verdict"], "failed");
}

#[test]
fn a_line_that_was_cut_does_not_spoil_the_next() {
    let mut run = trimtab(&["--log=run.log"]);
    let log = run.home.path().join("run.log");
    fs::write(&log, "{\"time\": \"cut").expect("a log");
    assert_eq!(run.on(QUERY_NODE).code, Some(0));
    let text = run.file("run.log");
    let (cut, line) = text.split_once('\n').expect("two lines");
    assert_eq!(cut, "{\"time\": \"cut");
    assert_eq!(line.lines().count(), 1);
    assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
}

/// CI runs many at once. Each line is longer than what a pipe or a buffer takes in one piece.
#[test]
fn runs_at_the_same_time_share_a_log() {
    const RUNS: usize = 24;
    let shared = trimtab(&[]);
    let many = (0..400).map(|n| QUERY_NODE.replace("name: q", &format!("name: q{n}")));
    let stream = shared.home.path().join("stream.yaml");
    fs::write(&stream, many.collect::<Vec<_>>().join("---\n")).expect("a stream");
    let start = |_| {
        let mut run = trimtab(&["--target=queryNode=3", "-q"]).env("TRIMTAB_LOG", "run.log");
        let stdin = fs::File::open(&stream).expect("a stream");
        let command = run.command.current_dir(shared.home.path());
        let child = command.stdin(stdin).stdout(Stdio::null()).spawn();
        (child.expect("a child"), run)
    };
    let running: Vec<_> = (0..RUNS).map(start).collect();
    for (mut child, _home) in running {
        assert!(child.wait().expect("an end").success());
    }
    let lines = lines(&shared, "run.log");
    assert_eq!(lines.len(), RUNS);
    for line in lines {
        assert!(line.to_string().len() > 50_000);
        assert_eq!(line["changes"].as_array().map(Vec::len), Some(400));
    }
}
