//! The exports of a plan in the tools that they are for: real kustomize, real Helm and real kubectl come to the counts that the
//! filter writes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

use crate::helm::Helm;
use crate::support::readme::{Host, run_document};
use crate::support::{self, TRIMTAB};
use crate::{HELM_4, kustomize};

/// What needs Helm and kubectl.
pub(crate) const TESTS: &[crate::UnderHelm] = tests![
    the_values_render_the_targets,
    the_values_render_the_next_step,
    the_values_of_an_aliased_chart_are_under_its_alias,
    kubectl_applies_the_patches,
];

/// What needs kustomize.
pub(crate) const OF_KUSTOMIZE: &[(&str, fn())] = tests![
    a_component_of_each_shape,
    a_component_of_each_step,
    a_component_that_sets_nothing,
    the_plan_document,
];

/// The replicas of each workload by kind, namespace and name.
type Counts = BTreeMap<String, Value>;

fn counts(stream: &str) -> Counts {
    let documents = serde_yaml::Deserializer::from_str(stream);
    let objects = documents.map(|document| Value::deserialize(document).expect("YAML"));
    let workloads = objects.filter(|object| object.pointer("/spec/selector").is_some());
    let counts = workloads.map(|object| {
        let text = |pointer| object.pointer(pointer).and_then(Value::as_str);
        let kind = text("/kind").expect("a kind");
        let namespace = text("/metadata/namespace").unwrap_or_default();
        let name = text("/metadata/name").expect("a name");
        let count = object.pointer("/spec/replicas").cloned();
        (
            format!("{kind} {namespace}/{name}"),
            count.unwrap_or_default(),
        )
    });
    counts.collect()
}

/// Runs trimtab in a folder over a stream.
#[track_caller]
fn trimtab(folder: &Path, args: &[&str], stream: &str) -> String {
    let mut trimtab = support::command(TRIMTAB, folder, &[]);
    trimtab.args(args).current_dir(folder);
    support::run_with(&mut trimtab, stream.as_bytes()).ok()
}

/// What the filter writes with the arguments of a plan.
#[track_caller]
fn filtered(folder: &Path, args: &[&str], stream: &str) -> String {
    let has_baseline = args.iter().any(|arg| arg.starts_with("--baseline=file:"));
    let step = has_baseline.then_some("--scale-in=step");
    let args: Vec<&str> = step.into_iter().chain(args.iter().copied()).collect();
    trimtab(folder, &args, stream)
}

/// What kustomize makes of a stream with the component that a plan prints.
#[track_caller]
fn built(folder: &Path, args: &[&str], stream: &str) -> String {
    let plan = [&["plan", "--output=kustomize"], args].concat();
    let files = [
        ("base/kustomization.yaml", "resources: [stream.yaml]\n"),
        ("base/stream.yaml", stream),
        ("counts/kustomization.yaml", &trimtab(folder, &plan, stream)),
        (
            "kustomization.yaml",
            "resources: [base]\ncomponents: [counts]\n",
        ),
    ];
    for (file, text) in files {
        let file = folder.join(file);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, text).expect("a file");
    }
    let program = kustomize::program().expect("a kustomize");
    let mut kustomize = support::command(program, folder, &[]);
    support::run(kustomize.arg("build").arg(folder)).ok()
}

/// Each case of a component that is printed: kustomize comes to the counts of the filter.
fn a_component_of_each_shape() {
    let cases = fs::read_dir(support::root().join("testdata/cases")).expect("the cases");
    let mut tried = 0;
    for case in cases {
        let case = case.expect("a case").path();
        let name = case
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let is_printed = fs::read_to_string(case.join("report.txt")).is_ok_and(|it| !it.is_empty());
        if !name.starts_with("plan-as-kustomize") || !is_printed {
            continue;
        }
        let folder = TempDir::new().expect("a folder");
        support::copy_folder(&case, folder.path(), &[]);
        let args = fs::read_to_string(case.join("args")).expect("arguments");
        let args: Vec<&str> = args.lines().skip(3).collect();
        let stream = fs::read_to_string(case.join("input.yaml")).expect("a stream");
        let built = counts(&built(folder.path(), &args, &stream));
        assert_eq!(
            built,
            counts(&filtered(folder.path(), &args, &stream)),
            "{name}"
        );
        tried += 1;
    }
    assert!(tried > 1, "{tried} cases");
}

/// Renders of a real chart, with counts that are absent, null and set, on the way from five to one.
fn a_component_of_each_step() {
    for render in ["cluster", "five", "groups", "autoscaled"] {
        let folder = TempDir::new().expect("a folder");
        let rendered = support::root().join("testdata/charts/rendered/helm4");
        let stream = fs::read_to_string(rendered.join(format!("{render}.yaml"))).expect("a render");
        let five = rendered.join("five.yaml");
        fs::copy(five, folder.path().join("five.yaml")).expect("a baseline");
        let args = [
            "--baseline=file:five.yaml",
            "--target=queryNode=2,dataNode=1,proxy=6",
            "--mode=warn",
        ];
        let built = counts(&built(folder.path(), &args, &stream));
        let filtered = counts(&filtered(folder.path(), &args, &stream));
        assert_eq!(built, filtered, "{render}");
        assert_ne!(built, counts(&stream), "{render}");
    }
}

fn a_component_that_sets_nothing() {
    let folder = TempDir::new().expect("a folder");
    let stream = HELM_4.plain(&[]);
    let built = counts(&built(folder.path(), &[], &stream));
    assert_eq!(built, counts(&stream));
}

/// The commands of `docs/plan.md`.
fn the_plan_document() {
    let program = kustomize::program().expect("a kustomize");
    let folder = program.parent().expect("a folder");
    run_document("docs/plan.md", Host::Kustomize(folder)).unwrap_or_else(|error| panic!("{error}"));
}

