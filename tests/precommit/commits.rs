//! Commits that the hooks refuse, fix and let pass.

use std::fs;

use crate::Test;
use crate::repository::{Repository, deployment, refused, said};

pub(crate) const TESTS: &[Test] = tests![
    a_first_commit_and_a_refused_one,
    a_fixed_commit,
    a_fix_that_is_refused_changes_nothing,
    a_deleted_file,
    a_renamed_file,
    what_is_staged_is_what_counts,
    a_part_of_what_changed,
    a_linked_worktree,
];

const CHECK: &str = "  - id: trimtab-check-system
    args: [--baseline, 'git:']";

const POLICY: &str = "apiVersion: trimtab.dev/v1alpha1
kind: ReplicaPolicy
metadata: {name: test}
spec:
  extends: milvus
  targets: {queryNode: 3}
";

fn a_first_commit_and_a_refused_one() {
    let repository = Repository::new(CHECK);
    repository.write("prod/querynode.yaml", &deployment("querynode", 5));
    repository.commit().ok();

    repository.write("prod/querynode.yaml", &deployment("querynode", 2));
    refused(
        &repository.commit(),
        &[
            "error[scale-in-too-large]: queryNode would lose 3 of 5 replicas",
            "--> prod/querynode.yaml:6:15",
            "baseline: git:HEAD",
        ],
    );
    assert_eq!(repository.commits(), 1);

    repository.write("prod/querynode.yaml", &deployment("querynode", 4));
    repository.commit().ok();
    assert_eq!(repository.commits(), 2);
}

fn a_fixed_commit() {
    let repository = Repository::new(
        "  - id: trimtab-fix
    args: [--policy, policies/prod.yaml, prod]",
    );
    repository.write("policies/prod.yaml", POLICY);
    repository.write("prod/querynode.yaml", &deployment("querynode", 1));
    repository.write("dev/querynode.yaml", &deployment("querynode", 1));
    refused(
        &repository.commit(),
        &[
            "files were modified by this hook",
            "queryNode db-milvus-querynode 1 -> 3",
        ],
    );
    assert_eq!(
        repository.read("prod/querynode.yaml"),
        deployment("querynode", 3)
    );
    assert_eq!(
        repository.read("dev/querynode.yaml"),
        deployment("querynode", 1)
    );

    repository.commit().ok();
    let committed = repository.git(&["show", "HEAD:prod/querynode.yaml"]).ok();
    assert_eq!(committed, deployment("querynode", 3));
}

fn a_fix_that_is_refused_changes_nothing() {
    let repository = Repository::new(
        "  - id: trimtab-fix
    args: [--policy, policies/prod.yaml, --baseline, 'git:HEAD']",
    );
    repository.write("policies/prod.yaml", POLICY);
    repository.write("prod/querynode.yaml", &deployment("querynode", 5));
    repository.write("prod/datanode.yaml", &deployment("datanode", 2));
    repository.commit_unchecked();
    repository.write("prod/mixcoord.yaml", &deployment("mixcoord", 2));
    let outcome = repository.commit();
    refused(
        &outcome,
        &["error[scale-in-too-large]", "error[coordinator-scaled]"],
    );
    assert!(
        !said(&outcome).contains("files were modified"),
        "{}",
        said(&outcome)
    );
    assert_eq!(
        repository.read("prod/querynode.yaml"),
        deployment("querynode", 5)
    );
}

fn a_deleted_file() {
    let repository = Repository::new(CHECK);
    repository.write("prod/querynode.yaml", &deployment("querynode", 3));
    repository.write("prod/datanode.yaml", &deployment("datanode", 2));
    repository.commit().ok();

    fs::remove_file(repository.path.join("prod/querynode.yaml")).expect("a file");
    refused(
        &repository.commit(),
        &["error[worker-removed]", "git:HEAD:prod/querynode.yaml"],
    );

    fs::remove_dir_all(repository.path.join("prod")).expect("a folder");
    refused(&repository.commit(), &["error[release-removed]"]);
}

fn a_renamed_file() {
    let repository = Repository::new(CHECK);
    repository.write("prod/querynode.yaml", &deployment("querynode", 5));
    repository.write("prod/datanode.yaml", &deployment("datanode", 2));
    repository.commit().ok();

    repository
        .git(&["mv", "prod/querynode.yaml", "prod/search.yaml"])
        .ok();
    repository.commit().ok();
    repository
        .git(&["mv", "prod/search.yaml", "prod/query.yaml"])
        .ok();
    repository.write("prod/query.yaml", &deployment("querynode", 1));
    refused(
        &repository.commit(),
        &["queryNode would lose 4 of 5 replicas"],
    );
}

/// pre-commit puts away what is not staged while hooks run.
fn what_is_staged_is_what_counts() {
    let repository = Repository::new(CHECK);
    repository.write("prod/querynode.yaml", &deployment("querynode", 5));
    repository.commit().ok();

    repository.write("prod/querynode.yaml", &deployment("querynode", 4));
    repository.git(&["add", "--all"]).ok();
    repository.write("prod/querynode.yaml", &deployment("querynode", 1));
    repository.git(&["commit", "--message", "staged"]).ok();
    assert_eq!(
        repository.read("prod/querynode.yaml"),
        deployment("querynode", 1)
    );
    refused(
        &repository.commit(),
        &["queryNode would lose 3 of 4 replicas"],
    );
}

/// `git commit PATH` from a folder below, which works on an index of its own.
fn a_part_of_what_changed() {
    let repository = Repository::new(CHECK);
    repository.write("prod/querynode.yaml", &deployment("querynode", 5));
    repository.write("prod/datanode.yaml", &deployment("datanode", 5));
    repository.commit().ok();

    repository.write("prod/querynode.yaml", &deployment("querynode", 4));
    repository.write("prod/datanode.yaml", &deployment("datanode", 1));
    let commit = |file: &str| {
        repository.git_in(
            &repository.path.join("prod"),
            &["commit", "--message", file, file],
        )
    };
    refused(
        &commit("datanode.yaml"),
        &["dataNode would lose 4 of 5 replicas"],
    );
    commit("querynode.yaml").ok();
}

/// git sets `GIT_DIR` for the hooks of a linked worktree.
fn a_linked_worktree() {
    let repository = Repository::new(
        "  - id: trimtab-check-system
    args: [--baseline, 'git:', prod]",
    );
    repository.write("prod/querynode.yaml", &deployment("querynode", 5));
    repository.commit().ok();

    let linked = repository.beside("linked");
    let path = linked.to_str().expect("UTF-8");
    repository.git(&["worktree", "add", "--quiet", path]).ok();
    fs::write(
        linked.join("prod/querynode.yaml"),
        deployment("querynode", 2),
    )
    .expect("a file");
    refused(
        &repository.git_in(&linked, &["commit", "--all", "--message", "linked"]),
        &["queryNode would lose 3 of 5 replicas"],
    );
}
