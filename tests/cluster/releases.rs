//! Releases that Helm installs, upgrades and rolls back; docs/helm.md describes what is proven here.

use crate::TestOf;
use crate::cluster::await_that;
use crate::helm::Policy;
use crate::release::Release;
use crate::support::Outcome;
use crate::support::readme::{Host, run_document};

pub(crate) const TESTS: &[TestOf<Release>] = tests![
    targets_run_and_hooks_too,
    targets_hold_whatever_the_values,
    a_refused_installation_leaves_nothing,
    a_refused_upgrade_leaves_all_as_it_was,
    another_command_takes_nothing_away,
    a_scale_in_goes_step_by_step,
    values_are_kept_or_not,
    without_the_post_renderer_the_targets_go,
    a_rollback_asks_nobody,
    atomic_goes_back_asking_nobody,
    a_waiver_in_an_emergency,
    scaled_by_hand_and_then_upgraded,
    a_dry_run_changes_nothing,
    the_documentation,
];

const DEFAULTS: &str = "datanode=1 mixcoord=1 proxy=1 querynode=1 streamingnode=1";
const AT_TARGETS: &str = "datanode=1 mixcoord=1 proxy=2 querynode=3 streamingnode=1";

fn policy() -> Policy {
    Policy::new("{proxy: 2, queryNode: 3}")
}

/// Fails unless Helm failed because trimtab refused, and the person was told why.
#[track_caller]
fn assert_refused(outcome: &Outcome, why: &str) {
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(outcome.stderr.contains(why), "{}", outcome.stderr);
}

fn targets_run_and_hooks_too(release: &Release) {
    release.upgrade(&policy(), &["--wait"]).ok();
    release.assert_counts(AT_TARGETS);
    let available = || release.cluster.available(&release.namespace);
    await_that(&AT_TARGETS.to_owned(), available);
    let job = "jsonpath={.items[*].status.succeeded}";
    let args = ["get", "jobs", "-n", &release.namespace, "-o", job];
    assert_eq!(release.cluster.kubectl(&args).ok(), "1");
}

fn targets_hold_whatever_the_values(release: &Release) {
    release.upgrade(&policy(), &[]).ok();
    let values = [
        "--set",
        "queryNode.replicas=1,proxy.replicas=3,dataNode.replicas=2",
    ];
    release.upgrade(&policy(), &values).ok();
    release.assert_counts("datanode=2 mixcoord=1 proxy=2 querynode=3 streamingnode=1");
}

fn a_refused_installation_leaves_nothing(release: &Release) {
    let values = ["--set", "mixCoordinator.replicas=2"];
    let outcome = release.upgrade(&policy(), &values);
    assert_refused(&outcome, "error[coordinator-scaled]");
    let outcome = release
        .cluster
        .kubectl(&["get", "namespace", &release.namespace]);
    assert!(outcome.stderr.contains("NotFound"), "{}", outcome.stderr);
}

fn a_refused_upgrade_leaves_all_as_it_was(release: &Release) {
    release.upgrade(&policy(), &["--wait"]).ok();
    let before = release.state();
    for more in [&[][..], &["--wait"], &["--atomic"]] {
        let mut args = vec!["--set", "mixCoordinator.replicas=2"];
        args.extend(more);
        let outcome = release.upgrade(&policy(), &args);
        assert_refused(&outcome, "error[coordinator-scaled]");
        assert_eq!(release.state(), before);
    }
}

/// Five query nodes to three, by way of four; each time against the manifest of the release before.
/// Helm 3 takes empty output for the manifests, and deletes what is not in them.
fn another_command_takes_nothing_away(release: &Release) {
    release.upgrade(&policy(), &["--wait"]).ok();
    let before = release.state();
    for command in ["check", "plan", "--version", "explain"] {
        let args = [
            "--post-renderer-args",
            command,
            "--post-renderer-args",
            "-q",
        ];
        let outcome = release.upgrade(&policy(), &args);
        assert_refused(&outcome, "under Helm, trimtab runs only as a post-renderer");
        assert_eq!(release.state(), before);
    }
}

fn a_scale_in_goes_step_by_step(release: &Release) {
    let count = |n: u32| Policy::new(&format!("{{queryNode: {n}}}"));
    let step = |n: u32| {
        let baseline = release.last_manifest();
        let policy = count(n);
        let variables = [
            ("TRIMTAB_POLICY", policy.path()),
            ("TRIMTAB_BASELINE", &baseline),
        ];
        release.upgrade_with(&variables, &[])
    };
    release
        .upgrade(&count(5), &["--set", "queryNode.replicas=5"])
        .ok();
    assert_refused(&step(3), "error[scale-in-too-large]");
    release.assert_counts("datanode=1 mixcoord=1 proxy=1 querynode=5 streamingnode=1");
    step(4).ok();
    step(3).ok();
    release.assert_counts("datanode=1 mixcoord=1 proxy=1 querynode=3 streamingnode=1");
}

