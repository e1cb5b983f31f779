//! trimtab as a KRM function of the real kustomize, with the policy in the function's configuration.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::readme::{Host, run_document};
use crate::support::{self, Outcome};

pub(crate) const TESTS: &[(&str, fn())] = tests![
    build_applies_the_targets,
    build_shows_a_refusal,
    build_shows_what_is_wrong_with_the_policy,
    build_of_an_overlay,
    build_sends_what_the_tests_read,
    exec_must_be_enabled,
    fn_run_applies_the_targets,
    fn_run_keeps_the_files_of_a_refusal,
    fn_run_writes_the_results,
    fn_run_sends_what_the_tests_read,
    the_document,
];

const BUILD: [&str; 3] = ["build", "--enable-alpha-plugins", "--enable-exec"];
const FN_RUN: [&str; 3] = ["fn", "run", "--enable-exec"];

/// Where `tests/cluster/build` puts the version that its modules require.
pub(crate) fn program() -> Option<PathBuf> {
    support::built("kustomize", "sigs.k8s.io/kustomize/kustomize/v5")
}

fn root(path: &str) -> PathBuf {
    support::root().join(path)
}

/// A copy of one of the folders beside the captured lists.
struct Folder {
    copy: TempDir,
}

impl Folder {
    fn new(name: &str) -> Self {
        let copy = TempDir::new().expect("a temporary folder");
        support::copy_folder(&root("testdata/krm").join(name), copy.path(), &[]);
        Self { copy }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.copy.path().join(file)
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).expect("a file of the folder")
    }

    #[track_caller]
    fn change(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert!(text.contains(from), "{file} has no {from:?}");
        fs::write(self.path(file), text.replace(from, to)).expect("a changed file");
    }

    /// Two replicas for the coordinator, whose `spec` is the only one that begins with its count.
    fn scale_the_coordinator(&self, file: &str) {
        self.change(file, "spec:\n  replicas: 1\n", "spec:\n  replicas: 2\n");
    }

    /// Runs kustomize on a folder of it; functions are found in the folders first.
    fn kustomize(&self, args: &[&str], folder: &str, functions: &Path) -> Outcome {
        let program = program().expect("a kustomize");
        let mut kustomize = support::command(program, self.copy.path(), &[functions]);
        kustomize.args(args).arg(self.path(folder));
        support::run(kustomize.current_dir(support::root()))
    }

    fn with_trimtab(&self, args: &[&str], folder: &str) -> Outcome {
        self.kustomize(args, folder, support::trimtab_folder())
    }

    /// What the function `trimtab` of this folder is given.
    fn sent(&self, args: &[&str]) -> String {
        let functions = TempDir::new().expect("a temporary folder");
        let (function, sent) = (
            functions.path().join("trimtab"),
            functions.path().join("sent.yaml"),
        );
        let script = format!("#!/bin/sh\nexec tee '{}'\n", sent.display());
        fs::write(&function, script).expect("a function");
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&function, mode).expect("a program");
        self.kustomize(args, "", functions.path()).ok();
        fs::read_to_string(sent).expect("what was sent")
    }
}

fn captured(name: &str) -> String {
    fs::read_to_string(root("testdata/krm").join(name)).expect("a captured list")
}

fn build_sends_what_the_tests_read() {
    assert_eq!(Folder::new("app").sent(&BUILD), captured("build.yaml"));
}

fn fn_run_sends_what_the_tests_read() {
    assert_eq!(
        Folder::new("package").sent(&FN_RUN),
        captured("fn-run.yaml")
    );
}

/// What kustomize prints with trimtab differs in the counts alone from what it prints without.
fn build_applies_the_targets() {
    let app = Folder::new("app");
    let outcome = app.with_trimtab(&BUILD, "");
    let changes = "querynode 1 -> 3";
    assert!(outcome.stderr.contains(changes), "{}", outcome.stderr);
    app.change("kustomization.yaml", "transformers:\n- policy.yaml\n", "");
    let plain = app.with_trimtab(&BUILD, "").ok();
    let at = plain.find("component: querynode").expect("a query node");
    let (before, after) = plain.split_at(at);
    let count = before.rfind("  replicas: 1\n").expect("its count");
    let expected = format!(
        "{}  replicas: 3{}{after}",
        &before[..count],
        &before[count + 13..]
    )
    .replacen(
        "spec:\n  selector:\n",
        "spec:\n  replicas: 2\n  selector:\n",
        1,
    );
    assert_eq!(outcome.ok(), expected);
}

fn build_shows_a_refusal() {
    let app = Folder::new("app");
    app.scale_the_coordinator("workloads.yaml");
    let outcome = app.with_trimtab(&BUILD, "");
    let why = "error[coordinator-scaled]: mixCoord would run at 2";
    assert!(outcome.stderr.contains(why), "{}", outcome.stderr);
    assert_eq!((outcome.code, outcome.stdout), (Some(1), Vec::new()));
}

