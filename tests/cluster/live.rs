//! Releases judged by what runs, without a policy and without an option: trimtab finds the cluster that Helm goes to.
//!
//! The test chart's counts are those of the Milvus chart: `--set queryNode.replicas=1`, a default of 1.

use std::fs;

use crate::TestOf;
use crate::cluster::await_that;
use crate::helm::Policy;
use crate::release::Release;
use crate::support::Outcome;

pub(crate) const TESTS: &[TestOf<Release>] = tests![
    a_first_install_has_nothing_to_lose,
    five_to_one_is_refused,
    values_that_are_forgotten_take_no_nodes,
    a_context_that_is_not_the_current_one,
    a_dry_run_asks_only_when_helm_does,
    a_count_that_kubectl_set,
    a_rollback_is_where_the_next_upgrade_begins,
    two_releases_in_one_namespace,
    a_scale_in_waits_for_the_one_before,
    a_scale_in_waits_for_the_coordinator,
    a_scale_in_with_a_rollout_is_said,
    the_counts_of_nobody_are_kept,
    a_guest_is_told_the_missing_rule,
    the_least_role_is_enough,
    a_pin_holds,
    pods_go_where_ordinals_begin_elsewhere,
];

const QUERY_NODES: &str = "deployment/my-release-milvus-querynode";

/// `--set queryNode.replicas=N`, and how Helm is told to keep the other values.
fn query_nodes(count: &str) -> Vec<String> {
    let set = format!("queryNode.replicas={count}");
    ["--reuse-values", "--set", &set]
        .map(str::to_owned)
        .to_vec()
}

/// An upgrade with trimtab, with neither a policy nor an option.
fn upgrade(release: &Release, args: &[&str]) -> Outcome {
    release.upgrade_with(&[], args)
}

fn upgrade_to(release: &Release, count: &str) -> Outcome {
    let args = query_nodes(count);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    upgrade(release, &[&args[..], &["--wait"]].concat())
}

/// Five query nodes, all available, and two of everything else that may have two.
fn five(release: &Release) {
    let values = "queryNode.replicas=5,proxy.replicas=2";
    upgrade(release, &["--set", values, "--wait"]).ok();
    settled(release, FIVE);
}

const FIVE: &str = "datanode=1 mixcoord=1 proxy=2 querynode=5 streamingnode=1";
const FOUR: &str = "datanode=1 mixcoord=1 proxy=2 querynode=4 streamingnode=1";

/// Waits until these counts run, and no pod is on its way out.
#[track_caller]
fn settled(release: &Release, counts: &str) {
    release.await_rollout();
    let available = || release.cluster.available(&release.namespace);
    await_that(&counts.to_owned(), available);
}

/// Fails unless Helm failed with these words, and nothing changed.
#[track_caller]
fn assert_refused(release: &Release, outcome: &Outcome, counts: &str, words: &[&str]) {
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    for word in words {
        assert!(outcome.stderr.contains(word), "{word}: {}", outcome.stderr);
    }
    release.assert_counts(counts);
}

fn scale(release: &Release, count: u32) {
    let replicas = format!("--replicas={count}");
    let args = ["scale", QUERY_NODES, &replicas, "-n", &release.namespace];
    release.cluster.kubectl(&args).ok();
}

fn a_first_install_has_nothing_to_lose(release: &Release) {
    let outcome = upgrade(release, &["--set", "queryNode.replicas=3"]);
    let told = outcome.stderr.clone();
    outcome.ok();
    assert!(!told.contains("error"), "{told}");
    release.assert_counts("datanode=1 mixcoord=1 proxy=1 querynode=3 streamingnode=1");
    upgrade_to(release, "5").ok();
    release.assert_counts("datanode=1 mixcoord=1 proxy=1 querynode=5 streamingnode=1");
}

/// The command of Milvus's documentation.
fn five_to_one_is_refused(release: &Release) {
    five(release);
    let before = release.state();
    let words = [
        "error[scale-in-too-large]: queryNode would lose 4 of 5 replicas in one release; at most 1 may go",
        "baseline cluster: ",
        &format!("namespace {}", release.namespace),
        "4 now, then 3, then 2, then 1",
    ];
    assert_refused(release, &upgrade_to(release, "1"), FIVE, &words);
    assert_eq!(release.state(), before);
    upgrade_to(release, "4").ok();
    release.assert_counts(FOUR);
}

