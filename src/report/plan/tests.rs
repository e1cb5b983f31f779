//! Plans of odd shapes; `testdata/cases/plan*` are those that users see.

use super::super::tests::{Texts, release};
use super::*;
use crate::plan::{Before, LadderEnd};
use crate::report::{Command, Style, Verbosity};

const LARGEST: u32 = i32::MAX.unsigned_abs();

/// A plan of one release with one workload, which is compared with something.
fn plan(change: impl Fn(&mut WorkloadCounts)) -> Report {
    let mut report = Texts::report(Command::Plan, Vec::new());
    "file:live.yaml".clone_into(&mut report.baseline.source);
    let workloads = &mut report.releases.iter_mut();
    let workloads = workloads.flat_map(|it| &mut it.components);
    workloads.flat_map(|it| &mut it.workloads).for_each(change);
    report
}

fn shown(report: &Report) -> String {
    text(report, Style::default())
}

/// The line of the one workload.
fn line(report: &Report) -> String {
    shown(report).lines().nth(2).unwrap_or_default().to_owned()
}

#[test]
fn the_widest_table_fits_a_hundred_columns() {
    let mut report = plan(|it| {
        it.object.name = "m".repeat(253);
        it.before = Before::Known(LARGEST);
        it.written = "9".repeat(40);
        it.target = Some(LARGEST);
        it.count = Some(LARGEST);
        it.next = vec![LARGEST; 8];
    });
    for component in report.releases.iter_mut().flat_map(|it| &mut it.components) {
        component.component = "c".repeat(80);
        component.waits_for = vec!["w".repeat(80)];
        component.end = LadderEnd::Cut;
    }
    let shown = shown(&report);
    let longest = shown.lines().map(|line| line.chars().count()).max();
    assert!(longest <= Some(WIDTH), "{shown}");
    assert!(!shown.contains("THEN"), "{shown}");
    assert!(
        shown.contains("\n  then ... (after wwwwww...wwwwwww)\n"),
        "{shown}"
    );
}

#[test]
fn a_name_cannot_forge_a_line() {
    let report = plan(|it| "a\nb\u{1b}[2J".clone_into(&mut it.object.name));
    assert!(
        line(&report).contains("  a\u{240a}b\u{241b}[2J  "),
        "{}",
        line(&report)
    );
}

#[test]
fn each_count_has_its_word() {
    for (before, count, words) in [
        (Before::New, Some(4), "new         5       2     4  3 2"),
        (Before::Unset, None, "unset         5       2  as is  3 2"),
        (
            Before::Unknown,
            Some(4),
            "unknown         5       2     4  3 2",
        ),
        (
            Before::Known(12),
            Some(4),
            "12         5       2     4  3 2",
        ),
    ] {
        let report = plan(|it| (it.before, it.count) = (before, count));
        assert!(line(&report).ends_with(words), "{}", line(&report));
    }
}

#[test]
fn a_target_may_keep_what_runs() {
    let report = plan(|it| (it.keeps, it.target) = (true, Some(2)));
    assert!(
        line(&report).ends_with("5    keep     4  3 2"),
        "{}",
        line(&report)
    );
}

#[test]
fn what_is_not_told_is_hinted_at() {
    let report = plan(|it| it.target = Some(1));
    assert!(line(&report).ends_with("4  3 2 ..."), "{}", line(&report));
    let mut report = plan(|it| it.target = Some(1));
    for component in report.releases.iter_mut().flat_map(|it| &mut it.components) {
        component.end = LadderEnd::Stuck;
    }
    let line = line(&report);
    assert!(line.ends_with("4  3 2 (no further step)"), "{line}");
}

#[test]
fn the_state_is_what_is_to_be_done() {
    let report = plan(|_| {});
    assert_eq!(
        report.state(),
        State::Steps(3),
        "five, then four, three, two"
    );
    let done = |it: &mut WorkloadCounts| {
        (it.before, it.count, it.target) = (Before::Known(2), Some(2), Some(2));
        it.next.clear();
    };
    let mut report = plan(done);
    for release in &mut report.releases {
        release.remaining = 0;
    }
    assert_eq!(report.state(), State::Done);
    report.releases.push(release());
    assert_eq!(report.state(), State::Steps(3));
    report.releases.clear();
    assert_eq!(report.state(), State::Done);
}

#[test]
fn colours_are_of_the_severity_alone() {
    let texts = Texts::new();
    let report = Texts::report(Command::Plan, vec![texts.scale_in(), texts.waived()]);
    let style = Style {
        color: true,
        ..Style::default()
    };
    let colored = text(&report, style);
    assert!(
        colored.contains("\u{1b}[1m\u{1b}[91merror  \u{1b}[0m  scale-in-too-large"),
        "{colored}"
    );
    assert!(!shown(&report).contains('\u{1b}'));
    let quiet = Style {
        verbosity: Verbosity::Quiet,
        ..Style::default()
    };
    assert!(text(&report, quiet).starts_with("error    scale-in-too-large  dataNode would lose"));
    assert_eq!(text(&report, quiet).matches("worker-removed").count(), 0);
}
