//! Report files: what may be replaced, what is written where something is wrong, and what never gets into one.

use std::fs;

use serde_json::Value;

use crate::{COORDINATOR, QUERY_NODE, Run, trimtab};

/// The verdict in a report.
fn verdict(run: &Run, file: &str) -> String {
    let report: Value = serde_json::from_str(&run.file(file)).expect("JSON");
    report["verdict"].as_str().expect("a verdict").to_owned()
}

/// No report may show an earlier run.
#[test]
fn a_wrong_command_line_is_reported_too() {
    for args in [
        &["--report", "r.json", "--targt=queryNode=3"][..],
        &["--targt=queryNode=3", "--report=r.json"],
        &["chekc", "--report=r.json"],
        &["check", "--report=r.json", "--baseline=bogus"],
        &["fix", "--report=r.json"],
        &["--report=r.json", "--mode=warn", "--deny-warnings"],
        &["--report=r.json", "-o", "sarif"],
        &["--report=r.json", "check", "-o", "xml"],
        &["--report=r.json", "--report=r.pdf"],
        &["explain", "no-such-rule", "--report=r.json"],
    ] {
        let mut run = trimtab(args);
        let outcome = run.on(QUERY_NODE);
        assert_eq!(
            (outcome.code, outcome.stdout.as_slice()),
            (Some(2), &b""[..]),
            "{args:?}"
        );
        assert_eq!(verdict(&run, "r.json"), "failed", "{args:?}");
    }
    let mut by_variable = trimtab(&["--targt"])
        .env("TRIMTAB_REPORT", "a.txt, b.json")
        .env("TRIMTAB_POLCY", "x");
    let outcome = by_variable.on(QUERY_NODE);
    assert_eq!(by_variable.file("a.txt"), outcome.stderr);
    assert_eq!(verdict(&by_variable, "b.json"), "failed");
}

#[test]
fn a_stream_that_cannot_be_written_is_no_success_in_a_report() {
    let mut full = trimtab(&[]);
    let script = format!("'{}' --report=r.json > /dev/full", crate::support::TRIMTAB);
    let outcome = crate::run_with(full.sh(&script), QUERY_NODE.as_bytes());
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert_eq!(verdict(&full, "r.json"), "failed");
}

#[test]
fn a_list_of_files_and_options_that_add_to_it() {
    let mut run =
        trimtab(&["--report=c.json", "--report=b.json"]).env("TRIMTAB_REPORT", "a.txt,b.json");
    assert_eq!(run.on(QUERY_NODE).code, Some(0));
    assert_eq!(
        run.file("a.txt"),
        "baseline: rendered; live counts not checked\n"
    );
    assert_eq!(run.file("b.json"), run.file("c.json"));
}

/// Several runs at once, as of helmfile, with one variable for all of them.
#[test]
fn the_process_can_be_in_the_name() {
    let program = crate::support::TRIMTAB;
    let script = format!("for run in 1 2 3; do '{program}' < /dev/null & echo \"$!\"; done; wait");
    let mut run = trimtab(&[]);
    let shell = run.sh(&script).env("TRIMTAB_REPORT", "r-{pid}.json");
    let outcome = crate::run_with(shell, b"");
    let processes = String::from_utf8_lossy(&outcome.stdout);
    assert_eq!(processes.lines().count(), 3, "{}", outcome.stderr);
    for process in processes.lines() {
        assert_eq!(verdict(&run, &format!("r-{process}.json")), "refused");
    }
}

#[test]
fn files_hold_no_colour() {
    let mut run = trimtab(&["--color=always", "--report=r.txt"]);
    let outcome = run.on(COORDINATOR);
    assert!(outcome.stderr.contains('\u{1b}'));
    let report = run.file("r.txt");
    assert!(report.contains("error[coordinator-scaled]") && !report.contains('\u{1b}'));
    let mut failed = trimtab(&["--color=always", "--report=r.txt", "--targt"]);
    assert!(failed.on(QUERY_NODE).stderr.contains('\u{1b}'));
    assert!(!failed.file("r.txt").contains('\u{1b}'));
}

/// A manifest, a policy and a baseline, each of which is the only copy of itself.
const POLICY: &str = r#"{"apiVersion": "trimtab.dev/v1alpha1", "kind": "ReplicaPolicy", "spec": {"extends": "milvus"}}"#;

