//! What is printed is read as it was meant, whatever it holds.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a panic fails the test, as it should"
)]

mod effective;
mod printing;

use std::path::{Path, PathBuf};

use crate::policy::{Policy, PolicyError, PolicyOptions};
use crate::rules::RULES;
use crate::source::Sources;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Loads a policy; all problems as one text.
fn load(options: &PolicyOptions<'_>, sources: &mut Sources) -> Result<Policy, String> {
    let options = PolicyOptions {
        rules: RULES,
        ..*options
    };
    Policy::load(sources, &options).map_err(|error| match error {
        PolicyError::Unreadable { .. } => error.to_string(),
        PolicyError::Invalid(problems) => {
            let messages = problems.iter().map(|it| it.message.clone());
            messages.collect::<Vec<_>>().join("; ")
        }
    })
}

/// Every YAML file of a folder and its folders.
fn yaml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            yaml_files(&path, found);
        } else if path.extension().is_some_and(|end| end == "yaml") {
            found.push(path);
        }
    }
}
