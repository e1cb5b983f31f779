//! Reports, for people (`text`) and for programs (`json`), one file or folder a form.
//!
//! Everything here is a pure function from values to a string; nothing is printed, and the exit code does not depend on the format.

mod cases;
mod clean;
mod columns;
mod fingerprint;
mod form;
mod frame;
mod github;
mod gitlab;
mod json;
mod junit;
mod log;
mod markdown;
mod outcome;
pub(crate) mod plan;
mod position;
mod print;
mod prose;
mod releases;
mod replicas;
mod repository;
mod sarif;
mod shortened;
mod spot;
#[cfg(test)]
mod tests;
mod text;

use crate::finding::{Finding, ObjectRef, Severity};
use crate::plan::Before;
use crate::source::Place;
use crate::word::Word;

pub use form::Form;
pub(crate) use log::{Facts, entry};
pub use outcome::Outcome;
pub(crate) use outcome::{Setting, UNDECIDED, write};
pub(crate) use plan::{Export, told};
pub use releases::{ComponentCounts, ReleaseCounts, Unrecognised, WorkloadCounts};
pub(crate) use releases::{Detail, Rendering, ScaledBy};
pub(crate) use repository::Repository;
use shortened::Weight;

pub(crate) use clean::{acts_unseen as is_unseen, line as clean_line};
pub(crate) use print::document as json_document;

/// The report of a run that reached a verdict; its places point into the texts of the run.
#[derive(Debug)]
pub struct Report {
    /// The command that ran.
    pub command: Command,
    /// The policy that it was judged by.
    pub policy: PolicyRef,
    /// The baseline of the counts.
    pub baseline: BaselineRef,
    /// The number of workloads in the stream that match the policy's catalogue.
    pub workloads: usize,
    /// The releases that they belong to.
    pub releases: Vec<ReleaseCounts>,
    /// Workloads that are in no release, and why; only in a plan.
    pub unrecognised: Vec<Unrecognised>,
    /// The releases after this one that the goals still take, at least; `None` when this one is refused.
    pub remaining: Option<usize>,
    /// The workloads whose count differs from the rendered one, in the order of the stream.
    pub changes: Vec<Change>,
    /// The findings of the rules, including waived ones, in the order of the stream.
    pub findings: Vec<Finding>,
    /// Notes for the reader, one line each.
    pub notes: Vec<String>,
    /// Whether the run refused.
    pub verdict: Verdict,
    /// Whether warnings refuse too.
    pub denies_warnings: bool,
    /// `plan --exit-code`: whether the exit code tells what is to be done.
    pub has_exit_code: bool,
    /// Of `plan`: what it is exported as.
    pub(crate) export: Option<Export>,
}

impl Report {
    /// 0 or 1: whether it refused.
    fn code(&self) -> u8 {
        u8::from(self.verdict == Verdict::Refused)
    }

    /// The places of findings, waivers and changes.
    fn places(&self) -> impl Iterator<Item = &Place> {
        let findings = self.findings.iter();
        let labels = findings.clone().flat_map(|it| &it.diagnostic.labels);
        let waivers = findings.filter_map(|finding| finding.waived.as_ref()?.place.as_ref());
        let changes = self.changes.iter().filter_map(|it| it.place.as_ref());
        labels
            .map(|label| &label.place)
            .chain(waivers)
            .chain(changes)
    }
}

/// The commands that report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// `trimtab`: the patched stream.
    Filter,
    /// `trimtab check`: only the report.
    Check,
    /// `trimtab fix`: the patched files.
    Fix,
    /// `trimtab plan`: the counts release by release, and the findings as rows.
    Plan,
    /// `trimtab converge`: runs a command until the targets are reached. It reports only failures.
    Converge,
    /// `trimtab policy`: the effective policy. It reports only failures.
    Policy,
    /// `trimtab init`: a policy to start from. It reports only failures.
    Init,
    /// `trimtab explain`: a rule's page. It reports only failures.
    Explain,
    /// `trimtab generate`: the manual page, the schema of policies, completions. It reports only failures.
    Generate,
}

