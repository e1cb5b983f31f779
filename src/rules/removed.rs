//! What the rules on removals share: a workload of the baseline that the stream's release does not hold any more.

use super::{Context, Rule, replicas};
use crate::baseline::Baseline;
use crate::diagnostic::Diagnostic;
use crate::finding::Finding;
use crate::plan::Removed;
use crate::policy::{Component, Role};

/// A finding for each workload of a role that is gone and that nothing in its release replaces.
pub(super) fn findings(context: &Context<'_>, rule: &'static Rule, of: Role) -> Vec<Finding> {
    let gone = context.plan.removed.iter().filter_map(|removed| {
        let component = context.plan.policy.components.get(removed.component)?;
        let counts = component.role == of && !is_replaced(context, removed, component);
        if counts {
            finding(context, rule, removed, component)
        } else {
            None
        }
    });
    gone.collect()
}

/// Whether the component that took its place is in the same release.
fn is_replaced(context: &Context<'_>, removed: &Removed, component: &Component) -> bool {
    component.replaced_by.as_ref().is_some_and(|successor| {
        let mut groups = context.plan.groups_of(removed.release);
        groups.any(|group| context.plan.component(group).name == *successor)
    })
}

fn finding(
    context: &Context<'_>,
    rule: &'static Rule,
    removed: &Removed,
    component: &Component,
) -> Option<Finding> {
    let Baseline::Snapshot(snapshot) = context.plan.baseline else {
        return None;
    };
    let workload = snapshot.manifest.workloads.get(removed.earlier)?;
    let object = &workload.object;
    let had = match workload.replicas.count.written() {
        Some(count) => format!("; it had {}", replicas(count)),
        None => String::new(),
    };
    let message = format!(
        "{} is gone: the stream holds no {} {}{had}",
        component.name, object.kind, object.name
    );
    let mut diagnostic =
        Diagnostic::new(message).label(workload.place(&workload.name), "in the baseline");
    if let Some(successor) = &component.replaced_by {
        diagnostic = diagnostic.note(format!(
            "{successor} would replace it, and is not in the release either"
        ));
    }
    let (id, name) = (rule.id, &component.name);
    let diagnostic = diagnostic
        .help(match component.role {
            Role::Worker => "bring it back, or take its replicas away one at a time before it goes",
            _ => "bring it back: without it the cluster stops",
        })
        .help(format!("if it is meant: --allow {id}={name}"));
    Some(Finding {
        component: Some(component.name.clone()),
        object: Some(object.clone()),
        ..rule.finding(diagnostic)
    })
}
