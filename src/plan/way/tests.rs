//! A way is held against the runs that it foretells, each with the counts of the one before as its baseline.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a panic fails the test, as it should"
)]

use std::fmt::Write as _;

use super::*;
use crate::baseline::{Baseline, Snapshot};
use crate::host::Host;
use crate::manifest::{Kinds, Manifest, Origin};
use crate::plan::Purpose;
use crate::policy::PolicyOptions;
use crate::rules::RULES;
use crate::source::Sources;

/// Two groups of query nodes, and one of data nodes.
const WORKLOADS: [(&str, &str); 3] = [("querynode", "a"), ("querynode", "b"), ("datanode", "c")];

type Counts = [u32; 3];

fn manifest(sources: &mut Sources, counts: Counts) -> Manifest {
    let mut text = String::new();
    for ((component, name), count) in WORKLOADS.into_iter().zip(counts) {
        write!(
            text,
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  replicas: {count}\n  \
             selector: {{matchLabels: {{app.kubernetes.io/name: milvus, component: {component}}}}}\n"
        )
        .unwrap();
    }
    let origin = Origin {
        source: sources.add("<stdin>", text.clone()),
        folder: None,
        namespace: None,
        is_resource_list: false,
    };
    Manifest::read(&origin, &text, &Kinds::new(["Deployment"])).unwrap()
}

fn policy(sources: &mut Sources, targets: Counts, scale_in: &str) -> Policy {
    let [a, b, c] = targets;
    let labels = |component: &str| {
        format!(
            "workloads: [{{apiVersion: apps/v1, kind: Deployment, matchLabels: {{component: {component}}}}}]"
        )
    };
    let text = format!(
        "apiVersion: trimtab.dev/v1alpha1\nkind: ReplicaPolicy\nmetadata: {{name: test}}\nspec:\n  \
         scaleIn: {scale_in}\n  components:\n    dataNode: {{role: worker, {}}}\n    \
         queryNode: {{role: worker, {}}}\n  targets:\n    queryNode: {{replicas: {a}}}\n    dataNode: {c}\n",
        labels("datanode"),
        labels("querynode"),
    );
    let options = PolicyOptions {
        function_config: Some(&text),
        rules: RULES,
        ..PolicyOptions::default()
    };
    assert_eq!(a, b);
    Policy::load(sources, &options).unwrap()
}

/// A run with `--scale-in step`: the counts that it writes, and the way from there.
fn run(before: Counts, targets: Counts, scale_in: &str) -> (Counts, Way) {
    with_plan(before, targets, scale_in, Purpose::Write, |plan| {
        let counts = plan.in_stream_order().into_iter();
        let counts: Vec<u32> = counts.map(|it| it.this_release.unwrap()).collect();
        (counts.try_into().unwrap(), plan.way(&plan.releases[0]))
    })
}

fn with_plan<T>(
    before: Counts,
    targets: Counts,
    scale_in: &str,
    purpose: Purpose,
    look: impl FnOnce(&Plan<'_>) -> T,
) -> T {
    let mut sources = Sources::default();
    let baseline = Snapshot::new("test".to_owned(), manifest(&mut sources, before));
    let baseline = Baseline::Snapshot(baseline);
    let policy = policy(&mut sources, targets, scale_in);
    let stream = manifest(&mut sources, before);
    let plan = Plan::new(&stream, &policy, &baseline, purpose, Host::Shell).unwrap();
    look(&plan.with_steps(&|_| false))
}

fn next(way: &Way) -> Vec<Vec<u32>> {
    way.groups
        .iter()
        .flat_map(|it| it.next.iter().map(|own| own.to_vec()))
        .collect()
}

#[test]
fn each_run_does_what_the_one_before_foretold() {
    let limits = [
        "{maxReplicas: 1, maxComponents: 1, floor: 1}",
        "{maxReplicas: 2, maxComponents: 1, floor: 1}",
        "{maxReplicas: null, maxPercent: 40, maxComponents: 2, floor: 2}",
        "{maxReplicas: 1, maxComponents: null, floor: 0}",
    ];
    let counts = [1, 2, 5];
    let triples = counts
        .into_iter()
        .flat_map(|a| counts.map(|b| (a, b)))
        .flat_map(|(a, b)| counts.map(|c| [a, b, c]));
    for before in triples {
        for (target, scale_in) in limits.into_iter().flat_map(|it| [(2, it), (3, it)]) {
            walk(before, [target, target, 2], scale_in);
        }
    }
}

/// Runs until nothing remains.
fn walk(mut before: Counts, targets: Counts, scale_in: &str) {
    let (mut now, mut way) = run(before, targets, scale_in);
    for _ in 0..20 {
        let told = format!("{before:?} -> {now:?} -> {targets:?} with {scale_in}: {way:?}");
        assert_eq!(way.releases == 0, now == targets, "{told}");
        if way.releases == 0 {
            return;
        }
        let foretold = next(&way);
        before = now;
        let (after, rest) = run(before, targets, scale_in);
        for ((next, now), after) in foretold.iter().zip(now).zip(after) {
            assert_eq!(next.first().copied().unwrap_or(now), after, "{told}");
        }
        assert_eq!(rest.releases, way.releases - 1, "{told}");
        (now, way) = (after, rest);
    }
    panic!("{before:?} never comes to {targets:?} with {scale_in}");
}

#[test]
fn a_component_waits_for_its_turn() {
    let (now, way) = run([1, 4, 4], [2, 2, 2], "{maxReplicas: 1, maxComponents: 1}");
    assert_eq!(now, [2, 3, 4]);
    assert_eq!(next(&way), [vec![], vec![2], vec![4, 3, 2]]);
    let releases: Vec<usize> = way.groups.iter().map(|it| it.releases).collect();
    assert_eq!((way.releases, releases), (3, vec![1, 3]));
}

#[test]
fn where_no_step_is_allowed_something_remains() {
    for scale_in in ["{maxReplicas: 0}", "{maxReplicas: 1, maxComponents: 0}"] {
        let way = with_plan([3, 3, 4], [4, 4, 2], scale_in, Purpose::Check, |plan| {
            plan.way(&plan.releases[0])
        });
        assert_eq!(way.releases, 1, "{scale_in}");
        assert_eq!(next(&way), [vec![4], vec![4], vec![]], "{scale_in}");
        let ends: Vec<LadderEnd> = way.groups.iter().map(|it| it.end).collect();
        assert_eq!(ends, [LadderEnd::Arrives, LadderEnd::Stuck], "{scale_in}");
    }
}
