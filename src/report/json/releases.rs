//! The releases of the stream: the counts of each workload, and the way to the targets.

use serde::Serialize;

use super::{ObjectJson, object};
use crate::plan::LadderEnd;
use crate::report::{ComponentCounts, ReleaseCounts, ScaledBy, Unrecognised, WorkloadCounts};
use crate::word::Word;

#[derive(Serialize)]
pub(super) struct ReleaseJson<'r> {
    namespace: Option<&'r str>,
    instance: Option<&'r str>,
    folder: Option<&'r str>,
    remaining: usize,
    components: Vec<ComponentJson<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ComponentJson<'r> {
    component: &'r str,
    role: &'static str,
    waits_for: &'r [Word],
    remaining: usize,
    end: &'static str,
    workloads: Vec<WorkloadJson<'r>>,
}

#[derive(Serialize)]
struct WorkloadJson<'r> {
    object: ObjectJson<'r>,
    baseline: Option<u32>,
    rendered: Option<u32>,
    target: Option<u32>,
    keeps: bool,
    count: Option<u32>,
    next: &'r [u32],
    /// Only in a plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    autoscalers: Option<Vec<ScalerJson<'r>>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ScalerJson<'r> {
    kind: &'r str,
    name: &'r str,
    min_replicas: Option<u32>,
    max_replicas: Option<u32>,
}

/// A workload that is in no release.
#[derive(Serialize)]
pub(super) struct UnrecognisedJson<'r> {
    object: ObjectJson<'r>,
    reason: &'r str,
    rendered: Option<u32>,
}

impl<'r> From<&'r Unrecognised> for UnrecognisedJson<'r> {
    fn from(it: &'r Unrecognised) -> Self {
        Self {
            object: object(&it.object),
            reason: &it.reason,
            rendered: it.rendered,
        }
    }
}

impl<'r> From<&'r ReleaseCounts> for ReleaseJson<'r> {
    fn from(release: &'r ReleaseCounts) -> Self {
        Self {
            namespace: release.namespace.as_deref(),
            instance: release.instance.as_deref(),
            folder: release.folder.as_deref(),
            remaining: release.remaining,
            components: release.components.iter().map(component).collect(),
        }
    }
}

fn component(component: &ComponentCounts) -> ComponentJson<'_> {
    ComponentJson {
        component: &component.component,
        role: component.role.as_str(),
        waits_for: &component.waits_for,
        remaining: component.remaining,
        end: match component.end {
            LadderEnd::Arrives => "target",
            LadderEnd::Stuck => "limits",
            LadderEnd::Cut => "unknown",
        },
        workloads: component.workloads.iter().map(workload).collect(),
    }
}

fn workload(workload: &WorkloadCounts) -> WorkloadJson<'_> {
    WorkloadJson {
        object: object(&workload.object),
        baseline: workload.before.known(),
        rendered: workload.rendered.written(),
        target: workload.target,
        keeps: workload.keeps,
        count: workload.count,
        next: &workload.next,
        autoscalers: workload.rendering.as_ref().map(|rendering| {
            let autoscalers = rendering.autoscalers.iter();
            autoscalers.map(scaler).collect()
        }),
    }
}

fn scaler(autoscaler: &ScaledBy) -> ScalerJson<'_> {
    ScalerJson {
        kind: &autoscaler.kind,
        name: &autoscaler.name,
        min_replicas: autoscaler.min,
        max_replicas: autoscaler.max,
    }
}
