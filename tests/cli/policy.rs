//! `trimtab policy`: the effective policy, and the built-in catalogues.

use std::fs;

use super::*;
use support::{root, run};

const POLICY: &str = "\
apiVersion: trimtab.dev/v1alpha1
kind: ReplicaPolicy
spec:
  extends: milvus
  targets: {proxy: 2}
";

fn with_policy(args: &[&str]) -> Run {
    let run = trimtab(args);
    fs::write(run.home.path().join("p.yaml"), POLICY).expect("a file");
    run
}

#[test]
fn show_prints_a_catalogue_byte_for_byte() {
    let list = run(&mut trimtab(&["policy", "--list"]).command).ok();
    for line in list.lines() {
        let name = line.split(' ').next().expect("a name");
        let shown = run(&mut trimtab(&["policy", "--show", name]).command).ok();
        let file = fs::read_to_string(root().join(format!("policies/{name}.yaml")));
        assert_eq!(shown, file.expect("a catalogue"), "{name}");
        assert!(line.len() > name.len() + 20, "{line}");
    }
    let files = fs::read_dir(root().join("policies")).expect("a folder");
    let catalogues = files.filter(|it| {
        let path = it.as_ref().expect("an entry").path();
        path.extension().is_some_and(|end| end == "yaml")
    });
    assert_eq!(list.lines().count(), catalogues.count());
}

#[test]
fn the_list_for_programs_has_the_same_names() {
    let json = run(&mut trimtab(&["policy", "--list", "-o", "json"]).command).ok();
    let listed: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(listed[0]["name"], "milvus");
    assert_eq!(
        listed[0]["summary"],
        "Milvus: charts milvus/milvus 4.0 to 5.0 and bitnami/milvus 16"
    );
}

#[test]
fn a_wrong_name_is_told_the_right_one() {
    fails(
        trimtab(&["policy", "--show", "Milvus"]),
        "unknown catalogue `Milvus`\n |\n = help: did you mean `milvus`?",
    );
    fails(
        trimtab(&["policy", "--show", "milvus", "--list"]),
        "cannot be used together",
    );
    let json = trimtab(&["policy", "--show", "milvus", "-o", "json"]).on("");
    assert_eq!(json.code, Some(2));
    let told = "--show prints a file as it is, and has no form `json`";
    assert!(json.stderr.contains(told), "{}", json.stderr);
}

#[test]
fn the_effective_policy_is_one_that_loads() {
    let args = ["policy", "-p", "p.yaml", "--target", "queryNode=3"];
    let printed = run(&mut with_policy(&args)
        .env("TRIMTAB_TARGETS", "dataNode=4")
        .command)
    .ok();
    for line in [
        "    proxy: 2      # p.yaml:5",
        "    dataNode: 4   # TRIMTAB_TARGETS",
        "    queryNode: 3  # --target",
        "    maxReplicas: 1        # catalogue milvus:32",
        "    requireSettled: true  # default",
    ] {
        assert!(printed.lines().any(|it| it == line), "{line}\n{printed}");
    }
    let again = trimtab(&["policy", "-p", "saved.yaml"]);
    fs::write(again.home.path().join("saved.yaml"), &printed).expect("a file");
    let mut again = again;
    let reprinted = run(&mut again.command).ok();
    let values = |text: &str| -> serde_yaml::Value { serde_yaml::from_str(text).expect("YAML") };
    assert_eq!(values(&printed), values(&reprinted));
}

/// All problems at once, each with its frame, as every other command has them.
#[test]
fn a_wrong_policy_is_told_all_its_problems() {
    let wrong = |args: &[&str]| {
        let mut run = with_policy(args);
        let text = POLICY.replace("proxy: 2", "proxi: 2, mixCoord: 3, dataNode: two");
        fs::write(run.home.path().join("p.yaml"), text).expect("a file");
        run.on("")
    };
    let outcome = wrong(&["policy", "-p", "p.yaml"]);
    assert_eq!(
        (outcome.code, outcome.stdout.as_slice()),
        (Some(2), &b""[..])
    );
    let check = wrong(&["check", "-p", "p.yaml"]);
    assert_eq!(outcome.stderr, check.stderr);
    assert_eq!(outcome.stderr.matches("error: ").count(), 3);
    let json = wrong(&["policy", "-p", "p.yaml", "-o", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(report["command"], "policy");
}
