//! The releases of a report: what each workload had, gets and is meant to have, and how many releases that takes.

use crate::finding::ObjectRef;
use crate::plan::{Before, LadderEnd};
use crate::policy::Role;

/// A release of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseCounts {
    /// The namespace of its workloads, if they have one.
    pub namespace: Option<String>,
    /// The instance label of their selectors.
    pub instance: Option<String>,
    /// The folder of its files; `None` for standard input.
    pub folder: Option<String>,
    /// The releases after this one that it takes to its goals, at least.
    pub remaining: usize,
    /// Its components, in the order of the stream.
    pub components: Vec<ComponentCounts>,
}

/// A component of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentCounts {
    /// The name, as the policy has it.
    pub component: String,
    pub(crate) role: Role,
    /// The components that lose replicas in this release while this one waits for its turn.
    pub waits_for: Vec<String>,
    /// The releases after this one until it is at its goals, at least.
    pub remaining: usize,
    pub(crate) end: LadderEnd,
    /// Its workloads, by name.
    pub workloads: Vec<WorkloadCounts>,
}

/// The counts of a workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkloadCounts {
    /// The workload.
    pub object: ObjectRef,
    pub(crate) before: Before,
    /// The rendered replicas; `None` if absent, null or invalid.
    pub rendered: Option<u32>,
    /// The rendered value as written: `5`, `"5"`, `null`; `absent` if the field is missing.
    pub written: String,
    /// The policy's target; of `keep`, what is running.
    pub target: Option<u32>,
    /// Whether the target is `keep`.
    pub keeps: bool,
    /// The replicas after this release; `None` if that is unknown, or left to what runs.
    pub count: Option<u32>,
    /// The replicas after each of the next releases, up to the last change, at most 8 of them.
    pub next: Vec<u32>,
}

impl ReleaseCounts {
    /// All its workloads.
    pub(crate) fn workloads(&self) -> impl Iterator<Item = &WorkloadCounts> {
        self.components.iter().flat_map(|it| &it.workloads)
    }
}
