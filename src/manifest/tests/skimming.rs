//! A manifest that was read with skimming equals one whose documents were read to their ends.
//!
//! `PROPTEST_CASES` raises the number of texts; the run that `docs/performance.md` counts is
//! `PROPTEST_CASES=250000 cargo test --release --lib skimming -- --nocapture`.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{kinds, origin};
use crate::field::Count;
use crate::manifest::{Malformed, Manifest};
use crate::yaml;

#[path = "../../../tests/properties/layout.rs"]
mod layout;
#[path = "../../../tests/properties/model.rs"]
#[allow(dead_code, reason = "other tests use the rest of it")]
mod model;
#[path = "../../../tests/properties/mutation.rs"]
mod mutation;
#[path = "../../../tests/properties/others.rs"]
mod others;

/// Rendered documents that hold an object.
static RENDERED: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let streams = [
        include_str!("../../../testdata/charts/rendered/helm3/cluster.yaml"),
        include_str!("../../../testdata/charts/rendered/helm3/autoscaled.yaml"),
        include_str!("../../../testdata/charts/rendered/helm4/odd.yaml"),
        include_str!("../../../testdata/charts/rendered/helm4/groups.yaml"),
    ];
    let documents = streams.iter().flat_map(|text| {
        let pieces = yaml::split(text).filter_map(|span| text.get(span));
        pieces.filter(|piece| piece.contains("kind:") && piece.len() < 4000)
    });
    documents.collect()
});

/// Lines that could matter, hide what matters, or look as if they did.
const LINES: &[&str] = &[
    "kind: Deployment",
    "kind: Service",
    "kind: StatefulSet",
    "Kind: x",
    "'kind': Deployment",
    "\"kind\" : Service",
    "? kind\n: Deployment",
    "? kind",
    ": Service",
    "?\n  replicas\n: 3",
    "apiVersion: apps/v1",
    "metadata: {name: other}",
    "metadata:",
    "name: other",
    "spec:",
    "spec: {replicas: 4}",
    "status: {replicas: 3}",
    "status: {}",
    "items: []",
    "items:\n- kind: Deployment",
    "replicas: 3",
    "replicas:",
    "ordinals: {start: 3}",
    "ordinals:",
    "'ordinals' : *t",
    "start: 3",
    "\"replicas\": 3",
    "selector: {matchLabels: {component: proxy}}",
    "selector:",
    "matchLabels: {a: b}",
    "template: &t",
    "template: {a: b}",
    "<<: *t",
    "<<: {replicas: 3}",
    "x: *t",
    "*t : x",
    "!!str replicas: 3",
    "&r replicas: 3",
    "&s",
    "x: |",
    "x: >-",
    "x: |2",
    "x: |1+",
    "x: 'it",
    "x: \"it",
    "it's'",
    "x: {y: z,",
    "x: [",
    "}",
    "]",
    "- x",
    "- replicas: 3",
    "-",
    "x:",
    "x: y",
    "x: y: z",
    "? x",
    ": y",
    "x",
    "# kind: Service",
    "...",
    "---x",
    "---",
    "--- |",
    "%YAML 1.1",
    "\u{feff}kind: Deployment",
    "\u{feff} replicas: 3",
    "\treplicas: 3",
    "\t",
    "\tx",
    "",
];

/// One of [`LINES`] behind so many spaces, in a place of a text.
#[derive(Debug, Clone)]
struct Line {
    at: usize,
    indent: usize,
    text: usize,
}

fn line() -> impl Strategy<Value = Line> {
    let indent = prop_oneof![2 => Just(0_usize), 3 => Just(2_usize), 1 => 0..7_usize];
    (any::<usize>(), indent, 0..LINES.len()).prop_map(|(at, indent, text)| Line {
        at,
        indent,
        text,
    })
}

impl Line {
    fn put_into(&self, text: &mut String) {
        let breaks: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        let places = breaks.len() + 1;
        let at = breaks.get(self.at % places).copied().unwrap_or(text.len());
        let indent = " ".repeat(self.indent);
        let line = LINES[self.text].replace('\n', &format!("\n{indent}"));
        text.insert_str(at, &format!("{indent}{line}\n"));
    }
}

#[derive(Default)]
struct Counts {
    read: AtomicUsize,
    left: AtomicUsize,
    malformed: AtomicUsize,
    spared: AtomicUsize,
}

