//! Hooks that pre-commit installs: built by cargo from a clone of the project, and from the wheel.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::repository::{Repository, Source, deployment, refused};
use crate::support::{copy_folder, root};
use crate::{Test, program};

pub(crate) const TESTS: &[Test] = tests![built_by_cargo];
pub(crate) const WITH_WHEEL: &[Test] = tests![from_the_wheel];

/// The folder that cargo builds in.
fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("a folder in the target folder")
}

/// The wheel that `packaging/check` built.
pub(crate) fn wheel() -> Option<PathBuf> {
    let files = fs::read_dir(target().join("wheels")).ok()?;
    let mut paths = files.filter_map(|file| Some(file.ok()?.path()));
    paths.find(|path| path.extension().is_some_and(|ending| ending == "whl"))
}

/// `language: rust`: pre-commit runs `cargo install` in a clone. It is told to build fast rather than a fast program.
fn built_by_cargo() {
    let folder = TempDir::new().expect("a temporary folder");
    copy_folder(root(), folder.path(), &[".git", "target"]);
    let source = Source::new(folder);
    let home = PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
    let folder_of = |name: &str, otherwise: &str| {
        let given = std::env::var_os(name).map(PathBuf::from);
        given
            .unwrap_or_else(|| home.join(otherwise))
            .display()
            .to_string()
    };
    let repository = Repository::with_config(&source.config(
        "  - id: trimtab-fix
    args: [--target, queryNode=3]
  - id: trimtab-check",
    ))
    .env("CARGO_HOME", folder_of("CARGO_HOME", ".cargo"))
    .env("RUSTUP_HOME", folder_of("RUSTUP_HOME", ".rustup"))
    .env("CARGO_NET_OFFLINE", "true".to_owned())
    .env(
        "CARGO_TARGET_DIR",
        target().join("precommit").display().to_string(),
    )
    .env("CARGO_PROFILE_RELEASE_LTO", "off".to_owned())
    .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0".to_owned())
    .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256".to_owned());
    fixes_then_passes(&repository);
}

/// `additional_dependencies`: no compiler, and no network.
fn from_the_wheel() {
    let wheel = wheel().expect("a wheel");
    let repository = Repository::with_config(&format!(
        "repos:
- repo: local
  hooks:
  - id: trimtab
    name: trimtab
    entry: trimtab fix --target queryNode=3
    language: python
    additional_dependencies: [{}]
    pass_filenames: false
    always_run: true
",
        wheel.display()
    ))
    .env("PIP_NO_INDEX", "1".to_owned())
    .env("PIP_FIND_LINKS", program("wheels").display().to_string());
    fixes_then_passes(&repository);
}

fn fixes_then_passes(repository: &Repository) {
    repository.write("k8s/querynode.yaml", &deployment("querynode", 1));
    refused(&repository.commit(), &["files were modified by this hook"]);
    assert_eq!(
        repository.read("k8s/querynode.yaml"),
        deployment("querynode", 3)
    );
    repository.commit().ok();
}
