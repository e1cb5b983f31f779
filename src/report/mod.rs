//! What a run says: to people (`text`) and to programs (`json`).
//!
//! Everything here is a pure function from values to a string; nothing is printed, and no exit code follows from a form.

mod clean;
mod frame;
mod json;
mod outcome;
mod position;
mod shortened;
#[cfg(test)]
mod tests;
mod text;

use std::path::Path;

use clap::ValueEnum;

use crate::finding::{Finding, ObjectRef, Severity};
use crate::source::Place;

pub use outcome::Outcome;
pub(crate) use outcome::{UNDECIDED, write};
use shortened::Weight;

/// What a run that came to a verdict says; its places point into the texts of the run.
#[derive(Debug)]
pub struct Report {
    /// What was run.
    pub command: Command,
    /// What it was judged by.
    pub policy: PolicyRef,
    /// What the counts were compared with.
    pub baseline: BaselineRef,
    /// How many workloads of the stream the policy's catalogue names.
    pub workloads: usize,
    /// How many releases those belong to.
    pub releases: usize,
    /// The workloads whose count is another than the rendered one, in the order of the stream.
    pub changes: Vec<Change>,
    /// What the rules found, waived findings included, in the order of the stream.
    pub findings: Vec<Finding>,
    /// What else a reader should know, one line each.
    pub notes: Vec<String>,
    /// Whether the run refused.
    pub verdict: Verdict,
}

/// The commands that report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// `trimtab`: the patched stream.
    Filter,
    /// `trimtab check`: no output but the report.
    Check,
    /// `trimtab fix`: the patched files.
    Fix,
    /// `trimtab explain`: a rule's page. It only reports that it failed.
    Explain,
}

impl Command {
    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Filter => "filter",
            Self::Check => "check",
            Self::Fix => "fix",
            Self::Explain => "explain",
        }
    }

    /// Whether it writes counts, and does not only look at them.
    pub fn writes(self) -> bool {
        matches!(self, Self::Filter | Self::Fix)
    }
}

/// The policy of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicyRef {
    /// `metadata.name`.
    pub name: Option<String>,
    /// The file; none for a built-in policy.
    pub path: Option<String>,
}

/// The baseline of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineRef {
    /// As `--baseline` writes it: `rendered`, `file:live.yaml`, `git:HEAD`, `cluster`.
    pub source: String,
    /// Whether its counts are those of running objects; where they are not, every report says so.
    pub live: bool,
}

/// A workload whose count is set to another than the rendered one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The component, as the policy names it.
    pub component: String,
    /// The workload.
    pub object: ObjectRef,
    /// `app.kubernetes.io/instance` of its selector.
    pub release: Option<String>,
    /// The rendered count in the stream, or where it goes in.
    pub place: Option<Place>,
    /// The chart's template, from `# Source:`.
    pub template: Option<String>,
    /// The replicas before; none if the workload is new or its count unknown.
    pub baseline: Option<u32>,
    /// The rendered replicas; none if absent, null or invalid.
    pub from: Option<u32>,
    /// The same as it is written: `5`, `"5"`, `null`; `absent` where there is no such field.
    pub written: String,
    /// The replicas that are written.
    pub to: u32,
    /// The policy's target.
    pub target: Option<u32>,
    /// Set when this is one step of a longer way.
    pub step: Option<Step>,
}

/// Where a stepped scale-in stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// This step, counted from 1.
    pub number: usize,
    /// All steps from here to the target.
    pub of: usize,
    /// The counts of the releases after this one, as many as a report tells of.
    pub next: Vec<u32>,
    /// The count after the last step; none where the ladder is too long to tell.
    pub last: Option<u32>,
}

/// Whether a run refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No rule stands in the way.
    Passed,
    /// At least one finding refuses.
    Refused,
}

impl Verdict {
    /// What findings come to: what is waived refuses nothing, a warning only where warnings are denied.
    pub(crate) fn on(findings: &[Finding], deny_warnings: bool) -> Self {
        let refuses = |finding: &Finding| {
            finding.waived.is_none() && (finding.severity == Severity::Error || deny_warnings)
        };
        if findings.iter().any(refuses) {
            Self::Refused
        } else {
            Self::Passed
        }
    }

    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Refused => "refused",
        }
    }
}

/// The forms of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For people.
    #[default]
    Text,
    /// For programs; `docs/report.schema.json` describes it.
    Json,
}

impl Form {
    /// The form that a report file's extension asks for.
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "txt" => Some(Self::Text),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// How much of a text report is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Verbosity {
    /// Nothing on success; errors and warnings on refusal.
    Quiet,
    /// Findings, changes, the baseline.
    #[default]
    Normal,
    /// Also the places of changes, the policy, and what waived findings would ask for.
    Verbose,
}

/// How a text report looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// With the colours of a terminal.
    pub color: bool,
    /// How much is shown.
    pub verbosity: Verbosity,
    /// The columns of the terminal, for source lines; 140 if unknown.
    pub width: Option<usize>,
}

/// How many findings there are of each weight; waived ones are counted apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    errors: usize,
    warnings: usize,
    waived: usize,
}

impl Tally {
    fn of(findings: &[Finding]) -> Self {
        let mut tally = Self::default();
        for finding in findings {
            match Weight::of(finding) {
                Weight::Waived => tally.waived += 1,
                Weight::Error => tally.errors += 1,
                Weight::Warning => tally.warnings += 1,
            }
        }
        tally
    }
}

/// `1 error`, `2 errors`.
fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
