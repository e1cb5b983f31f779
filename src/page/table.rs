//! A table in aligned columns; where it is too wide, the widest column is wrapped.

use super::words::Words;

/// The columns between two columns.
const BETWEEN: usize = 2;
/// No column is made narrower.
const NARROWEST: usize = 12;

/// The cells of a table, row by row; the first row is the head.
#[derive(Debug, Default)]
pub(super) struct Table(Vec<Vec<Words>>);

impl Table {
    /// Begins a row.
    pub(super) fn row(&mut self) {
        self.0.push(Vec::new());
    }

    /// Adds a cell to the row.
    pub(super) fn cell(&mut self, cell: &Words) {
        if let Some(row) = self.0.last_mut() {
            row.push(cell.clone());
        }
    }

    /// The lines of the table.
    pub(super) fn lines(self, room: usize, color: bool) -> Vec<String> {
        let widths = self.widths(room);
        let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
        let mut lines = Vec::new();
        for (index, row) in self.0.into_iter().enumerate() {
            lines.extend(row_lines(row, &widths, color));
            if index == 0 {
                lines.push(rule.join(&" ".repeat(BETWEEN)));
            }
        }
        lines
    }

    /// The width of each column.
    fn widths(&self, room: usize) -> Vec<usize> {
        let columns = self.0.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.0.iter().filter_map(|row| row.get(column));
            cells.map(Words::width).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> = (0..columns).map(width).collect();
        let room = room.saturating_sub(BETWEEN * columns.saturating_sub(1));
        while widths.iter().sum::<usize>() > room {
            let widest = widths.iter_mut().max().filter(|width| **width > NARROWEST);
            let Some(widest) = widest else {
                break;
            };
            *widest -= 1;
        }
        widths
    }
}

/// The lines of a row, of which each cell may have several.
fn row_lines(row: Vec<Words>, widths: &[usize], color: bool) -> Vec<String> {
    let cells = row.into_iter().zip(widths);
    let cells: Vec<Vec<Words>> = cells.map(|(cell, width)| cell.wrapped(*width)).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    let line = |index: usize| {
        let cells = cells.iter().zip(widths).map(|(cell, width)| {
            let (text, shown) = cell
                .get(index)
                .map_or((0, String::new()), |line| (line.width(), line.shown(color)));
            shown + &" ".repeat(width.saturating_sub(text))
        });
        let cells: Vec<String> = cells.collect();
        cells.join(&" ".repeat(BETWEEN)).trim_end().to_owned()
    };
    (0..height).map(line).collect()
}
