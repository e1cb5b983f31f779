//! As much of JSON Schema as `docs/report.schema.json` uses, to hold real reports against it.
//!
//! The published validators bring 73 crates each. This one knows a dozen keywords, refuses to go on at any other, and
//! asks more than the standard: a property that the schema does not name is a fault, for it would be undocumented.

use serde_json::Value;

/// The faults of a document, each with its path.
pub(super) fn faults(document: &Value) -> Vec<String> {
    let schema = serde_json::from_str(include_str!("../../../docs/report.schema.json")).unwrap();
    let mut faults = Vec::new();
    check(&schema, &schema, document, "$", &mut faults);
    faults
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    for (keyword, wanted) in schema.as_object().unwrap() {
        let fine = match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" => true,
            "const" => value == wanted,
            "enum" => wanted.as_array().unwrap().contains(value),
            "type" => types(wanted).any(|name| is_of(name, value)),
            "minimum" => value.as_i64().is_none_or(|n| n >= wanted.as_i64().unwrap()),
            "required" => has_all(wanted, value),
            "oneOf" => {
                wanted
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|one| passes(root, one, value))
                    .count()
                    == 1
            }
            "$ref" => {
                let pointer = wanted.as_str().unwrap().strip_prefix('#').unwrap();
                check(root, root.pointer(pointer).unwrap(), value, at, faults);
                true
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, wanted, item, &format!("{at}[{index}]"), faults);
                }
                true
            }
            "properties" => {
                for (name, item) in value.as_object().into_iter().flatten() {
                    match wanted.get(name) {
                        Some(schema) => check(root, schema, item, &format!("{at}.{name}"), faults),
                        None => faults.push(format!("{at}.{name}: not in the schema")),
                    }
                }
                true
            }
            other => panic!("the schema uses `{other}`, which this validator does not know"),
        };
        if !fine {
            faults.push(format!(
                "{at}: {keyword} {wanted} does not hold for {value}"
            ));
        }
    }
}

fn passes(root: &Value, schema: &Value, value: &Value) -> bool {
    let mut faults = Vec::new();
    check(root, schema, value, "", &mut faults);
    faults.is_empty()
}

fn types(wanted: &Value) -> impl Iterator<Item = &str> {
    let many = wanted.as_array().into_iter().flatten();
    many.chain(Some(wanted)).filter_map(Value::as_str)
}

fn is_of(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no such type: {other}"),
    }
}

fn has_all(wanted: &Value, value: &Value) -> bool {
    let Some(object) = value.as_object() else {
        return true;
    };
    let names = wanted.as_array().unwrap().iter();
    names
        .filter_map(Value::as_str)
        .all(|name| object.contains_key(name))
}

#[test]
fn a_wrong_document_is_found_out() {
    for wrong in [
        "{}",
        "[]",
        "{\"version\": 1, \"verdict\": \"failed\", \"errors\": []}",
    ] {
        assert!(
            !faults(&serde_json::from_str(wrong).unwrap()).is_empty(),
            "{wrong}"
        );
    }
}
