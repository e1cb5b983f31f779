//! What needs the programs but no particular Helm.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::compare;
use crate::support::readme::{Host, run_document};
use crate::support::{self, command, root, run, run_with};

pub(crate) const TESTS: &[(&str, fn())] = tests![
    the_plugin_has_the_version_of_the_crate,
    the_renders_are_those_of_the_chart,
    kubectl_reads_the_renders_alike,
    kubectl_reads_the_real_charts_alike,
    documents_with_helm_3,
    documents_with_helm_4,
];

fn the_plugin_has_the_version_of_the_crate() {
    let plugin = fs::read_to_string(root().join("plugin.yaml")).expect("plugin.yaml");
    let version = format!("\nversion: {}\n", env!("CARGO_PKG_VERSION"));
    assert!(plugin.contains(&version), "{plugin}");
}

fn the_renders_are_those_of_the_chart() {
    let folder = TempDir::new().expect("a temporary folder");
    let (fresh, kept) = (
        folder.path().join("rendered"),
        root().join("testdata/charts/rendered"),
    );
    let script = root().join("testdata/charts/render");
    run(command(script, folder.path(), &[]).arg(&fresh)).ok();
    let names = |files: &[PathBuf]| -> Vec<_> {
        files
            .iter()
            .map(|file| file.file_name().map(ToOwned::to_owned))
            .collect()
    };
    let (fresh, kept) = (files(&fresh), files(&kept));
    assert_eq!(names(&fresh), names(&kept), "run testdata/charts/render");
    for (fresh, kept) in fresh.iter().zip(&kept) {
        assert!(
            fs::read(fresh).ok() == fs::read(kept).ok(),
            "{}: run testdata/charts/render",
            kept.display()
        );
    }
}

fn kubectl_reads_the_renders_alike() {
    for file in files(&root().join("testdata/charts/rendered")) {
        kubectl_reads_alike(&file);
    }
}

/// The renders of the real Milvus charts, where they are.
fn kubectl_reads_the_real_charts_alike() {
    for file in support::fixtures().iter().flat_map(|folder| files(folder)) {
        kubectl_reads_alike(&file);
    }
}

/// Sets what can be set of a stream and compares all objects but for the counts that were asked for.
fn kubectl_reads_alike(file: &Path) {
    let before = fs::read_to_string(file).expect("a stream");
    let mut trimtab = command(support::TRIMTAB, root(), &[]);
    trimtab.args(["--mode", "warn", "--target", "queryNode=7"]);
    let after = run_with(&mut trimtab, before.as_bytes()).ok();
    compare::assert_all_counts(&before, &after, "querynode", 7);
}

fn documents_with_helm_3() {
    documents_with_helm(3);
}

fn documents_with_helm_4() {
    documents_with_helm(4);
}

fn documents_with_helm(major: u8) {
    let folder = TempDir::new().expect("a temporary folder");
    for (name, program) in [
        ("helm", format!("helm{major}")),
        ("kubectl", "kubectl".to_owned()),
    ] {
        let link = std::os::unix::fs::symlink(crate::program(&program), folder.path().join(name));
        link.expect("a link");
    }
    for name in ["README.md", "docs/helm.md", "docs/plan.md"] {
        run_document(name, Host::Helm(major, folder.path()))
            .unwrap_or_else(|error| panic!("{error}"));
    }
}

/// The files of a folder and its folders, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut entries: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    let inner = |path: PathBuf| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    };
    entries.into_iter().flat_map(inner).collect()
}
