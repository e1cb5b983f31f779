//! The counts that change, release by release.

use super::escape::{code, text};
use super::{ROWS, row, table as drawn};
use crate::plan::LadderEnd;
use crate::report::replicas::Replicas;
use crate::report::{Command, ComponentCounts, Report, Verdict, WorkloadCounts};

/// The table of the workloads whose count changes; `None` if there are none.
pub(super) fn table(report: &Report) -> Option<String> {
    let components = report.releases.iter().flat_map(|it| &it.components);
    let rows = components.flat_map(|component| {
        let workloads = component.workloads.iter();
        workloads.filter_map(|workload| cells(report, component, workload))
    });
    let all: Vec<[String; 4]> = rows.collect();
    if all.is_empty() {
        return None;
    }
    let rest = all.len().saturating_sub(ROWS);
    let mut rows: Vec<String> = all.iter().take(ROWS).map(|cells| row(cells)).collect();
    if rest > 0 {
        rows.push(row(&[
            "...".to_owned(),
            format!("{rest} more"),
            String::new(),
            String::new(),
        ]));
    }
    let nothing_written = report.command.writes() && report.verdict == Verdict::Refused;
    let replicas = if nothing_written {
        "replicas (not written)"
    } else {
        "replicas"
    };
    Some(drawn(
        &["component", "workload", replicas, "next releases"],
        &rows,
    ))
}

/// The cells of a workload whose count changes, now or later.
fn cells(
    report: &Report,
    component: &ComponentCounts,
    workload: &WorkloadCounts,
) -> Option<[String; 4]> {
    let change = change(report, workload);
    let next = next(component, workload);
    // A count that `check` leaves as it is has its finding.
    if change.is_none() && (next.is_empty() || report.command == Command::Check) {
        return None;
    }
    let replicas = change.or_else(|| Some(workload.count?.to_string()));
    Some([
        code(&component.component),
        code(&workload.object.to_string()),
        code(&replicas.unwrap_or_else(|| "unknown".to_owned())),
        next,
    ])
}

fn change(report: &Report, workload: &WorkloadCounts) -> Option<String> {
    let replicas = Replicas {
        is_compared: report.is_compared(),
        before: workload.before,
        rendered: workload.rendered.written(),
        written: &workload.rendered.to_string(),
        count: workload.count?,
    };
    replicas.change()
}

/// The counts of the next releases, and why there are no more.
fn next(component: &ComponentCounts, workload: &WorkloadCounts) -> String {
    let mut parts = Vec::new();
    if !component.waits_for.is_empty() {
        let names: Vec<String> = component.waits_for.iter().map(|name| code(name)).collect();
        parts.push(format!("after {}", names.join(", ")));
    }
    if !workload.next.is_empty() {
        let counts: Vec<String> = workload.next.iter().map(u32::to_string).collect();
        let more = if workload.next.len() < component.remaining {
            " -> ..."
        } else {
            ""
        };
        parts.push(code(&format!("{}{more}", counts.join(" -> "))));
    }
    let last = workload.next.last().copied().or(workload.count);
    let target = workload.target.filter(|target| Some(*target) != last);
    if let Some(target) = target.filter(|_| component.end == LadderEnd::Stuck) {
        parts.push(text(&format!(
            "no further step towards {target} is allowed"
        )));
    }
    parts.join("; ")
}
