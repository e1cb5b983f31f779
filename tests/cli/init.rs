//! `trimtab init`: what it proposes, and that it passes.

use super::*;
use support::run;

/// A Deployment of a chart that follows Helm's conventions.
fn deployment(name: &str, labels: &str, count: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: data}}\nspec:\n  {count}\n  \
         selector: {{matchLabels: {{{labels}}}}}\n"
    )
}

fn milvus(instance: &str, name: &str, component: &str, count: u32) -> String {
    deployment(
        &format!("{instance}-{name}-{component}"),
        &format!(
            "app.kubernetes.io/name: {name}, app.kubernetes.io/instance: {instance}, component: {component}"
        ),
        &format!("replicas: {count}"),
    )
}

fn trino(component: &str, count: u32) -> String {
    deployment(
        &format!("t-trino-{component}"),
        &format!(
            "app.kubernetes.io/name: trino, app.kubernetes.io/instance: t, app.kubernetes.io/component: {component}"
        ),
        &format!("replicas: {count}"),
    )
}

/// The policy for a stream, which the filter passes with it.
#[track_caller]
fn proposed(stream: &str) -> String {
    let outcome = trimtab(&["init"]).on(stream);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(outcome.stderr, "");
    let policy = String::from_utf8(outcome.stdout).expect("UTF-8");
    let mut filter = trimtab(&["-p", "policy.yaml"]);
    fs::write(filter.home.path().join("policy.yaml"), &policy).expect("a file");
    let passed = filter.on(stream);
    assert_eq!(passed.code, Some(0), "{policy}\n{}", passed.stderr);
    assert_eq!(passed.stdout, stream.as_bytes());
    assert!(!passed.stderr.contains("warning"), "{}", passed.stderr);
    policy
}

/// Without what every policy begins with.
fn shortened(policy: &str) -> &str {
    let (_, rest) = policy.split_once("-p FILE\n#\n").expect("a head");
    rest
}

#[test]
fn a_known_chart() {
    let stream = [
        milvus("my", "milvus", "querynode", 3),
        milvus("my", "milvus", "mixcoord", 2),
        milvus("my", "milvus", "standalone", 1),
        deployment("my-web", "app: web", "replicas: 4"),
        deployment(
            "my-milvus-proxy",
            "app.kubernetes.io/name: milvus, component: proxy",
            "paused: false",
        ),
    ];
    insta::assert_snapshot!(proposed(&stream.concat()));
}

#[test]
fn a_name_override() {
    let stream = ["querynode", "proxy"].map(|it| milvus("my", "vecdb", it, 2));
    insta::assert_snapshot!(shortened(&proposed(&stream.concat())));
}

#[test]
fn aliases_of_sub_charts() {
    let stream = [
        milvus("my", "milvus", "querynode", 1),
        milvus("my", "on", "querynode", 2),
        milvus("my", "hot", "proxy", 2),
    ];
    insta::assert_snapshot!(shortened(&proposed(&stream.concat())));
}

#[test]
fn two_systems_at_once() {
    let stream = [
        milvus("my", "milvus", "querynode", 3),
        trino("worker", 5),
        trino("coordinator", 1),
    ];
    insta::assert_snapshot!(shortened(&proposed(&stream.concat())));
}

/// Their counts differ, and the label of the release tells them apart.
#[test]
fn two_releases() {
    let stream = [
        milvus("one", "milvus", "querynode", 3),
        milvus("one", "milvus", "proxy", 1),
        milvus("two", "milvus", "querynode", 5),
        milvus("two", "milvus", "proxy", 1),
    ];
    insta::assert_snapshot!(shortened(&proposed(&stream.concat())));
}

/// The same labels in two namespaces: no target can tell them apart.
#[test]
fn two_namespaces() {
    let one = milvus("my", "milvus", "querynode", 3);
    let other = milvus("my", "milvus", "querynode", 5).replace("namespace: data", "namespace: dev");
    let policy = proposed(&[one, other].concat());
    assert!(
        policy.contains(
            "# No target for queryNode: its workloads have different counts, and no labels that tell them apart.\n"
        ),
        "{policy}"
    );
}