/// Without --reuse-values, other values bring the chart's default of 1 back.
fn values_that_are_forgotten_take_no_nodes(release: &Release) {
    five(release);
    let outcome = upgrade(release, &["--set", "dataNode.replicas=2"]);
    let words = [
        "queryNode would lose 4 of 5 replicas",
        "queryNode would lose replicas in the same release as proxy",
        "--reuse-values",
    ];
    assert_refused(release, &outcome, FIVE, &words);
}

/// The current context leads nowhere; Helm is told another by its option, and by its variable.
fn a_context_that_is_not_the_current_one(release: &Release) {
    five(release);
    let path = release.file(
        "contexts",
        &fs::read_to_string(&release.cluster.kubeconfig).expect("a kubeconfig"),
    );
    let file = path.to_str().expect("a plain path");
    for change in [
        &["set-cluster", "nowhere", "--server=https://127.0.0.1:1"][..],
        &["set-context", "elsewhere", "--cluster=nowhere"],
        &["use-context", "elsewhere"],
    ] {
        let args = [&["config", "--kubeconfig", file], change].concat();
        release.cluster.kubectl(&args).ok();
    }
    let one = ["--reuse-values", "--set", "queryNode.replicas=1"];
    let by_option = ["--kubeconfig", file, "--kube-context=trimtab-tests"];
    let outcome = upgrade(release, &[&one[..], &by_option].concat());
    let words = ["queryNode would lose 4 of 5", "--kube-context"];
    assert_refused(release, &outcome, FIVE, &words);

    let variables = [("KUBECONFIG", file), ("HELM_KUBECONTEXT", "trimtab-tests")];
    let outcome = release.upgrade_with(&variables, &one);
    let words = ["queryNode would lose 4 of 5", "HELM_KUBECONTEXT"];
    assert_refused(release, &outcome, FIVE, &words);

    // trimtab's own option must not lead to another cluster than Helm's.
    let own = ["--post-renderer-args", "--context=elsewhere"];
    let outcome = upgrade(release, &[&one[..], &by_option, &own].concat());
    let words = ["elsewhere", "trimtab-tests"];
    assert_refused(release, &outcome, FIVE, &words);
}

fn a_dry_run_asks_only_when_helm_does(release: &Release) {
    five(release);
    let one = ["--reuse-values", "--set", "queryNode.replicas=1"];
    let outcome = upgrade(release, &[&one[..], &["--dry-run=server"]].concat());
    assert_refused(release, &outcome, FIVE, &["queryNode would lose 4 of 5"]);
    let outcome = upgrade(release, &[&one[..], &["--dry-run=client"]].concat());
    assert!(outcome.ok().contains("replicas: 1"));
}

/// In an emergency someone scaled with kubectl. trimtab says before what Helm would do.
fn a_count_that_kubectl_set(release: &Release) {
    five(release);
    scale(release, 4);
    settled(release, FOUR);
    let outcome = upgrade(release, &["--reuse-values", "--wait"]);
    if release.major == 4 {
        let words = [
            "error[ownership-conflict]",
            "kubectl",
            "queryNode.replicas=4",
        ];
        assert_refused(release, &outcome, FOUR, &words);
        // What the help proposes works, and so does Helm's own option.
        upgrade_to(release, "4").ok();
        release.assert_counts(FOUR);
        let force = query_nodes("3");
        let force: Vec<&str> = force.iter().map(String::as_str).collect();
        upgrade(
            release,
            &[&force[..], &["--force-conflicts", "--wait"]].concat(),
        )
        .ok();
        release.assert_counts("datanode=1 mixcoord=1 proxy=2 querynode=3 streamingnode=1");
    } else {
        // Client-side, the values' count silently comes back, which is not a scale-in.
        outcome.ok();
        release.assert_counts(FIVE);
    }
}

/// A rollback does not run trimtab; what runs after it is the baseline of the next upgrade.
fn a_rollback_is_where_the_next_upgrade_begins(release: &Release) {
    upgrade(release, &["--set", "queryNode.replicas=2", "--wait"]).ok();
    upgrade_to(release, "5").ok();
    release
        .helm(&["rollback", "my-release", "1", "--wait"])
        .ok();
    settled(
        release,
        "datanode=1 mixcoord=1 proxy=1 querynode=2 streamingnode=1",
    );
    upgrade_to(release, "5").ok();
    let words = ["queryNode would lose 3 of 5"];
    let five = "datanode=1 mixcoord=1 proxy=1 querynode=5 streamingnode=1";
    assert_refused(release, &upgrade_to(release, "2"), five, &words);
}

