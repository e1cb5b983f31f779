//! `trimtab init -b cluster`: the policy of what runs.

use crate::TestOf;
use crate::release::Release;
use crate::support::{self, TRIMTAB};

pub(crate) const TESTS: &[TestOf<Release>] = tests![a_policy_of_what_runs];

/// The counts are those that run, not those of the last release, and an upgrade with the policy keeps them.
fn a_policy_of_what_runs(release: &Release) {
    let values = "queryNode.replicas=3,proxy.replicas=2";
    let args = ["--create-namespace", "--set", values, "--wait"];
    release.upgrade_without_trimtab(&args).ok();
    let namespace = release.namespace.as_str();
    let scale = ["scale", "deployment/my-release-milvus-querynode"];
    let scale = [&scale[..], &["--replicas=4", "-n", namespace]].concat();
    release.cluster.kubectl(&scale).ok();

    let mut init = release.command(TRIMTAB.as_ref());
    let policy = support::run(init.args(["init", "-b", "cluster", "-n", namespace])).ok();
    for line in [
        "  extends: milvus\n",
        "    queryNode: 4\n",
        "    proxy: 2\n",
        "  # No target for mixCoord: a coordinator, which does not scale.\n",
        "those that run",
    ] {
        assert!(policy.contains(line), "{line}: {policy}");
    }
    let policy = release.file("policy.yaml", &policy);
    let policy = policy.to_str().expect("a path");
    let upgrade = ["--reuse-values"];
    release
        .upgrade_with(&[("TRIMTAB_POLICY", policy)], &upgrade)
        .ok();
    release.assert_counts("datanode=1 mixcoord=1 proxy=2 querynode=4 streamingnode=1");
}
