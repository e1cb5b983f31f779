//! The report for people, in the form of rustc and cargo.

use std::sync::Arc;

use annotate_snippets::{Level, Renderer};

use super::frame::{Heading, Painter};
use super::replicas::Replicas;
use super::shortened::{Rest, Shortened, Weight};
use super::{
    Change, ClusterRef, Command, Report, Step, Style, Tally, Verbosity, Verdict, clean, counted,
    prose,
};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity, Waived};
use crate::rule::Rule;
use crate::source::{Place, Sources};

/// The report as text: findings with their frames, then what was changed, then the baseline.
///
/// Empty or ending in a line feed. Text from the stream cannot control the terminal, whatever it contains.
pub(super) fn text(report: &Report, sources: &Sources, style: Style) -> String {
    let quiet = style.verbosity == Verbosity::Quiet;
    if quiet && report.verdict == Verdict::Passed {
        return String::new();
    }
    let told = report.findings.iter();
    let told = Shortened::new(told.filter(|finding| !(quiet && finding.waived.is_some())));
    let painter = Painter::new(
        style.color,
        style.width,
        sources,
        places(report, &told.shown),
    );
    let mut out = String::new();
    for finding in &told.shown {
        out += &finding_text(&painter, finding, style.verbosity);
        out.push('\n');
    }
    for rest in &told.rest {
        out += &rest_text(&painter, rest);
        out.push('\n');
    }
    if !quiet {
        out += &context(report, sources, style, &painter);
    }
    if report.command.writes() && report.verdict == Verdict::Refused {
        let tally = tally_text(Tally {
            waived: 0,
            ..Tally::of(&report.findings)
        });
        let why = if report.findings.iter().any(is_error) {
            ""
        } else {
            " (--deny-warnings)"
        };
        let message = format!("{tally}{why}; nothing was written");
        out += &titled(style.color, Level::ERROR.with_name("refused"), &message);
    }
    out
}

fn is_error(finding: &Finding) -> bool {
    finding.severity == Severity::Error && finding.waived.is_none()
}

/// The errors that ended a run without a verdict; empty or ending in a line feed.
pub(super) fn diagnostics_text(
    diagnostics: &[Diagnostic],
    sources: &Sources,
    color: bool,
) -> String {
    let places = diagnostics.iter().flat_map(|diagnostic| &diagnostic.labels);
    let painter = Painter::new(color, None, sources, places.map(|label| &label.place));
    let drawn: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| {
            let heading = Heading {
                level: Level::ERROR,
                id: None,
            };
            painter.paint(heading, diagnostic)
        })
        .collect();
    drawn.join("\n")
}

