//! The counts of a release as a table, at most [`WIDTH`] columns wide: long names are shortened, and long ways cut.

use std::collections::HashSet;

use super::{UNSETTLED, WIDTH};
use crate::finding::{Finding, ObjectRef};
use crate::plan::{Before, LadderEnd};
use crate::report::{ComponentCounts, ReleaseCounts, Report, WorkloadCounts, clean};

const GAP: &str = "  ";
const MORE: &str = "...";

/// The longest name of a component that is shown whole.
const COMPONENT: usize = 24;
/// The shortest form of a workload's name.
const SHORTEST: usize = 24;
/// The longest name of a component that another one waits for.
const AWAITED: usize = 16;
/// As long as the largest count.
const COUNT: usize = 10;
/// The columns on the left; those after them hold counts.
const NAMES: usize = 2;

/// What refuses the next release: the objects and components that findings name.
pub(super) struct Refused<'r> {
    objects: HashSet<&'r ObjectRef>,
    components: HashSet<&'r str>,
}

impl<'r> Refused<'r> {
    pub(super) fn of(report: &'r Report) -> Self {
        let mut refused = Self {
            objects: HashSet::new(),
            components: HashSet::new(),
        };
        let is_to_mend = |it: &&Finding| report.refuses(it) && it.rule.id != UNSETTLED;
        for finding in report.findings.iter().filter(is_to_mend) {
            match (&finding.object, &finding.component) {
                (Some(object), _) => _ = refused.objects.insert(object),
                (None, Some(component)) => _ = refused.components.insert(component),
                (None, None) => {}
            }
        }
        refused
    }

    fn holds(&self, component: &ComponentCounts) -> bool {
        let mut workloads = component.workloads.iter();
        self.components.contains(&*component.component)
            || workloads.any(|workload| self.objects.contains(&workload.object))
    }
}

/// The table of a release, each line with a line feed; without what it had, where that is not known.
pub(super) fn table(release: &ReleaseCounts, refused: &Refused<'_>, is_compared: bool) -> String {
    let components = release.components.iter();
    let rows = components.flat_map(|component| {
        let is_refused = refused.holds(component);
        let workloads = component.workloads.iter();
        workloads.map(move |workload| Row::new(component, workload, is_refused))
    });
    let mut rows: Vec<Row> = rows.collect();
    let is_longer = rows.iter().any(|row| !row.then.is_empty());
    rows.insert(0, Row::heads(is_longer));
    let layout = Layout::of(&rows, is_compared);
    if let Some(heads) = rows.first_mut().filter(|_| layout.is_below) {
        heads.tail.clear();
    }
    rows.iter().map(|row| layout.line(row) + "\n").collect()
}

/// A line of the table.
struct Row {
    cells: [String; 6],
    /// The counts of the releases after the next one.
    then: Vec<String>,
    /// Whether there are more of them.
    goes_on: bool,
    /// What the counts do not say.
    tail: String,
}

impl Row {
    fn heads(is_longer: bool) -> Self {
        let heads = ["COMPONENT", "WORKLOAD", "NOW", "RENDERED", "TARGET", "NEXT"];
        Self {
            cells: heads.map(str::to_owned),
            then: Vec::new(),
            goes_on: false,
            tail: if is_longer { "THEN" } else { "" }.to_owned(),
        }
    }

    fn new(component: &ComponentCounts, workload: &WorkloadCounts, is_refused: bool) -> Self {
        let or = |count: Option<u32>, none: &str| {
            count.map_or_else(|| none.to_owned(), |count| count.to_string())
        };
        let now = match workload.before {
            Before::Known(count) => count.to_string(),
            Before::New => "new".to_owned(),
            Before::Unset => "unset".to_owned(),
            Before::Unknown => "unknown".to_owned(),
        };
        let next = or(workload.count, "as is");
        let then = workload.next.iter().filter(|_| !is_refused);
        let then: Vec<String> = then.map(u32::to_string).collect();
        let last = workload.next.last().copied().or(workload.count);
        let is_short = workload.target.is_some() && last != workload.target;
        let goes_on = is_short && !is_refused && component.end != LadderEnd::Stuck;
        let has_tail = goes_on || !then.is_empty();
        Self {
            cells: [
                shortened(&clean::line(&component.component), COMPONENT),
                clean::line(&workload.object.name),
                now,
                shortened(&clean::line(&workload.written), COUNT),
                if workload.keeps {
                    "keep".to_owned()
                } else {
                    or(workload.target, "-")
                },
                if is_refused {
                    "refused".to_owned()
                } else {
                    next
                },
            ],
            goes_on,
            tail: tail(component).filter(|_| has_tail).unwrap_or_default(),
            then,
        }
    }

