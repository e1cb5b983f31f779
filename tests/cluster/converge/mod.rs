//! `trimtab converge` with real Helm, real kubectl and real controllers: the whole way down, and every way to be stopped.

mod running;

use std::fs;

use self::running::{Running, converge, converged};
use crate::TestOf;
use crate::cluster::await_that;
use crate::release::Release;
use crate::support::Outcome;

pub(crate) const TESTS: &[TestOf<Release>] = tests![
    it_waits_for_nodes_that_drain,
    it_waits_for_a_coordinator_that_is_down,
    one_component_goes_after_the_other,
    a_pipe_converges_too,
    a_count_that_someone_moves_stops_it,
    after_ctrl_c_it_goes_on,
    a_step_that_takes_too_long_is_gone_on_with,
    a_command_that_fails_stops_it,
    a_refusal_stops_it,
    a_helm_without_trimtab_is_not_run,
    a_dry_run_stops_it,
    another_context_stops_it,
    the_last_report_is_kept,
];

const CHART: &str = "testdata/charts/vectors";

/// A finalizer that keeps a pod terminating, as a query node drains.
const DRAINS: &str = r#"{"metadata": {"finalizers": ["trimtab.dev/drains"]}}"#;
const DRAINED: &str = r#"{"metadata": {"finalizers": null}}"#;

impl Release<'_> {
    /// Installs the chart with these counts, without trimtab.
    fn installed(&self, values: &str) {
        let args = ["--create-namespace", "--wait", "--set", values];
        self.upgrade_without_trimtab(&args).ok();
    }

    /// `helm upgrade --post-renderer trimtab` with the values of the release, and more arguments.
    fn upgrading<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        let mut line = vec!["helm", "upgrade", "my-release", CHART, "--reuse-values"];
        line.extend(["--namespace", &self.namespace, "--post-renderer", "trimtab"]);
        line.extend(more);
        line
    }

    fn kubectl(&self, args: &[&str]) -> String {
        let mut all = vec!["--namespace", &self.namespace];
        all.extend(args);
        self.cluster.kubectl(&all).ok()
    }

    /// The pods of a component; with `terminating` only those that are on their way out.
    fn pods(&self, component: &str, terminating: bool) -> Vec<String> {
        let label = format!("component={component}");
        let filter = if terminating {
            "?(@.metadata.deletionTimestamp)"
        } else {
            "*"
        };
        let output = format!("jsonpath={{.items[{filter}].metadata.name}}");
        let names = self.kubectl(&["get", "pods", "-l", &label, "-o", &output]);
        names.split_whitespace().map(str::to_owned).collect()
    }

    /// Lets the query nodes drain until [`Self::drain`].
    fn hold_query_nodes(&self) {
        for pod in self.pods("querynode", false) {
            self.patch(&pod, DRAINS);
        }
    }

    /// Lets the terminating query nodes go; there must be this many of them.
    #[track_caller]
    fn drain(&self, count: usize) {
        let draining = self.pods("querynode", true);
        assert_eq!(draining.len(), count, "{draining:?}");
        for pod in draining {
            self.patch(&pod, DRAINED);
        }
    }

    fn patch(&self, pod: &str, patch: &str) {
        self.kubectl(&["patch", "pod", pod, "--type=merge", "--patch", patch]);
    }

    /// Says for the kubelet whether a pod is ready.
    fn set_ready(&self, pod: &str, is_ready: bool) {
        let status = if is_ready { "True" } else { "False" };
        let patch = format!(
            r#"{{"status": {{"conditions": [{{"type": "Ready", "status": "{status}"}}]}}}}"#
        );
        let args = [
            "patch",
            "pod",
            pod,
            "--subresource=status",
            "--patch",
            &patch,
        ];
        self.kubectl(&args);
    }

    fn assert_query_nodes(&self, count: u32) {
        let path = "jsonpath={.spec.replicas}";
        let deployment = "deployment/my-release-milvus-querynode";
        assert_eq!(
            self.kubectl(&["get", deployment, "-o", path]),
            count.to_string()
        );
    }
}

#[track_caller]
fn assert_stopped(outcome: &Outcome, code: i32, why: &str) {
    assert_eq!(outcome.code, Some(code), "{}", outcome.stderr);
    assert!(outcome.stderr.contains(why), "{}", outcome.stderr);
}

fn it_waits_for_nodes_that_drain(release: &Release) {
    release.installed("queryNode.replicas=4");
    release.hold_query_nodes();
    let line = release.upgrading(&[]);
    let mut running = Running::start(converge(release, &["--target=queryNode=2"], &line));
    for (step, left) in [(1, 3), (2, 2)] {
        running.until(&format!(
            "trimtab: step {step} of 2 waits for Deployment my-release-milvus-querynode: 1 pod is still terminating"
        ));
        release.assert_query_nodes(left);
        release.drain(1);
        running.until(&format!("trimtab: step {step} of 2 is settled after "));
        assert_eq!(release.pods("querynode", true), [""; 0]);
    }
    let (code, told) = running.end();
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.ends_with("trimtab: done: the targets are reached, in 2 steps\n"),
        "{told}"
    );
    release.assert_counts("datanode=1 mixcoord=1 proxy=1 querynode=2 streamingnode=1");
}