#[test]
fn an_unknown_chart() {
    let labels = |name: &str| format!("app: {name}, app.kubernetes.io/instance: shop");
    let stream = [
        deployment("shop-web", &labels("web"), "replicas: 3"),
        deployment("shop-cart", &labels("\"yes\""), "replicas: 0"),
        deployment("shop-odd", "a: b", "paused: true").replace("matchLabels: {a: b}", "matchExpressions: []"),
        deployment("shop-jobs", &labels("jobs"), "replicas: 2").replace("apps/v1", "argoproj.io/v1alpha1").replace("Deployment", "Rollout"),
        "---\napiVersion: v1\nkind: Service\nmetadata: {name: shop}\nspec: {selector: {app: web}}\n".to_owned(),
    ];
    insta::assert_snapshot!(shortened(&proposed(&stream.concat())));
}

#[test]
fn what_an_autoscaler_owns_has_no_target() {
    let autoscaler = "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h, namespace: data}\nspec:\n  \
                      minReplicas: 2\n  maxReplicas: 4\n  behavior: {scaleDown: {selectPolicy: Disabled}}\n  \
                      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: my-milvus-querynode}\n";
    let worker = deployment(
        "my-milvus-querynode",
        "app.kubernetes.io/name: milvus, component: querynode",
        "paused: false",
    );
    let policy = proposed(&[worker.as_str(), autoscaler].concat());
    assert!(
        policy.contains("# No target for queryNode: an autoscaler owns its count.\n"),
        "{policy}"
    );
}

/// It says so, instead of a policy that seems to be enough.
#[test]
fn what_trimtab_refuses_anyway_is_told() {
    let stream = [
        milvus("my", "vecdb", "mixcoord", 3),
        milvus("my", "vecdb", "proxy", 2),
    ];
    let outcome = trimtab(&["init"]).on(&stream.concat());
    let policy = outcome.ok();
    let told = "# trimtab refuses these manifests as they are, whatever the policy. Mend this first:\n#   mixCoord";
    assert!(policy.contains(told), "{policy}");
    assert!(policy.contains("app.kubernetes.io/name: vecdb") && policy.contains("proxy: 2"));
}

/// Of a stream that no catalogue knows all kinds are read, autoscalers as in every run.
#[test]
fn an_autoscaler_that_the_filter_would_refuse_is_told() {
    let autoscaler = "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h, namespace: data}\nspec:\n  \
                      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: x}\n  maxReplicas: 3\n";
    let stream = deployment("x", "app: a", "replicas: 5") + autoscaler;
    let policy = trimtab(&["init"]).on(&stream).ok();
    let told = "# It does not cover, and trimtab leaves alone:\n#   a: a would lose 2 of 5 replicas at once, because HorizontalPodAutoscaler h has a maximum of 3";
    assert!(policy.contains(told), "{policy}");
}

#[test]
fn files_are_named() {
    let mut run_ = trimtab(&["init", "manifests"]);
    let folder = run_.home.path().join("manifests");
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join("a.yaml"), milvus("my", "milvus", "proxy", 2)).expect("a file");
    fs::write(
        folder.join("b.yaml"),
        milvus("my", "milvus", "querynode", 3),
    )
    .expect("a file");
    let policy = run(&mut run_.command).ok();
    assert!(
        policy.contains("# Made by `trimtab init` of manifests. "),
        "{policy}"
    );
    assert!(policy.contains("    proxy: 2\n") && policy.contains("    queryNode: 3\n"));
    fails(trimtab(&["init", "nowhere.yaml"]), "nowhere.yaml");
}

