//! What the rules on removals share: a workload of the baseline that the stream's release does not hold any more.

use super::{Context, Rule, losses, nothing_recognised, rendered_by, replicas};
use crate::baseline::Had;
use crate::diagnostic::Diagnostic;
use crate::finding::Finding;
use crate::plan::{Namesake, Removed};
use crate::policy::Role;

/// A finding for each workload of a role that is gone and that nothing in its release replaces, and for each that Kubernetes
/// may delete.
pub(super) fn findings(context: &Context<'_>, rule: &'static Rule, of: Role) -> Vec<Finding> {
    if nothing_recognised::says_what_is_gone(context) {
        return Vec::new();
    }
    let gone = lost(context).filter(|removed| removed.component.role.value == of);
    let gone = gone.map(|removed| finding(context, rule, removed));
    gone.chain(owned(context, rule, of)).collect()
}

/// The workloads of a role that name owners: the garbage collector deletes an object none of whose owners exists.
fn owned(context: &Context<'_>, rule: &'static Rule, of: Role) -> Vec<Finding> {
    let is_of = |role| role == of || (of == Role::Coordinator && role == Role::Singleton);
    let members = context.plan.members();
    let members = members.filter(|member| is_of(member.component.role.value));
    let findings = members.filter_map(|member| {
        let (workload, name) = (member.workload, &member.component.name);
        let owners = workload.owners?;
        let object = &workload.object;
        let diagnostic = Diagnostic::new(format!(
            "{name} may be deleted: {} {} has ownerReferences",
            object.kind, object.name
        ))
        .label(workload.place(owners), "its owners")
        .note("Kubernetes deletes an object if none of its owners exists, with all of its pods")
        .help("remove `ownerReferences` from the manifest: a controller that owns an object sets them itself")
        .help(format!("if this is intended: {}", context.waiver(rule, Some(name))));
        let diagnostic = rendered_by(diagnostic, workload);
        Some(context.finding(rule, diagnostic).about(member))
    });
    findings.collect()
}

/// The workers and coordinators that are gone, and that nothing in their release replaces.
pub(super) fn lost<'c>(context: &Context<'c>) -> impl Iterator<Item = &'c Removed<'c>> {
    let gone = context.plan.gone.workloads.iter();
    gone.filter(|removed| removed.component.role.value != Role::Singleton && !removed.is_replaced)
}

fn finding(context: &Context<'_>, rule: &'static Rule, removed: &Removed<'_>) -> Finding {
    let (known, component) = (removed.known, removed.component);
    let object = &known.object;
    let had = match known.had {
        Had::Replicas(count) if known.seen().is_some() => {
            format!("; it runs at {}", replicas(count))
        }
        Had::Replicas(count) => format!("; it had {}", replicas(count)),
        Had::Absent | Had::Null | Had::Unreadable => String::new(),
    };
    let (name, kind) = (&component.name, &object.kind);
    let message = match removed.namesake {
        Some(Namesake::Unrecognised(_)) => {
            format!(
                "{name} was removed: {kind} {} no longer matches the component{had}",
                object.name
            )
        }
        _ => format!(
            "{name} was removed: the stream does not contain {kind} {}{had}",
            object.name
        ),
    };
    let mut diagnostic = Diagnostic::new(message).label_opt(known.name_place(), "in the baseline");
    if let Some(note) = losses::ran(context, known) {
        diagnostic = diagnostic.note(note);
    }
    diagnostic = match removed.namesake {
        Some(Namesake::Hook(hook)) => diagnostic.label(hook.place(hook.name), "a hook").note(
            "hooks are not part of the release, so Helm or Argo CD deletes the object that was",
        ),
        Some(Namesake::Unrecognised(same)) => diagnostic
            .label(same.place(same.name), "no longer recognised")
            .note("its selector matches the component in the baseline, but not in the stream"),
        None => diagnostic,
    };
    if let Some(successor) = &component.replaced_by {
        diagnostic = diagnostic.note(format!(
            "{} would replace it, but is not in the release either",
            successor.value
        ));
    }
    let waiver = context.waiver(rule, Some(&component.name));
    let diagnostic = diagnostic
        .help(match (removed.namesake, component.role.value) {
            (Some(Namesake::Unrecognised(_)), _) => {
                "restore its labels: a selector cannot be changed on a running object"
            }
            (_, Role::Worker) => {
                "restore it, or remove its replicas one at a time before you remove it"
            }
            (_, _) => "restore it: the cluster cannot run without it",
        })
        .help(format!("if this is intended: {waiver}"));
    Finding {
        component: Some(component.name.clone()),
        object: Some(object.clone()),
        ..context.finding(rule, diagnostic)
    }
}
