//! Builds the report of a plan and its findings.

mod releases;
mod unrecognised;

pub(super) use self::releases::releases;
use super::Task;
use crate::baseline::live::InCluster;
use crate::finding::Finding;
use crate::plan::{Group, Member, Plan, Purpose};
use crate::report::{BaselineRef, Change, ClusterRef, Command, PolicyRef, ReleaseCounts, Report};
use crate::report::{Step, Verdict};

/// The report of a plan that was judged, with its releases; `notes` are those of what was read.
pub(super) fn report(
    task: &Task<'_>,
    plan: &Plan<'_>,
    releases: Vec<ReleaseCounts>,
    notes: &[String],
    findings: Vec<Finding>,
    verdict: Verdict,
) -> Report {
    let path = task.options.policy.as_ref();
    let is_plan = task.command == Command::Plan;
    let remaining = releases.iter().map(|release| release.remaining).max();
    // A plan shows what would be; a refused release is not made.
    let is_made = verdict == Verdict::Passed || is_plan;
    Report {
        command: task.command,
        policy: PolicyRef {
            name: plan.policy.name.as_ref().map(|name| name.to_string()),
            path: path.map(|path| path.display().to_string()),
        },
        baseline: BaselineRef {
            source: plan.baseline.name().to_owned(),
            live: plan.baseline.is_live(),
            cluster: plan.baseline.cluster().map(cluster),
        },
        workloads: plan.members().count(),
        remaining: remaining.or(Some(0)).filter(|_| is_made),
        releases,
        unrecognised: if is_plan {
            unrecognised::unrecognised(plan)
        } else {
            Vec::new()
        },
        changes: match plan.purpose {
            Purpose::Write => changes(plan),
            Purpose::Check => Vec::new(),
        },
        findings,
        notes: if is_plan {
            notes.to_vec()
        } else {
            [notes, &waiting(plan)].concat()
        },
        verdict,
        denies_warnings: task.options.deny_warnings,
        has_exit_code: false,
        export: None,
    }
}

fn cluster(cluster: &InCluster) -> ClusterRef {
    ClusterRef {
        server: cluster.server.clone(),
        context: cluster.context.clone(),
        namespace: cluster.namespace.clone(),
        known_from: cluster.known_from.clone(),
    }
}

/// The components that are not scaled in yet, because another one goes first; a plan shows them in its ladder.
fn waiting(plan: &Plan<'_>) -> Vec<String> {
    let waits = |group: &&Group<'_>| group.waits;
    let notes = plan.groups().filter(waits).map(|group| {
        let counts = group.members.iter().filter_map(|member| {
            let (before, goal) = (member.before.known()?, member.goal?);
            (goal < before).then(|| format!("{} at {before}", member.workload.object.name))
        });
        let counts: Vec<_> = counts.collect();
        format!(
            "{} is not scaled in yet, because another component goes first: {}",
            group.component.name,
            counts.join(", ")
        )
    });
    notes.collect()
}

/// The workloads whose count is written, in the order of the stream.
fn changes(plan: &Plan<'_>) -> Vec<Change> {
    let members = plan.in_stream_order().into_iter();
    members
        .filter(|member| member.is_changed())
        .filter_map(change)
        .collect()
}

fn change(member: &Member<'_>) -> Option<Change> {
    let workload = member.workload;
    let step = member.path.as_ref().map(|path| Step {
        number: 1,
        of: path.releases,
        next: path.next.clone(),
        last: path.last,
    });
    Some(Change {
        component: member.component.name.clone(),
        object: workload.object.clone(),
        release: member.release.instance.cloned(),
        place: Some(workload.replicas_place()),
        template: workload.template.clone(),
        before: member.before,
        from: workload.replicas.count.written(),
        written: workload.replicas.count.to_string().into(),
        to: member.this_release?,
        target: member.target.map(|target| target.replicas),
        step,
    })
}
