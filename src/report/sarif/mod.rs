//! SARIF 2.1.0, with all that code scanning of GitHub asks for.
//!
//! A finding is a result, a waived one with a suppression. What ended a run without a verdict is a notification, and
//! `executionSuccessful` is then false. Each result has a location, since GitHub drops those without.

mod model;
mod rules;

use std::cell::RefCell;
use std::io::{self, Write};

use self::model::{
    ArtifactLocation, Driver, Invocation, Location, Log, LogicalLocation, Notification,
    Outcome as ResultOf, PartialFingerprints, PhysicalLocation, Region, ResultProperties, Run,
    RunProperties, Suppression, Text, Tool,
};
use self::rules::Rules;
use super::fingerprint::Fingerprints;
use super::print::{Each, print};
use super::shortened::Weight;
use super::spot::{Spot, Spots};
use super::{FAILED, Report, Setting, UNDECIDED, clean, prose, text};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity, Waived};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes the report as one indented SARIF log with a line feed at the end.
pub(super) fn write(report: &Report, setting: &Setting<'_>, to: &mut dyn Write) -> io::Result<()> {
    let path = report.policy.path.as_deref();
    let results = Results {
        spots: Spots::new(setting, path, report.places()),
        rules: Rules::of(&report.findings),
        fingerprints: RefCell::default(),
    };
    let mut notes = report.notes.clone();
    notes.push(text::baseline_line(report).trim_end().to_owned());
    let notifications = notes.iter().map(|note| Notification {
        level: "note",
        message: message(note),
        locations: Vec::new(),
    });
    let run = Run {
        tool: tool(results.rules.descriptors()),
        invocations: [Invocation {
            execution_successful: true,
            exit_code: report.code(),
            tool_execution_notifications: notifications.collect(),
        }],
        column_kind: "unicodeCodePoints",
        results: Each(&report.findings, |finding| results.result(finding)),
        properties: RunProperties {
            command: setting.command.as_str(),
            verdict: report.verdict.as_str(),
            policy: report.policy.name.as_deref(),
            baseline: Some(&report.baseline.source),
        },
    };
    print(&log(run), to)
}

/// Writes what a run that could not decide says, as a log without results.
pub(super) fn write_failure(
    problems: &[Diagnostic],
    setting: &Setting<'_>,
    to: &mut dyn Write,
) -> io::Result<()> {
    let spots = Spots::of_problems(setting, problems);
    let notifications = problems.iter().map(|problem| Notification {
        level: "error",
        message: sentences(problem),
        locations: spots.exact(problem).iter().map(location).collect(),
    });
    let no_results: [ResultOf<'_>; 0] = [];
    let run = Run {
        tool: tool(Vec::new()),
        invocations: [Invocation {
            execution_successful: false,
            exit_code: UNDECIDED,
            tool_execution_notifications: notifications.collect(),
        }],
        column_kind: "unicodeCodePoints",
        results: no_results,
        properties: RunProperties {
            command: setting.command.as_str(),
            verdict: FAILED,
            policy: None,
            baseline: None,
        },
    };
    print(&log(run), to)
}

fn log<R>(run: Run<'_, R>) -> Log<'_, R> {
    Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [run],
    }
}

fn tool(rules: Vec<model::RuleDescriptor>) -> Tool {
    Tool {
        driver: Driver {
            name: "trimtab",
            semantic_version: env!("CARGO_PKG_VERSION"),
            rules,
        },
    }
}

/// Makes the results.
struct Results<'a> {
    spots: Spots<'a>,
    rules: Rules,
    fingerprints: RefCell<Fingerprints>,
}

impl Results<'_> {
    fn result<'f>(&self, finding: &'f Finding) -> ResultOf<'f> {
        let mut exact = self.spots.exact(&finding.diagnostic).into_iter();
        let first = exact.next();
        let is_exact = first.is_some();
        let spot = first.unwrap_or_else(|| self.spots.stand_in(&finding.diagnostic));
        let uri = spot.file.uri();
        let fingerprint = self.fingerprints.borrow_mut().of(finding, &uri);
        let related = exact.zip(1..).map(|(spot, id)| Location {
            id: Some(id),
            ..location(&spot)
        });
        ResultOf {
            rule_id: finding.rule.id,
            rule_index: self.rules.index(finding.rule),
            level: level(finding),
            message: sentences(&finding.diagnostic),
            locations: [Location {
                logical_locations: object(finding),
                ..location(&spot)
            }],
            related_locations: related.collect(),
            partial_fingerprints: fingerprints(fingerprint, is_exact),
            suppressions: finding
                .waived
                .iter()
                .map(|waived| self.suppression(waived))
                .collect(),
            properties: ResultProperties {
                severity: finding.severity.as_str(),
                component: finding.component.as_deref(),
            },
        }
    }

    fn suppression(&self, waived: &Waived) -> Suppression {
        let place = waived.place.as_ref();
        let spot = place.and_then(|place| self.spots.at(place, ""));
        Suppression {
            kind: "external",
            status: "accepted",
            justification: waived.reason.as_deref().map(clean::lines),
            location: spot.as_ref().map(location),
        }
    }
}

/// GitHub does not know suppressions, so a waived finding is only a note.
fn level(finding: &Finding) -> &'static str {
    match Weight::of(finding) {
        Weight::Error => Severity::Error.as_str(),
        Weight::Warning => Severity::Warning.as_str(),
        Weight::Waived => "note",
    }
}

/// `primaryLocationLineHash` is the only fingerprint that GitHub looks at. Its action computes it from the line in the
/// file; the line of a stand-in is the same for many findings, so these bring their own.
fn fingerprints(finding: String, is_exact: bool) -> PartialFingerprints {
    PartialFingerprints {
        primary_location_line_hash: (!is_exact).then(|| finding.clone()),
        finding,
    }
}

fn object(finding: &Finding) -> Vec<LogicalLocation> {
    let object = finding.object.iter().map(|object| LogicalLocation {
        fully_qualified_name: object.to_string(),
        kind: "resource",
    });
    object.collect()
}

fn location(spot: &Spot<'_>) -> Location {
    let label = Some(spot.label).filter(|label| !label.is_empty());
    Location {
        id: None,
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation {
                uri: spot.file.uri(),
            },
            region: Region {
                start_line: spot.start.line,
                start_column: spot.start.column,
                end_line: spot.end.line,
                end_column: spot.end.column,
            },
        },
        logical_locations: Vec::new(),
        message: label.map(message),
    }
}

/// The message as a sentence, which is all that is shown where there is little room, then its notes and helps.
fn sentences(diagnostic: &Diagnostic) -> Text {
    message(&prose::whole(diagnostic).replacen('\n', ".\n", 1))
}

/// A plain text message, without what the standard takes for an embedded link (`[text](target)`) or a placeholder (`{0}`).
fn message(text: &str) -> Text {
    let text = clean::lines(text).replace("](", "] (");
    let mut parts = text.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    let text = parts.fold(first, |text, part| match index_of_placeholder(part) {
        Some((index, rest)) => text + "{{" + index + "}}" + rest,
        None => text + "{" + part,
    });
    Text { text }
}

/// The number at the start that a brace closes, and what follows.
fn index_of_placeholder(part: &str) -> Option<(&str, &str)> {
    let (index, rest) = part.split_once('}')?;
    let is_index = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
    is_index.then_some((index, rest))
}
