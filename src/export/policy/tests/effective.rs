//! The effective policy is a policy with the same effect.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::argument::Argument;
use crate::export::policy::{as_json, as_yaml};
use crate::policy::built_in_names;

/// The policy without its origins.
fn values(policy: &Policy, sources: &Sources) -> serde_json::Value {
    let json = as_json(policy, sources);
    let all: serde_json::Value = serde_json::from_str(&json).unwrap();
    all.get("policy").unwrap().clone()
}

/// Prints a policy, loads what was printed, and compares the two.
#[track_caller]
fn comes_back(options: &PolicyOptions<'_>) -> Result<String, String> {
    let mut sources = Sources::default();
    let policy = load(options, &mut sources)?;
    let printed = as_yaml(&policy, &sources).unwrap();
    let saved = PolicyOptions {
        function_config: Some(&printed),
        ..PolicyOptions::default()
    };
    let mut new_sources = Sources::default();
    let again = load(&saved, &mut new_sources).unwrap_or_else(|why| panic!("{why}:\n{printed}"));
    assert_eq!(
        values(&policy, &sources),
        values(&again, &new_sources),
        "{printed}"
    );
    Ok(printed)
}

#[test]
fn every_policy_of_the_repository_comes_back() {
    let mut files = Vec::new();
    for folder in ["policies", "testdata", "tests"] {
        yaml_files(&root().join(folder), &mut files);
    }
    let mut came = 0;
    for file in &files {
        let is_policy =
            std::fs::read_to_string(file).is_ok_and(|text| text.contains("kind: ReplicaPolicy"));
        let options = PolicyOptions {
            file: Some(file),
            ..PolicyOptions::default()
        };
        came += usize::from(is_policy && comes_back(&options).is_ok());
    }
    assert!(came > 120, "{came}");
    comes_back(&PolicyOptions::default()).unwrap();
}

const WORDS: &[&str] = &[
    "yes",
    "0644",
    "a: b",
    "#x",
    "",
    "x\ny",
    "2026-12-31",
    "\u{202e}z",
    "vecdb",
    "rg1",
    "1:30",
    "'",
    "\"",
    "null",
];

/// A policy of these parts, as JSON, which is YAML.
fn policy(extends: &[&str], words: &[&str], counts: &[u32]) -> String {
    let word = |at: usize| words.get(at % words.len().max(1)).copied().unwrap_or("a");
    let count = |at: usize| counts.get(at).copied().unwrap_or(1);
    let baselines = ["auto", "rendered", "git:HEAD~1", "file:a b.yaml"];
    serde_json::json!({
        "apiVersion": "trimtab.dev/v1alpha1",
        "kind": "ReplicaPolicy",
        "metadata": {"name": format!("p{}", word(0))},
        "spec": {
            "extends": extends,
            "matchLabels": {format!("k{}", word(1)): word(2)},
            "instanceLabel": "release",
            "baseline": baselines.get(counts.len() % 4),
            "cluster": {"context": format!("c{}", word(3))},
            "targets": {
                "own": {
                    "replicas": 90 + count(0),
                    "optional": true,
                    "overrides": [{"matchLabels": {word(4): word(5)}, "replicas": "keep"}],
                },
                "other.one": "keep",
            },
            "scaleIn": {"maxReplicas": counts.first(), "maxComponents": counts.get(1), "floor": counts.get(2).map(|it| it % 90)},
            "components": {
                "own": {
                    "role": "worker",
                    "scaleIn": {"maxPercent": 1 + count(1) % 100},
                    "workloads": [{"apiVersion": "example.com/v1", "kind": format!("K{}", word(6)), "matchLabels": {"a": word(7), "b": word(8)}}],
                },
                "other.one": {
                    "role": "worker",
                    "replacedBy": "own",
                    "setBy": null,
                    "workloads": [{"apiVersion": "example.com/v1", "kind": "A", "matchLabels": {"a": word(9)}}],
                },
                "boss": {
                    "role": "coordinator",
                    "activeStandby": true,
                    "workloads": [{"apiVersion": "example.com/v1", "kind": "B", "matchLabels": {"a": word(9)}}],
                },
            },
            "waivers": [{"rule": "worker-removed", "component": "own", "reason": format!("r{}", word(10)), "expires": "2026-12-31"}],
        },
    })
    .to_string()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_policy_comes_back(
        extends in subsequence(built_in_names().collect::<Vec<_>>(), 1..4),
        words in proptest::collection::vec(select(WORDS), 1..8),
        counts in proptest::collection::vec(0..90_u32, 0..4),
    ) {
        let text = policy(&extends, &words, &counts);
        let targets = [Argument::new("--target", "own=95")];
        let options = PolicyOptions { function_config: Some(&text), targets: &targets, ..PolicyOptions::default() };
        // A label's key may not be empty.
        let is_odd = words.iter().any(|word| word.is_empty());
        match comes_back(&options) {
            Ok(printed) => prop_assert!(printed.contains("replicas: 95") || printed.contains("own: 95"), "{}", printed),
            Err(why) => prop_assert!(is_odd, "{}", why),
        }
    }
}

/// Each value, and where it is from.
#[test]
fn each_value_says_where_it_is_from() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, spec: &str| {
        let path = folder.path().join(name);
        let text = format!(
            "apiVersion: trimtab.dev/v1alpha1\nkind: ReplicaPolicy\nmetadata: {{name: a}}\nspec:\n{spec}"
        );
        std::fs::write(&path, text).unwrap();
        path
    };
    file(
        "base.yaml",
        "  extends: qdrant\n  scaleIn: {floor: 2}\n  instanceLabel: release\n",
    );
    let top = file(
        "top.yaml",
        "  extends: [./base.yaml, trino]\n  matchLabels:\n    app.kubernetes.io/name: x\n  targets:\n    worker: 3\n",
    );
    let targets = [
        Argument::new("TRIMTAB_TARGETS", "worker=4"),
        Argument::new("--target", "worker=5"),
    ];
    let allow = [Argument::new("--allow", "below-floor=worker")];
    let options = PolicyOptions {
        file: Some(&top),
        targets: &targets,
        allow: &allow,
        reason: Some("an emergency"),
        ..PolicyOptions::default()
    };
    let mut sources = Sources::default();
    let policy = load(&options, &mut sources).unwrap();
    let printed = as_yaml(&policy, &sources).unwrap();
    let printed = printed.replace(&format!("{}/", folder.path().display()), "");
    insta::assert_snapshot!(printed);
    let json: serde_json::Value = serde_json::from_str(&as_json(&policy, &sources)).unwrap();
    let origin = |pointer: &str| json.pointer("/origins").unwrap().get(pointer).unwrap();
    assert_eq!(
        *origin("/spec/targets/worker"),
        serde_json::json!({"from": "setting", "name": "--target"})
    );
    assert_eq!(
        *origin("/spec/components/node/targets"),
        serde_json::json!({"from": "catalogue", "name": "qdrant", "line": 23})
    );
    let waiver = json.pointer("/waiversOfThisRun/0/rule").unwrap();
    assert_eq!(waiver, "below-floor");
}
