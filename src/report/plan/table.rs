//! The inventory of a release as a table, at most [`WIDTH`] columns wide but for long names, which stay whole so that they can
//! be searched for and copied; what has no room beside them goes below.

use super::WIDTH;
use super::inventory::Entry;
use crate::report::clean;
use crate::report::columns::{left, right, shortened, width, wrapped};

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
const RENDERED: usize = 3;
const BASELINE: usize = 4;
const TARGET: usize = 5;
const AUTOSCALER: usize = 6;
const FINDING: usize = 7;

/// As long as the largest count.
const COUNT: usize = 10;

/// The table of a release, each line with a line feed; without a column for the baseline if that is the stream itself.
pub(super) fn table(entries: &[Entry<'_>], is_compared: bool) -> String {
    let rows: Vec<[String; 8]> = entries.iter().map(cells).collect();
    let layout = Layout::of(&rows, is_compared);
    let mut out = layout.row(&HEADS.map(str::to_owned));
    for row in &rows {
        out += &layout.row(row);
        for column in &layout.below {
            out += &below(*column, row);
        }
    }
    out
}

fn cells(entry: &Entry<'_>) -> [String; 8] {
    [
        clean::line(entry.component),
        entry.role.to_owned(),
        clean::line(&entry.object.name),
        shortened(&clean::line(&entry.rendered), COUNT),
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
    /// The columns that have no room in the table.
    below: Vec<usize>,
}

impl Layout {
    /// With as much beside the names as there is room for.
    fn of(rows: &[[String; 8]], is_compared: bool) -> Self {
        let natural = Self::natural(rows, is_compared);
        let fits = |below: &[usize]| {
            let layout = natural.without(below);
            (layout.width() <= WIDTH).then_some(layout)
        };
        fits(&[])
            .or_else(|| fits(&[FINDING]))
            .unwrap_or_else(|| natural.without(&[FINDING, AUTOSCALER]))
    }

    /// As wide as the cells are.
    fn natural(rows: &[[String; 8]], is_compared: bool) -> Self {
        let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column));
        let mut widths = [None; 8];
        for (column, (own, head)) in widths.iter_mut().zip(HEADS).enumerate() {
            let widest = cells(column).map(|cell| width(cell)).max().unwrap_or(0);
            let is_shown = widest > 0 && (is_compared || column != BASELINE);
            *own = is_shown.then_some(widest.max(head.len()));
        }
        Self {
            widths,
            below: Vec::new(),
        }
    }

    /// The same with some columns below the rows.
    fn without(&self, columns: &[usize]) -> Self {
        let mut layout = Self {
            widths: self.widths,
            below: columns.to_vec(),
        };
        for column in columns {
            if let Some(width) = layout.widths.get_mut(*column) {
                *width = None;
            }
        }
        layout
    }

    fn width(&self) -> usize {
        let shown = self.widths.iter().flatten();
        let gaps = GAP.len() * shown.clone().count().saturating_sub(1);
        shown.sum::<usize>() + gaps
    }

    fn row(&self, cells: &[String; 8]) -> String {
        let columns = cells.iter().zip(self.widths).enumerate();
        let cells = columns.filter_map(|(column, (cell, width))| {
            Some(match column {
                RENDERED | BASELINE | TARGET => right(cell, width?),
                _ => left(cell, width?),
            })
        });
        let cells: Vec<String> = cells.collect();
        cells.join(GAP).trim_end().to_owned() + "\n"
    }
}
