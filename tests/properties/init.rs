//! The policy that `trimtab init` prints loads, and changes nothing in the stream that it was made of.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::layout::write;
use super::model;
use super::run::{Outcome, filter};

/// The policy for a stream; the exit code where there is none.
fn init(stream: &str) -> Result<String, u8> {
    let outcome = filter(&["init"], stream.as_bytes());
    if outcome.code == 0 {
        Ok(String::from_utf8(outcome.stdout).unwrap())
    } else {
        assert!(outcome.stdout.is_empty());
        Err(outcome.code)
    }
}

fn rules(outcome: &Outcome) -> Vec<String> {
    let rules = outcome.refusals.iter();
    let mut rules: Vec<String> = rules
        .map(|it| it.split('=').next().unwrap().to_owned())
        .collect();
    rules.sort();
    rules
}

fn warnings(outcome: &Outcome) -> Vec<String> {
    let report: Value = serde_json::from_str(&outcome.report).unwrap();
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    let warnings = findings.iter().filter(|it| it["severity"] == "warning");
    warnings.map(|it| it["rule"].to_string()).collect()
}

/// Makes a policy, and runs the filter with it.
fn passes(stream: &str) -> Result<Option<(String, Outcome)>, TestCaseError> {
    let policy = match init(stream) {
        Ok(policy) => policy,
        Err(code) => {
            prop_assert_eq!(code, 2);
            return Ok(None);
        }
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.yaml");
    fs::write(&path, &policy).unwrap();
    let path = path.to_str().unwrap();
    let outcome = filter(&["-p", path], stream.as_bytes());
    if outcome.code == 0 {
        prop_assert!(outcome.stdout == stream.as_bytes(), "{}", policy);
        prop_assert!(outcome.changes.is_empty(), "{}", policy);
    } else {
        // What the stream has wrong is told, each rule of it.
        prop_assert_eq!(outcome.code, 1, "{}\n{}", policy, outcome.report);
        prop_assert!(
            policy.contains("Mend this first:"),
            "{}\n{}",
            policy,
            outcome.report
        );
        for rule in rules(&outcome) {
            prop_assert!(
                policy.contains(&format!("({rule})")) || policy.contains("more"),
                "{rule}\n{policy}"
            );
        }
    }
    Ok(Some((policy, outcome)))
}

/// Besides, nothing is told that is not told without the policy; of a stream that the catalogues know.
fn passes_as_without(stream: &str) -> Result<bool, TestCaseError> {
    let Some((policy, after)) = passes(stream)? else {
        return Ok(false);
    };
    let before = filter(&[], stream.as_bytes());
    let told = warnings(&before);
    let is_unknown = told.iter().any(|it| it.contains("nothing-recognised"));
    if before.code == 0 && !is_unknown {
        prop_assert_eq!(after.code, 0, "{}\n{}", policy, after.report);
        for rule in warnings(&after) {
            prop_assert!(told.contains(&rule), "{rule}\n{policy}");
        }
    }
    Ok(true)
}

fn streams(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_yaml = path
            .extension()
            .is_some_and(|end| end == "yaml" || end == "json");
        if path.is_dir() {
            streams(&path, found);
        } else if is_yaml {
            found.push(path);
        }
    }
}

/// Every render of the charts of our own, and one in four of the cases: they are many, and much alike.
#[test]
fn streams_of_the_repository_pass() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut cases, mut others) = (Vec::new(), Vec::new());
    streams(&root.join("testdata/cases"), &mut cases);
    streams(&root.join("testdata/charts/rendered"), &mut others);
    cases.retain(|path| path.ends_with("input.yaml"));
    cases.sort();
    let mut made = 0;
    for path in cases.iter().step_by(4).chain(&others) {
        let Ok(stream) = fs::read_to_string(path) else {
            continue;
        };
        let is_made = passes_as_without(&stream);
        made += usize::from(is_made.unwrap_or_else(|why| panic!("{}: {why}", path.display())));
    }
    assert!(made > 100, "{made}");
}

proptest! {
    #![proptest_config(super::cases(128))]

    #[test]
    fn every_stream_of_a_known_chart_passes(stream in model::stream()) {
        let written = write(&stream);
        let input = written.bytes(&vec![None; stream.workloads().len()]);
        passes_as_without(&input)?;
    }
}

/// Texts that need quotes in YAML, or that end a comment.
const MEAN: &[&str] = &[
    "a",
    "b",
    "web",
    "yes",
    "0644",
    "a: b",
    "#x",
    "a #b",
    "",
    " ",
    "x\ny",
    "2026-12-31",
    "\u{202e}z",
    "1:30",
    "'",
    "\"",
    "null",
    "<<",
    "\u{2028}",
    "- a",
    "{a}",
    "milvus",
    "\u{7f}",
];

const KINDS: &[&str] = &[
    "Deployment",
    "StatefulSet",
    "Rollout",
    "ReplicaSet",
    "Service",
    "yes",
];

fn labels() -> impl Strategy<Value = Value> {
    let keys = select(
        &[
            "app",
            "component",
            "app.kubernetes.io/instance",
            "app.kubernetes.io/name",
            "yes",
            "a: b",
        ][..],
    );
    vec((keys, select(MEAN)), 0..4).prop_map(|labels| {
        let labels = labels
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.into()));
        Value::Object(labels.collect())
    })
}

fn object() -> impl Strategy<Value = Value> {
    let count = prop_oneof![4 => (0_u32..6).prop_map(Value::from), 1 => Just(Value::Null), 1 => Just(json!("3"))];
    (
        select(KINDS),
        select(MEAN),
        labels(),
        proptest::option::of(count),
        any::<bool>(),
    )
        .prop_map(|(kind, name, labels, count, has_namespace)| {
            let mut spec = json!({"selector": {"matchLabels": labels}});
            if let Some(count) = count {
                spec["replicas"] = count;
            }
            let mut metadata = json!({"name": name});
            if has_namespace {
                metadata["namespace"] = "space".into();
            }
            json!({"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec})
        })
}

fn autoscaler() -> impl Strategy<Value = Value> {
    (select(KINDS), select(MEAN)).prop_map(|(kind, name)| {
        json!({
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": "h"},
            "spec": {"minReplicas": 1, "maxReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": name}},
        })
    })
}

proptest! {
    #![proptest_config(super::cases(256))]

    #[test]
    fn any_stream_passes(objects in vec(prop_oneof![5 => object(), 1 => autoscaler()], 1..8)) {
        let documents: Vec<String> = objects.iter().map(|it| format!("---\n{it}\n")).collect();
        let stream = documents.concat();
        passes(&stream)?;
    }
}
