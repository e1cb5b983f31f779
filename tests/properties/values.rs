//! Promise 3 from outside: other readers find input and output equal, but for the counts that were meant.

use libyaml_safer::{Document, NodeData, Parser};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::bytes::{arguments, targets, wanted};
use super::layout::write;
use super::model::{Piece, stream};
use super::run::filter;

/// The documents as libyaml reads them, scalars as their text with their style.
///
/// The crate panics at some texts that end without a line break, so it gets one.
fn by_libyaml(text: &str) -> Vec<Value> {
    let mut parser = Parser::new();
    let text = format!("{text}\n");
    let mut bytes = text.as_bytes();
    parser.set_input(&mut bytes);
    let mut documents = Vec::new();
    loop {
        let document = Document::load(&mut parser).unwrap();
        if document.nodes.is_empty() {
            return documents;
        }
        documents.push(node(&document, 1));
    }
}

fn node(document: &Document, index: i32) -> Value {
    let node = document.get_node(index).unwrap();
    match &node.data {
        NodeData::Scalar { value, style } => {
            let is_null = matches!(value.as_str(), "" | "~" | "null" | "NULL");
            let style = format!("{style:?}");
            if is_null && style == "Plain" {
                Value::Null
            } else if style == "Plain" {
                value
                    .parse::<u64>()
                    .map_or_else(|_| value.clone().into(), Value::from)
            } else {
                format!("{style} {value}").into()
            }
        }
        NodeData::Sequence { items, .. } => items
            .iter()
            .map(|item| self::node(document, *item))
            .collect(),
        NodeData::Mapping { pairs, .. } => {
            let entries = pairs.iter().map(|pair| {
                let key = document.get_node(pair.key).unwrap();
                let NodeData::Scalar { value: key, .. } = &key.data else {
                    panic!("a key that is no scalar")
                };
                (key.clone(), self::node(document, pair.value))
            });
            entries.collect::<Map<_, _>>().into()
        }
        NodeData::NoNode => Value::Null,
    }
}

/// The documents as `serde_yaml` reads them; `None` if it cannot read them (duplicate keys, base64).
pub(crate) fn by_serde(text: &str) -> Option<Vec<Value>> {
    serde_yaml::Deserializer::from_str(text.trim_start_matches('\u{feff}'))
        .map(|document| Value::deserialize(document).ok())
        .collect()
}

/// The `spec.replicas` of each workload: the number of its document, and the path in it.
fn paths(documents: &[Value]) -> Vec<(usize, String)> {
    let mut paths = Vec::new();
    for (number, document) in documents.iter().enumerate() {
        if let Some(items) = document["items"].as_array() {
            let items =
                (0..items.len()).map(|item| (number, format!("/items/{item}/spec/replicas")));
            paths.extend(items);
        } else if is_ours(document) {
            paths.push((number, "/spec/replicas".to_owned()));
        }
    }
    paths
}

fn is_ours(document: &Value) -> bool {
    let labels = &document["spec"]["selector"]["matchLabels"];
    let text = |value: &Value| {
        value
            .as_str()
            .map(|it| it.trim_start_matches("DoubleQuoted ").to_owned())
    };
    let is_workload = document["kind"]
        .as_str()
        .is_some_and(|it| it.ends_with("Deployment"));
    is_workload && text(&labels["app.kubernetes.io/name"]).as_deref() == Some("milvus")
}

/// The changes of each document must be replaced or added counts, at these places and of these values.
fn only_counts_differ(
    before: &[Value],
    after: &[Value],
    wanted: &[Option<u32>],
) -> Result<(), TestCaseError> {
    prop_assert_eq!(before.len(), after.len());
    let places = paths(before);
    prop_assert_eq!(places.len(), wanted.len());
    let expected: Vec<_> = places
        .iter()
        .zip(wanted)
        .filter_map(|((number, path), count)| Some((*number, path.clone(), Value::from((*count)?))))
        .collect();
    let mut found = Vec::new();
    for (number, (before, after)) in before.iter().zip(after).enumerate() {
        for operation in json_patch::diff(before, after).0 {
            let operation = serde_json::to_value(operation).unwrap();
            prop_assert!(
                operation["op"] == "replace" || operation["op"] == "add",
                "{}",
                operation
            );
            let path = operation["path"].as_str().unwrap().to_owned();
            found.push((number, path, operation["value"].clone()));
        }
    }
    found.sort_by_key(|(number, path, _)| {
        places
            .iter()
            .position(|it| it.0 == *number && it.1 == *path)
    });
    prop_assert_eq!(found, expected);
    Ok(())
}

proptest! {
    #![proptest_config(super::cases(192))]

    #[test]
    fn other_readers_see_the_counts_differ_and_nothing_else(stream in stream(), targets in targets()) {
        let written = write(&stream);
        let input = written.bytes(&vec![None; stream.workloads().len()]);
        let arguments = arguments(&stream, &targets);
        let borrowed: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let outcome = filter(&borrowed, input.as_bytes());
        prop_assert_eq!(outcome.code, 0, "{}", outcome.report);
        let output = String::from_utf8(outcome.stdout).unwrap();
        let wanted = wanted(&stream, &targets);
        only_counts_differ(&by_libyaml(&input), &by_libyaml(&output), &wanted)?;
        if let (Some(before), Some(after)) = (by_serde(&input), by_serde(&output)) {
            only_counts_differ(&before, &after, &wanted)?;
        } else {
            let odd = stream.pieces.iter().any(|piece| matches!(piece, Piece::Other(_)));
            prop_assert!(odd, "serde_yaml reads every workload");
        }
    }
}
