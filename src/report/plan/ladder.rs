//! The counts of a release's workloads, step by step to the targets, for those that change.

use super::inventory::{About, before};
use crate::plan::LadderEnd;
use crate::report::{ComponentCounts, ReleaseCounts, WorkloadCounts};

/// The way of a release to its targets.
pub(in crate::report) struct Ladder<'r> {
    /// What each row is: the baseline, the releases to come, and the targets where those do not reach them.
    pub(in crate::report) rows: Vec<String>,
    pub(in crate::report) columns: Vec<Column<'r>>,
    /// What the counts do not say.
    pub(in crate::report) remarks: Vec<String>,
}

/// A workload that changes.
pub(in crate::report) struct Column<'r> {
    pub(in crate::report) component: &'r str,
    /// Its name, where its component has several workloads.
    pub(in crate::report) workload: Option<&'r str>,
    /// One a row.
    pub(in crate::report) cells: Vec<Cell>,
}

/// What a workload has after a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::report) enum Cell {
    Count(u32),
    /// What there is instead of a count; may be empty.
    Word(String),
}

const MORE: &str = "...";

impl<'r> Ladder<'r> {
    /// The ladder of a release; none if nothing changes.
    pub(in crate::report) fn of(release: &'r ReleaseCounts, about: &About<'r>) -> Option<Self> {
        let components = release.components.iter();
        let ways: Vec<Way<'r>> = components
            .flat_map(|component| ways(component, about.refuses(component)))
            .collect();
        let steps = ways.iter().map(|way| way.counts.len()).max()?;
        let goes_on = ways.iter().any(|way| way.goes_on);
        let is_short = ways.iter().any(|way| way.is_short);
        let mut rows = vec!["baseline".to_owned()];
        rows.extend((1..=steps).map(|step| format!("step {step}")));
        rows.extend(goes_on.then(|| MORE.to_owned()));
        rows.extend(is_short.then(|| "target".to_owned()));
        let columns = ways.iter().map(|way| way.column(steps, goes_on, is_short));
        Some(Self {
            rows,
            columns: columns.collect(),
            remarks: remarks(release, about),
        })
    }
}

/// How a workload goes to its target.
struct Way<'r> {
    component: &'r ComponentCounts,
    workload: &'r WorkloadCounts,
    /// The counts of the next releases, up to the last one that is known.
    counts: Vec<Cell>,
    /// Whether there are further ones.
    goes_on: bool,
    /// Whether the counts end before the target.
    is_short: bool,
}

/// The ways of those of a component's workloads that change.
fn ways(component: &ComponentCounts, is_refused: bool) -> impl Iterator<Item = Way<'_>> {
    let workloads = component.workloads.iter();
    workloads.filter_map(move |workload| way(component, workload, is_refused))
}

fn way<'r>(
    component: &'r ComponentCounts,
    workload: &'r WorkloadCounts,
    is_refused: bool,
) -> Option<Way<'r>> {
    let is_short = workload.is_short();
    if !workload.is_due() && workload.next.is_empty() && !is_short {
        return None;
    }
    let first = workload
        .count
        .map_or(Cell::Word("as is".to_owned()), Cell::Count);
    let counts = if is_refused {
        vec![Cell::Word("refused".to_owned())]
    } else {
        let next = workload.next.iter().copied().map(Cell::Count);
        [first].into_iter().chain(next).collect()
    };
    Some(Way {
        component,
        workload,
        counts,
        goes_on: is_short && !is_refused && component.end != LadderEnd::Stuck,
        is_short: is_short && !is_refused,
    })
}

impl<'r> Way<'r> {
    fn column(&self, steps: usize, goes_on: bool, is_short: bool) -> Column<'r> {
        let nothing = || Cell::Word(String::new());
        let start = self.workload.before.known().map(Cell::Count);
        let start = start.unwrap_or_else(|| Cell::Word(before(self.workload.before)));
        let mut cells = vec![start];
        cells.extend(self.counts.iter().cloned());
        // A count stays once it is reached; of one that is refused, nothing is known.
        let last = self.counts.last().cloned().unwrap_or_else(nothing);
        let is_count = matches!(last, Cell::Count(_));
        let rest = if is_count { last } else { nothing() };
        cells.resize(steps + 1, rest);
        if goes_on {
            let more = if self.goes_on { MORE } else { "" };
            cells.push(Cell::Word(more.to_owned()));
        }
        if is_short {
            let target = self.workload.target.map(Cell::Count);
            cells.push(target.filter(|_| is_count).unwrap_or_else(nothing));
        }
        let is_alone = self.component.workloads.len() == 1;
        Column {
            component: &self.component.component,
            workload: (!is_alone).then_some(&*self.workload.object.name),
            cells,
        }
    }
}

/// Who waits for whom, and who stays before the target.
fn remarks(release: &ReleaseCounts, about: &About<'_>) -> Vec<String> {
    let components = release.components.iter();
    let components = components.filter(|component| !about.refuses(component));
    let remarks = components.flat_map(|component| {
        let name = &component.component;
        let waits = (!component.waits_for.is_empty())
            .then(|| format!("{name} waits for {}", component.waits_for.join(", ")));
        let is_stuck = component.end == LadderEnd::Stuck
            && component.workloads.iter().any(WorkloadCounts::is_short);
        let stuck = is_stuck.then(|| format!("{name} may take no further step towards its target"));
        waits.into_iter().chain(stuck)
    });
    remarks.collect()
}

impl WorkloadCounts {
    /// Whether the known releases end before its target.
    fn is_short(&self) -> bool {
        let last = self.next.last().copied().or(self.count);
        self.target.is_some() && last != self.target
    }
}
