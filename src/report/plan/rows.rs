//! The findings as rows: what, which rule, the message, and what to do next.

use annotate_snippets::renderer::{AnsiColor, Style as Color};

use super::WIDTH;
use crate::diagnostic::Diagnostic;
use crate::finding::Finding;
use crate::report::clean;
use crate::report::columns::wrapped;
use crate::report::shortened::{Rest, Shortened, Weight};
use crate::report::{Style, Verbosity};

const GAP: &str = "  ";

/// The rows of some findings, each line with a line feed; of many findings of one rule only the first.
pub(super) fn rows<'f>(findings: impl Iterator<Item = &'f Finding>, style: Style) -> String {
    let findings = Shortened::new(findings);
    let rules = findings.shown.iter().map(|it| it.rule.id.len());
    let width = rules.max().unwrap_or(0);
    let shown = findings.shown.iter();
    let shown = shown.map(|it| row(it, width, style));
    let rest = findings.rest.iter().map(|it| rest(it, width, style));
    shown.chain(rest).collect()
}

fn row(finding: &Finding, width: usize, style: Style) -> String {
    let weight = Weight::of(finding);
    let lines = lines(&finding.diagnostic, weight, style.verbosity);
    let lines = lines.iter().map(|line| clean::line(line));
    let lines: Vec<String> = lines.collect();
    let waived = finding.waived.as_ref();
    let reason = waived.and_then(|it| it.reason.as_deref());
    let reason = reason.map(|reason| format!("waived: {}", clean::line(reason)));
    headed(
        weight,
        finding.rule.id,
        width,
        style,
        lines.into_iter().chain(reason),
    )
}

fn rest(rest: &Rest<'_>, width: usize, style: Style) -> String {
    let message = clean::line(&rest.message());
    headed(
        rest.weight,
        rest.rule.id,
        width,
        style,
        [message].into_iter(),
    )
}

/// The message and the first help; of verbose reports all notes and helps, of waived findings none.
fn lines(diagnostic: &Diagnostic, weight: Weight, verbosity: Verbosity) -> Vec<String> {
    let (notes, helps) = match (weight, verbosity) {
        (_, Verbosity::Verbose) => (usize::MAX, usize::MAX),
        (Weight::Waived, _) => (0, 0),
        (Weight::Error | Weight::Warning, _) => (0, 1),
    };
    let notes = diagnostic.notes.iter().take(notes);
    let helps = diagnostic.helps.iter().take(helps);
    [diagnostic.message.to_string()]
        .into_iter()
        .chain(notes.map(|note| format!("note: {note}")))
        .chain(helps.map(|help| format!("help: {help}")))
        .collect()
}

/// `error    scale-in-too-large  MESSAGE`, the lines after the first one under the message.
fn headed(
    weight: Weight,
    rule: &str,
    width: usize,
    style: Style,
    lines: impl Iterator<Item = String>,
) -> String {
    let (word, color) = match weight {
        Weight::Error => ("error", AnsiColor::BrightRed),
        Weight::Warning => ("warning", AnsiColor::Yellow),
        Weight::Waived => ("waived", AnsiColor::BrightGreen),
    };
    let color = if style.color {
        Color::new().bold().fg_color(Some(color.into()))
    } else {
        Color::new()
    };
    let head = format!("{color}{word:<7}{color:#}{GAP}{rule:<width$}{GAP}");
    let indent = "warning".len() + GAP.len() + width + GAP.len();
    let lines = lines.flat_map(|line| wrapped(&line, WIDTH.saturating_sub(indent)));
    let lines: Vec<String> = lines.collect();
    let between = format!("\n{}", " ".repeat(indent));
    format!("{head}{}\n", lines.join(&between))
}
