//! Policies as users write them, and what they are told.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::format_collect,
    clippy::format_push_string,
    reason = "a panic fails the test, as it should"
)]

mod entries;
mod extends;
mod files;
mod mutations;
mod options;
mod refused;
mod systems;
mod table;
mod typed;
mod valid;

use std::path::{Path, PathBuf};

use super::*;
use crate::rules::RULES;

/// A folder of policies.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            let path = folder.path(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn load(&self, name: &str) -> Result<Policy, Vec<String>> {
        let path = self.path(name);
        load(&PolicyOptions {
            file: Some(&path),
            ..PolicyOptions::default()
        })
        .map_err(|problems| {
            let folder = format!("{}/", self.0.path().display());
            let short = |problem: String| problem.replace(&folder, "");
            problems.into_iter().map(short).collect()
        })
    }
}

/// Loads a policy; each problem is a line of `source:line:column 'the text there' message | helps`.
fn load(options: &PolicyOptions<'_>) -> Result<Policy, Vec<String>> {
    let mut sources = Sources::default();
    let options = PolicyOptions {
        rules: RULES,
        ..*options
    };
    Policy::load(&mut sources, &options).map_err(|error| match error {
        PolicyError::Unreadable { .. } => vec![error.to_string()],
        PolicyError::Invalid(problems) => problems
            .iter()
            .map(|problem| line(&sources, problem))
            .collect(),
    })
}

fn line(sources: &Sources, problem: &Diagnostic) -> String {
    let mut line = String::new();
    for label in &problem.labels {
        let source = sources.get(label.place.source);
        let (row, column) = source.position(label.place.start());
        let slice = &source.text()[label.place.span()];
        line.push_str(&format!("{}:{row}:{column} '{slice}' ", source.name()));
    }
    line.push_str(&problem.message);
    for help in problem.helps.iter() {
        line.push_str(" | ");
        line.push_str(help);
    }
    line
}

/// A whole policy around a `spec` that extends milvus; the spec begins in line 5.
fn milvus(spec: &str) -> String {
    policy(&format!("extends: milvus\n{spec}"))
}

/// A whole policy around a `spec`; the spec begins in line 4.
fn policy(spec: &str) -> String {
    let spec: String = spec.lines().map(|line| format!("  {line}\n")).collect();
    format!("apiVersion: trimtab.dev/v1alpha1\nkind: ReplicaPolicy\nspec:\n{spec}")
}

/// The policy that a text is.
fn valid(text: &str) -> Policy {
    Folder::new(&[("p.yaml", text)]).load("p.yaml").unwrap()
}

/// What a text is told.
fn refused(text: &str) -> Vec<String> {
    Folder::new(&[("p.yaml", text)]).load("p.yaml").unwrap_err()
}

fn component<'p>(policy: &'p Policy, name: &str) -> &'p Component {
    let mut components = policy.components.iter();
    components.find(|component| component.name == name).unwrap()
}

/// `maxReplicas maxPercent floor`, `-` for none.
fn limits(policy: &Policy, name: &str) -> String {
    let limits = &component(policy, name).scale_in.limits();
    let shown = |limit: Option<u32>| limit.map_or("-".to_owned(), |limit| limit.to_string());
    format!(
        "{} {} {}",
        shown(limits.max_replicas),
        shown(limits.max_percent),
        limits.floor
    )
}

/// Each target as `component=replicas`, with its overrides.
fn targets(policy: &Policy) -> Vec<String> {
    let one = |target: &Target| {
        let name = &policy.components[target.component].name;
        let overrides: String = target
            .overrides
            .iter()
            .map(|o| {
                format!(
                    " {}={}:{}",
                    o.match_labels[0].0, o.match_labels[0].1.value, o.replicas
                )
            })
            .collect();
        let optional = if target.optional.value { "?" } else { "" };
        format!("{name}{optional}={}{overrides}", target.replicas)
    };
    policy.targets.iter().map(one).collect()
}

fn labels(pairs: &[(&str, &str)]) -> MatchLabels {
    pairs.iter().copied().collect()
}

/// The components that recognise a workload.
fn recognised<'p>(policy: &'p Policy, kind: &str, found: &[(&str, &str)]) -> Vec<&'p str> {
    let found = labels(found);
    policy
        .components
        .iter()
        .filter(|component| {
            component
                .workloads
                .iter()
                .any(|workload| workload.matches("apps/v1", kind, &found))
        })
        .map(|component| component.name.as_str())
        .collect()
}

/// The repository's root.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A text, wherever it is given.
fn told(text: Option<&Given<Text>>) -> Option<&str> {
    text.map(|text| &*text.value)
}
