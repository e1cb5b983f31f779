//! The plan for people: a table a release, the findings as rows, and what is to be done.

use super::State;
use super::rows::rows;
use super::table::{Refused, table};
use crate::finding::Finding;
use crate::report::text::{baseline_line, note_line, policy_line};
use crate::report::{ReleaseCounts, Report, Style, Verbosity, clean, counted};

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
    let refused = Refused::of(report);
    let is_compared = report.is_compared();
    let mut out = String::new();
    for release in &report.releases {
        out += &heading(release, report.releases.len() > 1);
        out += &table(release, &refused, is_compared);
        out.push('\n');
    }
    let findings = rows(report.findings.iter(), style);
    out += &findings;
    if !findings.is_empty() {
        out.push('\n');
    }
    if !is_compared {
        out += &note_line(NO_LADDER, style.color);
    }
    for note in &report.notes {
        out += &note_line(note, style.color);
    }
    if style.verbosity == Verbosity::Verbose {
        out += &policy_line(report);
    }
    out += &baseline_line(report);
    out + &state_line(report, state)
}

/// `release my-release in namespace milvus`, of several also `, from prod`
fn heading(release: &ReleaseCounts, is_of_several: bool) -> String {
    let part = |before: &str, text: Option<&String>| {
        text.map_or_else(String::new, |text| format!("{before}{}", clean::line(text)))
    };
    let name = match &release.instance {
        Some(name) => format!("release {}", clean::line(name)),
        None => "the release without a name".to_owned(),
    };
    let namespace = part(" in namespace ", release.namespace.as_ref());
    let folder = release.folder.as_ref().filter(|_| is_of_several);
    format!("{name}{namespace}{}\n", part(", from ", folder))
}

/// What is to be done.
fn state_line(report: &Report, state: State) -> String {
    let line = match state {
        State::Mend(findings) => format!(
            "{} to mend before the next release",
            counted(findings, "finding")
        ),
        State::Done if !report.is_compared() => {
            "nothing to change in the rendered counts".to_owned()
        }
        State::Done => "nothing to change".to_owned(),
        State::Steps(1) => "1 release to go".to_owned(),
        State::Steps(steps) => {
            format!("{steps} releases to go, each once the one before is settled")
        }
        State::Waits(0 | 1) => "1 release to go, once the last one is settled".to_owned(),
        State::Waits(steps) => {
            format!(
                "{steps} releases to go, each once the one before is settled; the last one is not yet"
            )
        }
    };
    line + "\n"
}
