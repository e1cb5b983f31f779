//! Which files the hooks read, and the examples of the documentation.

use std::fs;

use crate::Test;
use crate::repository::{Repository, deployment, refused, said};
use crate::support::root;

pub(crate) const TESTS: &[Test] = tests![
    all_files_whatever_changed,
    environments_with_the_same_names,
    templates_of_a_chart,
    a_template_elsewhere,
    ignored_files,
    the_hooks_are_valid,
    the_examples_are_valid,
];

const PROD: &str = "apiVersion: trimtab.dev/v1alpha1
kind: ReplicaPolicy
metadata: {name: prod}
spec:
  extends: milvus
  targets: {queryNode: 3, dataNode: 2}
";

/// A target is looked for in the whole repository, also when a commit touches one file, or none that is YAML.
fn all_files_whatever_changed() {
    let repository = Repository::new(
        "  - id: trimtab-check-system
    args: [--policy, prod.yaml]",
    );
    repository.write("prod.yaml", PROD);
    repository.write("k8s/querynode.yaml", &deployment("querynode", 3));
    repository.write("k8s/datanode.yaml", &deployment("datanode", 2));
    repository.commit().ok();

    repository.write("README.md", "# Deployments\n");
    repository.commit().ok();

    repository.write("k8s/datanode.yaml", &deployment("datanode", 7));
    repository.commit_unchecked();
    repository.write("README.md", "# Deployments and more\n");
    refused(
        &repository.commit(),
        &["error[target-drift]", "k8s/datanode.yaml"],
    );
}

fn environments_with_the_same_names() {
    let repository = Repository::new(
        "  - id: trimtab-check-system
    name: prod
    args: [--policy, prod.yaml, --baseline, 'git:', prod]
  - id: trimtab-check-system
    name: dev
    args: [--baseline, 'git:', dev]",
    );
    repository.write("prod.yaml", PROD);
    for folder in ["prod", "dev"] {
        repository.write(
            &format!("{folder}/querynode.yaml"),
            &deployment("querynode", 3),
        );
        repository.write(
            &format!("{folder}/datanode.yaml"),
            &deployment("datanode", 2),
        );
    }
    repository.commit().ok();

    repository.write("dev/querynode.yaml", &deployment("querynode", 2));
    repository.commit().ok();

    repository.write("prod/querynode.yaml", &deployment("querynode", 2));
    let outcome = repository.commit();
    refused(&outcome, &["error[target-drift]", "prod/querynode.yaml"]);
    assert!(
        !said(&outcome).contains("dev/querynode.yaml"),
        "{}",
        said(&outcome)
    );
}

fn templates_of_a_chart() {
    let repository = Repository::new(
        "  - id: trimtab-check-system
    verbose: true",
    );
    let template = deployment("querynode", 1).replace("1 #", "{{ .Values.replicas }} #");
    repository.write(
        "charts/db/Chart.yaml",
        "apiVersion: v2\nname: db\nversion: 0.1.0\n",
    );
    repository.write("charts/db/templates/querynode.yaml", &template);
    repository.write("k8s/querynode.yaml", &deployment("querynode", 3));
    let said = said(&repository.commit());
    assert!(
        said.contains("skipped charts/db/templates/querynode.yaml"),
        "{said}"
    );
    assert_eq!(repository.commits(), 1, "{said}");
}

fn a_template_elsewhere() {
    let repository = Repository::new("  - id: trimtab-check-system");
    let template = deployment("querynode", 1);
    let template = format!("{{{{- if .Values.enabled }}}}\n{template}{{{{- end }}}}\n");
    repository.write("k8s/querynode.yaml", &template);
    refused(
        &repository.commit(),
        &["- exit code: 2", "k8s/querynode.yaml", "template"],
    );
}

/// What git does not keep is not judged.
fn ignored_files() {
    let repository = Repository::new("  - id: trimtab-check-system");
    repository.write(".gitignore", "/rendered\n");
    repository.write("rendered/mixcoord.yaml", &deployment("mixcoord", 3));
    repository.write("k8s/querynode.yaml", &deployment("querynode", 3));
    repository.commit().ok();
    repository.write("k8s/mixcoord.yaml", &deployment("mixcoord", 3));
    refused(
        &repository.commit(),
        &["error[coordinator-scaled]", "k8s/mixcoord.yaml"],
    );
}

fn the_hooks_are_valid() {
    let repository = Repository::new("  - id: trimtab-check-system");
    let hooks = root().join(".pre-commit-hooks.yaml");
    let outcome = repository.pre_commit(&["validate-manifest", hooks.to_str().expect("UTF-8")]);
    let said = said(&outcome);
    assert!(outcome.code == Some(0) && said.is_empty(), "{said}");
}

/// Each example of a configuration is one for pre-commit, and names this version.
fn the_examples_are_valid() {
    let repository = Repository::new("  - id: trimtab-check-system");
    let text = fs::read_to_string(root().join("docs/pre-commit.md")).expect("the documentation");
    let blocks = text.split("```yaml\n").skip(1);
    let blocks = blocks.filter_map(|rest| rest.split("```").next());
    let examples: Vec<&str> = blocks.filter(|block| block.starts_with("repos:")).collect();
    assert!(!examples.is_empty());
    let versions = [
        concat!("rev: v", env!("CARGO_PKG_VERSION")),
        concat!("trimtab==", env!("CARGO_PKG_VERSION")),
    ];
    for example in examples {
        let names = |version: &str| example.contains(version);
        assert!(versions.into_iter().any(names), "{example}");
        repository.write("example.yaml", example);
        let outcome = repository.pre_commit(&["validate-config", "example.yaml"]);
        let said = said(&outcome);
        assert!(
            outcome.code == Some(0) && said.is_empty(),
            "{said}\n{example}"
        );
    }
}
