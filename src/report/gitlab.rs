//! Code quality of GitLab: a JSON array with an issue for each finding.
//!
//! GitLab shows an issue's description and place, but not the name of its check, so the description begins with it. An issue
//! without a path is dropped, and so is all but one of those with the same fingerprint.

use std::cell::RefCell;
use std::io::{self, Write};

use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::print::{Each, print};
use super::shortened::Weight;
use super::spot::{Spot, Spots};
use super::{Report, Setting, clean};
use crate::diagnostic::Diagnostic;
use crate::finding::Finding;

/// The name of the check for what ends a run without a verdict.
const UNDECIDED: &str = "undecided";

/// Writes the findings as one indented JSON array with a line feed at the end.
pub(super) fn write(report: &Report, setting: &Setting<'_>, to: &mut dyn Write) -> io::Result<()> {
    let spots = Spots::new(setting, report.policy.path.as_deref(), report.places());
    let fingerprints = RefCell::new(Fingerprints::default());
    let issue = |finding: &Finding| {
        let location = location(&finding.diagnostic, &spots);
        Issue {
            description: description(finding),
            check_name: finding.rule.id,
            fingerprint: fingerprints.borrow_mut().of(finding, &location.path),
            severity: match Weight::of(finding) {
                Weight::Error => "critical",
                Weight::Warning => "minor",
                Weight::Waived => "info",
            },
            location,
        }
    };
    print(&Each(&report.findings, issue), to)
}

/// Writes what a run that could not decide says, one issue a reason.
pub(super) fn write_failure(
    problems: &[Diagnostic],
    setting: &Setting<'_>,
    to: &mut dyn Write,
) -> io::Result<()> {
    let spots = Spots::of_problems(setting, problems);
    let fingerprints = RefCell::new(Fingerprints::default());
    let issue = |problem: &Diagnostic| {
        let location = location(problem, &spots);
        let parts = [UNDECIDED, &problem.message, &location.path];
        Issue {
            description: format!(
                "trimtab could not decide: {}",
                clean::line(&problem.message)
            ),
            check_name: UNDECIDED,
            fingerprint: fingerprints.borrow_mut().unique(&parts),
            severity: "blocker",
            location,
        }
    };
    print(&Each(problems, issue), to)
}

/// `target-drift: queryNode is at 1; its target is 3 (waived: raised until Friday)`
fn description(finding: &Finding) -> String {
    let message = clean::line(&finding.diagnostic.message);
    let waived = finding.waived.as_ref();
    let waived =
        waived.map(|waived| format!(" (waived: {})", clean::line(&super::prose::reason(waived))));
    format!(
        "{}: {message}{}",
        finding.rule.id,
        waived.unwrap_or_default()
    )
}

fn location(diagnostic: &Diagnostic, spots: &Spots<'_>) -> Location {
    let first = spots.exact(diagnostic).into_iter().next();
    let spot: Spot<'_> = first.unwrap_or_else(|| spots.stand_in(diagnostic));
    Location {
        path: clean::line(&spot.file.path()),
        lines: Lines {
            begin: spot.start.line,
        },
    }
}

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}
