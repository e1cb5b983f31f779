//! `nothing-recognised`: a stream in which no workload matches the policy's catalogue.

use super::kin::{self, Kin};
use super::{Context, Rule, first_of, removed};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::plan::{Namesake, Removed};
use crate::policy::{self, Policy};
use crate::word::Word;

pub(super) static RULE: Rule = Rule {
    id: "nothing-recognised",
    severity: Severity::Error,
    waivable: true,
    summary: "a stream in which no workload matches the policy's catalogue",
    page: include_str!("../../docs/rules/nothing-recognised.md"),
};

/// Workloads that look alike, and helps on them, that are shown.
const SHOWN: usize = 8;

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    if is_found(context) {
        vec![finding(context)]
    } else {
        Vec::new()
    }
}

/// Whether there is something that looks like the catalogue's: then whatever the baseline had is lost for the same reason.
pub(super) fn says_what_is_gone(context: &Context<'_>) -> bool {
    says_it_all(context) && !kin::of(context).is_empty()
}

/// Whether this finding says it all: what else is not found follows from it, and no waiver lets it pass.
pub(super) fn says_it_all(context: &Context<'_>) -> bool {
    is_found(context) && context.waivers.active(&RULE, None).is_none()
}

fn is_found(context: &Context<'_>) -> bool {
    let plan = context.plan;
    let holds_nothing = plan.releases.is_empty() && plan.contested.is_empty() && !context.is_empty;
    // Where nothing looks alike, what is gone is the cause, and has its own findings.
    holds_nothing && (removed::lost(context).next().is_none() || !kin::of(context).is_empty())
}

fn finding(context: &Context<'_>) -> Finding {
    let plan = context.plan;
    let kin = kin::of(context);
    let mut diagnostic = Diagnostic::new("no workload in the stream is in the policy's catalogue");
    if let Some(first) = kin.first().and_then(Kin::first) {
        diagnostic = diagnostic.label(first.place(first.name), "looks like one");
    }
    let hooks = plan.manifest.workloads.iter().filter(|it| it.is_hook);
    diagnostic = diagnostic.note(looked_at(plan.unrecognised.len(), hooks.count()));
    for kin in kin.iter().take(SHOWN) {
        diagnostic = diagnostic.note(kin.describe());
    }
    if let Some(note) = missed_targets(context) {
        diagnostic = diagnostic.note(note);
    }
    diagnostic.helps = helps(context, &kin).into();
    if let Some((note, help)) = gone(context) {
        // Another name in the policy would leave what the baseline has without a guard.
        diagnostic.helps = [help.into()].into();
        diagnostic = diagnostic.note(note);
    }
    let is_no_concern = plan.policy.builtin && plan.policy.targets.is_empty() && kin.is_empty();
    Finding {
        severity: if is_no_concern {
            Severity::Warning
        } else {
            RULE.severity
        },
        ..context.finding(&RULE, diagnostic)
    }
}

fn helps(context: &Context<'_>, kin: &[Kin<'_>]) -> Vec<Word> {
    if kin.is_empty() {
        return vec![other_catalogue(context.plan.policy).into()];
    }
    let mut helps: Vec<Word> = Vec::new();
    for kin in kin {
        let help = kin.remedy(context).into();
        if !helps.contains(&help) {
            helps.push(help);
        }
        if helps.len() == SHOWN {
            break;
        }
    }
    helps
}

/// What the baseline has of the releases of the stream, under labels that are there no more.
fn gone(context: &Context<'_>) -> Option<(String, String)> {
    let gone: Vec<&Removed<'_>> = removed::lost(context).collect();
    let first = gone.first()?;
    let names: Vec<&str> = gone.iter().map(|it| &*it.known.object.name).collect();
    let names = first_of(&names, SHOWN);
    let note = format!("the baseline has {names} under the labels of the catalogue");
    let help = match first.namesake {
        Some(Namesake::Unrecognised(_)) => {
            "restore the labels: a selector cannot be changed on a running object"
        }
        _ => "restore them: without them, what is running is deleted",
    };
    Some((note, help.to_owned()))
}

fn other_catalogue(policy: &Policy) -> String {
    let known: Vec<&str> = policy::built_in_names().collect();
    let known = known.join(", ");
    if policy.builtin {
        format!("is this the right stream? Without a policy, trimtab knows these systems: {known}")
    } else {
        format!(
            "is this the right stream, and does the policy extend the right catalogue? Built in are {known}"
        )
    }
}

/// The targets that nothing is there for.
fn missed_targets(context: &Context<'_>) -> Option<String> {
    let policy = context.plan.policy;
    let targets = policy
        .targets
        .iter()
        .filter(|target| !target.optional.value);
    let names = targets.filter_map(|target| policy.components.get(target.component));
    let names: Vec<&str> = names.map(|component| &*component.name).collect();
    let (targets, match_none) = match names.len() {
        0 => return None,
        1 => ("target", "matches no workload"),
        _ => ("targets", "match no workload"),
    };
    Some(format!(
        "the {targets} for {} {match_none}",
        names.join(", ")
    ))
}

fn looked_at(workloads: usize, hooks: usize) -> String {
    match workloads {
        0 if hooks > 0 => {
            "the only workloads of a kind in the catalogue are hooks, which are not part of a release".to_owned()
        }
        0 => "the stream contains no workload of a kind in the catalogue".to_owned(),
        1 => "one workload is of a kind in the catalogue, but its selector matches no component"
            .to_owned(),
        _ => format!(
            "{workloads} workloads are of kinds in the catalogue, but their selectors match no component"
        ),
    }
}
