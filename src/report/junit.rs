//! `JUnit` XML: a test case for each workload, as CI systems list them.
//!
//! A workload fails by each finding that refuses, and is skipped where its findings are waived. A finding about no workload is
//! a case of its own, by its rule. What ends a run without a verdict is an error.

use std::io::{self, Write};

use quick_junit::{
    NonSuccessKind, Property, Report as Document, TestCase, TestCaseStatus, TestSuite,
};

use super::cases::{Case, cases};
use super::frame::Painter;
use super::text::{self, finding_text};
use super::{Report, Setting, Style, Verbosity, clean, prose};
use crate::diagnostic::Diagnostic;
use crate::finding::Finding;

/// The first part of each class, by which CI systems group the cases.
const CLASS: &str = "trimtab";

/// Writes the report as one XML document.
pub(super) fn write(report: &Report, setting: &Setting<'_>, to: &mut dyn Write) -> io::Result<()> {
    let painter = Painter::new(false, None, setting.sources, report.places());
    let mut suite = suite(setting);
    suite.add_property(Property::new("verdict", report.verdict.as_str()));
    for (name, line) in [
        ("policy", text::policy_line(report)),
        ("baseline", text::baseline_line(report)),
    ] {
        let value = line.trim_end();
        let value = value.split_once(": ").map_or(value, |(_, value)| value);
        suite.add_property(Property::new(name, valid(value)));
    }
    for case in cases(report, setting) {
        suite.add_test_case(test_case(report, &case, &painter));
    }
    let summary = text::summary(report, setting.sources, Style::default());
    suite.set_system_out(valid(&summary));
    print(suite, to)
}

/// Writes what a run that could not decide says: one case, with its errors.
pub(super) fn write_failure(
    problems: &[Diagnostic],
    setting: &Setting<'_>,
    to: &mut dyn Write,
) -> io::Result<()> {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    let messages = problems.iter().map(|it| it.message.as_str());
    status.set_message(headline(messages));
    status.set_type("undecided");
    let drawn = text::diagnostics_text(problems, setting.sources, false);
    status.set_description(valid(&drawn));
    let mut case = TestCase::new("trimtab reaches a verdict", status);
    case.set_classname(CLASS);
    let mut suite = suite(setting);
    suite.add_test_case(case);
    print(suite, to)
}

fn suite(setting: &Setting<'_>) -> TestSuite {
    TestSuite::new(format!("trimtab {}", setting.command.as_str()))
}

fn print(suite: TestSuite, to: &mut dyn Write) -> io::Result<()> {
    let mut document = Document::new("trimtab");
    document.add_test_suite(suite);
    let mut to = io::BufWriter::new(to);
    document.serialize(&mut to).map_err(io::Error::other)?;
    to.flush()
}

fn test_case(report: &Report, case: &Case<'_>, painter: &Painter<'_>) -> TestCase {
    let findings = case.findings.iter().copied();
    let (refusing, told): (Vec<&Finding>, Vec<&Finding>) =
        findings.partition(|it| report.refuses(it));
    let status = status(&refusing, &told, painter);
    let mut test = TestCase::new(xml(&case.name), status);
    test.set_classname(xml(&match case.component {
        Some(component) => format!("{CLASS}.{component}"),
        None => CLASS.to_owned(),
    }));
    if let Some(file) = &case.file {
        test.extra.insert("file".into(), xml(file).into());
    }
    if !told.is_empty() {
        test.set_system_out(drawn(&told, painter));
    }
    test
}

/// Failed by what refuses, else skipped by what is waived; warnings alone do not show in it.
fn status(refusing: &[&Finding], told: &[&Finding], painter: &Painter<'_>) -> TestCaseStatus {
    let reasons = told.iter().filter_map(|it| it.waived.as_deref());
    let reasons: Vec<String> = reasons.map(prose::reason).collect();
    if let Some(first) = refusing.first() {
        let messages = refusing.iter().map(|it| it.diagnostic.message.as_str());
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type(first.rule.id);
        status.set_message(headline(messages));
        status.set_description(drawn(refusing, painter));
        status
    } else if reasons.is_empty() {
        TestCaseStatus::success()
    } else {
        let reasons = headline(reasons.iter().map(String::as_str));
        let mut status = TestCaseStatus::skipped();
        status.set_message(format!("waived: {reasons}"));
        status
    }
}

/// The first message, and how many more there are.
fn headline<'m>(mut messages: impl Iterator<Item = &'m str>) -> String {
    let first = xml(messages.next().unwrap_or_default());
    match messages.count() {
        0 => first,
        more => format!("{first} (and {more} more)"),
    }
}

fn drawn(findings: &[&Finding], painter: &Painter<'_>) -> String {
    let drawn = findings
        .iter()
        .map(|it| finding_text(painter, it, Verbosity::Normal));
    valid(&drawn.collect::<Vec<_>>().join("\n"))
}

/// One line without what acts unseen.
fn xml(text: &str) -> String {
    valid(&clean::line(text))
}

/// The text without U+FFFE and U+FFFF, which XML does not allow; the controls that it does not allow were replaced before.
fn valid(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
