//! The counts of each release, as a report has them.

use std::path::Path;

use crate::field::Count;
use crate::plan::{Group, GroupWay, Member, Plan, Release, Scaler, Way};
use crate::report::{ComponentCounts, Detail, ReleaseCounts, Rendering, ScaledBy, WorkloadCounts};
use crate::word::Word;

/// The releases of a plan, in the order of the stream, with what is shown of them: there may be very many workloads.
pub(in crate::run) fn releases(plan: &Plan<'_>, detail: Detail) -> Vec<ReleaseCounts> {
    let releases = plan.releases.iter().map(|release| {
        let mut counts = of_release(plan, release, detail);
        if detail >= Detail::Renderings {
            add_renderings(release, &mut counts);
        }
        counts
    });
    releases.collect()
}

/// Adds what autoscales and renders each workload.
fn add_renderings(release: &Release<'_>, counts: &mut ReleaseCounts) {
    let members = release.groups.iter().flat_map(|group| &group.members);
    let workloads = counts
        .components
        .iter_mut()
        .flat_map(|it| &mut it.workloads);
    for (member, workload) in members.zip(workloads) {
        workload.rendering = Some(Box::new(rendering(member)));
    }
}

fn scaled_by(scaler: &Scaler<'_>) -> ScaledBy {
    let object = scaler.object();
    ScaledBy {
        kind: object.kind.to_string(),
        name: object.name.to_string(),
        min: scaler.min().or_else(|| default_min(scaler)),
        max: scaler.max(),
    }
}

/// What the fewest replicas are where an autoscaler does not say: 1, and 0 to KEDA.
fn default_min(scaler: &Scaler<'_>) -> Option<u32> {
    let is_unset = match scaler {
        Scaler::Rendered(it) => it.min.count == Count::Absent && it.min.doubt.is_none(),
        Scaler::Running(_) => true,
    };
    let default = u32::from(scaler.object().kind != "ScaledObject");
    is_unset.then_some(default)
}

fn rendering(member: &Member<'_>) -> Rendering {
    let workload = member.workload;
    Rendering {
        source: workload.source,
        path: workload.replicas.path.clone(),
        names_namespace: workload.names_namespace,
        template: workload.template.clone(),
        values_key: member.values_key().map(|key| key.to_string()),
        autoscalers: member.autoscalers.iter().map(scaled_by).collect(),
    }
}

fn of_release(plan: &Plan<'_>, release: &Release<'_>, detail: Detail) -> ReleaseCounts {
    let Way { releases, groups } = plan.way(release);
    let losing = losing(plan, release);
    let groups = release.groups.iter().zip(groups);
    let groups = groups.filter(|_| detail >= Detail::Counts);
    let components = groups.map(|(group, way)| {
        let waits_for = if group.waits {
            losing.clone()
        } else {
            Vec::new()
        };
        of_component(plan, group, way, waits_for)
    });
    let owned = |word: Option<&Word>| word.map(Word::to_string);
    ReleaseCounts {
        namespace: owned(release.id.namespace),
        instance: owned(release.id.instance),
        folder: release.id.folder.map(|it| relative(it)),
        remaining: releases,
        components: components.collect(),
    }
}

/// A folder as seen from the current one, where it is within that.
fn relative(folder: &str) -> String {
    let current = std::env::current_dir().ok();
    let inside = current.and_then(|current| {
        let inside = Path::new(folder).strip_prefix(current).ok()?;
        Some(inside.display().to_string())
    });
    match inside.as_deref() {
        Some("") => ".".to_owned(),
        Some(inside) => inside.to_owned(),
        None => folder.to_owned(),
    }
}

/// The components that lose replicas in this release.
fn losing(plan: &Plan<'_>, release: &Release<'_>) -> Vec<Word> {
    let loses = |group: &&Group<'_>| {
        let mut moves = plan.moves(group).into_iter();
        group.is_worker() && moves.any(|(_, it)| it.after < it.before)
    };
    let losing = release.groups.iter().filter(loses);
    losing.map(|group| group.component.name.clone()).collect()
}

fn of_component(
    plan: &Plan<'_>,
    group: &Group<'_>,
    way: GroupWay,
    waits_for: Vec<Word>,
) -> ComponentCounts {
    let members = group.members.iter().zip(way.next);
    ComponentCounts {
        component: group.component.name.clone(),
        role: group.component.role.value,
        waits_for,
        remaining: way.releases,
        end: way.end,
        workloads: members
            .map(|(member, next)| of_workload(plan, member, next))
            .collect(),
    }
}

fn of_workload(plan: &Plan<'_>, member: &Member<'_>, next: Box<[u32]>) -> WorkloadCounts {
    WorkloadCounts {
        object: member.workload.object.clone(),
        before: member.before,
        rendered: member.workload.replicas.count.clone(),
        target: member.target.map(|target| target.replicas),
        keeps: member.target.is_some_and(|target| target.keeps),
        count: plan.judged(member),
        next,
        rendering: None,
    }
}