#[test]
fn there_must_be_something_to_go_by() {
    for (stream, message) in [
        (
            "",
            "error: nothing to make a policy of: standard input is empty\n",
        ),
        (
            "\u{feff}\n",
            "error: nothing to make a policy of: standard input is empty\n",
        ),
        (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
            "error: nothing to make a policy of: no object has a replica count and a selector of labels\n",
        ),
        ("kind: Deployment\nspec: [\n", "error: malformed YAML"),
    ] {
        let outcome = trimtab(&["init"]).on(stream);
        assert_eq!(
            (outcome.code, outcome.stdout.as_slice()),
            (Some(2), &b""[..])
        );
        assert!(outcome.stderr.starts_with(message), "{}", outcome.stderr);
    }
    fails(
        trimtab(&["init", "-b", "cluster", "a.yaml"]),
        "`-b cluster` reads what runs, and not a.yaml",
    );
    fails(
        trimtab(&["init", "-b", "git:HEAD"]),
        "init compares with nothing, so a baseline `git:HEAD` means nothing to it",
    );
    fails(
        trimtab(&["init", "-p", "a.yaml"]),
        "`trimtab init` does not accept --policy",
    );
}

/// A policy is no report: neither a file nor a form for one is accepted without a word.
#[test]
fn there_is_no_report() {
    for args in [
        &["init", "--report", "r.json"][..],
        &["init", "--log", "l.json"],
        &["policy", "--report", "r.json"],
        &["policy", "--log", "l.json"],
    ] {
        let refused = format!("`trimtab {}` does not accept {}", args[0], args[1]);
        fails(trimtab(args), &refused);
    }
    for args in [&["init", "-o", "json"], &["policy", "-o", "sarif"]] {
        let run = trimtab(args).on("");
        assert_eq!(run.code, Some(2));
        assert!(!run.stderr.contains("--report"), "{}", run.stderr);
    }
}

/// The variable is for what compares; with it, a render is still what is read.
#[test]
fn the_variable_of_the_baseline_is_not_meant() {
    let stream = milvus("my", "milvus", "proxy", 2);
    for baseline in ["cluster", "git:HEAD", "file:last.yaml"] {
        let outcome = trimtab(&["init"])
            .env("TRIMTAB_BASELINE", baseline)
            .on(&stream);
        assert!(outcome.ok().contains("    proxy: 2\n"));
    }
}

/// What runs in the namespace of the kubeconfig, without what an autoscaler owns.
#[cfg(feature = "cluster")]
#[test]
fn what_runs_in_a_cluster() {
    let object = |kind: &str, api: &str, name: &str, spec: &str| {
        format!(
            "- {{apiVersion: {api}, kind: {kind}, metadata: {{name: {name}, namespace: milvus}}, spec: {spec}}}\n"
        )
    };
    let worker = |name: &str, count: u32| {
        let labels = format!(
            "{{app.kubernetes.io/name: milvus, app.kubernetes.io/instance: my, component: {name}}}"
        );
        let spec = format!("{{replicas: {count}, selector: {{matchLabels: {labels}}}}}");
        object("Deployment", "apps/v1", name, &spec)
    };
    let items = [
        worker("querynode", 4),
        worker("proxy", 2),
        worker("mixcoord", 1),
        object(
            "HorizontalPodAutoscaler",
            "autoscaling/v2",
            "h",
            "{minReplicas: 1, maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: proxy}}",
        ),
    ];
    let list = format!("apiVersion: v1\nkind: List\nitems:\n{}", items.concat());
    let server = api_server::ApiServer::new(&list, &[]).expect("a server");
    let at = |args: &[&str]| {
        let run = trimtab(args);
        fs::write(run.home.path().join("config"), server.kubeconfig()).expect("a file");
        let config = run.home.path().join("config");
        run.env("KUBECONFIG", config.to_str().expect("a path"))
    };
    let policy = run(&mut at(&["init", "-b", "cluster"]).command).ok();
    insta::assert_snapshot!(policy);
    let empty = at(&["init", "-b", "cluster", "-n", "nowhere"]);
    fails(empty, "no workload runs in the namespace nowhere");
    let asked = server.asked();
    assert!(
        !asked.iter().any(|it| it == "secrets" || it == "pods"),
        "{asked:?}"
    );
}