fn it_waits_for_a_coordinator_that_is_down(release: &Release) {
    release.installed("queryNode.replicas=3");
    release.hold_query_nodes();
    let line = release.upgrading(&[]);
    let mut running = Running::start(converge(release, &["--target=queryNode=1"], &line));
    running.until("1 pod is still terminating");
    let coordinator = release.pods("mixcoord", false).concat();
    release.set_ready(&coordinator, false);
    running.until("Deployment my-release-milvus-mixcoord: 0 of 1 replicas are ready");
    release.drain(1);
    running.until("trimtab: step 1 of 2 waits for Deployment my-release-milvus-mixcoord: 0 of 1 replicas are ready");
    release.assert_query_nodes(2);
    release.set_ready(&coordinator, true);
    running.until("trimtab: step 2 of 2 waits for");
    release.drain(1);
    let (code, told) = running.end();
    assert_eq!(code, Some(0), "{told}");
    release.assert_query_nodes(1);
}

fn one_component_goes_after_the_other(release: &Release) {
    release.installed("queryNode.replicas=3,dataNode.replicas=3");
    let targets = ["--target=queryNode=2", "--target=dataNode=2,proxy=2"];
    let outcome = converged(release, &targets, &release.upgrading(&[]));
    assert_stopped(&outcome, 0, "trimtab: step 2 of 2 is settled");
    let upgrades = String::from_utf8_lossy(&outcome.stdout);
    assert_eq!(
        upgrades.matches("has been upgraded").count(),
        2,
        "{upgrades}"
    );
    release.assert_counts("datanode=2 mixcoord=1 proxy=2 querynode=2 streamingnode=1");
    let again = converged(release, &targets, &release.upgrading(&[]));
    assert_stopped(&again, 0, "trimtab: done: the targets are reached\n");
}

/// No Helm runs trimtab here, so it is told where the cluster is by the kubeconfig and `-n`.
fn a_pipe_converges_too(release: &Release) {
    release.installed("queryNode.replicas=3,hooks.enabled=false");
    let namespace = &release.namespace;
    let pipe = format!(
        "set -o pipefail; helm template my-release {CHART} -n {namespace} --no-hooks | trimtab | kubectl apply -n {namespace} -f -"
    );
    let options = ["--target=queryNode=1", "--namespace", namespace];
    let outcome = converged(release, &options, &["bash", "-c", &pipe]);
    assert_stopped(
        &outcome,
        0,
        "trimtab: done: the targets are reached, in 2 steps",
    );
    release.assert_query_nodes(1);
}

fn a_count_that_someone_moves_stops_it(release: &Release) {
    release.installed("queryNode.replicas=4");
    release.hold_query_nodes();
    let line = release.upgrading(&[]);
    let mut running = Running::start(converge(release, &["--target=queryNode=2"], &line));
    running.until("1 pod is still terminating");
    release.kubectl(&[
        "scale",
        "deployment/my-release-milvus-querynode",
        "--replicas=6",
    ]);
    let (code, told) = running.end();
    assert_eq!(code, Some(1), "{told}");
    let why = "error: Deployment my-release-milvus-querynode is at 6 after step 1 of 2, which set it to 3\n";
    assert!(told.contains(why), "{told}");
    release.drain(1);
}

fn after_ctrl_c_it_goes_on(release: &Release) {
    release.installed("queryNode.replicas=3");
    release.hold_query_nodes();
    let line = release.upgrading(&[]);
    let start = || Running::start(converge(release, &["--target=queryNode=1"], &line));
    let mut running = start();
    running.until("1 pod is still terminating");
    running.signal("INT");
    let (code, told) = running.end();
    assert_eq!(code, Some(130), "{told}");
    let why = "error: interrupted at step 1 of 2\n |\n = note: COMMAND had ended; nothing is left half done\n";
    assert!(told.contains(why), "{told}");
    release.assert_query_nodes(2);
    // The same command again waits first: the last step is not done.
    let mut resumed = start();
    resumed.until("waits for Deployment my-release-milvus-querynode: 1 pod is still terminating");
    release.assert_query_nodes(2);
    release.drain(1);
    resumed.until("waits for Deployment my-release-milvus-querynode: 1 pod is still terminating");
    release.drain(1);
    let (code, told) = resumed.end();
    assert_eq!(code, Some(0), "{told}");
    release.assert_query_nodes(1);
}

