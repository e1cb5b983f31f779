//! The plan for people: a table a release, the findings as rows, and what is to be done.

use annotate_snippets::Level;

use super::inventory::{About, entries};
use super::ladder::Ladder;
use super::rows::rows;
use super::table::table;
use super::{State, bars, unrecognised};
use crate::finding::Finding;
use crate::report::text::{baseline_line, note_line, policy_line, titled};
use crate::report::{ReleaseCounts, Report, Style, Verbosity, clean};

const NO_LADDER: &str =
    "no ladder: the rendered counts do not show what runs; for one, use another baseline";

/// The plan as text; empty or ending in a line feed.
pub(in crate::report) fn text(report: &Report, style: Style) -> String {
    let state = report.state();
    let quiet = style.verbosity == Verbosity::Quiet;
    if quiet {
        let refuses = |finding: &&Finding| report.refuses(finding);
        return match state {
            State::Mend(_) => rows(report.findings.iter().filter(refuses), style),
            State::Done | State::Steps(_) | State::Waits(_) => String::new(),
        };
    }
    let mut out = releases(report, style);
    out += &unrecognised::text(&report.unrecognised);
    out += &findings(report, style);
    if !report.is_compared() {
        out += &note_line(NO_LADDER, style.color);
    }
    out + &after(report, style)
}

/// What is told beside an export: all but the counts; of a quiet run only why it is withheld.
pub(crate) fn told(report: &Report, style: Style) -> String {
    let is_quiet = style.verbosity == Verbosity::Quiet;
    let mut told = match (report.is_withheld(), is_quiet) {
        (false, true) => return String::new(),
        (true, true) => text(report, style),
        (_, false) => findings(report, style) + &after(report, style),
    };
    if report.is_withheld() {
        let message = match report.state() {
            State::Waits(_) => "nothing is printed until the last step has settled",
            State::Mend(_) | State::Done | State::Steps(_) => {
                "nothing is printed: fix the findings above first"
            }
        };
        told += &titled(style.color, Level::ERROR, message);
    }
    told
}

/// The inventory and the ladder of each release.
fn releases(report: &Report, style: Style) -> String {
    let about = About::of(report);
    let is_compared = report.is_compared();
    let mut out = String::new();
    for release in &report.releases {
        out += &name(release, report.releases.len() > 1);
        out.push('\n');
        out += &table(&entries(release, &about), is_compared);
        out.push('\n');
        let ladder = Ladder::of(release, &about).filter(|_| is_compared);
        if let Some(ladder) = ladder {
            out += &bars::drawn(&ladder, style.blocks);
            out.push('\n');
        }
    }
    out
}

/// The findings, with an empty line after them.
fn findings(report: &Report, style: Style) -> String {
    let mut rows = rows(report.findings.iter(), style);
    if !rows.is_empty() {
        rows.push('\n');
    }
    rows
}

/// The notes, the baseline, and what is to be done.
fn after(report: &Report, style: Style) -> String {
    let mut out = String::new();
    for note in &report.notes {
        out += &note_line(note, style.color);
    }
    if style.verbosity == Verbosity::Verbose {
        out += &policy_line(report);
    }
    out += &baseline_line(report);
    out + &state_line(report)
}

/// `release my-release in namespace milvus`, of several also `, from prod`
pub(in crate::report) fn name(release: &ReleaseCounts, is_of_several: bool) -> String {
    let part = |before: &str, text: Option<&String>| {
        text.map_or_else(String::new, |text| format!("{before}{}", clean::line(text)))
    };
    let name = match &release.instance {
        Some(name) => format!("release {}", clean::line(name)),
        None => "the unnamed release".to_owned(),
    };
    let namespace = part(" in namespace ", release.namespace.as_ref());
    let folder = release
        .folder
        .as_ref()
        .filter(|folder| is_of_several && *folder != ".");
    format!("{name}{namespace}{}", part(", from ", folder))
}

/// What is to be done.
fn state_line(report: &Report) -> String {
    super::sentence(report) + "\n"
}
