//! What differs between a render and the same render through trimtab: as lines, and as kubectl reads them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use tempfile::TempDir;

use crate::support;

/// A line before and after; `None` before means that it was inserted.
pub(crate) type Edit<'a> = (Option<&'a str>, &'a str);

/// The lines that differ, all of which must hold a replica count; anything else is a panic.
#[track_caller]
pub(crate) fn edits<'a>(before: &'a str, after: &'a str) -> Vec<Edit<'a>> {
    let mut edits = Vec::new();
    let mut old = before.split('\n').peekable();
    for new in after.split('\n') {
        if old.next_if_eq(&new).is_some() {
            continue;
        }
        assert!(
            new.contains("replicas"),
            "trimtab wrote {new:?} instead of {:?}",
            old.peek()
        );
        edits.push((old.next_if(|line| line.contains("replicas")), new));
    }
    assert_eq!(old.next(), None, "trimtab dropped the end");
    edits
}

/// Fails unless both streams hold the same objects to kubectl, but for these counts: component, before, after.
#[track_caller]
pub(crate) fn assert_counts(before: &str, after: &str, expected: &[(&str, Option<u64>, u64)]) {
    let (mut before, mut after) = (objects(before), objects(after));
    for &(component, old, new) in expected {
        let old_count = take_count(&mut before, component).as_u64();
        let new_count = take_count(&mut after, component).as_u64();
        assert_eq!((old_count, new_count), (old, Some(new)), "{component}");
    }
    assert_eq!(before, after, "other values differ");
}

/// Fails unless both streams hold the same objects to kubectl, but for the counts of a component's Deployments.
#[track_caller]
pub(crate) fn assert_all_counts(before: &str, after: &str, component: &str, count: u64) {
    let (mut before, after) = (objects(before), objects(after));
    for (name, object) in &after {
        let selector = object.pointer("/spec/selector/matchLabels/component");
        if name.starts_with("Deployment/") && selector.is_some_and(|value| value == component) {
            let spec = before.get_mut(name).and_then(spec).expect("it before");
            spec.insert("replicas".to_owned(), count.into());
        }
    }
    assert_eq!(before, after, "other values differ");
}

/// The objects of a stream by kind and name, as kubectl reads them; it needs no cluster for that.
fn objects(stream: &str) -> BTreeMap<String, Value> {
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("stream.yaml");
    std::fs::write(&file, stream).expect("a file for kubectl");
    let mut kubectl = support::command(super::program("kubectl"), folder.path(), &[]);
    kubectl.args(["label", "--local", "-o", "json", "trimtab-test=x", "-f"]);
    let json = support::run(kubectl.arg(&file)).ok();
    let mut objects = BTreeMap::new();
    for object in serde_json::Deserializer::from_str(&json).into_iter::<Value>() {
        let object = object.expect("JSON from kubectl");
        let text = |pointer| object.pointer(pointer).and_then(Value::as_str);
        let (kind, name) = (text("/kind"), text("/metadata/name"));
        let name = format!("{}/{}", kind.expect("a kind"), name.expect("a name"));
        assert!(objects.insert(name, object).is_none(), "an object twice");
    }
    assert!(!objects.is_empty(), "kubectl found no object");
    objects
}

/// Takes the count out of a component's Deployment.
#[track_caller]
fn take_count(objects: &mut BTreeMap<String, Value>, component: &str) -> Value {
    let object = objects.get_mut(&format!("Deployment/my-release-milvus-{component}"));
    let spec = object.and_then(spec);
    let spec = spec.unwrap_or_else(|| panic!("no Deployment of {component}"));
    spec.remove("replicas").unwrap_or_default()
}

fn spec(object: &mut Value) -> Option<&mut Map<String, Value>> {
    object.get_mut("spec")?.as_object_mut()
}
