//! The renders of the real Milvus charts, which lie beside the repository where it is developed.
//!
//! Elsewhere each test is reported as ignored. Nothing here writes what a chart rendered into the repository.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Completion, Trial};

use support::{Outcome, TRIMTAB, command, fixtures, run_with};

/// Tests with the names of their functions.
macro_rules! tests {
    ($($name:ident),* $(,)?) => { [$((stringify!($name), $name as fn())),*] };
}

fn main() -> ExitCode {
    let tests = tests![
        untouched_without_targets,
        a_second_coordinator_needs_a_word_in_the_policy,
        one_target_changes_one_line,
        every_worker_changes_its_line_alone,
        out_is_free_and_back_needs_a_waiver,
        resource_groups_have_one_line_each,
        a_left_out_count_is_written,
        autoscaled_workers_take_no_target,
        the_next_release_is_compared_with_the_last,
        a_proposed_policy_changes_nothing,
    ];
    let trials = tests.map(|(name, test)| {
        Trial::ignorable_test(name, move || {
            if fixtures().is_none() {
                return Ok(Completion::ignored_with("../shared/fixtures is not there"));
            }
            test();
            Ok(Completion::Completed)
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.into()).exit_code()
}

fn path(name: &str) -> PathBuf {
    fixtures().expect("fixtures").join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(path(name)).expect("a fixture")
}

/// Every fixture, by its path under the folder.
fn all() -> Vec<String> {
    let mut names = Vec::new();
    for folder in ["helm3", "helm4"] {
        for entry in fs::read_dir(path(folder)).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            names.push(format!("{folder}/{}", name.to_string_lossy()));
        }
    }
    names.sort();
    names
}

fn trimtab(args: &[&str], input: &str) -> Outcome {
    let home = tempfile::tempdir().expect("a folder");
    run_with(
        command(TRIMTAB, home.path(), &[]).args(args),
        input.as_bytes(),
    )
}

/// The lines that differ, with the names of their workloads; the texts must have as many lines.
#[track_caller]
fn changes(before: &str, after: &str) -> Vec<(String, String)> {
    assert_eq!(before.lines().count(), after.lines().count());
    let mut name = "";
    let mut changes = Vec::new();
    for (old, new) in before
        .split_inclusive('\n')
        .zip(after.split_inclusive('\n'))
    {
        name = old.strip_prefix("  name: ").map_or(name, str::trim);
        if old != new {
            let count = new.strip_prefix("  replicas: ").unwrap_or(new);
            changes.push((name.to_owned(), count.trim_end().to_owned()));
        }
    }
    changes
}

#[track_caller]
fn assert_changes(before: &str, after: &str, expected: &[(&str, &str)]) {
    let changes = changes(before, after);
    let changes = changes
        .iter()
        .map(|(name, count)| (name.as_str(), count.as_str()));
    assert_eq!(changes.collect::<Vec<_>>(), expected);
}

fn untouched_without_targets() {
    for name in all().iter().filter(|name| !name.contains("mixcoord")) {
        let input = read(name);
        let outcome = trimtab(&[], &input);
        assert_eq!(outcome.code, Some(0), "{name}: {}", outcome.stderr);
        assert!(outcome.stdout == input.as_bytes(), "{name} is changed");
        let warnings = outcome
            .stderr
            .lines()
            .filter(|line| line.starts_with("warning["));
        // Three autoscalers without a behavior, each of which every upgrade resets unless the count is left out.
        let expected = match name.strip_prefix("helm3/milvus-5.0.19-cluster-") {
            Some("hpa.yaml") => 6,
            Some("hpa-neg1.yaml") => 3,
            _ => 0,
        };
        assert_eq!(warnings.count(), expected, "{name}: {}", outcome.stderr);
    }
}

fn a_second_coordinator_needs_a_word_in_the_policy() {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = folder.path().join("policy.yaml");
    let text = "apiVersion: trimtab.dev/v1alpha1\nkind: ReplicaPolicy\nspec: {extends: milvus, components: {mixCoord: {activeStandby: true}}}\n";
    fs::write(&policy, text).expect("a file");
    let policy = format!("--policy={}", policy.display());
    for name in ["mixcoord-2-nostandby", "mixcoord-standby"] {
        let input = read(&format!("helm3/milvus-5.0.19-cluster-{name}.yaml"));
        let outcome = trimtab(&[], &input);
        assert_eq!(
            (outcome.code, outcome.stdout.as_slice()),
            (Some(1), &b""[..])
        );
        assert_eq!(
            outcome.stderr.matches("error[").count(),
            1,
            "{}",
            outcome.stderr
        );
        assert!(
            outcome
                .stderr
                .contains("error[coordinator-scaled]: mixCoord would run at 2")
        );
        assert!(
            outcome
                .stderr
                .contains("rendered by milvus/templates/mixcoord-deployment.yaml")
        );
        let outcome = trimtab(&[&policy], &input);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        assert!(outcome.stdout == input.as_bytes());
    }
}

fn one_target_changes_one_line() {
    for name in all() {
        let is_other = ["standalone", "mixcoord", "hpa", "rg", "neg1"];
        if is_other.iter().any(|word| name.contains(word)) {
            continue;
        }
        let input = read(&name);
        let output = trimtab(&["--target=queryNode=7"], &input).ok();
        assert_changes(&input, &output, &[("my-release-milvus-querynode", "7")]);
    }
}

fn every_worker_changes_its_line_alone() {
    let input = read("helm3/milvus-5.0.19-cluster-default.yaml");
    let targets = "--target=proxy=2,queryNode=3,dataNode=4,streamingNode=5";
    let output = trimtab(&[targets], &input).ok();
    let mut changes = changes(&input, &output);
    changes.sort();
    let expected = [
        ("datanode", "4"),
        ("proxy", "2"),
        ("querynode", "3"),
        ("streamingnode", "5"),
    ];
    let expected =
        expected.map(|(name, count)| (format!("my-release-milvus-{name}"), count.to_owned()));
    assert_eq!(changes, expected);

    let input = read("helm3/milvus-4.0.34-cluster-coords-separate.yaml");
    let output = trimtab(&["--target=indexNode=2"], &input).ok();
    assert_changes(&input, &output, &[("my-release-milvus-indexnode", "2")]);
}

fn out_is_free_and_back_needs_a_waiver() {
    let (one, three) = (
        "helm3/milvus-5.0.19-pair-qn1.yaml",
        "helm3/milvus-5.0.19-pair-qn3.yaml",
    );
    let (one, three) = (read(one), read(three));
    assert!(trimtab(&["--target=queryNode=3"], &one).ok() == three);
    let refused = trimtab(&["--target=queryNode=1"], &three);
    assert_eq!(
        (refused.code, refused.stdout.as_slice()),
        (Some(1), &b""[..])
    );
    assert!(
        refused
            .stderr
            .contains("error[scale-in-too-large]: queryNode would lose 2 of 3")
    );
    let waiver = "--allow=scale-in-too-large";
    assert!(trimtab(&["--target=queryNode=1", waiver], &three).ok() == one);
}

fn resource_groups_have_one_line_each() {
    let input = read("helm3/milvus-5.0.19-cluster-rg.yaml");
    let output = trimtab(&["--target=queryNode=4"], &input).ok();
    let changed = changes(&input, &output);
    assert!(changed.len() > 1, "{changed:?}");
    for (name, count) in &changed {
        assert!(name.starts_with("my-release-milvus-querynode-"), "{name}");
        assert_eq!(count, "4");
    }
    let input = read("helm4/milvus-5.0.19-cluster-rg.stdin.yaml");
    let output = trimtab(&["--target=queryNode=4"], &input).ok();
    assert_eq!(changes(&input, &output).len(), changed.len());
}

fn a_left_out_count_is_written() {
    let input = read("helm3/milvus-5.0.19-cluster-neg1.yaml");
    let output = trimtab(&["--target=queryNode=3"], &input).ok();
    let added = "  replicas: 3\n";
    assert_eq!(output.len(), input.len() + added.len());
    assert!(output.replacen(added, "", 1) == input);
}

fn autoscaled_workers_take_no_target() {
    for name in ["hpa", "hpa-neg1"] {
        let input = read(&format!("helm3/milvus-5.0.19-cluster-{name}.yaml"));
        let outcome = trimtab(&["--target=queryNode=3"], &input);
        assert_eq!(
            (outcome.code, outcome.stdout.as_slice()),
            (Some(1), &b""[..])
        );
        assert!(
            outcome
                .stderr
                .contains("error[autoscaler-conflict]: queryNode")
        );
    }
}

fn the_next_release_is_compared_with_the_last() {
    let last = path("helm3/milvus-5.0.19-pair-qn3.yaml");
    let last = format!("--baseline=file:{}", last.display());
    let refused = trimtab(&[&last], &read("helm3/milvus-5.0.19-pair-qn1.yaml"));
    assert_eq!(
        (refused.code, refused.stdout.as_slice()),
        (Some(1), &b""[..])
    );
    assert!(
        refused
            .stderr
            .contains("set the chart's value `queryNode.replicas` to 2 now, then 1"),
        "{}",
        refused.stderr
    );
    let dropped = trimtab(&[&last], &read("helm3/milvus-5.0.19-cluster-neg1.yaml"));
    assert!(
        dropped
            .stderr
            .contains("error[replicas-dropped]: queryNode had 3 replicas")
    );
    let old = path("helm3/milvus-4.2.58-cluster-default.yaml");
    let old = format!("--baseline=file:{}", old.display());
    let newer = read("helm3/milvus-5.0.19-cluster-default.yaml");
    assert!(
        trimtab(&[&old], &newer).ok() == newer,
        "data nodes replace index nodes"
    );
}

/// `trimtab init` of each: the policy loads, and the filter passes the render with it as without.
fn a_proposed_policy_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = folder.path().join("policy.yaml");
    let policy = policy.to_str().expect("a path");
    let warnings = |outcome: &Outcome| outcome.stderr.matches("warning[").count();
    for name in all() {
        let input = read(&name);
        let proposed = trimtab(&["init"], &input).ok();
        fs::write(policy, &proposed).expect("a file");
        let with = trimtab(&["-p", policy], &input);
        assert_eq!(with.code, Some(0), "{name}: {proposed}\n{}", with.stderr);
        assert!(with.stdout == input.as_bytes(), "{name} is changed");
        let without = trimtab(&[], &input);
        assert!(
            warnings(&with) <= warnings(&without),
            "{name}: {}",
            with.stderr
        );
        let has_standby = proposed.contains("    mixCoord:\n      activeStandby: true\n");
        assert_eq!(has_standby, name.contains("mixcoord"), "{name}: {proposed}");
    }
}
