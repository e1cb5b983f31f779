//! The changes as JSON Patches (RFC 6902), one for each object.
//!
//! Each tests the old value before it replaces it. RFC 6902 cannot test that a value is absent: where there is no count that
//! could be compared, the patch tests the object's name instead.

use json_patch::jsonptr::PointerBuf;
use json_patch::{AddOperation, Patch, PatchOperation, ReplaceOperation, TestOperation};
use serde::Serialize;
use serde_json::Value;

use super::{Set, nameless, set};
use crate::diagnostic::Diagnostic;
use crate::field::Count;
use crate::finding::ObjectRef;
use crate::report::Report;
use crate::report::print::print as print_json;

/// The patches, as a JSON array with a line feed at the end.
pub(super) fn print(report: &Report) -> Result<String, Vec<Diagnostic>> {
    let all = report.releases.iter().flat_map(set);
    let changed: Vec<Set<'_>> = all.filter(|it| it.workload.is_changed()).collect();
    let nameless: Vec<Diagnostic> = changed
        .iter()
        .filter(|it| it.workload.object.name.is_empty())
        .map(|it| nameless(&it.workload.object.kind))
        .collect();
    if !nameless.is_empty() {
        return Err(nameless);
    }
    let patched: Vec<Patched<'_>> = changed.iter().map(Patched::from).collect();
    let mut printed = Vec::new();
    // Writing texts and numbers into memory does not fail.
    _ = print_json(&patched, &mut printed);
    Ok(String::from_utf8_lossy(&printed).into_owned())
}

/// A patch and the object that it is for.
#[derive(Serialize)]
struct Patched<'r> {
    target: Target<'r>,
    patch: Patch,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Target<'r> {
    api_version: &'r str,
    kind: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'r str>,
    name: &'r str,
}

impl<'r> From<&Set<'r>> for Patched<'r> {
    fn from(set: &Set<'r>) -> Self {
        let object: &'r ObjectRef = &set.workload.object;
        Self {
            target: Target {
                api_version: &object.api_version,
                kind: &object.kind,
                namespace: object.namespace.as_deref(),
                name: &object.name,
            },
            patch: patch(set),
        }
    }
}

fn patch(set: &Set<'_>) -> Patch {
    let path = PointerBuf::from_tokens(set.rendering.path.keys().iter().map(|key| &**key));
    let old = match &set.workload.rendered {
        Count::Set(count) => Some(Value::from(*count)),
        Count::Null => Some(Value::Null),
        // What it is depends on who reads it: a JSON number, or a string.
        Count::Invalid(_) | Count::Absent => None,
    };
    let value = Value::from(set.count);
    Patch(match old {
        Some(old) => vec![
            test(path.clone(), old),
            PatchOperation::Replace(ReplaceOperation { path, value }),
        ],
        None => vec![
            test(
                PointerBuf::from_tokens(["metadata", "name"]),
                Value::from(&*set.workload.object.name),
            ),
            add(path, value),
        ],
    })
}

fn test(path: PointerBuf, value: Value) -> PatchOperation {
    PatchOperation::Test(TestOperation { path, value })
}

/// Sets a value, whether there is one or not.
pub(super) fn add(path: PointerBuf, value: Value) -> PatchOperation {
    PatchOperation::Add(AddOperation { path, value })
}
