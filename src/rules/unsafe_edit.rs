//! `unsafe-edit`: YAML around a replica count that cannot be read or edited safely.

use super::{Context, Rule, rendered_by};
use crate::baseline::Baseline;
use crate::diagnostic::Diagnostic;
use crate::field::{Count, Hazard, HazardKind};
use crate::finding::{Finding, Severity};
use crate::manifest::{Hidden, Unreadable, Workload};
use crate::plan::{Member, Purpose};
use crate::source::Place;

pub(super) static RULE: Rule = Rule {
    id: "unsafe-edit",
    severity: Severity::Error,
    waivable: false,
    summary: "YAML around a replica count that cannot be read or edited safely",
    page: include_str!("../../docs/rules/unsafe-edit.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let manifest = context.plan.manifest;
    let hidden = manifest.unreadable.iter();
    let hidden = hidden.map(|it| context.finding(&RULE, unreadable(it)));
    let names = manifest
        .workloads
        .iter()
        .filter_map(|it| Some(identity(context, it, it.hazard.as_ref()?)));
    let counts = context
        .plan
        .members()
        .filter_map(|member| Some(count(context, member, &hazard(context, member)?)));
    let members = context.plan.members();
    let starts = members.filter_map(|member| start(context, member));
    hidden.chain(names).chain(counts).chain(starts).collect()
}

/// What makes the first ordinal of a member's pods uncertain, where it is compared with that of the baseline.
fn start(context: &Context<'_>, member: &Member<'_>) -> Option<Finding> {
    let start = member.workload.start()?;
    let is_reported = matches!(start.count, Count::Invalid(_));
    let is_compared = matches!(context.plan.baseline, Baseline::Snapshot(_));
    let hazard = start.doubt.filter(|_| is_compared && !is_reported)?;
    let message = format!(
        "spec.ordinals.start of {} cannot be read with certainty",
        member.component.name
    );
    let diagnostic = diagnostic(message, member.workload.place(hazard.span), &hazard)
        .note("it decides which of the pods Kubernetes keeps");
    Some(
        context
            .finding(&RULE, rendered_by(diagnostic, member.workload))
            .about(member),
    )
}

fn unreadable(it: &Unreadable) -> Diagnostic {
    let (message, why) = match &it.what {
        Hidden::Kind => (
            "the kind of an object cannot be determined".to_owned(),
            None,
        ),
        Hidden::Scaled(autoscaler) => (
            format!("what {autoscaler} scales cannot be determined"),
            Some("it may scale a coordinator, or a worker in larger steps than the policy allows"),
        ),
        Hidden::Namespace(autoscaler) => (
            format!("the namespace of {autoscaler} cannot be determined"),
            Some("an autoscaler scales a workload of its own namespace"),
        ),
        Hidden::Name(kind) => (
            format!("the name of a {kind} cannot be determined"),
            Some("its name decides which running autoscaler it changes"),
        ),
    };
    let place = Place::new(it.source, it.hazard.span);
    let diagnostic = Diagnostic::new(message).label(place, it.hazard.kind.describe());
    let diagnostic = why.into_iter().fold(diagnostic, Diagnostic::note);
    diagnostic.help(&*it.remedy)
}

/// What makes the count of a member unsafe, where the count matters.
///
/// An edit needs a safe slot; a count that is compared with anything must be certain. Where nothing is compared and
/// nothing written, the YAML may be as it likes.
fn hazard(context: &Context<'_>, member: &Member<'_>) -> Option<Hazard> {
    let replicas = &member.workload.replicas;
    let has_target = member.target.is_some();
    let replaced = has_target && context.plan.purpose == Purpose::Write;
    let is_reported = matches!(replicas.count, Count::Invalid(_)) && !replaced;
    let is_compared =
        has_target || !member.is_worker() || matches!(context.plan.baseline, Baseline::Snapshot(_));
    if is_reported {
        return None;
    }
    // That takes the count away, whatever it is.
    let is_directive = |hazard: &Hazard| hazard.kind == HazardKind::Directive;
    if let Some(doubt) = replicas.doubt.filter(|it| is_compared || is_directive(it)) {
        return Some(doubt);
    }
    let is_edited = context.plan.purpose == Purpose::Write && member.is_changed();
    replicas.slot.err().filter(|_| is_edited)
}

fn count(context: &Context<'_>, member: &Member<'_>, hazard: &Hazard) -> Finding {
    let (name, verb) = (
        &member.component.name,
        if member.target.is_some() {
            "set"
        } else {
            "read"
        },
    );
    let message = format!("the replicas of {name} cannot be {verb} with certainty");
    let diagnostic = diagnostic(message, member.workload.place(hazard.span), hazard);
    let diagnostic = diagnostic.label_opt(
        member.target.map(|target| target.place.clone()),
        "the target",
    );
    context
        .finding(&RULE, rendered_by(diagnostic, member.workload))
        .about(member)
}

fn identity(context: &Context<'_>, workload: &Workload, hazard: &Hazard) -> Finding {
    let message = format!(
        "a {} cannot be identified with certainty",
        workload.object.kind
    );
    let diagnostic = diagnostic(message, workload.place(hazard.span), hazard);
    Finding {
        object: Some(workload.object.clone()),
        ..context.finding(&RULE, rendered_by(diagnostic, workload))
    }
}

fn diagnostic(message: String, place: Place, hazard: &Hazard) -> Diagnostic {
    Diagnostic::new(message)
        .label(place, hazard.kind.describe())
        .help(hazard.kind.remedy())
}
