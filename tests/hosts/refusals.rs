//! What is refused: Helm ends with an error and prints no manifest.

use std::fs;

use tempfile::TempDir;

use crate::helm::{Helm, Policy, Template};

pub(crate) const TESTS: &[crate::UnderHelm] = tests![
    a_coordinator_at_two,
    a_scale_in_of_four,
    a_step_for_what_has_no_target,
    two_groups_at_once,
    a_worker_that_is_gone,
    a_count_that_is_dropped,
    a_target_under_an_autoscaler,
    a_target_without_a_workload,
    an_unknown_name_label,
    a_count_that_is_no_integer,
    what_is_wrong_with_the_policy,
    warnings_that_are_denied,
    a_report_of_the_refusal,
    a_chart_of_nothing_but_hooks,
    a_place_goes_by_its_template,
];

/// What the cluster runs: five query nodes and five data nodes.
const FIVE: [&str; 2] = [
    "--baseline",
    "file:testdata/charts/rendered/helm3/five.yaml",
];

const HOOK: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: hook, annotations: {helm.sh/hook: test}}\n";

/// Fails unless Helm ends with an error and without a manifest; Helm 3 also prints why, Helm 4 does not.
#[track_caller]
fn assert_refused(helm: &Helm, template: Template, args: &[&str], why: &str) {
    let outcome = template.trimmed(args);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert_eq!(String::from_utf8_lossy(&outcome.stdout), "");
    let why = if helm.major == 3 { why } else { "trimtab" };
    assert!(outcome.stderr.contains(why), "{}", outcome.stderr);
}

fn a_coordinator_at_two(helm: &Helm) {
    let template = helm.template(&["mixCoordinator.replicas=2"]);
    assert_refused(helm, template, &[], "error[coordinator-scaled]");
}

/// The chart's default of 1 where five run, with no target: what `helm upgrade` without `--reuse-values` does.
fn a_scale_in_of_four(helm: &Helm) {
    let template = helm.template(&["dataNode.replicas=5"]);
    assert_refused(
        helm,
        template,
        &FIVE,
        "error[scale-in-too-large]: queryNode",
    );
}

fn a_step_for_what_has_no_target(helm: &Helm) {
    let args = [FIVE[0], FIVE[1], "--scale-in", "step"];
    let template = helm.template(&["dataNode.replicas=5"]);
    assert_refused(
        helm,
        template,
        &args,
        "error[scale-in-too-large]: queryNode",
    );
}

fn two_groups_at_once(helm: &Helm) {
    let template = helm.template(&["resourceGroups={rg1,rg2}", "queryNode.replicas=1"]);
    let baseline = [
        "--baseline",
        "file:testdata/charts/rendered/helm3/groups.yaml",
    ];
    assert_refused(
        helm,
        template,
        &baseline,
        "error[scale-in-too-large]: queryNode",
    );
}

fn a_worker_that_is_gone(helm: &Helm) {
    let template = helm.template(&["streamingNode.enabled=false"]);
    let baseline = [
        "--baseline",
        "file:testdata/charts/rendered/helm3/cluster.yaml",
    ];
    assert_refused(
        helm,
        template,
        &baseline,
        "error[worker-removed]: streamingNode",
    );
}

fn a_count_that_is_dropped(helm: &Helm) {
    let template = helm.template(&["queryNode.replicas=-1", "dataNode.replicas=5"]);
    assert_refused(helm, template, &FIVE, "error[replicas-dropped]: queryNode");
}

fn a_target_under_an_autoscaler(helm: &Helm) {
    let template = helm.template(&["queryNode.hpa.enabled=true"]);
    assert_refused(
        helm,
        template,
        &["--target", "queryNode=3"],
        "error[autoscaler-conflict]",
    );
}

fn a_target_without_a_workload(helm: &Helm) {
    let template = helm.template(&["cluster.enabled=false"]);
    assert_refused(
        helm,
        template,
        &["--target", "queryNode=3"],
        "error[unmatched-target]",
    );
}

/// The help is the line that the policy lacks.
fn an_unknown_name_label(helm: &Helm) {
    let line = "app.kubernetes.io/name: vecdb";
    let template = helm.template(&["nameOverride=vecdb"]);
    assert_refused(helm, template, &["--target", "queryNode=3"], line);
}

fn a_count_that_is_no_integer(helm: &Helm) {
    let template = helm.template(&["queryNode.replicas=1e6"]);
    assert_refused(helm, template, &[], "error[invalid-replicas]");
}

fn what_is_wrong_with_the_policy(helm: &Helm) {
    let missing = ["--policy", "no/such/policy.yaml"];
    assert_refused(helm, helm.template(&[]), &missing, "no/such/policy.yaml");
    assert_refused(
        helm,
        helm.template(&[]),
        &["--target", "queryNodes=3"],
        "queryNode",
    );
    let policy = Policy::new("{mixCoord: 2}");
    assert_refused(
        helm,
        helm.template(&[]),
        &["--policy", policy.path()],
        "mixCoord",
    );
}

fn warnings_that_are_denied(helm: &Helm) {
    let template = helm.template(&["dataNode.hpa.enabled=true"]);
    assert_refused(helm, template, &["--deny-warnings"], "[autoscaler-reset]");
}

/// Under Helm 4 this file is the only place to read why.
fn a_report_of_the_refusal(helm: &Helm) {
    let folder = TempDir::new().expect("a temporary folder");
    let report = folder.path().join("report.json");
    let template = helm.template(&["mixCoordinator.replicas=2"]);
    let template = template.env("TRIMTAB_REPORT", report.to_str().expect("a plain path"));
    assert_refused(helm, template, &[], "error[coordinator-scaled]");
    let report = fs::read_to_string(report).expect("a report");
    assert!(report.contains("\"coordinator-scaled\""), "{report}");
}

/// Helm 3 gives its post-renderer nothing to read; it would take nothing back, and delete what runs. Helm 4 gives it the
/// hooks, which pass.
fn a_chart_of_nothing_but_hooks(helm: &Helm) {
    let folder = TempDir::new().expect("a temporary folder");
    fs::create_dir(folder.path().join("templates")).expect("a folder");
    for (file, text) in [
        (
            "Chart.yaml",
            "{apiVersion: v2, name: hooks, version: 0.1.0}",
        ),
        ("templates/hook.yaml", HOOK),
    ] {
        fs::write(folder.path().join(file), text).expect("a file of the chart");
    }
    let template = helm.template_of(folder.path());
    if helm.major == 3 {
        assert_refused(helm, template, &[], "error[empty-stream]");
    } else {
        assert!(template.trimmed(&[]).ok().contains("kind: Pod"));
    }
}

/// Nobody has the stream that Helm renders: its lines help only beside the template's path.
fn a_place_goes_by_its_template(helm: &Helm) {
    let outcome = helm.template(&["mixCoordinator.replicas=2"]).trimmed(&[]);
    assert_eq!(outcome.code, Some(1));
    let place = outcome.stderr.lines().find(|line| line.contains("-->"));
    let place = place.expect("a place").trim();
    let template = "--> vectors/templates/mixcoord-deployment.yaml (line ";
    assert!(place.starts_with(template), "{}", outcome.stderr);
    assert!(place.ends_with(" of the rendered stream)"), "{place}");
    assert!(!outcome.stderr.contains("<stdin>"), "{}", outcome.stderr);
    assert_eq!(outcome.stderr.matches("templates/").count(), 1);
}
