//! The schema accepts what trimtab accepts, and refuses what is refused for its form.

#![allow(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;

use super::*;
use crate::policy::{Policy, PolicyOptions};
use crate::source::Sources;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    jsonschema::draft7::meta::validate(&schema).unwrap();
    jsonschema::draft7::new(&schema).unwrap()
}

/// All files under a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// Every text of the repository that says it is a policy: files, and blocks of documents. Each with the folder that it
/// extends others from.
fn policies() -> Vec<(String, PathBuf, String)> {
    let mut paths = Vec::new();
    for folder in ["policies", "testdata", "docs"] {
        files(&root().join(folder), &mut paths);
    }
    paths.push(root().join("README.md"));
    paths.sort();
    let mut policies = Vec::new();
    for path in paths {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        let folder = path.parent().unwrap().to_owned();
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        if path.extension().is_some_and(|end| end == "md") {
            let blocks = text.split("```yaml\n").skip(1);
            let blocks = blocks.map(|block| block.split("```").next().unwrap());
            policies.extend(
                blocks
                    .filter(|block| block.contains("kind: ReplicaPolicy"))
                    .enumerate()
                    .map(|(index, block)| {
                        (format!("{name} {index}"), folder.clone(), block.to_owned())
                    }),
            );
        } else if text.contains("kind: ReplicaPolicy") && !text.contains("kind: ResourceList") {
            policies.push((name, folder, text));
        }
    }
    policies
}

/// Whether trimtab accepts a text as a policy in a folder.
fn loads(folder: &Path, text: &str) -> bool {
    let file = tempfile::Builder::new()
        .prefix(".policy-")
        .suffix(".yaml")
        .tempfile_in(folder)
        .unwrap();
    fs::write(file.path(), text).unwrap();
    let options = PolicyOptions {
        file: Some(file.path()),
        rules: RULES,
        ..PolicyOptions::default()
    };
    Policy::load(&mut Sources::default(), &options).is_ok()
}

/// The text as editors give it to the schema; an error if they already report that it is not YAML.
fn as_json(text: &str) -> Result<Value, String> {
    let value: serde_yaml::Value = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
    serde_json::to_value(value).map_err(|error| error.to_string())
}

fn is_valid(validator: &Validator, text: &str) -> bool {
    as_json(text).is_ok_and(|json| validator.is_valid(&json))
}

#[test]
fn the_document_is_up_to_date() {
    let path = root().join("docs/policy.schema.json");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, schema()).unwrap();
    }
    let written = fs::read_to_string(path).unwrap();
    assert!(
        written == schema(),
        "write docs/policy.schema.json anew with BLESS=1"
    );
}

#[test]
fn every_policy_that_loads_is_valid() {
    let validator = validator();
    let mut loaded = 0;
    for (name, folder, text) in policies() {
        if loads(&folder, &text) {
            loaded += 1;
            let json = as_json(&text).unwrap();
            let errors = validator.iter_errors(&json).map(|it| it.to_string());
            let errors: Vec<_> = errors.collect();
            assert!(errors.is_empty(), "{name}: {errors:?}");
        }
    }
    assert!(loaded > 100, "{loaded}");
}

/// Policies that are refused for their form alone; what follows is a part of `spec`.
const MALFORMED: &[&str] = &[
    "target: {proxy: 2}",
    "extends: [milvus, Milvus]",
    "extends: https://example.com/policy.yaml",
    "baseline: last.yaml",
    "baseline: 'file:'",
    "matchLabels: [a]",
    "matchLabels: {app: 1}",
    "targets: [proxy]",
    "targets: {proxy: two}",
    "targets: {proxy: '2'}",
    "targets: {proxy: 2.5}",
    "targets: {proxy: -1}",
    "targets: {proxy: 2147483648}",
    "targets: {proxy: null}",
    "targets: {proxy: {replicas: 2, replica: 3}}",
    "targets: {proxy: {minReplicas: 1, maxReplicas: 2}}",
    "targets: {proxy: {overrides: [{replicas: 2}]}}",
    "targets: {proxy: {replicas: 1, overrides: [{matchLabels: {}, replicas: 2}]}}",
    "targets: {'query=node': 2}",
    "scaleIn: {maxPercent: 0}",
    "scaleIn: {maxPercent: 101}",
    "scaleIn: {maxReplicas: one}",
    "scaleIn: {requireSettled: 'true'}",
    "components: {queryNode: {role: manager}}",
    "components: {queryNode: {setBy: me}}",
    "components: {queryNode: {scaleIn: {maxComponents: 1}}}",
    "components: {queryNode: {valuesKey: 'a b'}}",
    "components: {queryNode: {instanceLabel: '-a'}}",
    "components: {queryNode: {workloads: [{kind: Deployment}]}}",
    "waivers: [{rule: worker-removed}]",
    "waivers: [{rule: no-such-rule, reason: b}]",
    "waivers: [{rule: unsafe-edit, reason: b}]",
    "waivers: [{rule: worker-removed, reason: ' '}]",
    "waivers: [{rule: worker-removed, reason: b, expires: tomorrow}]",
    "cluster: production",
    "charts: milvus",
];

#[test]
fn what_is_malformed_is_invalid() {
    let validator = validator();
    let folder = tempfile::tempdir().unwrap();
    let policy = |spec: &str| {
        format!("apiVersion: trimtab.dev/v1alpha1\nkind: ReplicaPolicy\nspec: {{{spec}}}\n")
    };
    assert!(is_valid(&validator, &policy("extends: milvus")));
    for spec in MALFORMED {
        let text = policy(spec);
        assert!(!loads(folder.path(), &text), "{spec} is accepted");
        assert!(!is_valid(&validator, &text), "{spec} is valid");
    }
    for text in ["", "kind: ReplicaPolicy", "[]", "a: 1\na: 2\n"] {
        assert!(!is_valid(&validator, text), "{text} is valid");
    }
}

/// What trimtab accepts where a word, a list or nothing is short for more.
#[test]
fn short_forms_are_valid() {
    let validator = validator();
    let folder = tempfile::tempdir().unwrap();
    for spec in [
        "extends: [milvus, mimir]\n  targets: {proxy: 2, queryNode: keep, dataNode: {replicas: 3}}",
        "extends: milvus\n  baseline: 'git:'",
        "extends: milvus\n  baseline: cluster",
        "extends: milvus\n  scaleIn: {maxReplicas: null, maxPercent: null, maxComponents: null, floor: null}",
        "extends: milvus\n  targets:\n  components:\n  waivers:\n  matchLabels:",
        "extends: milvus\n  components: {indexNode: {replacedBy: null, valuesKey: null, setBy: null}}",
    ] {
        let text = format!(
            "apiVersion: trimtab.dev/v1alpha1\nkind: ReplicaPolicy\nmetadata:\nspec:\n  {spec}\n"
        );
        assert!(loads(folder.path(), &text), "{text}");
        assert!(is_valid(&validator, &text), "{text}");
    }
}

#[test]
fn every_field_is_described() {
    fn check(schema: &Value, at: &str) -> usize {
        let mut count = 0;
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            assert!(property["description"].is_string(), "{at}.{name}");
            count += 1 + check(property, &format!("{at}.{name}"));
        }
        for key in ["items", "additionalProperties"] {
            count += schema.get(key).map_or(0, |inner| check(inner, at));
        }
        let any = schema["anyOf"].as_array().into_iter().flatten();
        count + any.map(|inner| check(inner, at)).sum::<usize>()
    }
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    assert!(check(&schema, "") > 40);
}