impl Command {
    /// All of them, in the order of the help.
    pub(crate) const ALL: [Self; 9] = [
        Self::Filter,
        Self::Check,
        Self::Fix,
        Self::Plan,
        Self::Converge,
        Self::Policy,
        Self::Init,
        Self::Explain,
        Self::Generate,
    ];

    /// The command of this name on the command line; the filter has none.
    pub(crate) fn named(name: &str) -> Self {
        let mut all = Self::ALL.into_iter().skip(1);
        all.find(|command| command.as_str() == name)
            .unwrap_or(Self::Filter)
    }

    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Filter => "filter",
            Self::Check => "check",
            Self::Fix => "fix",
            Self::Plan => "plan",
            Self::Converge => "converge",
            Self::Policy => "policy",
            Self::Init => "init",
            Self::Explain => "explain",
            Self::Generate => "generate",
        }
    }

    /// Whether it writes counts, rather than only checking them.
    pub fn writes(self) -> bool {
        matches!(self, Self::Filter | Self::Fix)
    }
}

/// The policy of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicyRef {
    /// `metadata.name`.
    pub name: Option<String>,
    /// The file; `None` for a built-in policy.
    pub path: Option<String>,
}

/// The baseline of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineRef {
    /// As `--baseline` writes it: `rendered`, `file:live.yaml`, `git:HEAD`, `cluster`.
    pub source: String,
    /// Whether its counts are those of running objects; if not, every report says so.
    pub live: bool,
    /// The cluster that was asked.
    pub cluster: Option<ClusterRef>,
}

/// A cluster that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterRef {
    /// The URL of the API server.
    pub server: String,
    /// The kubeconfig's context, if there is one.
    pub context: Option<String>,
    /// The namespace of objects that name none.
    pub namespace: String,
    /// What told where the cluster is: `Helm's --kube-context`.
    pub known_from: String,
}

/// A workload whose count is changed from the rendered one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The component, as the policy names it.
    pub component: Word,
    /// The workload.
    pub object: ObjectRef,
    /// `app.kubernetes.io/instance` of its selector.
    pub release: Option<Word>,
    /// The rendered count in the stream, or where it would be inserted.
    pub place: Option<Place>,
    /// The chart's template, from `# Source:`.
    pub template: Option<Word>,
    /// The replicas before.
    pub(crate) before: Before,
    /// The rendered replicas; `None` if absent, null or invalid.
    pub from: Option<u32>,
    /// The rendered value as written: `5`, `"5"`, `null`; `absent` if the field is missing.
    pub written: Word,
    /// The replicas that are written.
    pub to: u32,
    /// The policy's target.
    pub target: Option<u32>,
    /// Set when this is one of several steps.
    pub step: Option<Step>,
}

/// The progress of a stepped scale-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// This step, counted from 1.
    pub number: usize,
    /// All steps from here to the target.
    pub of: usize,
    /// The counts of the next releases, as far as a report lists them.
    pub next: Vec<u32>,
    /// The count after the last step; `None` if the ladder is too long.
    pub last: Option<u32>,
}

/// Whether a run refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No finding refuses.
    Passed,
    /// At least one finding refuses.
    Refused,
}

/// The word for a run that could not decide.
const FAILED: &str = "failed";

impl Verdict {
    /// The verdict of some findings: waived ones never refuse, and warnings only if they are denied.
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

/// How much of a text report is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Verbosity {
    /// Nothing on success, errors and warnings on refusal.
    Quiet,
    /// Findings, changes, the baseline.
    #[default]
    Normal,
    /// Also the places of changes, the policy, and the help of waived findings.
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
    /// Whether bars are drawn with block characters; else in ASCII.
    pub blocks: bool,
}

/// The number of findings of each severity; waived ones are counted separately.
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
