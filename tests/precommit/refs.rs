//! Changes between two commits: in CI, and in a push.

use crate::Test;
use crate::repository::{Repository, deployment, refused};

pub(crate) const TESTS: &[Test] = tests![between_two_commits, a_push, a_revision_that_is_not_there];

const CHECK: &str = "  - id: trimtab-check-system
    args: [--baseline, 'git:']";

/// A repository where a commit got past the hooks that takes three of five query nodes.
fn with_a_bad_commit() -> Repository {
    let repository = Repository::new(CHECK);
    repository.write("prod/querynode.yaml", &deployment("querynode", 5));
    repository.commit().ok();
    repository.write("prod/querynode.yaml", &deployment("querynode", 2));
    repository.commit_unchecked();
    repository
}

/// `git:` alone is the commit that pre-commit compares with, else the last one.
fn between_two_commits() {
    let repository = with_a_bad_commit();
    repository.pre_commit(&["run", "--all-files"]).ok();
    refused(
        &repository.pre_commit(&["run", "--from-ref", "HEAD~1", "--to-ref", "HEAD"]),
        &[
            "queryNode would lose 3 of 5 replicas",
            "baseline: git:HEAD~1",
        ],
    );
}

fn a_push() {
    let repository = with_a_bad_commit();
    let remote = repository.beside("remote.git");
    let remote = remote.to_str().expect("UTF-8");
    repository.git(&["init", "--quiet", "--bare", remote]).ok();
    repository
        .pre_commit(&["install", "--hook-type", "pre-push"])
        .ok();
    repository
        .git(&["push", remote, "HEAD~1:refs/heads/main"])
        .ok();
    repository.git(&["remote", "add", "origin", remote]).ok();
    repository.git(&["fetch", "--quiet", "origin"]).ok();
    refused(
        &repository.git(&["push", "origin", "main"]),
        &["queryNode would lose 3 of 5 replicas"],
    );
}

/// As in a shallow clone: a missing baseline is not a reason to pass.
fn a_revision_that_is_not_there() {
    let repository = Repository::new(
        "  - id: trimtab-check-system
    args: [--baseline, 'git:origin/main']",
    );
    repository.write("prod/querynode.yaml", &deployment("querynode", 5));
    repository.commit_unchecked();
    repository.write("prod/querynode.yaml", &deployment("querynode", 4));
    refused(
        &repository.commit(),
        &["- exit code: 2", "unknown revision", "shallow clone"],
    );
}
