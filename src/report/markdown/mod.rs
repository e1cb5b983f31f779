//! Markdown for a comment on a pull request: the verdict, the findings, the counts release by release, and the notes.

mod counts;
pub(super) mod escape;
mod plan;

use self::escape::{code, text};
use super::frame::Painter;
use super::shortened::{Rest, Shortened, Weight};
use super::text::{caveat, summary_line};
use super::{Command, Report, Setting, prose};
use crate::diagnostic::Diagnostic;
use crate::finding::Finding;

/// The most rows of a table: GitHub refuses a comment of more than 65,536 characters.
const ROWS: usize = 50;

/// The report as Markdown, ending in a line feed.
pub(super) fn report(report: &Report, setting: &Setting<'_>) -> String {
    let is_plan = setting.command == Command::Plan;
    let verdict = if is_plan {
        plan::verdict(report)
    } else {
        report.verdict.as_str().to_owned()
    };
    let mut sections = vec![heading(setting, &verdict), about(report)];
    sections.extend(findings(report, setting));
    if is_plan {
        sections.extend(plan::tables(report));
    } else {
        sections.extend(counts::table(report));
    }
    sections.extend(notes(report));
    sections.join("\n")
}

/// What a run that could not decide says.
pub(super) fn failure(problems: &[Diagnostic], setting: &Setting<'_>) -> String {
    let labels = problems.iter().flat_map(|problem| &problem.labels);
    let painter = Painter::new(false, None, setting.sources, labels.map(|it| &it.place));
    let rows = problems.iter().map(|problem| {
        let cells = [message(problem), place(problem, &painter)];
        row(&cells)
    });
    let rows: Vec<String> = rows.collect();
    let table = table(&["error", "where"], &rows);
    [heading(setting, "could not decide"), table].join("\n")
}

/// `### trimtab check: refused`
fn heading(setting: &Setting<'_>, verdict: &str) -> String {
    format!("### trimtab {}: {verdict}\n", setting.command.as_str())
}

fn about(report: &Report) -> String {
    let name = report.policy.name.as_deref().unwrap_or("unnamed");
    let file = report.policy.path.as_deref();
    let file = file.map_or_else(|| "built in".to_owned(), code);
    let baseline = code(&report.baseline.source);
    let cluster = report.baseline.cluster.as_ref();
    let cluster = cluster.map_or_else(String::new, |it| format!(" ({})", code(&it.server)));
    let caveat = caveat(report);
    format!(
        "{}. Policy {} ({file}). Baseline {baseline}{cluster}{caveat}.\n",
        summary(report),
        code(name)
    )
}

/// The count of workloads and findings, as in the text of `check`.
fn summary(report: &Report) -> String {
    let line = summary_line(report);
    let mut letters = line.trim_end().chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// The table of the findings; of many of one rule only the first.
fn findings(report: &Report, setting: &Setting<'_>) -> Option<String> {
    let told = Shortened::new(report.findings.iter());
    let (shown, cut) = told.shown.split_at(told.shown.len().min(ROWS));
    let labels = shown.iter().flat_map(|it| &it.diagnostic.labels);
    let painter = Painter::new(false, None, setting.sources, labels.map(|it| &it.place));
    let mut rows: Vec<String> = shown.iter().map(|it| finding(it, &painter)).collect();
    if cut.is_empty() {
        rows.extend(told.rest.iter().map(rest));
    } else {
        let all = report.findings.len() - shown.len();
        rows.push(row(&[
            String::new(),
            "...".to_owned(),
            format!("{all} more"),
            String::new(),
        ]));
    }
    let columns = ["", "rule", "finding", "where"];
    (!rows.is_empty()).then(|| table(&columns, &rows))
}

fn finding(finding: &Finding, painter: &Painter<'_>) -> String {
    let mut what = message(&finding.diagnostic);
    if let Some(waived) = &finding.waived {
        what = what + "<br>waived: " + &text(&prose::reason(waived));
    }
    row(&[
        word(Weight::of(finding)).to_owned(),
        code(finding.rule.id),
        what,
        place(&finding.diagnostic, painter),
    ])
}

fn rest(rest: &Rest<'_>) -> String {
    row(&[
        word(rest.weight).to_owned(),
        code(rest.rule.id),
        text(&rest.message()),
        String::new(),
    ])
}

fn word(weight: Weight) -> &'static str {
    match weight {
        Weight::Error => "**error**",
        Weight::Warning => "warning",
        Weight::Waived => "waived",
    }
}

/// The message, its notes and helps, each on a line of its own.
fn message(diagnostic: &Diagnostic) -> String {
    let notes = diagnostic
        .notes
        .iter()
        .map(|note| format!("note: {}", text(note)));
    let helps = diagnostic
        .helps
        .iter()
        .map(|help| format!("help: {}", text(help)));
    let lines = [text(&diagnostic.message)].into_iter();
    let lines: Vec<String> = lines.chain(notes).chain(helps).collect();
    lines.join("<br>")
}

fn place(diagnostic: &Diagnostic, painter: &Painter<'_>) -> String {
    let first = diagnostic.labels.first();
    first.map_or_else(String::new, |label| code(&painter.locate(&label.place)))
}

fn notes(report: &Report) -> Option<String> {
    let notes = report
        .notes
        .iter()
        .map(|note| format!("- note: {}\n", text(note)));
    let notes: String = notes.collect();
    (!notes.is_empty()).then_some(notes)
}

/// A table, with a line feed after each row.
fn table(columns: &[&str], rows: &[String]) -> String {
    let head: Vec<String> = columns.iter().map(|&name| name.to_owned()).collect();
    let rule = columns.iter().map(|_| " --- |").collect::<String>();
    format!("{}|{rule}\n{}", row(&head), rows.concat())
}

/// `| a | b |`, with a line feed; the cells are escaped.
fn row(cells: &[String]) -> String {
    let cells = cells.iter().map(|cell| format!(" {cell} |"));
    format!("|{}\n", cells.collect::<String>())
}
