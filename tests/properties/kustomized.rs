//! The component that `plan -o kustomize` prints, applied by the real kustomize, gives what the filter writes.
//!
//! Both ways end in kustomize, so that what its own printing does to other values is the same on both sides.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::bytes::{arguments, targets};
use super::exports::printed;
use super::layout::write;
use super::model::{Stream, stream};
use super::run::filter;
use super::support;
use super::values::by_serde;

/// Each case starts kustomize two times, so there are few, however many `PROPTEST_CASES` asks for.
const MOST: u32 = 200;

/// A component without a count.
const NO_COUNT: &str =
    "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nmetadata: {name: none}\n";

/// What a kustomize makes of these resources; nothing where it refuses them, as it does some that Kubernetes takes.
fn build(program: &Path, stream: &str, component: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("base/kustomization.yaml", "resources: [stream.yaml]\n"),
        ("base/stream.yaml", stream),
        ("counts/kustomization.yaml", component),
        (
            "kustomization.yaml",
            "resources: [base]\ncomponents: [counts]\n",
        ),
    ];
    for (file, text) in files {
        let file = folder.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let mut kustomize = Command::new(program);
    let built = kustomize.arg("build").arg(folder.path()).output().unwrap();
    let text = String::from_utf8(built.stdout).unwrap();
    built.status.success().then_some(text)
}

/// The stream's text. Where `share` says so, two neighbours that have different namespaces have one name.
fn text(stream: &Stream, share: bool) -> String {
    let workloads = stream.workloads();
    let mut text = write(stream).bytes(&vec![None; workloads.len()]);
    let spaces: Vec<_> = workloads
        .iter()
        .map(|it| it.namespace(stream.has_namespaces))
        .collect();
    let name = |index: usize| {
        let workload = workloads[index];
        format!("r{}-{}-{index}", workload.release, workload.names().1)
    };
    // From the last, since the name of the first is the beginning of the tenth's.
    for second in (1..workloads.len()).rev().step_by(2).filter(|_| share) {
        if spaces[second - 1] != spaces[second] {
            text = text.replace(&name(second), &format!("both-{second}"));
            text = text.replace(&name(second - 1), &format!("both-{second}"));
        }
    }
    text
}

/// Whether kustomize takes the stream at all; if so, the two ways to the counts must agree.
fn agrees(
    program: &Path,
    stream: &Stream,
    share: bool,
    targets: &[Option<u32>],
) -> Result<bool, TestCaseError> {
    let input = text(stream, share);
    let arguments = arguments(stream, targets);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let written = filter(&arguments, input.as_bytes());
    prop_assert_eq!(written.code, 0, "{}", written.report);
    let written = String::from_utf8(written.stdout).unwrap();
    let Some(written) = build(program, &written, NO_COUNT) else {
        return Ok(false);
    };
    let plan = [&["plan", "--output=kustomize"], &arguments[..]].concat();
    let (code, component) = printed(&plan, input.as_bytes());
    prop_assert_eq!(code, 0);
    let component = String::from_utf8(component).unwrap();
    let built = build(program, &input, &component);
    prop_assert!(
        built.is_some(),
        "kustomize refuses:\n{}\n{}",
        component,
        input
    );
    let built = built.as_deref().and_then(by_serde);
    prop_assert_eq!(built, by_serde(&written), "{}\n{}", component, input);
    Ok(true)
}

#[test]
fn kustomize_comes_to_what_the_filter_writes() {
    let program: Option<PathBuf> =
        support::built("kustomize", "sigs.k8s.io/kustomize/kustomize/v5");
    let Some(program) = program else {
        return support::left_out_here("run tests/cluster/build kustomize first");
    };
    let config = super::cases(24);
    let cases = config.cases.min(MOST);
    let tried = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(Config { cases, ..config });
    let result = runner.run(
        &(stream(), any::<bool>(), targets()),
        |(stream, share, targets)| {
            let is_taken = agrees(&program, &stream, share, &targets)?;
            tried.set(tried.get() + u32::from(is_taken));
            Ok(())
        },
    );
    result.unwrap();
    assert!(
        tried.get() > cases / 8,
        "kustomize took only {} streams",
        tried.get()
    );
}
