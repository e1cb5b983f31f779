//! The forms of a report: which command has which, and what each says of a real run.

use std::fs;

use serde_json::Value;

use crate::{COORDINATOR, MALFORMED, QUERY_NODE, Run, fails, trimtab};

#[test]
fn each_command_names_the_forms_that_it_has() {
    for (run, message) in [
        (
            trimtab(&["-o", "sarif"]),
            "--output: the filter reports on standard error, and has no form `sarif`, only `text`, `json` or `github`\n |\n = help: write it to a file: --report FILE.sarif",
        ),
        (
            trimtab(&[]).env("TRIMTAB_OUTPUT", "sarif"),
            "TRIMTAB_OUTPUT: the filter reports",
        ),
        (
            trimtab(&["-o", "xml"]),
            "invalid value `xml` for --output, expected `text`, `json` or `github`",
        ),
        (
            trimtab(&["check", "-o", "xml"]),
            "invalid value `xml` for --output, expected `text`, `json`, `sarif`, `junit`, `github`, `gitlab` or `markdown`",
        ),
        (
            trimtab(&["check"]).env("TRIMTAB_OUTPUT", "xml"),
            "invalid value `xml` for TRIMTAB_OUTPUT, expected `text`, `json`, `sarif`, `junit`, `github`, `gitlab` or `markdown`",
        ),
        (
            trimtab(&["--report=r.pdf"]),
            "--report r.pdf: the file name must end in .txt, .json, .sarif, .xml or .md",
        ),
        (
            trimtab(&[]).env("TRIMTAB_REPORT", "r"),
            "TRIMTAB_REPORT r: the file name must end in .txt",
        ),
    ] {
        fails(run, message);
    }
}

/// Where each form says that it passed, was refused, or could not decide.
const VERDICTS: [(&str, &str, [&str; 3]); 3] = [
    (
        "sarif",
        "sarif",
        ["\"exitCode\": 0", "\"exitCode\": 1", "\"exitCode\": 2"],
    ),
    (
        "junit",
        "xml",
        ["value=\"passed\"", "value=\"refused\"", "errors=\"1\""],
    ),
    (
        "markdown",
        "md",
        [": passed\n", ": refused\n", ": could not decide\n"],
    ),
];

/// Each form is one document, whatever the outcome.
#[test]
fn every_form_is_written_whatever_comes() {
    for (form, extension, verdicts) in VERDICTS {
        let inputs = [QUERY_NODE, COORDINATOR, MALFORMED];
        for ((input, verdict), code) in inputs.into_iter().zip(verdicts).zip(0..) {
            let file = format!("r.{extension}");
            let mut filter = trimtab(&["--report", &file]);
            let outcome = filter.on(input);
            assert_eq!(outcome.code, Some(code), "{}", outcome.stderr);
            let report = filter.file(&file);
            assert!(report.contains(verdict), "{report}");
            let mut check = trimtab(&["check", "-o", form, "--report", &file]);
            let printed = String::from_utf8(check.on(input).stdout).expect("UTF-8");
            assert!(printed.contains(verdict), "{printed}");
            assert_eq!(printed, check.file(&file));
        }
    }
}

/// A form that has no extension goes where it is redirected to.
#[test]
fn forges_read_standard_output() {
    let github = trimtab(&["check", "-o", "github"]).on(COORDINATOR);
    let printed = String::from_utf8_lossy(&github.stdout).into_owned();
    assert!(
        printed.starts_with("::error title=coordinator-scaled::"),
        "{printed}"
    );
    let filter = trimtab(&["-o", "github"]).on(COORDINATOR);
    assert!(
        filter
            .stderr
            .starts_with("::error title=coordinator-scaled::"),
        "{}",
        filter.stderr
    );
    for (input, severity) in [(COORDINATOR, "critical"), (MALFORMED, "blocker")] {
        let gitlab = trimtab(&["check", "-o", "gitlab"]).on(input);
        let issues: Value = serde_json::from_slice(&gitlab.stdout).expect("JSON");
        assert_eq!(issues[0]["severity"], severity);
    }
    let passed = trimtab(&["check", "-o", "gitlab"]).on(QUERY_NODE);
    assert_eq!(passed.stdout, b"[]\n");
}

#[test]
fn a_wrong_option_is_reported_in_the_form_that_was_asked_for() {
    let mut wrong = trimtab(&["check", "--output=sarif", "--report=r.xml", "--targt"]);
    let log: Value = serde_json::from_slice(&wrong.on(QUERY_NODE).stdout).expect("JSON");
    assert_eq!(
        log["runs"][0]["invocations"][0]["executionSuccessful"],
        false
    );
    assert!(wrong.file("r.xml").contains("unknown option `--targt`"));
}

/// A forge knows a file by its path from the repository's root, wherever the check ran.
#[test]
fn files_are_named_from_the_root_of_the_repository() {
    let mut run: Run = trimtab(&["check", "../prod", "-o", "sarif"]);
    let home = run.home.path().to_owned();
    for folder in [".git", "prod", "ci"] {
        fs::create_dir(home.join(folder)).expect("a folder");
    }
    fs::write(home.join("prod/m #1.yaml"), COORDINATOR).expect("a manifest");
    run.command.current_dir(home.join("ci"));
    let outcome = run.on("");
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    let log: Value = serde_json::from_slice(&outcome.stdout).expect("JSON");
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "prod/m%20%231.yaml");
    assert_eq!(place["region"]["startLine"], 5);
}
