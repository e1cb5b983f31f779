//! The report for programs: one JSON document, which `docs/report.schema.json` describes.
//!
//! `version` is 1; within a version, fields can be added, but not renamed or removed.

mod releases;

use std::io::{self, Write};

use serde::Serialize;

use self::releases::{ReleaseJson, UnrecognisedJson};
use super::position::Positions;
use super::print::{Each, print};
use super::{Change, Command, FAILED, Report, Tally};
use crate::diagnostic::{Diagnostic, Label};
use crate::finding::{Finding, ObjectRef, Waived};
use crate::source::{Place, Sources};
use crate::word::Word;

/// Writes the report as one indented JSON document with a line feed at the end.
pub(super) fn write(report: &Report, sources: &Sources, to: &mut dyn Write) -> io::Result<()> {
    let texts = Texts::new(sources, report.places());
    let document = ReportJson {
        head: Head::new(report.command, report.verdict.as_str()),
        policy: PolicyJson {
            name: report.policy.name.as_deref(),
            path: report.policy.path.as_deref(),
        },
        baseline: baseline(report),
        summary: summary(report),
        remaining: report.remaining,
        releases: Each(&report.releases, ReleaseJson::from),
        unrecognised: (report.command == Command::Plan)
            .then(|| Each(&report.unrecognised, UnrecognisedJson::from)),
        changes: Each(&report.changes, |change| texts.change(change)),
        findings: Each(&report.findings, |finding| texts.finding(finding)),
        notes: &report.notes,
    };
    print(&document, to)
}

/// Writes what a run that could not decide says, as one indented JSON document: verdict `failed`, and its errors.
pub(super) fn write_failure(
    command: Command,
    diagnostics: &[Diagnostic],
    sources: &Sources,
    to: &mut dyn Write,
) -> io::Result<()> {
    let texts = Texts::new(sources, labels(diagnostics).map(|label| &label.place));
    let error = |diagnostic| texts.error(diagnostic);
    let document = FailureJson {
        head: Head::new(command, FAILED),
        errors: Each(diagnostics, error),
    };
    print(&document, to)
}

/// The baseline, as the log has it too.
pub(super) fn baseline(report: &Report) -> BaselineJson<'_> {
    BaselineJson {
        source: &report.baseline.source,
        live_counts_checked: report.baseline.live,
        cluster: report.baseline.cluster.as_ref().map(|it| ClusterJson {
            server: &it.server,
            context: it.context.as_deref(),
            namespace: &it.namespace,
            known_from: &it.known_from,
        }),
    }
}

fn labels<'d>(
    diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
) -> impl Iterator<Item = &'d Label> {
    diagnostics
        .into_iter()
        .flat_map(|diagnostic| &diagnostic.labels)
}

fn summary(report: &Report) -> SummaryJson {
    let tally = Tally::of(&report.findings);
    SummaryJson {
        workloads: report.workloads,
        releases: report.releases.len(),
        changes: report.changes.len(),
        errors: tally.errors,
        warnings: tally.warnings,
        waived: tally.waived,
    }
}

/// The texts of a run, and the positions of all places that the document names.
struct Texts<'a> {
    sources: &'a Sources,
    positions: Positions,
}

impl<'a> Texts<'a> {
    fn new<'p>(sources: &'a Sources, places: impl IntoIterator<Item = &'p Place>) -> Self {
        Self {
            sources,
            positions: Positions::of(sources, places),
        }
    }

    fn location<'r>(&self, place: &Place, label: &'r str) -> LocationJson<'r>
    where
        'a: 'r,
    {
        let start = self
            .positions
            .get(self.sources, place.source, place.start());
        let end = self.positions.get(self.sources, place.source, place.end());
        LocationJson {
            source: self.sources.get(place.source).name(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            label,
        }
    }

    fn locations<'r>(&self, labels: &'r [Label]) -> Vec<LocationJson<'r>>
    where
        'a: 'r,
    {
        labels
            .iter()
            .map(|label| self.location(&label.place, &label.text))
            .collect()
    }

    fn error<'r>(&self, diagnostic: &'r Diagnostic) -> ErrorJson<'r>
    where
        'a: 'r,
    {
        ErrorJson {
            message: &diagnostic.message,
            locations: self.locations(&diagnostic.labels),
            notes: &diagnostic.notes,
            help: &diagnostic.helps,
        }
    }

    fn finding<'r>(&self, finding: &'r Finding) -> FindingJson<'r>
    where
        'a: 'r,
    {
        let diagnostic = &finding.diagnostic;
        FindingJson {
            rule: finding.rule.id,
            severity: finding.severity.as_str(),
            message: &diagnostic.message,
            component: finding.component.as_deref(),
            object: finding.object.as_ref().map(object),
            locations: self.locations(&diagnostic.labels),
            notes: &diagnostic.notes,
            help: &diagnostic.helps,
            waived: finding.waived.as_ref().map(|waived| self.waived(waived)),
        }
    }

    fn waived<'r>(&self, waived: &'r Waived) -> WaivedJson<'r>
    where
        'a: 'r,
    {
        WaivedJson {
            reason: waived.reason.as_deref(),
            expires: waived.expires.as_deref(),
            location: waived.place.as_ref().map(|place| self.location(place, "")),
        }
    }

    fn change<'r>(&self, change: &'r Change) -> ChangeJson<'r>
    where
        'a: 'r,
    {
        ChangeJson {
            component: &change.component,
            object: object(&change.object),
            release: change.release.as_deref(),
            location: change.place.as_ref().map(|place| self.location(place, "")),
            template: change.template.as_deref(),
            baseline: change.before.known(),
            from: change.from,
            to: change.to,
            target: change.target,
            step: change.step.as_ref().map(|step| StepJson {
                number: step.number,
                of: step.of,
                next: &step.next,
                last: step.last,
            }),
        }
    }
}