/// What another release runs in the namespace neither counts nor is missed.
fn two_releases_in_one_namespace(release: &Release) {
    five(release);
    let other = |values: &str| {
        release.helm(&[
            "upgrade",
            "--install",
            "other",
            "testdata/charts/vectors",
            "--post-renderer",
            "trimtab",
            "--wait",
            "--set",
            values,
        ])
    };
    other("queryNode.replicas=2,courier.enabled=false").ok();
    other("queryNode.replicas=1,courier.enabled=false").ok();
    let outcome = upgrade_to(release, "3");
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("queryNode would lose 2 of 5"),
        "{}",
        outcome.stderr
    );
}

/// A draining pod is missing from every count but one.
fn a_scale_in_waits_for_the_one_before(release: &Release) {
    five(release);
    let held = hold_query_nodes(release);
    let args = query_nodes("4");
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    upgrade(release, &args).ok();
    await_that(&FOUR.to_owned(), || {
        release.cluster.available(&release.namespace)
    });
    let words = [
        "error[scale-in-unsettled]",
        "my-release-milvus-querynode",
        "terminat",
    ];
    assert_refused(release, &upgrade_to(release, "3"), FOUR, &words);
    let_go(release, &held);
    settled(release, FOUR);
    upgrade_to(release, "3").ok();
    release.assert_counts("datanode=1 mixcoord=1 proxy=2 querynode=3 streamingnode=1");
}

const FINALIZER: &str = r#"{"metadata": {"finalizers": ["tests.example.com/drains"]}}"#;
const NO_FINALIZER: &str = r#"{"metadata": {"finalizers": null}}"#;

/// Gives every query node's pod a finalizer, so that it drains until it is let go.
fn hold_query_nodes(release: &Release) -> Vec<String> {
    let output = "jsonpath={.items[*].metadata.name}";
    let label = "component=querynode";
    let args = [
        "get",
        "pods",
        "-n",
        &release.namespace,
        "-l",
        label,
        "-o",
        output,
    ];
    let names = release.cluster.kubectl(&args).ok();
    let names: Vec<String> = names.split_whitespace().map(str::to_owned).collect();
    assert!(!names.is_empty());
    patch(release, &names, FINALIZER);
    names
}

fn let_go(release: &Release, pods: &[String]) {
    patch(release, pods, NO_FINALIZER);
}

fn patch(release: &Release, pods: &[String], what: &str) {
    for pod in pods {
        let args = [
            "patch",
            "pod",
            pod,
            "-n",
            &release.namespace,
            "--type=merge",
            "-p",
            what,
        ];
        release.cluster.kubectl(&args).ok();
    }
}

/// Without its coordinator, a query node cannot hand over what it holds.
fn a_scale_in_waits_for_the_coordinator(release: &Release) {
    five(release);
    let coordinator = "deployment/my-release-milvus-mixcoord";
    let broken = r#"{"spec": {"strategy": {"type": "Recreate", "rollingUpdate": null}, "template": {"spec": {"nodeSelector": {"no": "such-node"}}}}}"#;
    let args = ["patch", coordinator, "-n", &release.namespace, "-p", broken];
    release.cluster.kubectl(&args).ok();
    let unavailable = || {
        let output = "jsonpath={.status.availableReplicas}";
        let args = ["get", coordinator, "-n", &release.namespace, "-o", output];
        release.cluster.kubectl(&args).ok()
    };
    await_that(&String::new(), unavailable);
    let words = ["error[scale-in-unsettled]", "my-release-milvus-mixcoord"];
    let outcome = upgrade(
        release,
        &["--reuse-values", "--set", "queryNode.replicas=4"],
    );
    assert_refused(release, &outcome, FIVE, &words);
}

fn a_scale_in_with_a_rollout_is_said(release: &Release) {
    five(release);
    let both = "queryNode.replicas=4,image=example/vectors:2.6.1";
    let outcome = upgrade(release, &["--reuse-values", "--set", both, "--wait"]);
    let told = outcome.stderr.clone();
    outcome.ok();
    assert!(told.contains("warning[scale-in-with-rollout]"), "{told}");
    settled(release, FOUR);
    let outcome = upgrade(
        release,
        &["--reuse-values", "--set", "queryNode.replicas=3", "--wait"],
    );
    let told = outcome.stderr.clone();
    outcome.ok();
    assert!(!told.contains("scale-in-with-rollout"), "{told}");
}

