//! Reports: to files, as JSON, in colour, in more words or none.

use std::fs;

use serde_json::Value;

use crate::support::root;
use crate::{COORDINATOR, MALFORMED, QUERY_NODE, Run, fails, trimtab};

#[test]
fn report_files_are_written_whatever_comes() {
    let reports = ["--report=r.json", "--report=r.txt"];
    for (input, code, verdict) in [
        (QUERY_NODE, 0, "passed"),
        (COORDINATOR, 1, "refused"),
        (MALFORMED, 2, "failed"),
    ] {
        let mut run = trimtab(&reports);
        let outcome = run.on(input);
        assert_eq!(outcome.code, Some(code), "{}", outcome.stderr);
        let json: Value = serde_json::from_str(&run.file("r.json")).expect("JSON");
        assert_eq!(json["verdict"], verdict);
        assert_eq!(run.file("r.txt"), outcome.stderr);
    }
    let mut by_variable = trimtab(&[]).env("TRIMTAB_REPORT", "v.json");
    assert_eq!(by_variable.on(QUERY_NODE).code, Some(0));
    assert!(by_variable.file("v.json").contains("\"passed\""));
}

#[test]
fn a_report_that_cannot_be_written_stops_everything() {
    fails(
        trimtab(&["--report=no/such/folder/r.json"]),
        "cannot write the report to no/such/folder/r.json",
    );
    fails(trimtab(&["--report=."]), "--report");
    fails(trimtab(&["--report=r.pdf"]), "r.pdf");
    fails(trimtab(&[]).env("TRIMTAB_REPORT", "r"), ".txt");
}

#[test]
fn json_has_what_its_schema_requires() {
    let schema = fs::read_to_string(root().join("docs/report.schema.json")).expect("the schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let runs = [
        (QUERY_NODE, "report"),
        (COORDINATOR, "report"),
        (MALFORMED, "failure"),
    ];
    for (input, form) in runs {
        let filter = trimtab(&["-o", "json", "--target=queryNode=3"]).on(input);
        conforms(&schema, form, &filter.stderr);
        let check = trimtab(&["check", "--output=json", "--target=queryNode=3"]).on(input);
        conforms(&schema, form, &String::from_utf8_lossy(&check.stdout));
    }
    let by_variable = trimtab(&[]).env("TRIMTAB_OUTPUT", "json").on(QUERY_NODE);
    conforms(&schema, "report", &by_variable.stderr);
}

#[track_caller]
fn conforms(schema: &Value, form: &str, text: &str) {
    let report: Value =
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    has_required(schema, &schema["$defs"][form], &report);
}

/// Follows `$ref`, `properties`, `items` and `required`, as far as the schema goes beside the report.
#[track_caller]
fn has_required(root: &Value, schema: &Value, value: &Value) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.trim_start_matches("#/$defs/");
        return has_required(root, &root["$defs"][name], value);
    }
    if value.is_null() {
        return;
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().expect("a name");
        assert!(value.get(name).is_some(), "`{name}` is missing in {value}");
    }
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(value) = value.get(name) {
            has_required(root, schema, value);
        }
    }
    for item in value.as_array().into_iter().flatten() {
        has_required(root, &schema["items"], item);
    }
}

#[test]
fn colours_follow_the_flag_then_the_environment() {
    let colored = |run: Run| {
        let mut run = run;
        run.on(COORDINATOR).stderr.contains('\u{1b}')
    };
    assert!(!colored(trimtab(&[])), "stderr is no terminal");
    assert!(colored(trimtab(&["--color=always"])));
    assert!(colored(trimtab(&[]).env("CLICOLOR_FORCE", "1")));
    assert!(!colored(trimtab(&[]).env("CLICOLOR_FORCE", "0")));
    assert!(!colored(
        trimtab(&[]).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")
    ));
    assert!(colored(
        trimtab(&[]).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "")
    ));
    assert!(colored(
        trimtab(&["--color", "always"]).env("NO_COLOR", "1")
    ));
    assert!(!colored(
        trimtab(&["--color=never"]).env("CLICOLOR_FORCE", "1")
    ));
}

#[test]
fn quiet_and_verbose() {
    let quiet = trimtab(&["-q", "--target=queryNode=3"]).on(QUERY_NODE);
    assert_eq!((quiet.code, quiet.stderr.as_str()), (Some(0), ""));
    let refused = trimtab(&["--quiet"]).on(COORDINATOR);
    assert!(
        refused.stderr.starts_with("error[coordinator-scaled]"),
        "{}",
        refused.stderr
    );
    let failed = trimtab(&["-q"]).on(MALFORMED);
    assert!(
        failed.stderr.starts_with("error: malformed YAML"),
        "{}",
        failed.stderr
    );
    let normal = trimtab(&["--target=queryNode=3"]).on(QUERY_NODE);
    assert_eq!(
        normal.stderr,
        "queryNode q 1 -> 3\nbaseline: rendered; live counts not checked\n"
    );
    let verbose = trimtab(&["-v", "--target=queryNode=3"]).on(QUERY_NODE);
    assert!(
        verbose
            .stderr
            .contains("queryNode q 1 -> 3 [<stdin>:5:13; target 3]"),
        "{}",
        verbose.stderr
    );
    assert!(
        verbose.stderr.contains("policy: all systems (built in)"),
        "{}",
        verbose.stderr
    );
    fails(trimtab(&["-q", "-v"]), "--verbose");
}
