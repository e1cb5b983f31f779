//! What a person sees of a success under real Helm, which drops what a post-renderer says then.

use std::fs;

use tempfile::TempDir;

use crate::helm::Helm;
use crate::support::{self, Outcome};

pub(crate) const TESTS: &[crate::UnderHelm] = tests![
    changes_are_told,
    changes_are_told_on_a_terminal,
    a_step_is_told,
    warnings_and_waivers_are_told,
    nothing_where_there_is_nothing_to_tell,
    nothing_where_it_is_not_wanted,
    nothing_into_the_manifests,
    in_a_file_of_its_own,
];

/// Helm applies this, with two query nodes.
const PASSES: &str = "\"$HELM\" template my-release testdata/charts/vectors -n milvus --set queryNode.replicas=2 --post-renderer trimtab";

const TARGET: &str = "--post-renderer-args --target=queryNode=3";

/// What trimtab says of it.
const TOLD: &str =
    "queryNode my-release-milvus-querynode 2 -> 3\nbaseline: rendered; live counts not checked\n";

fn shell(helm: &Helm, line: &str) -> Outcome {
    support::run(&mut helm.shell(line))
}

/// What a terminal shows of a line; the manifests go elsewhere.
fn on_a_terminal(helm: &Helm, line: &str) -> String {
    let mut bash = helm.shell("exec script --quiet --return --command \"$LINE\" /dev/null");
    let outcome = support::run(bash.env("LINE", line).env("SHELL", "/bin/bash"));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    String::from_utf8_lossy(&outcome.stdout).replace("\r\n", "\n")
}

fn changes_are_told(helm: &Helm) {
    let outcome = shell(helm, &format!("{PASSES} {TARGET}"));
    assert_eq!(outcome.stderr, TOLD);
    assert!(outcome.ok().contains("replicas: 3"));
}

fn changes_are_told_on_a_terminal(helm: &Helm) {
    let line = format!("{PASSES} {TARGET}");
    assert_eq!(on_a_terminal(helm, &format!("{line} > /dev/null")), TOLD);
    // The manifests and what is told are on the same terminal.
    let both = on_a_terminal(helm, &line);
    assert!(
        both.contains(TOLD) && both.contains("replicas: 3"),
        "{both}"
    );
}

fn a_step_is_told(helm: &Helm) {
    let line = PASSES.replace("queryNode.replicas=2", "queryNode.replicas=5");
    let five = "--post-renderer-args --baseline=file:testdata/charts/rendered/helm3/five.yaml";
    let step = "--post-renderer-args --scale-in=step --post-renderer-args --target=queryNode=2";
    let data = "--set dataNode.replicas=5";
    let outcome = shell(helm, &format!("{line} {data} {five} {step}"));
    let told = "queryNode my-release-milvus-querynode 5 -> 4 (step 1 of 3, next 3, 2)\n";
    assert!(outcome.stderr.contains(told), "{}", outcome.stderr);
    assert!(outcome.ok().contains("replicas: 4"));
}

fn warnings_and_waivers_are_told(helm: &Helm) {
    let line = PASSES.replace("queryNode.replicas=2", "mixCoordinator.replicas=2");
    for (args, told) in [
        (
            "--post-renderer-args --mode=warn",
            "warning[coordinator-scaled]",
        ),
        (
            "--post-renderer-args --allow=coordinator-scaled --post-renderer-args --reason=trial",
            "waived: trial",
        ),
    ] {
        let outcome = shell(helm, &format!("{line} {args}"));
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        assert!(outcome.stderr.contains(told), "{}", outcome.stderr);
    }
}

fn nothing_where_there_is_nothing_to_tell(helm: &Helm) {
    let outcome = shell(helm, PASSES);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    assert_eq!(on_a_terminal(helm, &format!("{PASSES} > /dev/null")), "");
    // With -v there is more.
    let verbose = shell(helm, &format!("{PASSES} --post-renderer-args -v"));
    assert!(
        verbose
            .stderr
            .ends_with("baseline: rendered; live counts not checked\n")
    );
}

fn nothing_where_it_is_not_wanted(helm: &Helm) {
    let quiet = shell(helm, &format!("{PASSES} {TARGET} --post-renderer-args -q"));
    assert_eq!((quiet.code, quiet.stderr.as_str()), (Some(0), ""));
    // Not on the terminal either, where Helm's errors go elsewhere.
    let line = format!("{PASSES} {TARGET} > /dev/null 2> /dev/null");
    assert_eq!(on_a_terminal(helm, &line), "");
}

/// `helm template ... > out.yaml 2>&1`, and the same into a pipe.
fn nothing_into_the_manifests(helm: &Helm) {
    let plain = shell(helm, &format!("{PASSES} {TARGET}")).ok();
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("out.yaml");
    let mut bash = helm.shell(&format!("{PASSES} {TARGET} > \"$OUT\" 2>&1"));
    support::run(bash.env("OUT", &file)).ok();
    assert_eq!(fs::read_to_string(file).expect("manifests"), plain);
    let piped = shell(helm, &format!("{PASSES} {TARGET} 2>&1 | cat"));
    assert_eq!(piped.ok(), plain);
}

fn in_a_file_of_its_own(helm: &Helm) {
    let folder = TempDir::new().expect("a temporary folder");
    let log = folder.path().join("log");
    let mut bash = helm.shell(&format!("{PASSES} {TARGET} 2> \"$LOG\""));
    support::run(bash.env("LOG", &log)).ok();
    let shown = fs::read_to_string(log).expect("a log");
    assert!(
        shown.trim_start_matches([' ', '\n']).starts_with(TOLD),
        "{shown}"
    );
}