/// Every place that the text form may show.
fn places<'r>(report: &'r Report, shown: &[&'r Finding]) -> impl Iterator<Item = &'r Place> {
    let labels = shown.iter().flat_map(|finding| {
        let waiver = finding
            .waived
            .as_ref()
            .and_then(|waived| waived.place.as_ref());
        let labels = finding.diagnostic.labels.iter().map(|label| &label.place);
        labels.chain(waiver)
    });
    labels.chain(
        report
            .changes
            .iter()
            .filter_map(|change| change.place.as_ref()),
    )
}

fn heading(rule: &'static Rule, weight: Weight) -> Heading {
    let level = match weight {
        Weight::Waived => Level::NOTE.with_name("waived"),
        Weight::Error => Level::ERROR,
        Weight::Warning => Level::WARNING,
    };
    Heading {
        level,
        id: Some(rule.id),
    }
}

fn rest_text(painter: &Painter<'_>, rest: &Rest<'_>) -> String {
    let diagnostic = Diagnostic::new(rest.message()).note("the JSON report has all of them");
    painter.paint(heading(rest.rule, rest.weight), &diagnostic)
}

pub(super) fn finding_text(
    painter: &Painter<'_>,
    finding: &Finding,
    verbosity: Verbosity,
) -> String {
    let heading = heading(finding.rule, Weight::of(finding));
    match &finding.waived {
        Some(waived) => painter.paint(heading, &waived_diagnostic(finding, waived, verbosity)),
        None => painter.paint(heading, &finding.diagnostic),
    }
}

/// A waived finding shows its waiver, and its help only with `-v`.
fn waived_diagnostic(finding: &Finding, waived: &Waived, verbosity: Verbosity) -> Diagnostic {
    let mut diagnostic = finding.diagnostic.clone();
    if verbosity != Verbosity::Verbose {
        diagnostic.helps = Arc::default();
    }
    diagnostic
        .label_opt(waived.place.clone(), "waived here")
        .note(format!("waived: {}", prose::reason(waived)))
}

/// What follows the findings, without colours: changes, notes, counts and the baseline.
pub(super) fn summary(report: &Report, sources: &Sources, style: Style) -> String {
    let style = Style {
        color: false,
        ..style
    };
    let painter = Painter::new(false, None, sources, places(report, &[]));
    context(report, sources, style, &painter)
}

/// The lines after the findings.
fn context(report: &Report, sources: &Sources, style: Style, painter: &Painter<'_>) -> String {
    let verbose = style.verbosity == Verbosity::Verbose;
    let mut out = String::new();
    if report.command.writes() && report.verdict == Verdict::Passed {
        for change in &report.changes {
            out += &change_line(change, report.is_compared());
            if report.command == Command::Fix {
                out += &file_of(change, sources);
            }
            if verbose {
                out += &change_details(change, painter);
            }
            out.push('\n');
        }
    }
    for note in &report.notes {
        out += &note_line(note, style.color);
    }
    if report.command == Command::Check {
        out += &summary_line(report);
    }
    if verbose {
        out += &policy_line(report);
    }
    out + &baseline_line(report)
}

/// ` in prod/milvus.yaml`
fn file_of(change: &Change, sources: &Sources) -> String {
    let file = change
        .place
        .as_ref()
        .map(|place| sources.get(place.source).name());
    file.map_or_else(String::new, |file| format!(" in {}", clean::line(file)))
}

/// `queryNode my-release-milvus-querynode 5 -> 4 (rendered 1)`
fn change_line(change: &Change, is_compared: bool) -> String {
    let replicas = Replicas {
        is_compared,
        before: change.before,
        rendered: change.from,
        written: &change.written,
        count: change.to,
    };
    let step = change.step.as_ref().map(|step| step_text(change, step));
    format!(
        "{} {} {}",
        clean::line(&change.component),
        clean::line(&change.object.name),
        clean::line(&replicas.change_and(step).unwrap_or_default()),
    )
}

fn step_text(change: &Change, step: &Step) -> String {
    let mut text = format!("step {} of {}", step.number, step.of);
    let mut next: Vec<_> = step.next.iter().map(u32::to_string).collect();
    if step.next.len() + step.number < step.of {
        next.push("...".to_owned());
    }
    if !next.is_empty() {
        text = text + ", next " + &next.join(", ");
    }
    let is_short = |target: &u32| step.last.is_some_and(|last| *target < last);
    if let Some(target) = change.target.filter(is_short) {
        text = text + "; no further step towards " + &target.to_string() + " is allowed";
    }
    text
}

/// What `-v` adds to a change: the namespace, the place, the template, the target.
fn change_details(change: &Change, painter: &Painter<'_>) -> String {
    let namespace = change.object.namespace.as_deref();
    let place = change.place.as_ref().map(|place| painter.locate(place));
    let template = change.template.as_deref().map(clean::line);
    let is_named = |template: &String| place.as_ref().is_some_and(|it| it.contains(template));
    let facts = [
        namespace.map(|name| format!("namespace {}", clean::line(name))),
        place.clone(),
        template.filter(|template| !is_named(template)),
        change.target.map(|count| format!("target {count}")),
    ];
    let facts: Vec<_> = facts.into_iter().flatten().collect();
    if facts.is_empty() {
        String::new()
    } else {
        format!(" [{}]", facts.join("; "))
    }
}

/// `checked 5 workloads of 1 release: 2 errors, 1 warning, 1 waived`
pub(super) fn summary_line(report: &Report) -> String {
    format!(
        "checked {} of {}: {}\n",
        counted(report.workloads, "workload"),
        counted(report.releases.len(), "release"),
        tally_text(Tally::of(&report.findings)),
    )
}

fn tally_text(tally: Tally) -> String {
    let parts = [
        (tally.errors > 0).then(|| counted(tally.errors, "error")),
        (tally.warnings > 0).then(|| counted(tally.warnings, "warning")),
        (tally.waived > 0).then(|| format!("{} waived", tally.waived)),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        "no findings".to_owned()
    } else {
        parts.join(", ")
    }
}

pub(super) fn policy_line(report: &Report) -> String {
    let name = report
        .policy
        .name
        .as_deref()
        .map_or_else(|| "unnamed".to_owned(), clean::line);
    match &report.policy.path {
        Some(path) => format!("policy: {name} ({})\n", clean::line(path)),
        None => format!("policy: {name} (built in)\n"),
    }
}

pub(super) fn baseline_line(report: &Report) -> String {
    if let Some(cluster) = &report.baseline.cluster {
        return cluster_line(cluster);
    }
    let source = clean::line(&report.baseline.source);
    format!("baseline: {source}{}\n", caveat(report))
}

/// What the baseline cannot show. A listing in a file has the live counts, but not whether the pods are settled.
pub(super) fn caveat(report: &Report) -> &'static str {
    match (report.baseline.live, &*report.baseline.source) {
        (false, _) => "; live counts not checked",
        (true, "cluster") => "",
        (true, _) => "; readiness not checked",
    }
}

/// `baseline cluster: https://10.0.0.1:6443 (context prod, namespace milvus; from Helm's --kube-context)`
fn cluster_line(cluster: &ClusterRef) -> String {
    let context = cluster.context.as_deref().map(clean::line);
    let context = context.map_or_else(String::new, |name| format!("context {name}, "));
    format!(
        "baseline cluster: {} ({context}namespace {}; from {})\n",
        clean::line(&cluster.server),
        clean::line(&cluster.namespace),
        clean::line(&cluster.known_from),
    )
}

pub(super) fn note_line(note: &str, color: bool) -> String {
    titled(color, Level::NOTE, note)
}

/// A line with a coloured word before it.
pub(super) fn titled(color: bool, level: Level<'static>, message: &str) -> String {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let group = annotate_snippets::Group::with_title(level.primary_title(clean::line(message)));
    renderer.render(&[group]) + "\n"
}
