//! A ladder drawn with bars of replicas: a row for each release, a column for each workload.
//!
//! A replica is a cell where there is room; larger counts are scaled to it, each workload by its own largest count. The number
//! is always beside its bar.

use super::WIDTH;
use super::ladder::{Cell, Column, Ladder};
use crate::report::clean;
use crate::report::columns::{broken, left, right, width};

/// The cells of the longest bar: of one beside many others, and of one that is alone.
const LONGEST: (usize, usize) = (20, 60);
/// The parts of a cell that a block can fill, in eighths.
const BLOCKS: [&str; 9] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"];

const GAP: &str = "   ";

/// The widest column of names that has no wider bars.
const WIDEST_NAME: usize = 20;

/// The ladder in lines, each with a line feed; more columns than fit go into further blocks of lines.
pub(super) fn drawn(ladder: &Ladder<'_>, has_blocks: bool) -> String {
    let heads = ladder.rows.iter().map(|row| width(row)).max().unwrap_or(0);
    let room = WIDTH.saturating_sub(heads) / ladder.columns.len().max(1);
    let columns = ladder.columns.iter();
    let columns = columns.map(|it| Drawn::of(it, room.saturating_sub(GAP.len()), has_blocks));
    let columns: Vec<Drawn> = columns.collect();
    let mut blocks: Vec<Vec<&Drawn>> = Vec::new();
    let mut room = 0;
    for column in &columns {
        let needed = GAP.len() + column.width;
        match blocks.last_mut() {
            Some(block) if needed <= room => block.push(column),
            _ => {
                blocks.push(vec![column]);
                room = WIDTH.saturating_sub(heads);
            }
        }
        room = room.saturating_sub(needed);
    }
    let blocks = blocks.iter().map(|block| lines(&ladder.rows, heads, block));
    let blocks: Vec<String> = blocks.collect();
    let remarks = ladder.remarks.iter();
    let remarks = remarks.map(|remark| clean::line(remark) + "\n");
    blocks.join("\n") + &remarks.collect::<String>()
}

/// The cells of a column, as short as can be.
pub(in crate::report) fn cells(column: &Column<'_>, has_blocks: bool) -> Vec<String> {
    Drawn::of(column, 0, has_blocks).cells
}

/// Some columns side by side, under their names.
fn lines(rows: &[String], heads: usize, columns: &[&Drawn]) -> String {
    let names = columns.iter().map(|column| column.name.len()).max();
    let line = |head: &str, cells: Vec<&str>| {
        let cells = columns.iter().zip(cells);
        let cells = cells.map(|(column, cell)| format!("{GAP}{}", left(cell, column.width)));
        let line = left(head, heads) + &cells.collect::<String>();
        line.trim_end().to_owned() + "\n"
    };
    let names = (0..names.unwrap_or(0)).map(|number| {
        let names = columns.iter().map(|column| column.name.get(number));
        let names = names.map(|name| name.map_or("", String::as_str));
        line("", names.collect())
    });
    let rows = rows.iter().enumerate().map(|(row, head)| {
        let cells = columns.iter().map(|column| column.cells.get(row));
        let cells = cells.map(|cell| cell.map_or("", String::as_str));
        line(head, cells.collect())
    });
    names.chain(rows).collect()
}

/// A column as text.
struct Drawn {
    /// The component, and the workload where it is one of several, in lines.
    name: Vec<String>,
    cells: Vec<String>,
    width: usize,
}

impl Drawn {
    /// In about so many columns of the terminal.
    fn of(column: &Column<'_>, room: usize, has_blocks: bool) -> Self {
        let digits = column.cells.iter().map(digits).max().unwrap_or(0);
        let room = room.saturating_sub(digits + 1);
        let scale = Scale {
            largest: largest(column),
            longest: room.clamp(LONGEST.0, LONGEST.1),
            has_blocks,
        };
        let cells = column.cells.iter().map(|cell| match cell {
            Cell::Count(count) => {
                let bar = scale.bar(*count);
                let cell = format!("{} {bar}", right(&count.to_string(), digits));
                cell.trim_end().to_owned()
            }
            Cell::Word(word) => word.clone(),
        });
        let cells: Vec<String> = cells.collect();
        let bars = cells.iter().map(|cell| width(cell)).max().unwrap_or(0);
        let most = bars.max(WIDEST_NAME);
        let mut name = broken(&clean::line(column.component), most);
        let workload = column.workload.map(clean::line);
        name.extend(workload.iter().flat_map(|name| broken(name, most)));
        let names = name.iter().map(|line| width(line)).max().unwrap_or(0);
        Self {
            name,
            cells,
            width: bars.max(names),
        }
    }
}

fn digits(cell: &Cell) -> usize {
    match cell {
        Cell::Count(count) => count.to_string().len(),
        Cell::Word(_) => 0,
    }
}

/// The largest count of a column.
fn largest(column: &Column<'_>) -> u32 {
    let counts = column.cells.iter().map(|cell| match cell {
        Cell::Count(count) => *count,
        Cell::Word(_) => 0,
    });
    counts.max().unwrap_or(0)
}

/// How long the bars of a column are.
struct Scale {
    largest: u32,
    /// The cells of its longest bar.
    longest: usize,
    has_blocks: bool,
}

impl Scale {
    /// The bar of a count; one that is not 0 always has some.
    fn bar(&self, count: u32) -> String {
        if !self.has_blocks {
            return "#".repeat(self.length(count, 1));
        }
        let eighths = self.length(count, 8);
        let part = BLOCKS.get(eighths % 8).copied().unwrap_or_default();
        "█".repeat(eighths / 8) + part
    }

    /// The length of a bar, in parts of cells.
    fn length(&self, count: u32, parts: usize) -> usize {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let largest = usize::try_from(self.largest).unwrap_or(usize::MAX);
        let all = largest.max(self.longest);
        count
            .saturating_mul(self.longest * parts)
            .div_ceil(all.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(largest: u32, has_blocks: bool) -> Scale {
        Scale {
            largest,
            longest: 20,
            has_blocks,
        }
    }

    #[test]
    fn a_few_replicas_are_a_cell_each() {
        let (ascii, blocks) = (scale(5, false), scale(5, true));
        assert_eq!([0, 1, 5].map(|it| ascii.bar(it)), ["", "#", "#####"]);
        assert_eq!([0, 1, 5].map(|it| blocks.bar(it)), ["", "█", "█████"]);
    }

    #[test]
    fn many_are_scaled_and_none_but_zero_vanishes() {
        let (ascii, blocks) = (scale(100, false), scale(100, true));
        assert_eq!(
            [0, 1, 50, 100].map(|it| ascii.bar(it).len()),
            [0, 1, 10, 20]
        );
        assert_eq!([0, 1, 4].map(|it| blocks.bar(it)), ["", "▎", "▉"]);
        let largest = u32::MAX;
        assert_eq!(scale(largest, false).bar(largest).len(), 20);
        assert_eq!(scale(largest, true).bar(1), "▏");
    }
}
