//! What the trimtab inside COMMAND said: its JSON reports, as far as the way on depends on them.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Deserialize;

use crate::finding::ObjectRef;
use crate::report::plan::UNSETTLED;

/// What all runs of trimtab within one run of COMMAND said, taken together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) verdict: Verdict,
    /// The releases after this one that the targets still need, at least.
    pub(super) remaining: usize,
    /// The baselines that were compared with.
    pub(super) baselines: Vec<BaselineSaid>,
    /// What must be settled before the next release.
    pub(super) workloads: Vec<WorkloadSaid>,
}

/// The verdict of a run, or of the worst of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    Passed,
    /// Refused, because the last release is not settled, and for no other reason.
    Unsettled,
    Refused,
    Failed,
}

/// A workload that must be settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WorkloadSaid {
    pub(super) object: ObjectRef,
    /// What this release sets its count to; `None` where it leaves it alone, or where nothing was applied.
    pub(super) count: Option<u32>,
}

/// What a run compared with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct BaselineSaid {
    pub(super) source: String,
    pub(super) cluster: Option<ClusterSaid>,
}

/// Where a run looked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClusterSaid {
    pub(super) server: String,
    pub(super) context: Option<String>,
    pub(super) namespace: Option<String>,
    pub(super) known_from: Option<String>,
}

#[derive(Deserialize)]
struct ReportSaid {
    verdict: String,
    #[serde(default)]
    baseline: BaselineSaid,
    remaining: Option<usize>,
    #[serde(default)]
    releases: Vec<ReleaseSaid>,
    #[serde(default)]
    findings: Vec<FindingSaid>,
}

#[derive(Deserialize)]
struct ReleaseSaid {
    components: Vec<ComponentSaid>,
}

#[derive(Deserialize)]
struct ComponentSaid {
    role: String,
    workloads: Vec<CountsSaid>,
}

#[derive(Deserialize)]
struct CountsSaid {
    object: ObjectSaid,
    count: Option<u32>,
    keeps: bool,
}

#[derive(Deserialize)]
struct FindingSaid {
    rule: String,
    severity: String,
    object: Option<ObjectSaid>,
    waived: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ObjectSaid {
    api_version: String,
    kind: String,
    namespace: Option<String>,
    name: String,
}

impl Said {
    /// Reads the reports of a folder, the oldest first, and deletes them; empty if there are none.
    ///
    /// # Errors
    /// What cannot be read: a report that is not whole, or not one of ours.
    pub(super) fn take(folder: &Path) -> Result<Option<Self>, String> {
        let mut said: Option<Self> = None;
        for path in reports(folder).map_err(|error| error.to_string())? {
            let text = fs::read(&path).map_err(|error| error.to_string())?;
            fs::remove_file(&path).map_err(|error| error.to_string())?;
            let report: ReportSaid =
                serde_json::from_slice(&text).map_err(|error| error.to_string())?;
            let next = Self::of(report)?;
            said = Some(match said {
                Some(before) => before.and(next),
                None => next,
            });
        }
        Ok(said)
    }

    fn of(report: ReportSaid) -> Result<Self, String> {
        let verdict = match &*report.verdict {
            "passed" => Verdict::Passed,
            "failed" => Verdict::Failed,
            "refused" if report.is_only_unsettled() => Verdict::Unsettled,
            "refused" => Verdict::Refused,
            other => return Err(format!("unknown verdict `{other}`")),
        };
        let is_applied = verdict == Verdict::Passed;
        if is_applied && report.remaining.is_none() {
            return Err("it does not say how many releases remain".to_owned());
        }
        let components = report.releases.into_iter().flat_map(|it| it.components);
        let awaited = components.filter(|it| it.role != "singleton");
        let workloads = awaited.flat_map(|it| it.workloads).map(|it| WorkloadSaid {
            object: it.object.into(),
            count: it.count.filter(|_| is_applied && !it.keeps),
        });
        let unsettled = report.findings.into_iter();
        let unsettled = unsettled.filter(|finding| finding.rule == UNSETTLED);
        let unsettled = unsettled.filter_map(|finding| finding.object);
        let named = unsettled.map(|object| WorkloadSaid {
            object: object.into(),
            count: None,
        });
        Ok(Self {
            verdict,
            remaining: report.remaining.unwrap_or(0),
            baselines: match verdict {
                Verdict::Failed => Vec::new(),
                _ => vec![report.baseline],
            },
            workloads: merged(workloads.chain(named)),
        })
    }

    /// Both, of which the other came later.
    fn and(self, other: Self) -> Self {
        let mut baselines = self.baselines;
        let new = other.baselines.into_iter();
        let new: Vec<_> = new.filter(|it| !baselines.contains(it)).collect();
        baselines.extend(new);
        Self {
            verdict: self.verdict.max(other.verdict),
            remaining: self.remaining.max(other.remaining),
            baselines,
            workloads: merged(self.workloads.into_iter().chain(other.workloads)),
        }
    }
}

/// Each object once, where it came first, with the last count that was said.
fn merged(workloads: impl Iterator<Item = WorkloadSaid>) -> Vec<WorkloadSaid> {
    let mut places: HashMap<ObjectRef, usize> = HashMap::new();
    let mut merged: Vec<WorkloadSaid> = Vec::new();
    for workload in workloads {
        let place = *places
            .entry(workload.object.clone())
            .or_insert(merged.len());
        match merged.get_mut(place) {
            Some(known) => known.count = workload.count.or(known.count),
            None => merged.push(workload),
        }
    }
    merged
}

/// The reports of a folder, by when they were written.
fn reports(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut reports: Vec<(SystemTime, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        reports.push((entry.metadata()?.modified()?, entry.path()));
    }
    reports.sort();
    Ok(reports.into_iter().map(|(_, path)| path).collect())
}

impl ReportSaid {
    fn is_only_unsettled(&self) -> bool {
        let refusing = |it: &&FindingSaid| it.severity == "error" && it.waived.is_none();
        let mut refusing = self.findings.iter().filter(refusing).peekable();
        refusing.peek().is_some() && refusing.all(|finding| finding.rule == UNSETTLED)
    }
}

impl From<ObjectSaid> for ObjectRef {
    fn from(object: ObjectSaid) -> Self {
        Self {
            api_version: object.api_version.into(),
            kind: object.kind.into(),
            namespace: object.namespace.map(Into::into),
            name: object.name.into(),
        }
    }
}
