//! The targets of a draft: the counts of the stream, and why a component has none.

use std::collections::HashSet;

use super::draft::{Draft, DraftTarget};
use super::objects::named;
use super::overrides;
use super::skeleton::has_count;
use crate::plan::{Member, Plan};
use crate::policy::{Component, Role};

/// What the stream has of a component, over all releases.
struct Found<'p> {
    component: &'p Component,
    members: Vec<&'p Member<'p>>,
    /// The fewest replicas that it has in a release.
    fewest: u32,
}

/// Takes the counts of a stream into the draft that was loaded as the plan's policy.
pub(super) fn fill(draft: &mut Draft, plan: &Plan<'_>) {
    for found in found(plan) {
        match found.component.role.value {
            Role::Worker => worker(draft, &found),
            Role::Coordinator => coordinator(draft, &found),
            Role::Singleton => {
                let name = &found.component.name;
                draft
                    .untargeted
                    .push(format!("{name}: a singleton, one copy by design."));
            }
        }
    }
    let ids: Vec<_> = plan.releases.iter().map(|release| release.id).collect();
    draft.note_releases(&ids);
    let told: HashSet<String> = draft
        .uncovered
        .iter()
        .filter_map(|line| Some(line.split_once(": ")?.0.to_owned()))
        .collect();
    let others = plan.unrecognised.iter().filter(|it| has_count(it));
    let others = others.map(|workload| workload.object.to_string());
    draft
        .uncovered
        .extend(others.filter(|name| !told.contains(name)));
}

fn found<'p>(plan: &'p Plan<'_>) -> Vec<Found<'p>> {
    let mut all: Vec<Found<'p>> = Vec::new();
    for group in plan.groups() {
        let counts = group.members.iter();
        let counts = counts.map(|it| it.workload.replicas.count.effective().unwrap_or_default());
        let sum = counts.fold(0, u32::saturating_add);
        let members = group.members.iter();
        match all
            .iter_mut()
            .find(|it| it.component.name == group.component.name)
        {
            Some(found) => {
                found.members.extend(members);
                found.fewest = found.fewest.min(sum);
            }
            None => all.push(Found {
                component: group.component,
                members: members.collect(),
                fewest: sum,
            }),
        }
    }
    all
}

fn coordinator(draft: &mut Draft, found: &Found<'_>) {
    let name = &found.component.name;
    draft
        .untargeted
        .push(format!("{name}: a coordinator, which does not scale."));
    let has_standby = |it: &&Member<'_>| it.workload.replicas.count.written() == Some(2);
    if found.members.iter().any(has_standby) && !found.component.active_standby.value {
        let component = draft.component(name);
        component.active_standby = true;
        component.comment.push(
            "Two coordinators run: right only where active-standby is on in the chart's values."
                .to_owned(),
        );
    }
}

fn worker(draft: &mut Draft, found: &Found<'_>) {
    let component = found.component;
    let name = &component.name;
    keep_floor(draft, found);
    if let Some(why) = untargeted(found) {
        draft.untargeted.push(format!("{name}: {why}"));
        return;
    }
    let counted = found.members.iter().filter_map(|member| {
        let count = member.workload.replicas.count.written()?;
        Some((&member.workload.match_labels, count))
    });
    let counted: Vec<_> = counted.collect();
    match overrides::of(&counted) {
        Some((replicas, overrides)) => draft.targets.push(DraftTarget {
            component: name.to_string(),
            comment: named(found.members.iter().map(|it| it.workload)),
            replicas,
            overrides,
        }),
        None => draft.untargeted.push(format!(
            "{name}: its workloads have different counts, and no labels that tell them apart."
        )),
    }
}

/// Why a worker has no target.
fn untargeted(found: &Found<'_>) -> Option<&'static str> {
    let component = found.component;
    let has_autoscaler = |it: &&Member<'_>| !it.autoscalers.is_empty();
    let has_no_count = |it: &&Member<'_>| it.workload.replicas.count.written().is_none();
    let mut members = found.members.iter();
    if component.targets_refused.value {
        Some("guarded, but the catalogue refuses a target: data goes with each replica.")
    } else if component.set_by_chart.value {
        Some(
            "the chart writes its count into other lines too, so only the chart's value can change it.",
        )
    } else if members.clone().any(has_autoscaler) {
        Some("an autoscaler owns its count.")
    } else if members.clone().any(|it| it.workload.leader.is_some()) {
        Some("another controller takes its count from elsewhere.")
    } else if members.any(has_no_count) {
        Some("the stream does not say how many replicas it has.")
    } else {
        None
    }
}

/// Lowers the floor to what the stream has; a worker at 0 needs one of 0.
fn keep_floor(draft: &mut Draft, found: &Found<'_>) {
    let counts = found.members.iter();
    let counts = counts.filter_map(|it| it.workload.replicas.count.effective());
    let (least, most) = counts.fold((u32::MAX, 0), |(least, most), it| {
        (least.min(it), most.max(it))
    });
    let floor = found.component.scale_in.floor.value;
    let reached = if least == 0 {
        0
    } else {
        found.fewest.min(most)
    };
    if reached < floor {
        let component = draft.component(&found.component.name);
        component.floor = Some(reached);
        component.comment.push(format!(
            "It has fewer replicas than its usual floor of {floor}: raise the floor once it has more."
        ));
    }
}
