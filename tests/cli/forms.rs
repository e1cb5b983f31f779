//! The forms of a report: which command has which, and what each says of a real run.

use std::fs;

use serde_json::Value;

use crate::{COORDINATOR, MALFORMED, QUERY_NODE, Run, fails, trimtab};

#[test]
fn each_command_names_the_forms_that_it_has() {
    for (run, message) in [
        (
            trimtab(&["-o", "sarif"]),
            "--output: the filter reports on standard error, and has no form `sarif`, only `text` or `json`\n |\n = help: write it to a file: --report FILE.sarif",
        ),
        (
            trimtab(&[]).env("TRIMTAB_OUTPUT", "sarif"),
            "TRIMTAB_OUTPUT: the filter reports",
        ),
        (
            trimtab(&["-o", "xml"]),
            "invalid value `xml` for --output, expected `text` or `json`",
        ),
        (
            trimtab(&["check", "-o", "xml"]),
            "invalid value `xml` for --output, expected `text`, `json` or `sarif`",
        ),
        (
            trimtab(&["check"]).env("TRIMTAB_OUTPUT", "xml"),
            "invalid value `xml` for TRIMTAB_OUTPUT, expected `text`, `json` or `sarif`",
        ),
        (
            trimtab(&["--report=r.pdf"]),
            "--report r.pdf: the file name must end in .txt, .json or .sarif",
        ),
        (
            trimtab(&[]).env("TRIMTAB_REPORT", "r"),
            "TRIMTAB_REPORT r: the file name must end in .txt",
        ),
    ] {
        fails(run, message);
    }
}

/// Whatever the outcome, a form is one document, also of a wrong option.
#[test]
fn every_form_is_written_whatever_comes() {
    for (input, code) in [(QUERY_NODE, 0), (COORDINATOR, 1), (MALFORMED, 2)] {
        let mut filter = trimtab(&["--report=r.sarif"]);
        let outcome = filter.on(input);
        assert_eq!(outcome.code, Some(code), "{}", outcome.stderr);
        let log: Value = serde_json::from_str(&filter.file("r.sarif")).expect("JSON");
        assert_eq!(log["runs"][0]["invocations"][0]["exitCode"], code);
        let printed = trimtab(&["check", "-o", "sarif"]).on(input).stdout;
        let printed: Value = serde_json::from_slice(&printed).expect("JSON");
        assert_eq!(printed["runs"][0]["results"], log["runs"][0]["results"]);
    }
    let mut wrong = trimtab(&["check", "--output=sarif", "--targt"]);
    let log: Value = serde_json::from_slice(&wrong.on(QUERY_NODE).stdout).expect("JSON");
    assert_eq!(
        log["runs"][0]["invocations"][0]["executionSuccessful"],
        false
    );
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
