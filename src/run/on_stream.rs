//! Notes on what the stream holds: hooks that nothing guards, and a policy among the manifests.

use memchr::memmem;

use crate::plan::Plan;
use crate::report::Command;
use crate::source::Sources;

/// Hooks that a note names.
const NAMED: usize = 5;

/// The line that tells a policy from a manifest.
const POLICY: &str = "kind: ReplicaPolicy";

/// The notes for a command; `plan` has a row for each hook.
pub(super) fn notes(command: Command, plan: &Plan<'_>, sources: &Sources) -> Vec<String> {
    let hooks = hooks(plan).filter(|_| command != Command::Plan);
    hooks.into_iter().chain(policy(plan, sources)).collect()
}

/// Workloads of the catalogue that are no part of the release: Helm makes and deletes them by itself.
fn hooks(plan: &Plan<'_>) -> Option<String> {
    let hooks = plan.manifest.workloads.iter().filter(|it| it.is_hook);
    let known = hooks.filter(|it| {
        let mut claimants = plan.policy.claimants(&it.object, &it.match_labels);
        claimants.next().is_some()
    });
    let names: Vec<String> = known
        .map(|it| format!("{} {}", it.object.kind, it.object.name))
        .collect();
    let shown = names.get(..NAMED).unwrap_or(&names).join(", ");
    let rest = if names.len() > NAMED { ", ..." } else { "" };
    match names.len() {
        0 => None,
        1 => Some(format!(
            "{shown} is a Helm hook, which is not part of the release: its replicas are not guarded"
        )),
        _ => Some(format!(
            "{shown}{rest} are Helm hooks, which are not part of the release: their replicas are not guarded"
        )),
    }
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
        "{} holds a policy, which is no manifest: --policy FILE names the policy",
        it.name()
    ))
}
