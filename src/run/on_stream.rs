//! Notes on what the stream holds: hooks and patches that nothing guards, components and waivers without a workload, and a
//! policy among the manifests.

use std::collections::HashSet;

use memchr::memmem;

use crate::field::Count;
use crate::finding::{Finding, ObjectRef};
use crate::manifest::Workload;
use crate::names::{self, shown};
use crate::plan::Plan;
use crate::policy::{Component, Role};
use crate::report::Command;
use crate::rules;
use crate::source::Sources;
use crate::word::Word;

/// Workloads that notes name.
const NAMED: usize = 5;

/// The line that tells a policy from a manifest.
const POLICY: &str = "kind: ReplicaPolicy";

/// The notes for a command; `plan` has a row for each hook.
pub(super) fn notes(
    command: Command,
    plan: &Plan<'_>,
    findings: &[Finding],
    sources: &Sources,
) -> Vec<String> {
    let hooks = hooks(plan).filter(|_| command != Command::Plan);
    let notes = hooks.into_iter().chain(without_selectors(plan));
    let notes = notes
        .chain(without_workloads(plan))
        .chain(idle_waivers(plan));
    let notes = notes.chain(policy(plan, sources));
    notes.chain(replaced(plan, findings)).collect()
}

/// Pods of workers that others replace within the limits: no count tells it, and no finding.
fn replaced(plan: &Plan<'_>, findings: &[Finding]) -> Vec<String> {
    let workers = plan.members().filter(|member| member.is_worker());
    let turnovers = workers.filter_map(|member| {
        let turnover = member.turnover(plan.judged(member))?;
        Some(rules::what_goes(member, &turnover))
    });
    let mut turnovers = turnovers.peekable();
    if turnovers.peek().is_none() {
        return Vec::new();
    }
    let told = findings.iter().flat_map(|it| it.diagnostic.notes.iter());
    let told: HashSet<&str> = told.map(Word::as_str).collect();
    let untold = turnovers.filter(|text| !told.contains(text.as_str()));
    untold.take(NAMED).collect()
}

/// Workers that are not part of the release: Helm creates and deletes them by itself. The counts of other hooks are judged.
fn hooks(plan: &Plan<'_>) -> Option<String> {
    let hooks = plan.manifest.workloads.iter().filter(|it| it.is_hook);
    let known = hooks.filter(|it| {
        let mut claimants = plan.policy.claimants(&it.object, &it.match_labels);
        claimants.any(|component| component.role.value == Role::Worker)
    });
    let (count, names) = named(known);
    match count {
        0 => None,
        1 => Some(format!(
            "{names} is a hook, which is not part of the release: its replicas are not guarded"
        )),
        _ => Some(format!(
            "{names} are hooks, which are not part of the release: their replicas are not guarded"
        )),
    }
}

/// Workloads with a count and without labels to recognise them by: parts of an object, as a patch has them. `kubectl apply`
/// takes them too, and merges them into what runs.
fn without_selectors(plan: &Plan<'_>) -> Option<String> {
    let parts = plan.unrecognised.iter().copied().filter(|it| {
        it.match_labels.is_empty() && it.hazard.is_none() && it.replicas.count != Count::Absent
    });
    let (count, names) = named(parts);
    match count {
        0 => None,
        1 => Some(format!(
            "{names} has no labels in its selector to recognise it by: its replicas are not guarded"
        )),
        _ => Some(format!(
            "{names} have no labels in their selectors to recognise them by: their replicas are not guarded"
        )),
    }
}

/// Components that the policy itself adds, and that match nothing here: a misspelt label would leave workers unguarded.
fn without_workloads(plan: &Plan<'_>) -> Option<String> {
    let policy = plan.policy;
    let own = policy.components.iter().filter(|it| it.system.is_none());
    let mut unmatched: Vec<&str> = own
        .filter(|it| policy.target_of(it).is_none())
        .map(|it| it.name.as_str())
        .collect();
    if unmatched.is_empty() {
        return None;
    }
    // What is gone has a finding.
    for (_, component) in gone(plan).chain(claimed(plan)) {
        unmatched.retain(|name| component.name != *name);
    }
    let names = unmatched.join(", ");
    (!names.is_empty()).then(|| format!("no workload matches {names}, which the policy adds"))
}

/// Waivers of this run for workloads that are not there, which are probably misspelt.
fn idle_waivers<'p>(plan: &'p Plan<'_>) -> impl Iterator<Item = String> + 'p {
    let waivers = plan.policy.waivers.iter().filter(|it| it.is_for_this_run);
    waivers.filter_map(|waiver| {
        let component: &str = waiver.component.as_deref()?;
        let workload: &str = waiver.workload.as_deref()?;
        let names = names_of(plan, component);
        if names.contains(&workload) {
            return None;
        }
        let meant = names::misspelt(workload, names.iter().copied());
        let meant = meant.map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
        Some(format!(
            "the waiver of {} applies to nothing: {component} has no workload {}{meant}",
            waiver.rule.id,
            shown(workload)
        ))
    })
}

/// The names of a component's workloads, hooks and those that are gone included: there are findings about these, too.
fn names_of<'p>(plan: &'p Plan<'_>, component: &str) -> Vec<&'p str> {
    let all = claimed(plan).chain(gone(plan));
    let own = all.filter(|(_, it)| it.name == component);
    own.map(|(object, _)| object.name.as_str()).collect()
}

/// The workloads of the texts that components claim, hooks included.
fn claimed<'p>(plan: &'p Plan<'_>) -> impl Iterator<Item = (&'p ObjectRef, &'p Component)> {
    plan.manifest.workloads.iter().flat_map(|it| {
        let claimants = plan.policy.claimants(&it.object, &it.match_labels);
        claimants.map(move |component| (&it.object, component))
    })
}

/// The workloads that only the baseline has.
fn gone<'p>(plan: &'p Plan<'_>) -> impl Iterator<Item = (&'p ObjectRef, &'p Component)> {
    let alone = plan.gone.workloads.iter();
    let alone = alone.map(|it| (it.known, it.component));
    let releases = plan.gone.releases.iter();
    let releases = releases.flat_map(|it| it.workloads.iter().copied());
    let all = alone.chain(releases);
    all.map(|(known, component)| (&known.object, component))
}

/// How many there are, and the first of them by kind and name.
fn named<'w>(workloads: impl Iterator<Item = &'w Workload>) -> (usize, String) {
    let (mut count, mut shown) = (0, Vec::new());
    for it in workloads {
        count += 1;
        if count <= NAMED {
            shown.push(format!("{} {}", it.object.kind, it.object.name));
        }
    }
    let rest = if count > NAMED { ", ..." } else { "" };
    (count, shown.join(", ") + rest)
}

/// Where no policy is given and nothing is recognised, a policy is probably in the wrong place.
fn policy(plan: &Plan<'_>, sources: &Sources) -> Option<String> {
    if !plan.policy.builtin || plan.members().next().is_some() {
        return None;
    }
    let finder = memmem::Finder::new(POLICY);
    let mut texts = plan.manifest.sources.iter().map(|id| sources.get(*id));
    let it = texts.find(|it| finder.find(it.text().as_bytes()).is_some())?;
    Some(format!(
        "{} holds a policy, which is not a manifest: --policy FILE names the policy",
        it.name()
    ))
}
