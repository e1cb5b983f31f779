//! A plan: what is recognised and what is not, and the ladder of each release, a row for each step.

use super::escape::{code, text};
use super::{ROWS, row, table};
use crate::report::plan::inventory::{About, Entry, entries};
use crate::report::plan::ladder::{Column, Ladder};
use crate::report::plan::{bars, name, sentence, unrecognised};
use crate::report::{ReleaseCounts, Report, Unrecognised};

/// The workloads that there is always room for, however many findings there are.
const FEWEST: usize = 20;

/// The most columns of a ladder.
const COLUMNS: usize = 12;

/// What is to be done.
pub(super) fn verdict(report: &Report) -> String {
    sentence(report)
}

/// The tables of the releases, and of what is in none of them.
pub(super) fn tables(report: &Report) -> Vec<String> {
    let about = About::of(report);
    let mut room = ROWS.saturating_sub(report.findings.len()).max(FEWEST);
    let mut sections = Vec::new();
    let mut left_out = 0;
    for release in &report.releases {
        let entries = entries(release, &about);
        if entries.len() > room {
            left_out += 1;
            continue;
        }
        room -= entries.len();
        let is_of_several = report.releases.len() > 1;
        sections.push(format!("**{}**\n", text(&name(release, is_of_several))));
        sections.push(inventory(&entries, report.is_compared()));
        sections.extend(ladder(release, &about).filter(|_| report.is_compared()));
    }
    if left_out > 0 {
        sections.push(format!("Releases that there is no room for: {left_out}.\n"));
    }
    sections.extend(not_recognised(&report.unrecognised));
    sections
}

fn inventory(entries: &[Entry<'_>], is_compared: bool) -> String {
    let heads = [
        "component",
        "role",
        "workload",
        "rendered",
        "baseline",
        "target",
        "autoscaler",
        "finding",
    ];
    let rows: Vec<[String; 8]> = entries.iter().map(cells).collect();
    let is_shown: Vec<bool> = heads
        .iter()
        .enumerate()
        .map(|(column, head)| {
            let mut cells = rows.iter().filter_map(|row| row.get(column));
            cells.any(|cell| !cell.is_empty()) && (is_compared || *head != "baseline")
        })
        .collect();
    let of_shown = |(cell, is_shown): (_, &bool)| is_shown.then_some(cell);
    let heads: Vec<&str> = heads
        .into_iter()
        .zip(&is_shown)
        .filter_map(of_shown)
        .collect();
    let rows = rows.into_iter().map(|cells| {
        let cells = cells.into_iter().zip(&is_shown);
        let cells = cells.filter_map(|(cell, is_shown)| is_shown.then_some(cell));
        row(&cells.collect::<Vec<_>>())
    });
    table(&heads, &rows.collect::<Vec<_>>())
}

fn cells(entry: &Entry<'_>) -> [String; 8] {
    let filled = |cell: &str| match cell {
        "" => String::new(),
        cell => code(cell),
    };
    [
        code(entry.component),
        entry.role.to_owned(),
        code(&entry.object.to_string()),
        code(&entry.rendered),
        code(&entry.baseline),
        code(&entry.target),
        filled(&entry.autoscaler),
        filled(&entry.findings),
    ]
}

/// The bars of the first workloads that change, a row for each release.
fn ladder(release: &ReleaseCounts, about: &About<'_>) -> Option<String> {
    let ladder = Ladder::of(release, about)?;
    let (shown, rest) = ladder.columns.split_at(ladder.columns.len().min(COLUMNS));
    let names: Vec<String> = shown.iter().map(head).collect();
    let columns: Vec<Vec<String>> = shown.iter().map(|it| bars::cells(it, true)).collect();
    let rows = ladder.rows.iter().enumerate().map(|(number, head)| {
        let cells = columns.iter().map(|cells| cells.get(number).cloned());
        let cells = cells.map(|cell| cell.unwrap_or_default().trim().to_owned());
        row(&[text(head)].into_iter().chain(cells).collect::<Vec<_>>())
    });
    let rows: Vec<String> = rows.collect();
    let heads = [""].into_iter().chain(names.iter().map(String::as_str));
    let drawn = table(&heads.collect::<Vec<_>>(), &rows);
    let more = (!rest.is_empty()).then(|| format!("and {} more workloads", rest.len()));
    let remarks = ladder.remarks.iter().cloned().chain(more);
    let remarks: Vec<String> = remarks.map(|it| format!("\n- {}", text(&it))).collect();
    if remarks.is_empty() {
        return Some(drawn);
    }
    Some(format!("{drawn}{}\n", remarks.concat()))
}

fn head(column: &Column<'_>) -> String {
    let component = code(column.component);
    match column.workload {
        Some(workload) => format!("{component}<br>{}", code(workload)),
        None => component,
    }
}

fn not_recognised(all: &[Unrecognised]) -> Option<String> {
    let shown = all.iter().take(unrecognised::SHOWN);
    let rows = shown.map(|it| row(&[code(&it.object.to_string()), text(&it.reason)]));
    let mut rows: Vec<String> = rows.collect();
    let rest = all.len().saturating_sub(unrecognised::SHOWN);
    if rest > 0 {
        rows.push(row(&["...".to_owned(), format!("{rest} more")]));
    }
    (!rows.is_empty()).then(|| table(&["not recognised", "reason"], &rows))
}