fn object(object: &ObjectRef) -> ObjectJson<'_> {
    ObjectJson {
        api_version: &object.api_version,
        kind: &object.kind,
        namespace: object.namespace.as_deref(),
        name: &object.name,
    }
}

#[derive(Serialize)]
struct Head {
    version: u32,
    tool: ToolJson,
    command: &'static str,
    verdict: &'static str,
}

impl Head {
    fn new(command: Command, verdict: &'static str) -> Self {
        let tool = ToolJson {
            name: "trimtab",
            version: env!("CARGO_PKG_VERSION"),
        };
        Self {
            version: 1,
            tool,
            command: command.as_str(),
            verdict,
        }
    }
}

#[derive(Serialize)]
struct ToolJson {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct ReportJson<'r, R, U, C, F> {
    #[serde(flatten)]
    head: Head,
    policy: PolicyJson<'r>,
    baseline: BaselineJson<'r>,
    summary: SummaryJson,
    remaining: Option<usize>,
    releases: R,
    /// Only in a plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    unrecognised: Option<U>,
    changes: C,
    findings: F,
    notes: &'r [String],
}

#[derive(Serialize)]
struct FailureJson<E> {
    #[serde(flatten)]
    head: Head,
    errors: E,
}

#[derive(Serialize)]
struct PolicyJson<'r> {
    name: Option<&'r str>,
    path: Option<&'r str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BaselineJson<'r> {
    source: &'r str,
    live_counts_checked: bool,
    cluster: Option<ClusterJson<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClusterJson<'r> {
    server: &'r str,
    context: Option<&'r str>,
    namespace: &'r str,
    known_from: &'r str,
}

#[derive(Serialize)]
struct SummaryJson {
    workloads: usize,
    releases: usize,
    changes: usize,
    errors: usize,
    warnings: usize,
    waived: usize,
}

#[derive(Serialize)]
struct ErrorJson<'r> {
    message: &'r str,
    locations: Vec<LocationJson<'r>>,
    notes: &'r [Word],
    help: &'r [Word],
}

#[derive(Serialize)]
struct FindingJson<'r> {
    rule: &'static str,
    severity: &'static str,
    message: &'r str,
    component: Option<&'r str>,
    object: Option<ObjectJson<'r>>,
    locations: Vec<LocationJson<'r>>,
    notes: &'r [Word],
    help: &'r [Word],
    waived: Option<WaivedJson<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LocationJson<'r> {
    source: &'r str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    label: &'r str,
}

#[derive(Serialize)]
struct WaivedJson<'r> {
    reason: Option<&'r str>,
    expires: Option<&'r str>,
    location: Option<LocationJson<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ObjectJson<'r> {
    api_version: &'r str,
    kind: &'r str,
    namespace: Option<&'r str>,
    name: &'r str,
}

#[derive(Serialize)]
struct ChangeJson<'r> {
    component: &'r str,
    object: ObjectJson<'r>,
    release: Option<&'r str>,
    location: Option<LocationJson<'r>>,
    template: Option<&'r str>,
    baseline: Option<u32>,
    from: Option<u32>,
    to: u32,
    target: Option<u32>,
    step: Option<StepJson<'r>>,
}

#[derive(Serialize)]
struct StepJson<'r> {
    number: usize,
    of: usize,
    next: &'r [u32],
    last: Option<u32>,
}