fn build_shows_what_is_wrong_with_the_policy() {
    for (from, to, why) in [
        ("kind: ReplicaPolicy", "kind: ConfigMap", "ReplicaPolicy"),
        ("queryNode", "queryNodes", "did you mean `queryNode`"),
    ] {
        let app = Folder::new("app");
        app.change("policy.yaml", from, to);
        let outcome = app.with_trimtab(&BUILD, "");
        assert!(outcome.stderr.contains(why), "{}", outcome.stderr);
        assert_eq!((outcome.code, outcome.stdout), (Some(1), Vec::new()));
    }
}

/// A policy in a folder of its own, which kustomize gives labels, a prefix and a namespace; it extends a file, whose
/// path counts from the folder of the kustomization that names the function.
fn build_of_an_overlay() {
    let app = Folder::new("app");
    let files = [
        (
            "policies/kustomization.yaml",
            "resources: [policy.yaml]\nnamespace: vectors\nnamePrefix: a-\nlabels: [{pairs: {team: search}}]\n",
        ),
        (
            "overlay/kustomization.yaml",
            "resources: [../base]\ntransformers: [../policies]\n",
        ),
        ("base/kustomization.yaml", "resources: [workloads.yaml]\n"),
        ("base/workloads.yaml", &app.read("workloads.yaml")),
        (
            "policies/policy.yaml",
            &app.read("policy.yaml")
                .replace("extends: milvus", "extends: ../limits.yaml"),
        ),
        (
            "limits.yaml",
            "apiVersion: trimtab.dev/v1alpha1\nkind: ReplicaPolicy\nspec: {extends: milvus, targets: {proxy: {replicas: 1, optional: true}}}\n",
        ),
    ];
    for (file, text) in files {
        let path = app.path(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let printed = app.with_trimtab(&BUILD, "overlay").ok();
    assert!(printed.contains("  replicas: 3\n"), "{printed}");
}

/// Without its flags, kustomize silently skips the function, or stops; docs/krm.md says so.
fn exec_must_be_enabled() {
    let app = Folder::new("app");
    let printed = app.with_trimtab(&BUILD[..2], "").ok();
    assert!(!printed.contains("replicas: 3"), "{printed}");
    let outcome = app.with_trimtab(&BUILD[..1], "");
    let why = "external plugins disabled";
    assert!(outcome.stderr.contains(why), "{}", outcome.stderr);
}

fn fn_run_applies_the_targets() {
    let package = Folder::new("package");
    package.with_trimtab(&FN_RUN, "").ok();
    for folder in ["dev", "prod"] {
        let text = package.read(&format!("{folder}/workloads.yaml"));
        assert!(text.contains("  replicas: 3 # one\n"), "{text}");
    }
}

fn fn_run_keeps_the_files_of_a_refusal() {
    let package = Folder::new("package");
    package.scale_the_coordinator("prod/workloads.yaml");
    let files = ["dev/workloads.yaml", "prod/workloads.yaml", "policy.yaml"];
    let before = files.map(|file| package.read(file));
    let outcome = package.with_trimtab(&FN_RUN, "");
    let why = "error[coordinator-scaled]";
    assert!(outcome.stderr.contains(why), "{}", outcome.stderr);
    assert_eq!(outcome.code, Some(1));
    assert_eq!(files.map(|file| package.read(file)), before);
}

fn fn_run_writes_the_results() {
    let package = Folder::new("package");
    package.scale_the_coordinator("prod/workloads.yaml");
    let results = TempDir::new().expect("a temporary folder");
    let folder = results.path().to_str().expect("a plain path");
    let mut args = FN_RUN.to_vec();
    args.extend(["--results-dir", folder]);
    let outcome = package.with_trimtab(&args, "");
    assert_eq!(outcome.code, Some(1));
    let text = fs::read_to_string(results.path().join("results-0.yaml")).expect("results");
    let read: Value = serde_yaml::from_str(&text).expect("YAML");
    let at = |pointer| read.pointer(pointer).and_then(Value::as_str);
    assert_eq!(at("/0/severity"), Some("error"));
    assert_eq!(at("/0/file/path"), Some("prod/workloads.yaml"));
    assert_eq!(
        at("/0/resourceRef/name"),
        Some("my-release-milvus-mixcoord")
    );
    assert_eq!(at("/0/tags/rule"), Some("coordinator-scaled"));
}

fn the_document() {
    let program = program().expect("a kustomize");
    let folder = program.parent().expect("a folder");
    run_document("docs/krm.md", Host::Kustomize(folder)).unwrap_or_else(|error| panic!("{error}"));
}