fn values_are_kept_or_not(release: &Release) {
    let file = release.file("values.yaml", "dataNode: {replicas: 2}\n");
    let file = file.to_str().expect("a plain path");
    let two = "datanode=2 mixcoord=1 proxy=2 querynode=3 streamingnode=1";
    let both = "datanode=2 mixcoord=1 proxy=2 querynode=3 streamingnode=2";
    let other = ["--set", "streamingNode.replicas=2"];
    let steps: [(&[&str], &str); 5] = [
        (&["-f", file], two),
        (&[], two),
        (&["--reuse-values", other[0], other[1]], both),
        (&["--reset-then-reuse-values"], both),
        (
            &other,
            "datanode=1 mixcoord=1 proxy=2 querynode=3 streamingnode=2",
        ),
    ];
    for (args, counts) in steps {
        release
            .upgrade(&policy(), &[args, &["--wait"]].concat())
            .ok();
        release.assert_counts(counts);
    }
}

/// Targets are not values, so Helm's `--reuse-values` does not know them.
fn without_the_post_renderer_the_targets_go(release: &Release) {
    release.upgrade(&policy(), &[]).ok();
    release.upgrade_without_trimtab(&["--reuse-values"]).ok();
    release.assert_counts(DEFAULTS);
}

/// A rollback applies the manifest that was stored: trimtab, which could not even read its policy here, is not run.
fn a_rollback_asks_nobody(release: &Release) {
    release.upgrade(&policy(), &[]).ok();
    release
        .upgrade(&Policy::new("{proxy: 2, queryNode: 8}"), &[])
        .ok();
    let broken = [("TRIMTAB_POLICY", "no/such/policy.yaml")];
    release
        .helm_with(&["rollback", "my-release", "1"], &broken)
        .ok();
    release.assert_counts(AT_TARGETS);
}

fn atomic_goes_back_asking_nobody(release: &Release) {
    release.upgrade(&policy(), &["--wait"]).ok();
    let eight = Policy::new("{proxy: 2, queryNode: 8}");
    let outcome = release.upgrade(&eight, &["--atomic", "--set", "image="]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("has been rolled back"),
        "{}",
        outcome.stderr
    );
    release.assert_counts(AT_TARGETS);
}

fn a_waiver_in_an_emergency(release: &Release) {
    release
        .upgrade(
            &Policy::new("{queryNode: 5}"),
            &["--set", "queryNode.replicas=5"],
        )
        .ok();
    let two = Policy::new("{queryNode: 2}");
    let baseline = release.last_manifest();
    let mut variables = vec![
        ("TRIMTAB_POLICY", two.path()),
        ("TRIMTAB_BASELINE", &baseline),
    ];
    let refused = release.upgrade_with(&variables, &[]);
    assert_refused(&refused, "error[scale-in-too-large]");
    variables.push(("TRIMTAB_ALLOW", "scale-in-too-large=queryNode"));
    variables.push(("TRIMTAB_REASON", "rack 4 is on fire"));
    release.upgrade_with(&variables, &[]).ok();
    release.assert_counts("datanode=1 mixcoord=1 proxy=1 querynode=2 streamingnode=1");
}

/// After `kubectl scale`, Helm 3 silently sets its own count, and Helm 4 stops halfway unless the counts agree.
/// This is what happens where trimtab may not look at the cluster.
fn scaled_by_hand_and_then_upgraded(release: &Release) {
    release.upgrade(&policy(), &["--wait"]).ok();
    let deployment = "deployment/my-release-milvus-querynode";
    let args = [
        "scale",
        deployment,
        "--replicas=6",
        "-n",
        &release.namespace,
    ];
    release.cluster.kubectl(&args).ok();
    let blind = |policy: &Policy, args: &[&str]| {
        let variables = [
            ("TRIMTAB_POLICY", policy.path()),
            ("TRIMTAB_BASELINE", "rendered"),
        ];
        release.upgrade_with(&variables, args)
    };
    let outcome = blind(&policy(), &[]);
    if release.major == 4 {
        assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
        assert!(
            outcome.stderr.contains("conflict with \"kubectl\""),
            "{}",
            outcome.stderr
        );
        blind(&Policy::new("{proxy: 2, queryNode: 6}"), &[]).ok();
        blind(&policy(), &["--force-conflicts"]).ok();
    } else {
        outcome.ok();
    }
    release.assert_counts(AT_TARGETS);
}

/// The three ways to look before a release; each shows the targets.
fn a_dry_run_changes_nothing(release: &Release) {
    release.upgrade(&policy(), &["--wait"]).ok();
    let before = release.state();
    let four = Policy::new("{queryNode: 4}");
    let shown = release.upgrade(&four, &["--dry-run=server"]).ok();
    assert!(shown.contains("replicas: 4"), "{shown}");
    let variables = [("TRIMTAB_POLICY", four.path())];
    let args = [
        "template",
        "my-release",
        "testdata/charts/vectors",
        "--post-renderer",
        "trimtab",
    ];
    let rendered = release.helm_with(&args, &variables).ok();
    let args = ["diff", "-n", &release.namespace, "-f", "-"];
    let diff = release.cluster.kubectl_with(&args, &rendered);
    let diff = String::from_utf8_lossy(&diff.stdout);
    assert!(diff.contains("-  replicas: 3\n+  replicas: 4\n"), "{diff}");
    assert_eq!(release.state(), before);
}

/// Every command of docs/helm.md, in order.
fn the_documentation(release: &Release) {
    let kubeconfig = release.kubeconfig();
    let programs = release.programs();
    let host = Host::Cluster(release.major, &programs, &kubeconfig);
    run_document("docs/helm.md", host).unwrap_or_else(|error| panic!("{error}"));
}
