//! trimtab and libyaml find the same counts, in real renders and in what is left of them after mutations.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::layout::write;
use crate::libyaml::{self, Found};
use crate::model::stream;
use crate::mutation::{Mutation, mutate, mutation};
use crate::run::filter;

const POLICY: &str = concat!(
    "--policy=",
    env!("CARGO_MANIFEST_DIR"),
    "/tests/differential/policy.yaml"
);

/// What trimtab finds: each count is changed to one that nobody writes, and the report names what stood there.
fn by_trimtab(text: &str) -> Option<Vec<Found>> {
    let outcome = filter(&[POLICY], text.as_bytes());
    let found = outcome
        .changes
        .into_iter()
        .map(|it| (it.object.name, it.from));
    (outcome.code != 2).then(|| found.collect())
}

/// All files of the folders of renders that are there.
fn renders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("../shared/fixtures"), root.join("testdata")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            eprintln!("left out: {} is not there", folder.display());
            continue;
        };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|it| it == "yaml" || it == "json")
            {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The documents of a text, cut at its lines of `---`.
fn documents(text: &str) -> Vec<String> {
    let mut documents = vec![String::new()];
    for line in text.split_inclusive('\n') {
        if line.starts_with("---") && line.trim_end().len() == 3 {
            documents.push(String::new());
        }
        documents.last_mut().unwrap().push_str(line);
    }
    documents
}

/// Documents that both can read must hold the same; says how many there were.
fn agree(text: &str) -> Result<usize, String> {
    let mut both = 0;
    for document in documents(text) {
        let (Some(ours), Some(theirs)) = (by_trimtab(&document), libyaml::workloads(&document))
        else {
            continue;
        };
        both += 1;
        if ours != theirs {
            return Err(format!(
                "trimtab {ours:?}, libyaml {theirs:?}, in:\n{document}"
            ));
        }
    }
    Ok(both)
}

#[test]
fn renders_hold_the_same_counts_for_both() {
    let mut counts = 0;
    for path in renders() {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        counts += by_trimtab(&text).map_or(0, |found| found.len());
        agree(&text)
            .map_err(|why| format!("{}: {why}", path.display()))
            .unwrap();
    }
    assert!(counts > 0, "no render holds a workload");
}

/// The documents of the renders that hold a workload, and as many again of those that hold none.
fn seeds() -> Vec<String> {
    let texts = renders()
        .into_iter()
        .filter_map(|path| fs::read_to_string(path).ok());
    let all: Vec<String> = texts.flat_map(|text| documents(&text)).collect();
    let (with, without): (Vec<String>, Vec<String>) = all
        .into_iter()
        .filter(|document| document.len() < 20_000)
        .partition(|document| libyaml::workloads(document).is_some_and(|found| !found.is_empty()));
    let others = without
        .into_iter()
        .filter(|it| it.contains("Deployment"))
        .take(with.len());
    with.iter().cloned().chain(others).collect()
}

fn config(cases: u32) -> Config {
    let asked = std::env::var("PROPTEST_CASES").ok();
    Config {
        cases: asked.and_then(|it| it.parse().ok()).unwrap_or(cases),
        failure_persistence: None,
        ..Config::default()
    }
}

/// A mutated text, whose documents must hold the same for both.
fn agree_after(text: &str, mutations: &[Mutation]) -> Result<(), TestCaseError> {
    let mut bytes = text.as_bytes().to_vec();
    for mutation in mutations {
        mutate(&mut bytes, mutation);
    }
    let text = String::from_utf8_lossy(&bytes);
    agree(&text).map(drop).map_err(TestCaseError::fail)
}

#[test]
fn mutated_renders_hold_the_same_counts_for_both() {
    let seeds = seeds();
    let what = (any::<usize>(), vec(mutation(), 1..5));
    let result = TestRunner::new(config(200)).run(&what, |(seed, mutations)| {
        agree_after(&seeds[seed % seeds.len()], &mutations)
    });
    result.unwrap();
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn mutated_streams_hold_the_same_counts_for_both(stream in stream(), mutations in vec(mutation(), 0..4)) {
        let text = write(&stream).bytes(&vec![None; stream.workloads().len()]);
        agree_after(&text, &mutations)?;
    }
}
