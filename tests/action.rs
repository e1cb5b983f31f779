//! The action of `action.yml`, and the configurations of `docs/reports.md`: their scripts, run as the runner does.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

mod support;

use std::fs;
use std::path::Path;

use serde_yaml::Value;
use tempfile::TempDir;

use support::{Outcome, command, left_out_here, root, run, run_with, trimtab_folder, write};

const COORDINATOR: &str = "kind: Deployment
apiVersion: apps/v1
metadata: {name: m}
spec:
  replicas: 2
  selector: {matchLabels: {app.kubernetes.io/name: milvus, component: mixcoord}}
";

const POLICY: &str = "apiVersion: trimtab.dev/v1alpha1
kind: ReplicaPolicy
spec: {extends: milvus}
";

/// The steps of the action.
fn steps() -> Vec<Value> {
    let text = fs::read_to_string(root().join("action.yml")).expect("the action");
    let action: Value = serde_yaml::from_str(&text).expect("YAML");
    action["runs"]["steps"]
        .as_sequence()
        .expect("steps")
        .clone()
}

fn script(step: &Value) -> &str {
    step["run"].as_str().expect("a script")
}

/// A checkout with one refused and one passing manifest.
fn checkout() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    write(&path("manifests/m.yaml"), COORDINATOR);
    let passing = COORDINATOR.replace("replicas: 2", "replicas: 1");
    write(&path("fine/a $(touch broken) 'b.yaml"), &passing);
    write(&path("policies/production.yaml"), POLICY);
    folder
}

/// Runs the last step with these inputs, as `shell: bash` runs it.
fn check(folder: &Path, inputs: &[(&str, &str)]) -> Outcome {
    let steps = steps();
    let step = steps.last().expect("a step");
    let mut bash = command("bash", folder, &[trimtab_folder()]);
    for (name, value) in step["env"].as_mapping().expect("variables") {
        let name = name.as_str().expect("a name");
        let variable = name;
        let name = name.strip_prefix("INPUT_").expect("an input");
        let expression = format!("${{{{ inputs.{} }}}}", name.to_lowercase());
        assert_eq!(value.as_str(), Some(&*expression));
        let default = if name == "OUTPUT" { "github" } else { "" };
        let given = inputs.iter().find(|(known, _)| *known == name);
        bash.env(variable, given.map_or(default, |(_, value)| value));
    }
    for file in ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"] {
        bash.env(file, folder.join(file));
    }
    let options = ["--noprofile", "--norc", "-eo", "pipefail", "-c"];
    let bash = bash.args(options).arg(script(step));
    run(bash.env("RUNNER_TEMP", folder).current_dir(folder))
}

fn file(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("a file")
}

#[test]
fn a_refusal_is_annotated_and_fails_the_step() {
    let folder = checkout();
    let folder = folder.path();
    let inputs = [
        ("PATHS", "manifests\n"),
        ("POLICY", "policies/production.yaml"),
        ("REPORTS", "r.sarif\nr.xml\n"),
    ];
    let outcome = check(folder, &inputs);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    let log = String::from_utf8_lossy(&outcome.stdout).into_owned();
    assert!(
        log.starts_with("::error file=manifests/m.yaml,line=5,"),
        "{log}"
    );
    assert!(!log.contains("stop-commands"), "{log}");
    assert_eq!(file(folder, "GITHUB_OUTPUT"), "verdict=refused\n");
    assert!(file(folder, "GITHUB_STEP_SUMMARY").starts_with("### trimtab check: refused\n"));
    assert!(file(folder, "r.sarif").contains("\"ruleId\": \"coordinator-scaled\""));
    assert!(file(folder, "r.xml").contains("failures=\"1\""));
}

#[test]
fn no_input_is_a_command() {
    let folder = checkout();
    let folder = folder.path();
    let inputs = [
        ("PATHS", "fine/a $(touch broken) 'b.yaml\n\nfine"),
        ("OUTPUT", "text"),
    ];
    let outcome = check(folder, &inputs);
    let log = String::from_utf8_lossy(&outcome.stdout).into_owned();
    assert_eq!(outcome.code, Some(0), "{log}{}", outcome.stderr);
    assert_eq!(file(folder, "GITHUB_OUTPUT"), "verdict=passed\n");
    assert!(!folder.join("broken").exists());
    // The runner ignores workflow commands between the two lines.
    let token = log
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("::stop-commands::"));
    let token = token.expect("a token");
    assert_eq!(token.len(), 32);
    assert!(log.ends_with(&format!("\n::{token}::\n")), "{log}");
}