/// `keep` writes what runs, whoever set it.
fn the_counts_of_nobody_are_kept(release: &Release) {
    five(release);
    scale(release, 7);
    settled(
        release,
        "datanode=1 mixcoord=1 proxy=2 querynode=7 streamingnode=1",
    );
    let keep = Policy::new("{queryNode: keep}");
    release.upgrade(&keep, &["--set", "proxy.replicas=2"]).ok();
    release.assert_counts("datanode=1 mixcoord=1 proxy=2 querynode=7 streamingnode=1");
}

/// The rendered stream, judged in a pipe by someone who may read nothing.
fn a_guest_is_told_the_missing_rule(release: &Release) {
    five(release);
    let outcome = release.pipe(&release.cluster.guest, &[]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(outcome.stdout.is_empty());
    for word in [
        "forbidden",
        "deployments",
        "apiGroups",
        "--baseline rendered",
    ] {
        assert!(outcome.stderr.contains(word), "{word}: {}", outcome.stderr);
    }
}

/// docs/rbac.yaml, in the release's namespace.
fn the_least_role_is_enough(release: &Release) {
    five(release);
    let namespace = &release.namespace;
    let role = fs::read_to_string("docs/rbac.yaml").expect("the Role");
    let role = role.replace("namespace: milvus", &format!("namespace: {namespace}"));
    let args = ["apply", "-n", namespace, "-f", "-"];
    release.cluster.kubectl_with(&args, &role).ok();
    let kubeconfig = release.kubeconfig_of("trimtab");
    let outcome = release.pipe(&kubeconfig, &[]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    let words = "queryNode would lose 4 of 5 replicas";
    assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
}

/// A policy that names its cluster cannot be used for another.
fn a_pin_holds(release: &Release) {
    let pinned = Policy::with("{queryNode: 3}", "cluster: {context: trimtab-tests}");
    release.upgrade(&pinned, &[]).ok();
    let pinned = Policy::with("{queryNode: 3}", "cluster: {context: production}");
    let outcome = release.upgrade(&pinned, &[]);
    let counts = "datanode=1 mixcoord=1 proxy=1 querynode=3 streamingnode=1";
    assert_refused(release, &outcome, counts, &["production", "trimtab-tests"]);
}

/// Three query nodes of a `StatefulSet`, numbered from here on.
fn numbered_from(start: u32) -> String {
    format!(
        "apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: numbered}}
spec:
  replicas: 3
  serviceName: numbered
  podManagementPolicy: Parallel
  ordinals: {{start: {start}}}
  selector:
    matchLabels: &labels {{app.kubernetes.io/name: milvus, app.kubernetes.io/instance: numbered, component: querynode}}
  template:
    metadata: {{labels: *labels}}
    spec: {{containers: [{{name: milvus, image: milvus}}]}}
"
    )
}

/// What Kubernetes does with `spec.ordinals.start`, and what trimtab says of it.
fn pods_go_where_ordinals_begin_elsewhere(release: &Release) {
    let (cluster, namespace) = (release.cluster, release.namespace.as_str());
    cluster.kubectl(&["create", "namespace", namespace]).ok();
    let apply = |stream: &str| {
        let args = ["apply", "-n", namespace, "-f", "-"];
        cluster.kubectl_with(&args, stream).ok();
    };
    let pods = |ordinals: [u32; 3]| {
        let wanted = ordinals.map(|it| format!("numbered-{it} True")).join("\n");
        let output = r#"jsonpath={range .items[*]}{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}"#;
        let args = ["get", "pods", "-n", namespace, "-o", output];
        await_that(&wanted, || {
            cluster.kubectl(&args).ok().trim_end().to_owned()
        });
    };
    let pipe = |start| release.pipe_stream(&cluster.kubeconfig, &numbered_from(start), &[]);
    apply(&numbered_from(0));
    pods([0, 1, 2]);
    let refused = pipe(3);
    assert_eq!(refused.code, Some(1), "{}", refused.stderr);
    for words in [
        "queryNode would lose 3 of 3 replicas in one release; at most 1 may go",
        "Kubernetes deletes numbered-0 to numbered-2, and creates numbered-3 to numbered-5",
    ] {
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
    }
    apply(&pipe(1).ok());
    pods([1, 2, 3]);
    apply(&numbered_from(4));
    pods([4, 5, 6]);
    assert_eq!(pipe(4).ok(), numbered_from(4));
}