fn with_files(args: &[&str]) -> Run {
    let run = trimtab(args);
    let folder = run.home.path();
    fs::create_dir(folder.join("prod")).expect("a folder");
    let manifest = serde_yaml::from_str::<Value>(QUERY_NODE).expect("YAML");
    fs::write(folder.join("prod/m.json"), manifest.to_string()).expect("a manifest");
    fs::write(folder.join("p.json"), POLICY).expect("a policy");
    fs::write(
        folder.join("base.yaml"),
        POLICY.replace("milvus", "./p.json"),
    )
    .expect("a policy");
    fs::hard_link(folder.join("prod/m.json"), folder.join("other.json")).expect("a link");
    run
}

#[test]
fn a_report_never_takes_the_place_of_what_is_read() {
    for args in [
        &["fix", "prod/m.json", "--report", "prod/m.json"][..],
        &["fix", "prod/m.json", "--report", "./prod/../prod/m.json"],
        &[
            "fix",
            "prod/m.json",
            "--report",
            "other.json",
            "--target=queryNode=3",
        ],
        &["fix", "prod", "--report", "prod/m.json"],
        &["check", "prod/m.json", "--report=prod/m.json"],
        &["--baseline=file:prod/m.json", "--report=prod/m.json"],
        &["--policy=p.json", "--report=p.json"],
        &["--policy=base.yaml", "--report=p.json"],
        // Even if nothing is read.
        &["fix", "prod/m.json", "--report=prod/m.json", "--targt"],
        &["fix", "prod", "--report=prod/m.json", "--targt"],
        &["--policy=p.json", "--report=p.json", "--targt"],
        &["--policy", "p.json", "--report=p.json", "--mode=soft"],
        &[
            "--baseline=file:prod/m.json",
            "--report=prod/m.json",
            "chekc",
        ],
        &["fix", "prod/m.json", "no-such-file", "--report=prod/m.json"],
    ] {
        let mut run = with_files(args);
        let before = ["prod/m.json", "p.json"].map(|file| run.file(file));
        let outcome = run.on(QUERY_NODE);
        assert_eq!(
            (outcome.code, outcome.stdout.as_slice()),
            (Some(2), &b""[..]),
            "{args:?}"
        );
        let why = "the report would overwrite";
        assert!(outcome.stderr.contains(why), "{args:?}: {}", outcome.stderr);
        assert_eq!(["prod/m.json", "p.json"].map(|file| run.file(file)), before);
    }
}

/// An earlier report may be among the files of a folder.
#[test]
fn a_report_takes_the_place_of_an_earlier_one() {
    let mut run = with_files(&["check", "prod", "--report=prod/r.json"]);
    for _ in 0..2 {
        let outcome = run.on("");
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        assert_eq!(verdict(&run, "prod/r.json"), "passed");
    }
    run.command.arg("--targt");
    assert_eq!(run.on("").code, Some(2));
    assert_eq!(verdict(&run, "prod/r.json"), "failed");
}

/// All or nothing: no file is replaced by a run whose report cannot be written.
#[test]
fn fix_changes_nothing_where_its_report_cannot_be_written() {
    let args = [
        "fix",
        "prod",
        "--target=queryNode=3",
        "--report=no/such/folder/r.json",
    ];
    let mut run = with_files(&args);
    let before = run.file("prod/m.json");
    let outcome = run.on("");
    assert_eq!(outcome.code, Some(2));
    let why = "cannot write the report to no/such/folder/r.json";
    assert!(outcome.stderr.contains(why), "{}", outcome.stderr);
    assert_eq!(run.file("prod/m.json"), before);
}

/// Names and values come from strangers too: a script that takes them from a pull request.
#[test]
fn no_escape_reaches_the_terminal() {
    let escape = "\u{1b}]0;owned\u{7}";
    let told = |run: Run| {
        let mut run = run;
        let outcome = run.on(QUERY_NODE);
        assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
        assert!(
            !outcome.stderr.contains(['\u{1b}', '\u{7}']),
            "{:?}",
            outcome.stderr
        );
    };
    for option in [
        "--report",
        "--mode",
        "--baseline",
        "--policy",
        "--target",
        "--allow",
        "-o",
    ] {
        told(trimtab(&[option, escape]));
        told(trimtab(&["check", option, escape]));
    }
    told(trimtab(&["--report", &format!("no/{escape}.txt")]));
    told(trimtab(&["--report", &format!("no/{escape}.sarif")]));
    told(trimtab(&[escape]));
    told(trimtab(&[&format!("--{escape}")]));
    told(trimtab(&[&format!("--x{escape} y")]));
    told(trimtab(&["explain", escape]));
    told(trimtab(&["check", escape]));
    for name in [
        "MODE", "SCALE_IN", "OUTPUT", "REPORT", "BASELINE", "POLICY", "TARGETS", escape,
    ] {
        told(trimtab(&[]).env(&format!("TRIMTAB_{name}"), escape));
    }
}
