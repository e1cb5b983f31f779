//! The counts of each release, as a report has them.

use std::path::Path;

use crate::plan::{Group, GroupWay, Member, Plan, Release, Way};
use crate::report::{ComponentCounts, ReleaseCounts, WorkloadCounts};

/// The releases of a plan, in the order of the stream.
pub(super) fn releases(plan: &Plan<'_>) -> Vec<ReleaseCounts> {
    let releases = plan.releases.iter();
    releases.map(|release| of_release(plan, release)).collect()
}

fn of_release(plan: &Plan<'_>, release: &Release<'_>) -> ReleaseCounts {
    let Way { releases, groups } = plan.way(release);
    let losing = losing(plan, release);
    let groups = release.groups.iter().zip(groups);
    let components = groups.map(|(group, way)| {
        let waits_for = if group.waits {
            losing.clone()
        } else {
            Vec::new()
        };
        of_component(plan, group, way, waits_for)
    });
    let owned = |text: Option<&str>| text.map(str::to_owned);
    ReleaseCounts {
        namespace: owned(release.id.namespace),
        instance: owned(release.id.instance),
        folder: release.id.folder.map(relative),
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
fn losing(plan: &Plan<'_>, release: &Release<'_>) -> Vec<String> {
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
    waits_for: Vec<String>,
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

fn of_workload(plan: &Plan<'_>, member: &Member<'_>, next: Vec<u32>) -> WorkloadCounts {
    let count = &member.workload.replicas.count;
    WorkloadCounts {
        object: member.workload.object.clone(),
        before: member.before,
        rendered: count.written(),
        written: count.to_string(),
        target: member.target.map(|target| target.replicas),
        keeps: member.target.is_some_and(|target| target.keeps),
        count: plan.judged(member),
        next,
    }
}
