//! What a plan becomes for other tools: the counts of the next release as patches, as a kustomize component, as a chart's
//! values.
//!
//! An export is all or nothing. It is withheld where the next release would be refused or has to wait, and where the form
//! cannot say a part of it. It has every count that a target sets, the unchanged ones too, so that a later file can replace it.

mod json_patch;
mod kustomize;
#[cfg(test)]
mod tests;
mod values;

use std::collections::HashMap;

use super::{State, sentence};
use crate::diagnostic::Diagnostic;
use crate::finding::ObjectRef;
use crate::report::text::baseline_line;
use crate::report::{
    ComponentCounts, Form, ReleaseCounts, Rendering, Report, WorkloadCounts, clean,
};
use crate::rule::Rule;

/// What a plan can be exported as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Export {
    JsonPatch,
    Kustomize,
    Values,
}

impl Form {
    /// The export that it is; none for the form of a report.
    pub(crate) fn export(self) -> Option<Export> {
        match self {
            Self::JsonPatch => Some(Export::JsonPatch),
            Self::Kustomize => Some(Export::Kustomize),
            Self::Values => Some(Export::Values),
            _ => None,
        }
    }
}

impl Export {
    /// The document; nothing where it is withheld.
    ///
    /// # Errors
    /// All that the form cannot say.
    pub(crate) fn print(self, report: &Report) -> Result<Option<String>, Vec<Diagnostic>> {
        if report.is_withheld() {
            return Ok(None);
        }
        let problems = in_several_folders(report);
        if !problems.is_empty() {
            return Err(problems);
        }
        let document = match self {
            Self::JsonPatch => json_patch::print(report),
            Self::Kustomize => kustomize::print(report),
            Self::Values => values::print(report),
        };
        document.map(Some)
    }

    /// Whether it does what a rule asks for: a chart that is given a value writes it wherever it belongs.
    pub(super) fn mends(self, rule: &Rule) -> bool {
        self == Self::Values && rule.id == "count-used-elsewhere"
    }
}

impl Report {
    /// Whether an export is asked for, and the next release is not to be made as it is.
    pub(super) fn is_withheld(&self) -> bool {
        let is_held_up = matches!(self.state(), State::Mend(_) | State::Waits(_));
        self.export.is_some() && is_held_up
    }
}

/// A workload whose count a target sets.
struct Set<'r> {
    component: &'r ComponentCounts,
    workload: &'r WorkloadCounts,
    rendering: &'r Rendering,
    count: u32,
}

/// What the targets set in a release.
fn set(release: &ReleaseCounts) -> impl Iterator<Item = Set<'_>> {
    let components = release.components.iter();
    let workloads = components.flat_map(|component| {
        let workloads = component.workloads.iter();
        workloads.map(move |workload| (component, workload))
    });
    workloads.filter_map(|(component, workload)| {
        let rendering = workload.rendering.as_deref()?;
        let count = workload.count.filter(|_| workload.target.is_some())?;
        Some(Set {
            component,
            workload,
            rendering,
            count,
        })
    })
}

/// The objects that several folders hold, each with a count of its own: nothing but the folder tells them apart.
fn in_several_folders(report: &Report) -> Vec<Diagnostic> {
    let mut folders: HashMap<&ObjectRef, Option<&String>> = HashMap::new();
    let mut problems = Vec::new();
    for release in &report.releases {
        for set in set(release) {
            let object = &set.workload.object;
            let folder = release.folder.as_ref();
            let first = *folders.entry(object).or_insert(folder);
            if let (Some(first), Some(other)) = (first, folder.filter(|it| Some(*it) != first)) {
                let message = format!("{object} is in {first} and in {other}");
                let help = format!("plan each folder on its own: trimtab plan {first}");
                problems.push(Diagnostic::new(message).help(help));
            }
        }
    }
    problems
}

/// What heads a YAML document.
fn comment(report: &Report) -> String {
    let lines = [
        "The counts of the next release, by trimtab plan".to_owned(),
        sentence(report),
        baseline_line(report),
    ];
    lines.iter().map(|line| remark(line.trim_end())).collect()
}

/// A line of a comment.
fn remark(line: &str) -> String {
    format!("# {}\n", clean::line(line))
}

/// An object without a name (`generateName`), which nothing but the stream itself can tell from others.
fn nameless(kind: &str) -> Diagnostic {
    Diagnostic::new(format!(
        "a {kind} without a name cannot be told from others"
    ))
    .help("give it a name, or let trimtab write the count into the stream")
}