fn a_step_that_takes_too_long_is_gone_on_with(release: &Release) {
    release.installed("queryNode.replicas=2");
    release.hold_query_nodes();
    let options = ["--target=queryNode=1", "--timeout=3s"];
    let outcome = converged(release, &options, &release.upgrading(&[]));
    assert_stopped(&outcome, 2, "error: step 1 of 1 is not settled after 3s\n");
    let pending =
        "= note: Deployment my-release-milvus-querynode: 1 pod is still terminating, for ";
    assert!(outcome.stderr.contains(pending), "{}", outcome.stderr);
    release.drain(1);
    await_that(&0, || release.pods("querynode", true).len());
    let outcome = converged(release, &options, &release.upgrading(&[]));
    assert_stopped(&outcome, 0, "trimtab: done: the targets are reached\n");
}

fn a_command_that_fails_stops_it(release: &Release) {
    release.installed("queryNode.replicas=3");
    let once = release.file("once", "");
    let script = format!(
        "rm '{}' || exit 7; {}",
        once.display(),
        release.upgrading(&[]).join(" ")
    );
    let outcome = converged(release, &["--target=queryNode=1"], &["sh", "-c", &script]);
    assert_stopped(
        &outcome,
        7,
        "error: COMMAND failed at step 2 of 2, with exit code 7\n",
    );
    release.assert_query_nodes(2);
}

fn a_refusal_stops_it(release: &Release) {
    release.installed("queryNode.replicas=3");
    let before = release.state();
    let line = release.upgrading(&["--set", "mixCoordinator.replicas=2"]);
    let outcome = converged(release, &["--target=queryNode=1"], &line);
    assert_stopped(&outcome, 1, "error[coordinator-scaled]");
    assert!(
        outcome.stderr.contains("error: trimtab refused step 1\n"),
        "{}",
        outcome.stderr
    );
    assert_eq!(release.state(), before);
}

fn a_helm_without_trimtab_is_not_run(release: &Release) {
    release.installed("queryNode.replicas=3");
    let before = release.state();
    let line = [
        "helm",
        "upgrade",
        "my-release",
        CHART,
        "-n",
        &release.namespace,
        "--reuse-values",
    ];
    let outcome = converged(release, &["--target=queryNode=1"], &line);
    let why = "error: the helm in COMMAND has no --post-renderer, so no trimtab would guard it\n";
    assert_stopped(&outcome, 2, why);
    assert_eq!(release.state(), before);
}

/// It applies nothing, so that the count is not the one of the step.
fn a_dry_run_stops_it(release: &Release) {
    release.installed("queryNode.replicas=3");
    let line = release.upgrading(&["--dry-run=server"]);
    let outcome = converged(release, &["--target=queryNode=1"], &line);
    assert_stopped(
        &outcome,
        1,
        "is at 3 after step 1 of 2, which set it to 2\n",
    );
    assert!(
        outcome
            .stderr
            .contains("COMMAND did not apply what trimtab gave it"),
        "{}",
        outcome.stderr
    );
}

fn another_context_stops_it(release: &Release) {
    let kubeconfig = release.kubeconfig();
    release.installed("queryNode.replicas=3");
    let file = format!("--kubeconfig={}", kubeconfig.display());
    let same = ["--cluster=trimtab-tests", "--user=admin"];
    release.kubectl(&[&["config", &file, "set-context", "other"][..], &same].concat());
    // Only the shell knows of the other context before the first step.
    let script = format!("{} --kube-context other", release.upgrading(&[]).join(" "));
    let options = ["--target=queryNode=1", &file];
    let outcome = converged(release, &options, &["sh", "-c", &script]);
    assert_stopped(&outcome, 2, "(context other), and this one waits for ");
    // Where COMMAND is Helm, both are known before.
    let before = release.state();
    let line = release.upgrading(&["--kube-context", "other"]);
    let options = ["--target=queryNode=1", &file, "--context=trimtab-tests"];
    let outcome = converged(release, &options, &line);
    assert_stopped(
        &outcome,
        2,
        "--context is `trimtab-tests`, but Helm's --kube-context is `other`",
    );
    assert_eq!(release.state(), before);
}

fn the_last_report_is_kept(release: &Release) {
    release.installed("queryNode.replicas=3");
    let report = release.file("report.json", "");
    let option = format!("--report={}", report.display());
    let options = ["--target=queryNode=1", &option];
    let outcome = converged(release, &options, &release.upgrading(&[]));
    assert_stopped(&outcome, 0, "in 2 steps");
    let report = fs::read_to_string(&report).expect("a report");
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    let field = |path| report.pointer(path).cloned();
    assert_eq!(field("/remaining"), Some(0.into()), "{report}");
    let namespace = field("/baseline/cluster/namespace");
    assert_eq!(namespace, Some(release.namespace.as_str().into()));
}
