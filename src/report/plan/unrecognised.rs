//! The workloads that are not recognised, each with the reason.

use super::WIDTH;
use crate::report::columns::{left, width, wrapped};
use crate::report::{Unrecognised, clean};

/// The most of them that are shown.
pub(in crate::report) const SHOWN: usize = 20;

const GAP: &str = "  ";

/// The narrowest column of reasons beside long names.
const NARROWEST: usize = 40;

/// The table, with an empty line after it; empty if all are recognised.
pub(super) fn text(all: &[Unrecognised]) -> String {
    if all.is_empty() {
        return String::new();
    }
    let shown = all.iter().take(SHOWN);
    let names = shown.clone().map(|it| clean::line(&it.object.to_string()));
    let names: Vec<String> = names.collect();
    let widest = names.iter().map(|name| width(name)).max().unwrap_or(0);
    let column = widest.max("WORKLOAD".len());
    let mut out = format!("not recognised\n{}{GAP}REASON\n", left("WORKLOAD", column));
    for (name, it) in names.iter().zip(shown) {
        out += &row(name, &clean::line(&it.reason), column);
    }
    match all.len().saturating_sub(SHOWN) {
        0 => out + "\n",
        rest => out + &format!("and {rest} more: the JSON report has all of them\n\n"),
    }
}

fn row(name: &str, reason: &str, column: usize) -> String {
    let room = WIDTH.saturating_sub(column + GAP.len()).max(NARROWEST);
    let reasons = wrapped(reason, room);
    let lines = reasons.iter().enumerate().map(|(line, reason)| {
        let name = if line == 0 { name } else { "" };
        let line = format!("{}{GAP}{reason}", left(name, column));
        line.trim_end().to_owned() + "\n"
    });
    lines.collect()
}