#[test]
fn what_cannot_be_decided_fails_with_another_verdict() {
    let folder = checkout();
    let folder = folder.path();
    let outcome = check(folder, &[("PATHS", "manifests"), ("POLICY", "none.yaml")]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert_eq!(file(folder, "GITHUB_OUTPUT"), "verdict=failed\n");
    assert!(file(folder, "GITHUB_STEP_SUMMARY").contains("could not decide"));
}

/// The runner would insert an expression into the script unquoted.
#[test]
fn scripts_take_their_inputs_from_variables() {
    for step in steps() {
        assert_eq!(step["shell"].as_str(), Some("bash"));
        assert!(!script(&step).contains("${{"), "{}", script(&step));
    }
}

#[test]
fn shellcheck_finds_nothing() {
    if run(command("bash", root(), &[]).args(["-c", "command -v shellcheck"])).code != Some(0) {
        return left_out_here("install shellcheck first");
    }
    for step in steps() {
        let mut shellcheck = command("shellcheck", root(), &[]);
        let outcome = run_with(
            shellcheck.args(["--shell=bash", "-"]),
            script(&step).as_bytes(),
        );
        assert_eq!(
            outcome.code,
            Some(0),
            "{}",
            String::from_utf8_lossy(&outcome.stdout)
        );
    }
}

/// The YAML blocks of `docs/reports.md`.
fn configurations() -> Vec<Value> {
    let text = fs::read_to_string(root().join("docs/reports.md")).expect("the document");
    let blocks = text.split("```yaml\n").skip(1);
    let blocks = blocks.filter_map(|rest| Some(rest.split_once("\n```")?.0));
    let blocks = blocks.map(|block| serde_yaml::from_str(block).expect("YAML"));
    blocks.collect()
}

/// The scripts of the documented pipelines run, and leave the files that the pipeline then takes.
#[test]
fn the_documented_pipelines_run() {
    let all = configurations();
    let gitlab = all
        .iter()
        .find(|it| it.get("trimtab").is_some())
        .expect("GitLab's");
    let job = &gitlab["trimtab"];
    let folder = checkout();
    let mut codes = Vec::new();
    for line in job["script"].as_sequence().expect("a script") {
        let line = line.as_str().expect("a line");
        let mut bash = command("bash", folder.path(), &[trimtab_folder()]);
        let outcome = run(bash
            .args(["-eo", "pipefail", "-c", line])
            .current_dir(folder.path()));
        codes.push((outcome.code, outcome.stderr));
    }
    assert!(codes.iter().all(|(code, _)| *code == Some(1)), "{codes:?}");
    let reports = job["artifacts"]["reports"].as_mapping().expect("reports");
    for (_, report) in reports {
        let report = report.as_str().expect("a file");
        assert!(file(folder.path(), report).len() > 100, "{report}");
    }
}

/// The documented workflow gives the action inputs that it has.
#[test]
fn the_documented_workflow_uses_the_action_as_it_is() {
    let action = fs::read_to_string(root().join("action.yml")).expect("the action");
    let action: Value = serde_yaml::from_str(&action).expect("YAML");
    let all = configurations();
    let workflow = all
        .iter()
        .find(|it| it.get("jobs").is_some())
        .expect("a workflow");
    let steps = workflow["jobs"]["trimtab"]["steps"]
        .as_sequence()
        .expect("steps");
    let uses = |step: &&Value| step["id"].as_str() == Some("trimtab");
    let step = steps.iter().find(uses).expect("the step");
    for (input, _) in step["with"].as_mapping().expect("inputs") {
        assert!(action["inputs"].get(input).is_some(), "{input:?}");
    }
    let upload = steps.last().expect("an upload");
    let written = step["with"]["reports"].as_str();
    assert_eq!(upload["with"]["sarif_file"].as_str(), written);
}
