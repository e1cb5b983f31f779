//! Sources and texts that are odd, huge or mean.

use std::path::Path;
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use super::{Texts, finding};
use super::{failure_json, json, printed};
use crate::diagnostic::Diagnostic;
use crate::field::Count;
use crate::report::text::{diagnostics_text, text};
use crate::report::{Command, Outcome, Style, Unrecognised};
use crate::source::{Place, Sources};

/// One error with labels on the parts of a text, drawn; without spaces at the ends of lines, which rustfmt would not keep.
fn drawn(name: &str, source: &str, spans: &[(usize, usize)]) -> String {
    let mut sources = Sources::default();
    let id = sources.add(name, source);
    let error = spans
        .iter()
        .fold(Diagnostic::new("odd"), |error, &(start, end)| {
            error.label(Place::new(id, start..end), "here")
        });
    let drawn = diagnostics_text(&[error], &sources, false);
    drawn
        .lines()
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect()
}

/// The place of a part of a text.
fn part(text: &str, part: &str) -> (usize, usize) {
    let start = text.find(part).unwrap();
    (start, start + part.len())
}

#[test]
fn tabs_and_crlf() {
    let text = "a: 1\r\n\tb:\t5\r\nc: 2\r\n";
    assert_snapshot!(drawn("f", text, &[part(text, "5")]), @r#"
    error: odd
     --> f:2:5
      |
    2 |     b:    5
      |           ^ here
    "#);
    assert_snapshot!(drawn("f", text, &[part(text, "5"), part(text, "\r\nc"), part(text, "2")]), @r#"
    error: odd
     --> f:2:5
      |
    2 |     b:    5
      |           ^- here
      |           |
      |           here
    3 | c: 2
      |    - here
    "#);
}

#[test]
fn a_byte_order_mark_has_no_column() {
    let text = "\u{feff}a: 5\n";
    assert_snapshot!(drawn("f", text, &[part(text, "5")]), @r#"
    error: odd
     --> f:1:4
      |
    1 | a: 5
      |    ^ here
    "#);
}

#[test]
fn columns_count_characters() {
    let text = "größe: 世界 # 5\n";
    assert_snapshot!(drawn("f", text, &[part(text, "世"), part(text, "5")]), @r#"
    error: odd
     --> f:1:8
      |
    1 | größe: 世界 # 5
      |        ^^     - here
      |        |
      |        here
    "#);
    assert_snapshot!(drawn("f", text, &[(3, 4)]), @r#"
    error: odd
     --> f:1:3
      |
    1 | größe: 世界 # 5
      |   ^ here
    "#);
}

#[test]
fn empty_spans_and_the_end_of_the_text() {
    assert_snapshot!(drawn("f", "", &[(0, 0)]), @r#"
    error: odd
     --> f:1:1
      |
    1 |
      | ^ here
    "#);
    assert_snapshot!(drawn("f", "a: 1", &[(4, 4)]), @r#"
    error: odd
     --> f:1:5
      |
    1 | a: 1
      |     ^ here
    "#);
    assert_snapshot!(drawn("f", "a:\nb: 1\n", &[(2, 2), (8, 8)]), @r#"
    error: odd
     --> f:1:3
      |
    1 | a:
      |   ^ here
    2 | b: 1
    3 |
      | - here
    "#);
    assert_snapshot!(drawn("f", "a: 1\n", &[(70, 90)]), @r#"
    error: odd
     --> f:2:1
      |
    2 |
      | ^ here
    "#);
}

#[test]
fn a_span_over_lines_shows_the_first() {
    let text = "a:\r\n  b: 1\r\n  c: 2\r\n";
    assert_snapshot!(drawn("f", text, &[(0, text.len())]), @r#"
    error: odd
     --> f:1:1
      |
    1 | a:
      | ^^ here
    "#);
    assert_snapshot!(drawn("f", text, &[(6, 2)]), @r#"
    error: odd
     --> f:2:3
      |
    2 |   b: 1
      |   ^ here
    "#);
}

#[test]
fn near_places_share_a_frame_and_far_ones_do_not() {
    let lines: Vec<_> = (1..40).map(|n| format!("key{n}: {n}\n")).collect();
    let text = lines.concat();
    let spans = ["key20", "key3:", "key22", "key18", "key5:"];
    let spans = spans.map(|key| part(&text, key));
    assert_snapshot!(drawn("f", &text, &spans), @r#"
    error: odd
      --> f:20:1
       |
    18 | key18: 18
       | ----- here
    19 | key19: 19
    20 | key20: 20
       | ^^^^^ here
    21 | key21: 21
    22 | key22: 22
       | ----- here
       |
      ::: f:3:1
       |
     3 | key3: 3
       | ----- here
     4 | key4: 4
     5 | key5: 5
       | ----- here
    "#);
}

#[test]
fn many_places_are_counted() {
    let text = "a\n".repeat(2000);
    let spans: Vec<_> = (0..100).map(|n| (n * 40, n * 40 + 1)).collect();
    let drawn = drawn("f", &text, &spans);
    assert!(drawn.lines().count() < 100);
    assert!(drawn.contains("= note: and 84 more places"), "{drawn}");
}

#[test]
fn a_long_line_is_cut_and_the_column_is_true() {
    let text = format!(
        "{{{}\"replicas\": 5{}}}",
        "\"k\": \"ä\", ".repeat(1_000_000),
        ", \"k\": \"ä\"".repeat(1_000_000)
    );
    assert_snapshot!(drawn("f", &text, &[part(&text, "5"), (0, 1)]), @r#"
    error: odd
     --> f:1:10000014
      |
    1 | ..."k": "ä", "k": "ä", "k": "ä", "k": "ä", "k": "ä", "replicas": 5, "k": "ä", "k": "ä", "k": "ä", "k": "ä", "k": "ä", "k": "ä", "k": ...
      |                                                                  ^ here
      |
     ::: f:1:1
      |
    1 | {"k": "ä", "k": "ä", "k": "ä", "k": "ä", "k": "ä", "k": "ä", "k": "ä", "k": "ä", "k": "ä", "k": "ä", "k": "ä", "k": "ä", "k": "ä", "k...
      | - here
    "#);
    assert_snapshot!(drawn("f", &text, &[(part(&text, "\"replicas\"").0, text.len())]), @r#"
    error: odd
     --> f:1:10000002
      |
    1 | ...: "ä", "replicas": 5, "k": "ä", "k": "ä", "k": "ä", "k": "ä", "k": "ä", "k": "ä", "k": "ä", "k": "ä", "k": "ä", "k": "ä", "k": "ä"...
      |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ here
    "#);
}

#[test]
fn thousands_of_findings_in_a_large_stream_take_no_time() {
    let mut texts = Texts::new();
    let document = super::STREAM.repeat(100_000);
    let stream = texts.sources.add("<stdin>", document);
    let findings = (0..5000).map(|n| {
        let at = n * super::STREAM.len() * 20 + super::STREAM.len() - 2;
        let error = Diagnostic::new("no").label(Place::new(stream, at..at + 1), "here");
        finding("scale-in-too-large", "dataNode", error)
    });
    let report = Texts::report(Command::Check, findings.collect());
    let start = Instant::now();
    assert_eq!(
        text(&report, &texts.sources, Style::default())
            .matches("5\n")
            .count(),
        20
    );
    assert_eq!(
        json(&report, &texts.sources)
            .matches("\"endColumn\": 14")
            .count(),
        5000
    );
    let outcome = Outcome::Judged(report);
    for form in Command::Check.forms() {
        let form = (*form, Style::default());
        let printed = printed(&outcome, Command::Check, form, &texts.sources);
        assert!(printed.len() > 100);
    }
    // Generous: unoptimised, on a busy machine. Counting anew for each finding takes minutes.
    assert!(start.elapsed() < Duration::from_secs(30));
}

/// Terminal sequences (with ESC and as C1), line breaks, a turned direction, the mark of the frames.
const MEAN: &str = "\u{1b}[2J\u{9b}31m\rok\u{7}\u{202e}\u{2028}\u{e000}0\u{e000}\u{200b}";

#[test]
fn nothing_acts_on_the_terminal() {
    let source = format!("name: {MEAN} # 5\n");
    assert_snapshot!(drawn(MEAN, &source, &[part(&source, "5")]), @r#"
    error: odd
     --> ␛[2J�31m␍ok␇���0��:1:28
      |
    1 | name: ␛[2J�31m␍ok␇���0�� # 5
      |                            ^ here
    "#);

    let mut texts = Texts::new();
    let id = texts.sources.add(MEAN, MEAN);
    let error = Diagnostic::new(format!("{MEAN}\nerror: forged"))
        .label(Place::new(id, 0..MEAN.len()), MEAN)
        .note(MEAN)
        .help(MEAN);
    let mut found = finding("unsafe-edit", "x", error.clone());
    found.component = Some(MEAN.into());
    let mut waived = texts.waived();
    waived.waived.as_mut().unwrap().reason = Some(MEAN.into());
    for command in [Command::Filter, Command::Check] {
        let mut report = Texts::report(command, vec![found.clone(), waived.clone()]);
        report.notes.push(format!("{MEAN}\nerror: forged"));
        report.policy.name = Some(MEAN.into());
        report.baseline.source = MEAN.into();
        let style = Style {
            verbosity: crate::report::Verbosity::Verbose,
            ..Style::default()
        };
        assert_harmless(&text(&report, &texts.sources, style));
        assert_harmless(&json(&report, &texts.sources));

        let mut change = texts.change();
        (change.component, change.object.name) =
            (format!("{MEAN}\nerror: forged").into(), MEAN.into());
        change.template = Some(MEAN.into());
        report.changes.push(change);
        report.findings.clear();
        report.verdict = crate::report::Verdict::Passed;
        assert_harmless(&text(&report, &texts.sources, style));
    }
    assert_harmless(&diagnostics_text(
        std::slice::from_ref(&error),
        &texts.sources,
        false,
    ));
    assert_harmless(&failure_json(Command::Check, &[error], &texts.sources));
}

#[test]
fn no_form_acts_on_the_terminal() {
    let mut texts = Texts::new();
    let id = texts.sources.add(MEAN, MEAN);
    texts.sources.is_from(id, Path::new(MEAN));
    let error = Diagnostic::new(format!("{MEAN}\nerror: forged"))
        .label(Place::new(id, 0..MEAN.len()), MEAN)
        .note(MEAN)
        .help(MEAN);
    let mut found = finding("unsafe-edit", MEAN, error.clone());
    found.object.as_mut().unwrap().name = MEAN.into();
    let mut waived = texts.waived();
    waived.waived.as_mut().unwrap().reason = Some(MEAN.into());
    let mut report = Texts::report(Command::Check, vec![found, waived]);
    report.notes.push(format!("{MEAN}\nerror: forged"));
    report.policy.name = Some(MEAN.into());
    report.baseline.source = MEAN.into();
    let component = &mut report.releases[0].components[0];
    component.component = MEAN.into();
    component.workloads[0].object.name = MEAN.into();
    component.workloads[0].rendered = Count::Invalid(MEAN.into());
    component.waits_for = vec![MEAN.into()];
    let object = component.workloads[0].object.clone();
    report.unrecognised = vec![Unrecognised {
        object,
        reason: MEAN.into(),
        rendered: None,
    }];
    let outcomes = [Outcome::Judged(report), Outcome::Undecided(vec![error])];
    for command in [Command::Check, Command::Plan] {
        for (form, outcome) in command.forms().iter().flat_map(|form| {
            let outcomes = outcomes.iter();
            outcomes.map(move |outcome| (form, outcome))
        }) {
            let form = (*form, Style::default());
            let printed = printed(outcome, command, form, &texts.sources);
            assert_harmless(&printed);
        }
    }
}

pub(super) fn assert_harmless(text: &str) {
    let acts = |c: char| (c.is_control() && c != '\n') || super::super::clean::acts_unseen(c);
    assert!(!text.contains(acts), "{text:?}");
    assert!(!text.contains("\nerror: forged"), "{text}");
}

#[test]
fn a_mark_in_a_source_is_not_taken_for_one_of_ours() {
    let source = "a: \u{e000}0\u{e000}:1:1 5\n";
    let drawn = drawn("f", source, &[part(source, "5")]);
    assert_eq!(drawn.matches("f:1:").count(), 1);
    assert!(drawn.contains("\u{fffd}0\u{fffd}:1:1 5"));
}

#[test]
fn endless_texts_are_cut() {
    let endless = "x".repeat(10_000_000);
    let error = Diagnostic::new(&endless).note(&endless);
    let drawn = diagnostics_text(&[error], &Sources::default(), false);
    assert!(drawn.len() < 20_000);
}
