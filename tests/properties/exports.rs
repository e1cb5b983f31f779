//! The exports of a plan, applied by other tools, give the counts that the filter writes.

use json_patch::Patch;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;
use trimtab::{Call, run};

use super::bytes::{arguments, targets};
use super::layout::write;
use super::model::stream;
use super::run::filter;
use super::values::by_serde;

/// A patch of `plan -o json-patch`.
#[derive(Deserialize)]
struct Patched {
    target: Target,
    patch: Patch,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// The exit code and standard output of a command.
pub(crate) fn printed(args: &[&str], input: &[u8]) -> (u8, Vec<u8>) {
    let args = ["trimtab"].iter().chain(args).map(Into::into);
    let ending = run(&Call::new(args.collect()), input, &mut std::io::sink());
    let mut stdout = Vec::new();
    let code = ending.deliver(&mut stdout, std::io::sink());
    (code, stdout)
}

/// The objects of some documents, those of lists one by one.
fn objects(documents: &mut [Value]) -> Vec<&mut Value> {
    let mut objects = Vec::new();
    for document in documents {
        if document["items"].is_array() {
            objects.extend(document["items"].as_array_mut().unwrap());
        } else {
            objects.push(document);
        }
    }
    objects
}

proptest! {
    #![proptest_config(super::cases(128))]

    #[test]
    fn patches_give_what_the_filter_writes(stream in stream(), targets in targets()) {
        let input = write(&stream).bytes(&vec![None; stream.workloads().len()]);
        let arguments = arguments(&stream, &targets);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let written = filter(&arguments, input.as_bytes());
        let plan = [&["plan", "--output=json-patch"], &arguments[..]].concat();
        let (code, patches) = printed(&plan, input.as_bytes());
        prop_assert_eq!((written.code, code), (0, 0), "{}", written.report);
        let patches: Vec<Patched> = serde_json::from_slice(&patches).unwrap();
        prop_assert_eq!(patches.len(), written.changes.len());
        let output = String::from_utf8(written.stdout).unwrap();
        let (Some(mut patched), Some(output)) = (by_serde(&input), by_serde(&output)) else {
            return Ok(());
        };
        for Patched { target, patch } in &patches {
            let mut named = objects(&mut patched).into_iter();
            let object = named.find(|it| it["metadata"]["name"] == target.name.as_str());
            json_patch::patch(object.unwrap(), patch).unwrap();
        }
        prop_assert_eq!(patched, output);
    }
}