/// Renders a chart with the values that a plan prints of its first render; gives that, and what comes of it.
#[track_caller]
fn rendered_again(helm: &Helm, chart: &Path, folder: &Path, args: &[&str]) -> (String, String) {
    let first = rendered(helm, chart, None);
    let plan = [&["plan", "--output=values"], args].concat();
    let values = folder.join("values.yaml");
    fs::write(&values, trimtab(folder, &plan, &first)).expect("values");
    (rendered(helm, chart, Some(&values)), first)
}

#[track_caller]
fn rendered(helm: &Helm, chart: &Path, values: Option<&Path>) -> String {
    let mut command = helm.command();
    command
        .args(["template", "my-release", "-n", "milvus"])
        .arg(chart);
    if let Some(values) = values {
        command.arg("--values").arg(values);
    }
    support::run(&mut command).ok()
}

fn vectors() -> std::path::PathBuf {
    support::root().join("testdata/charts/vectors")
}

fn the_values_render_the_targets(helm: &Helm) {
    let folder = TempDir::new().expect("a folder");
    let args = ["--target=queryNode=3,dataNode=2,proxy=1"];
    let (again, first) = rendered_again(helm, &vectors(), folder.path(), &args);
    assert_eq!(
        counts(&again),
        counts(&filtered(folder.path(), &args, &first))
    );
    let check = [&["check"], &args[..]].concat();
    trimtab(folder.path(), &check, &again);
}

fn the_values_render_the_next_step(helm: &Helm) {
    let folder = TempDir::new().expect("a folder");
    let five = support::root().join("testdata/charts/rendered/helm3/five.yaml");
    fs::copy(five, folder.path().join("five.yaml")).expect("a baseline");
    let args = [
        "--baseline=file:five.yaml",
        "--target=queryNode=2,dataNode=1,streamingNode=1",
        "--mode=warn",
    ];
    let (again, first) = rendered_again(helm, &vectors(), folder.path(), &args);
    let counts = counts(&again);
    assert_eq!(
        counts,
        self::counts(&filtered(folder.path(), &args, &first))
    );
    let querynode = counts.get("Deployment milvus/my-release-milvus-querynode");
    let querynode = querynode.or(counts.get("Deployment /my-release-milvus-querynode"));
    assert_eq!(querynode, Some(&Value::from(4)), "{counts:?}");
}

fn the_values_of_an_aliased_chart_are_under_its_alias(helm: &Helm) {
    let folder = TempDir::new().expect("a folder");
    let umbrella = folder.path().join("umbrella");
    support::copy_folder(&vectors(), &umbrella.join("charts/vectors"), &[]);
    let chart = "apiVersion: v2\nname: umbrella\nversion: 0.1.0\ndependencies:\n\
                 - {name: vectors, version: 0.1.0, alias: vecdb}\n- {name: vectors, version: 0.1.0, alias: other}\n";
    fs::write(umbrella.join("Chart.yaml"), chart).expect("a chart");
    let values =
        "vecdb: {nameOverride: vecdb}\nother: {nameOverride: other, cluster: {enabled: false}}\n";
    fs::write(umbrella.join("values.yaml"), values).expect("values");
    let policy = "apiVersion: trimtab.dev/v1alpha1\nkind: ReplicaPolicy\nmetadata: {name: test}\n\
                  spec: {extends: milvus, matchLabels: {app.kubernetes.io/name: vecdb}, targets: {queryNode: 3}}\n";
    fs::write(folder.path().join("policy.yaml"), policy).expect("a policy");
    let args = ["--policy=policy.yaml"];
    let (again, first) = rendered_again(helm, &umbrella, folder.path(), &args);
    let values = fs::read_to_string(folder.path().join("values.yaml")).expect("values");
    assert!(
        values.contains("vecdb:\n  queryNode:\n    replicas: 3\n"),
        "{values}"
    );
    assert_eq!(
        counts(&again),
        counts(&filtered(folder.path(), &args, &first))
    );
}

/// `kubectl patch --local` reads a file with one object; its `test` fails where the count is another.
fn kubectl_applies_the_patches(_helm: &Helm) {
    let folder = TempDir::new().expect("a folder");
    let object = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: q, namespace: milvus}\nspec:\n  replicas: 1\n  \
                  selector:\n    matchLabels: {app.kubernetes.io/name: milvus, component: querynode}\n  \
                  template: {metadata: {labels: {component: querynode}}, spec: {containers: [{name: q, image: q}]}}\n";
    let absent = object.replace("  replicas: 1\n", "");
    for stream in [object, &absent] {
        let plan = ["plan", "--output=json-patch", "--target=queryNode=3"];
        let patches = trimtab(folder.path(), &plan, stream);
        let patches: Value = serde_json::from_str(&patches).expect("JSON");
        let patch = patches.pointer("/0/patch").expect("a patch").to_string();
        let apply = |object: &str| {
            let file = folder.path().join("object.yaml");
            fs::write(&file, object).expect("an object");
            let mut kubectl = support::command(crate::program("kubectl"), folder.path(), &[]);
            let args = [
                "patch",
                "--local",
                "--type=json",
                "-o",
                "yaml",
                "-p",
                &patch,
            ];
            support::run(kubectl.args(args).arg("-f").arg(file))
        };
        let counts = counts(&apply(stream).ok());
        assert_eq!(counts.get("Deployment milvus/q"), Some(&Value::from(3)));
        if stream == object {
            let other = apply(&object.replace("replicas: 1", "replicas: 2"));
            assert_ne!(other.code, Some(0), "the test on the old value fails");
        }
    }
}
