//! Who owns `spec.replicas`: what trimtab says before an upgrade is what Helm then does.

use crate::TestOf;
use crate::release::Release;
use crate::support::Outcome;

pub(crate) const TESTS: &[TestOf<Release>] = tests![
    client_side_by_the_last_manifest,
    server_side_by_the_owners,
    client_side_where_helm_3_made_it,
];

/// Absent, as `--set queryNode.replicas=-1` renders it in the test chart.
const ABSENT: &str = "-1";

/// `replicas: ` without a value.
const NULL: &str = "";

/// What becomes of the count, by Helm alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Becomes {
    /// This many, which trimtab lets pass.
    Count(u32),
    /// One, which trimtab finds dropped.
    One,
    /// Helm fails halfway, which trimtab finds before.
    Conflict,
}

/// The last release, what `kubectl scale` set then, the new release, and what comes of it.
type Row = (&'static str, Option<u32>, &'static str, Becomes);

const CLIENT_SIDE: &[Row] = &[
    ("3", None, ABSENT, Becomes::One),
    ("3", None, NULL, Becomes::One),
    ("3", Some(4), ABSENT, Becomes::One),
    ("3", Some(4), "3", Becomes::Count(3)),
    ("3", Some(4), "4", Becomes::Count(4)),
    (ABSENT, Some(4), ABSENT, Becomes::Count(4)),
    (ABSENT, Some(4), NULL, Becomes::One),
    (NULL, Some(4), NULL, Becomes::One),
    (NULL, Some(4), ABSENT, Becomes::One),
];

const SERVER_SIDE: &[Row] = &[
    ("3", None, ABSENT, Becomes::One),
    ("3", None, NULL, Becomes::One),
    ("3", Some(4), ABSENT, Becomes::Count(4)),
    ("3", Some(4), "3", Becomes::Conflict),
    ("3", Some(4), "4", Becomes::Count(4)),
    (ABSENT, Some(4), ABSENT, Becomes::Count(4)),
    (ABSENT, Some(4), NULL, Becomes::One),
];

/// Helm 3, and Helm 4 on a release that was made so.
fn client_side_by_the_last_manifest(release: &Release) {
    let how: &[&str] = match release.major {
        4 => &["--server-side=false"],
        _ => &[],
    };
    each(release, CLIENT_SIDE, how);
}

/// What Helm 4 does by itself.
fn server_side_by_the_owners(release: &Release) {
    if release.major == 4 {
        each(release, SERVER_SIDE, &[]);
    }
}

/// Helm 4 goes on as Helm 3 began.
fn client_side_where_helm_3_made_it(release: &Release) {
    if release.major != 4 {
        return;
    }
    for row in CLIENT_SIDE {
        one(&release.with(&crate::HELM_3), release, row, &[]);
        release.helm(&["uninstall", "my-release", "--wait"]).ok();
    }
}

fn each(release: &Release, rows: &[Row], how: &[&str]) {
    for row in rows {
        one(release, release, row, how);
        release.helm(&["uninstall", "my-release", "--wait"]).ok();
    }
}

/// Asks trimtab first, then lets Helm do it without trimtab; `maker` is the Helm that installs the release.
fn one(maker: &Release, release: &Release, row: &Row, how: &[&str]) {
    let (last, scaled, new, becomes) = *row;
    let set = |count: &str| format!("queryNode.replicas={count},hooks.enabled=false");
    let (last, new) = (set(last), set(new));
    let first = [how, &["--create-namespace", "--set", &last]].concat();
    maker.upgrade_without_trimtab(&first).ok();
    if let Some(count) = scaled {
        scale(release, count);
    }
    release.await_rollout();
    let before = release.count_of("querynode");
    let next = ["--set", &new];
    let judged = release.upgrade_with(&[], &[&next[..], &["--dry-run=server"]].concat());
    assert_said(&judged, becomes, row);
    assert_eq!(release.count_of("querynode"), before, "{row:?}");
    let done = release.upgrade_without_trimtab(&next);
    let after = release.count_of("querynode");
    match becomes {
        Becomes::Count(count) => {
            done.ok();
            assert_eq!(after, count, "{row:?}");
        }
        Becomes::One => {
            done.ok();
            assert_eq!(after, 1, "{row:?}");
        }
        Becomes::Conflict => {
            assert_eq!(done.code, Some(1), "{row:?}");
            assert!(done.stderr.contains("conflict with"), "{}", done.stderr);
        }
    }
}

#[track_caller]
fn assert_said(judged: &Outcome, becomes: Becomes, row: &Row) {
    let (code, word) = match becomes {
        Becomes::Count(_) => (0, ""),
        Becomes::One => (1, "error[replicas-dropped]"),
        Becomes::Conflict => (1, "error[ownership-conflict]"),
    };
    assert_eq!(judged.code, Some(code), "{row:?}: {}", judged.stderr);
    assert!(judged.stderr.contains(word), "{row:?}: {}", judged.stderr);
}

fn scale(release: &Release, count: u32) {
    let replicas = format!("--replicas={count}");
    let deployment = "deployment/my-release-milvus-querynode";
    let args = ["scale", deployment, &replicas, "-n", &release.namespace];
    release.cluster.kubectl(&args).ok();
}