/// Reads a document both ways.
fn hold(text: &str, counts: &Counts) -> Result<(), TestCaseError> {
    let skimmed = Manifest::read(&origin(text), text, &kinds());
    let whole = Manifest::read_whole(&origin(text), text, &kinds());
    counts.read.fetch_add(1, Relaxed);
    match (&skimmed, &whole) {
        (Ok(skimmed), Ok(whole)) => {
            prop_assert_eq!(format!("{skimmed:?}"), format!("{whole:?}"), "{}", text);
            // What no reader could read, where the rest was left: a quote that is never closed, beyond every key.
            let broken = format!("{}\n{}\"", text.trim_end(), " ".repeat(60));
            let is_left = |it: Result<Manifest, Vec<Malformed>>| usize::from(it.is_ok());
            let left = is_left(Manifest::read(&origin(&broken), &broken, &kinds()));
            counts.left.fetch_add(left, Relaxed);
        }
        (Ok(_), Err(_)) => {
            counts.malformed.fetch_add(1, Relaxed);
            counts.spared.fetch_add(1, Relaxed);
        }
        // What is refused first may be after the cut.
        (Err(_), Err(_)) => drop(counts.malformed.fetch_add(1, Relaxed)),
        (Err(skimmed), Ok(_)) => prop_assert!(false, "only skimmed: {:?}\n{}", skimmed, text),
    }
    Ok(())
}

fn hold_each(text: &str, counts: &Counts) -> Result<(), TestCaseError> {
    yaml::split(text)
        .filter_map(|span| text.get(span))
        .try_for_each(|document| hold(document, counts))
}

fn run<S: Strategy>(strategy: &S, test: impl Fn(S::Value, &Counts) -> Result<(), TestCaseError>) {
    let asked = std::env::var("PROPTEST_CASES").ok();
    let cases = asked.and_then(|it| it.parse().ok()).unwrap_or(2000);
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let counts = Counts::default();
    let result = TestRunner::new(config).run(strategy, |value| test(value, &counts));
    if let Err(error) = result {
        panic!("{error}");
    }
    let [read, left, malformed, spared] = [
        &counts.read,
        &counts.left,
        &counts.malformed,
        &counts.spared,
    ]
    .map(|it| it.load(Relaxed));
    println!(
        "{read} documents, {left} left early, {malformed} malformed, {spared} of them after the cut"
    );
    assert!(left * 20 > read, "{left} of {read} were left early");
}

#[test]
fn rendered_documents_with_other_lines() {
    let base = any::<prop::sample::Index>();
    run(&(base, vec(line(), 0..4)), |(base, lines), counts| {
        let mut text = (*base.get(&RENDERED)).to_owned();
        for line in &lines {
            line.put_into(&mut text);
        }
        hold_each(&text, counts)
    });
}

#[test]
fn rendered_documents_with_other_bytes() {
    let base = any::<prop::sample::Index>();
    let strategy = (base, vec(mutation::mutation(), 1..5));
    run(&strategy, |(base, mutations), counts| {
        let mut bytes = base.get(&RENDERED).as_bytes().to_vec();
        for mutation in &mutations {
            mutation::mutate(&mut bytes, mutation);
        }
        hold_each(&String::from_utf8_lossy(&bytes).replace('\0', ""), counts)
    });
}

#[test]
fn generated_streams_with_other_lines_and_bytes() {
    let strategy = (
        model::stream(),
        vec(line(), 0..3),
        vec(mutation::mutation(), 0..3),
    );
    run(&strategy, |(stream, lines, mutations), counts| {
        let mut text = layout::write(&stream).bytes(&vec![None; stream.workloads().len()]);
        for line in &lines {
            line.put_into(&mut text);
        }
        let mut bytes = text.into_bytes();
        for mutation in &mutations {
            mutation::mutate(&mut bytes, mutation);
        }
        hold_each(&String::from_utf8_lossy(&bytes).replace('\0', ""), counts)
    });
}

/// To Kubernetes a line ends at U+0085 too, and the next one can hold what matters.
#[test]
fn a_document_with_another_line_break_is_read_to_its_end() {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {a: b}}\n  template: {} # x\u{85}  replicas: 5\n";
    let manifest = Manifest::read(&origin(text), text, &kinds()).unwrap();
    let counts = manifest
        .workloads
        .iter()
        .map(|it| it.replicas.count.clone());
    assert_eq!(counts.collect::<Vec<_>>(), [Count::Set(5)]);
}
