//! The inventory of a release as a table, at most [`WIDTH`] columns wide: long names go on in further lines, and what has no
//! room beside them goes below.

use super::WIDTH;
use super::inventory::Entry;
use crate::report::clean;
use crate::report::columns::{broken, left, right, shortened, width, wrapped};

const GAP: &str = "  ";

/// The columns, in their order.
const HEADS: [&str; 8] = [
    "COMPONENT",
    "ROLE",
    "WORKLOAD",
    "RENDERED",
    "BASELINE",
    "TARGET",
    "AUTOSCALER",
    "FINDING",
];
const COMPONENT: usize = 0;
const WORKLOAD: usize = 2;
const RENDERED: usize = 3;
const BASELINE: usize = 4;
const TARGET: usize = 5;
const AUTOSCALER: usize = 6;
const FINDING: usize = 7;

/// The widest column of components.
const WIDEST_COMPONENT: usize = 24;
/// The narrowest column of workloads whose names do not fit.
const NARROWEST_WORKLOAD: usize = 24;
/// As long as the largest count.
const COUNT: usize = 10;

/// The table of a release, each line with a line feed; without the baseline where there is none but the stream.
pub(super) fn table(entries: &[Entry<'_>], is_compared: bool) -> String {
    let rows: Vec<[String; 8]> = entries.iter().map(cells).collect();
    let layout = Layout::of(&rows, is_compared);
    let mut out = layout.row(&HEADS.map(str::to_owned));
    for row in &rows {
        out += &layout.row(row);
        for column in layout.below() {
            out += &below(column, row);
        }
    }
    out
}

fn cells(entry: &Entry<'_>) -> [String; 8] {
    [
        clean::line(entry.component),
        entry.role.to_owned(),
        clean::line(&entry.object.name),
        shortened(&clean::line(entry.rendered), COUNT),
        entry.baseline.clone(),
        entry.target.clone(),
        clean::line(&entry.autoscaler),
        clean::line(&entry.findings),
    ]
}

/// `  finding: scale-in-too-large`
fn below(column: usize, row: &[String; 8]) -> String {
    let (Some(head), Some(cell)) = (HEADS.get(column), row.get(column)) else {
        return String::new();
    };
    if cell.is_empty() {
        return String::new();
    }
    let text = format!("{}: {cell}", head.to_ascii_lowercase());
    let lines = wrapped(&text, WIDTH - GAP.len());
    format!("{GAP}{}\n", lines.join(&format!("\n{GAP}")))
}

/// How wide the columns are; none for one that is not there.
struct Layout {
    widths: [Option<usize>; 8],
    has_autoscalers: bool,
    has_findings: bool,
}

impl Layout {
    fn of(rows: &[[String; 8]], is_compared: bool) -> Self {
        let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column));
        let mut natural = [None; 8];
        for (column, (own, head)) in natural.iter_mut().zip(HEADS).enumerate() {
            let widest = cells(column).map(|cell| width(cell)).max().unwrap_or(0);
            let is_shown = widest > 0 && (is_compared || column != BASELINE);
            let most = if column == COMPONENT {
                WIDEST_COMPONENT
            } else {
                usize::MAX
            };
            *own = is_shown.then_some(widest.max(head.len()).min(most));
        }
        let mut layout = Self {
            widths: natural,
            has_autoscalers: natural.get(AUTOSCALER).is_some_and(Option::is_some),
            has_findings: natural.get(FINDING).is_some_and(Option::is_some),
        };
        for last in [None, Some(FINDING), Some(AUTOSCALER)] {
            if let Some(column) = last.and_then(|column| layout.widths.get_mut(column)) {
                *column = None;
            }
            if layout.fits() {
                break;
            }
        }
        layout
    }

    /// Whether the table is narrow enough, with the workloads' column as narrow as need be.
    fn fits(&mut self) -> bool {
        let over = self.width().saturating_sub(WIDTH);
        let Some(Some(workload)) = self.widths.get_mut(WORKLOAD) else {
            return true;
        };
        let narrowed = workload.saturating_sub(over);
        if narrowed < NARROWEST_WORKLOAD.min(*workload) {
            // What is left of it when another column goes is seen then.
            let is_last = self.widths.get(AUTOSCALER).is_none_or(Option::is_none)
                && self.widths.get(FINDING).is_none_or(Option::is_none);
            if is_last {
                self.narrow(NARROWEST_WORKLOAD);
            }
            return false;
        }
        self.narrow(narrowed);
        true
    }

    fn narrow(&mut self, to: usize) {
        if let Some(workload) = self.widths.get_mut(WORKLOAD) {
            *workload = Some(to);
        }
    }

    fn width(&self) -> usize {
        let shown = self.widths.iter().flatten();
        let gaps = GAP.len() * shown.clone().count().saturating_sub(1);
        shown.sum::<usize>() + gaps
    }

    /// The columns that have no room in the table.
    fn below(&self) -> impl Iterator<Item = usize> {
        let columns = [
            (AUTOSCALER, self.has_autoscalers),
            (FINDING, self.has_findings),
        ];
        let columns = columns.into_iter().filter(|(_, is_any)| *is_any);
        let is_absent = |column: usize| self.widths.get(column).is_some_and(Option::is_none);
        columns
            .map(|(column, _)| column)
            .filter(move |it| is_absent(*it))
    }

    /// The lines of a row: names that are too long go on in the next ones.
    fn row(&self, cells: &[String; 8]) -> String {
        let columns = cells.iter().zip(self.widths).enumerate();
        let columns = columns.filter_map(|(column, (cell, width))| {
            let width = width?;
            let lines = match column {
                COMPONENT | WORKLOAD => broken(cell, width),
                _ => vec![cell.clone()],
            };
            Some((column, width, lines))
        });
        let columns: Vec<(usize, usize, Vec<String>)> = columns.collect();
        let height = columns.iter().map(|(.., lines)| lines.len()).max();
        let lines = (0..height.unwrap_or(0)).map(|line| {
            let cells = columns.iter().map(|(column, width, lines)| {
                let cell = lines.get(line).map_or("", String::as_str);
                match *column {
                    RENDERED | BASELINE | TARGET => right(cell, *width),
                    _ => left(cell, *width),
                }
            });
            let cells: Vec<String> = cells.collect();
            cells.join(GAP).trim_end().to_owned() + "\n"
        });
        lines.collect()
    }
}