    /// The first of its further counts.
    fn then(&self, counts: usize, width: usize) -> String {
        let shown = self.then.iter().take(counts);
        let mut parts: Vec<String> = shown.map(|it| format!("{it:>width$}")).collect();
        if self.goes_on || parts.len() < self.then.len() {
            parts.push(MORE.to_owned());
        }
        parts.extend(Some(self.tail.clone()).filter(|tail| !tail.is_empty()));
        parts.join(" ")
    }
}

fn tail(component: &ComponentCounts) -> Option<String> {
    match (component.waits_for.as_slice(), component.end) {
        ([], LadderEnd::Stuck) => Some("(no further step)".to_owned()),
        ([], LadderEnd::Arrives | LadderEnd::Cut) => None,
        ([first, others @ ..], _) => {
            let first = shortened(&clean::line(first), AWAITED);
            let more = if others.is_empty() { "" } else { ", ..." };
            Some(format!("(after {first}{more})"))
        }
    }
}

/// How wide the columns are.
struct Layout {
    /// None for a column that is left out.
    widths: [Option<usize>; 6],
    /// The further counts that are shown, and their width.
    then: (usize, usize),
    /// Whether they are on a line of their own, as there is no room beside the others.
    is_below: bool,
}

impl Layout {
    fn of(rows: &[Row], is_compared: bool) -> Self {
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.cells.get(column));
            let width = cells.map(|cell| columns(cell)).max();
            width.filter(|_| is_compared || column != 2)
        };
        let counts = rows.iter().flat_map(|row| &row.then);
        let count = counts.map(|count| columns(count)).max().unwrap_or(0);
        let counts = rows.iter().map(|row| row.then.len()).max().unwrap_or(0);
        let mut layout = Self {
            widths: [0, 1, 2, 3, 4, 5].map(width),
            then: (counts, count),
            is_below: false,
        };
        let over = layout.width(rows).saturating_sub(WIDTH);
        if let [_, Some(name), ..] = &mut layout.widths {
            *name = name.saturating_sub(over).max(SHORTEST.min(*name));
        }
        while layout.then.0 > 0 && layout.width(rows) > WIDTH {
            layout.then.0 -= 1;
        }
        layout.is_below = layout.width(rows) > WIDTH;
        layout
    }

    fn width(&self, rows: &[Row]) -> usize {
        let (counts, width) = self.then;
        let then = rows.iter().map(|row| columns(&row.then(counts, width)));
        let then = then.max().filter(|then| *then > 0);
        let all = self.widths.iter().flatten().copied().chain(then);
        let all: Vec<usize> = all.collect();
        all.iter().sum::<usize>() + GAP.len() * all.len().saturating_sub(1)
    }

    fn line(&self, row: &Row) -> String {
        let cells = row.cells.iter().zip(self.widths).enumerate();
        let cells = cells.filter_map(|(column, (cell, width))| {
            let width = width?;
            Some(if column < NAMES {
                format!("{:<width$}", end_of(cell, width))
            } else {
                format!("{cell:>width$}")
            })
        });
        let (counts, width) = self.then;
        let then = row.then(counts, width);
        let line: Vec<String> = cells.collect();
        let line = line.join(GAP);
        match then.as_str() {
            "" => line.trim_end().to_owned(),
            then if self.is_below => format!("{line}\n{GAP}then {then}"),
            then => format!("{line}{GAP}{then}"),
        }
    }
}

fn columns(text: &str) -> usize {
    text.chars().count()
}

/// The end of a name that is too long: the names of a release begin alike.
fn end_of(name: &str, most: usize) -> String {
    match columns(name).checked_sub(most) {
        None | Some(0) => name.to_owned(),
        Some(over) => {
            let end = name.chars().skip(over + MORE.len());
            MORE.chars().chain(end).collect()
        }
    }
}

/// The start and the end of a text that is too long.
fn shortened(text: &str, most: usize) -> String {
    let all = columns(text);
    if all <= most {
        return text.to_owned();
    }
    let kept = most.saturating_sub(MORE.len());
    let start = text.chars().take(kept / 2);
    let end = text.chars().skip(all - (kept - kept / 2));
    start.chain(MORE.chars()).chain(end).collect()
}
