//! The releases of a report: what each workload had, gets and is meant to have, and how many releases that takes.

use crate::field::{Count, FieldPath};
use crate::finding::ObjectRef;
use crate::plan::{Before, LadderEnd};
use crate::policy::Role;
use crate::source::SourceId;
use crate::word::Word;

/// How much of each release is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Detail {
    /// That it is there.
    Releases,
    /// The counts of its workloads.
    Counts,
    /// How they were rendered, too.
    Renderings,
}

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
    /// Its components, in the order of the stream; none where no form shows their counts.
    pub components: Vec<ComponentCounts>,
}

/// A component of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentCounts {
    /// The name, as the policy has it.
    pub component: Word,
    pub(crate) role: Role,
    /// The components that lose replicas in this release while this one waits for its turn.
    pub waits_for: Vec<Word>,
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
    /// What is rendered.
    pub(crate) rendered: Count,
    /// The policy's target; of `keep`, what is running.
    pub target: Option<u32>,
    /// Whether the target is `keep`.
    pub keeps: bool,
    /// The replicas after this release; `None` if that is unknown, or left to what runs.
    pub count: Option<u32>,
    /// The replicas after each of the next releases, up to the last change, at most 8 of them.
    pub next: Box<[u32]>,
    /// How its chart rendered it, and what scales it; only in a plan.
    pub(crate) rendering: Option<Box<Rendering>>,
}

/// An autoscaler of a workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScaledBy {
    pub(crate) kind: String,
    pub(crate) name: String,
    /// The fewest and the most replicas, where they are certain.
    pub(crate) min: Option<u32>,
    pub(crate) max: Option<u32>,
}

/// How a workload was rendered: what it takes to write its count in another way than into the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rendering {
    /// The text that holds it.
    pub(crate) source: SourceId,
    /// Where its count is in the object.
    pub(crate) path: FieldPath,
    /// Whether the object names its namespace itself.
    pub(crate) names_namespace: bool,
    /// The chart's template, from `# Source:`.
    pub(crate) template: Option<Word>,
    /// The value that the chart takes the count from.
    pub(crate) values_key: Option<String>,
    /// The autoscalers that scale it.
    pub(crate) autoscalers: Vec<ScaledBy>,
}

/// A workload of a kind that the catalogue manages, which is in none of the releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrecognised {
    /// The workload.
    pub object: ObjectRef,
    /// Why it is not recognised.
    pub reason: String,
    /// The rendered replicas; `None` if absent, null or invalid.
    pub rendered: Option<u32>,
}

impl WorkloadCounts {
    /// Whether another count than the rendered one is to be written.
    pub(crate) fn is_changed(&self) -> bool {
        self.target.is_some() && self.count.is_some() && self.count != self.rendered.written()
    }
}

impl ReleaseCounts {
    /// All its workloads.
    pub(crate) fn workloads(&self) -> impl Iterator<Item = &WorkloadCounts> {
        self.components.iter().flat_map(|it| &it.workloads)
    }
}
