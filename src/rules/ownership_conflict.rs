//! `ownership-conflict`: a count that the API server will not take, since another manager owns it.

use super::own_count::may_have_target;
use super::{Context, Rule, in_stream, replicas, replicas_dropped};
use crate::baseline::Known;
use crate::baseline::live::{Applied, Method, Owner};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::host::Host;
use crate::plan::{Fate, Group, Member, Sent};

pub(super) static RULE: Rule = Rule {
    id: "ownership-conflict",
    severity: Severity::Error,
    waivable: true,
    summary: "a count that another manager owns, and that a server-side apply cannot change",
    page: include_str!("../../docs/rules/ownership-conflict.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let groups = context.plan.groups();
    let members = groups.flat_map(|group| group.members.iter().map(move |it| (group, it)));
    members
        .filter_map(|(group, member)| finding(context, group, member))
        .collect()
}

/// Whether the rule finds a member's count contested.
pub(super) fn is_found(context: &Context<'_>, member: &Member<'_>) -> bool {
    conflict(context, member).is_some()
}

/// The count that would be set, the running one, and who owns it.
fn conflict<'m>(context: &Context<'_>, member: &Member<'m>) -> Option<(u32, u32, &'m Owner)> {
    let sent = member.sent(context.plan.purpose)?;
    let (Sent::Count(count), Fate::Conflict(owner)) = (sent, member.fate(sent)?) else {
        return None;
    };
    Some((count, member.before.known()?, owner))
}

fn finding(context: &Context<'_>, group: &Group<'_>, member: &Member<'_>) -> Option<Finding> {
    let (count, runs, owner) = conflict(context, member)?;
    let applied = member.known.and_then(Known::seen)?.applied.as_ref()?;
    let name = &member.component.name;
    let message = format!(
        "{name} would be set to {}, but {} set it to {runs} and owns the count",
        replicas(count),
        named(owner)
    );
    let diagnostic = in_stream(Diagnostic::new(message), member);
    let diagnostic = match member.target {
        Some(target) => diagnostic.label(target.place.clone(), "the target"),
        None => diagnostic,
    };
    let diagnostic = diagnostic.note(consequence(context, applied));
    let diagnostic = match unknown(applied) {
        Some(note) => diagnostic.note(note),
        None => diagnostic,
    };
    let waiver = context.waiver(&RULE, Some(name));
    let diagnostic = diagnostic
        .help(keep(context, group, member, runs))
        .help(take_over(context))
        .help(format!("if this is intended: {waiver}"));
    Some(context.finding(&RULE, diagnostic).about(member))
}

/// `kubectl scale`, `an autoscaler`, or the manager's own name, as the API server names it.
fn named(owner: &Owner) -> String {
    match (&*owner.manager, owner.subresource.as_deref()) {
        ("kubectl", Some("scale")) => "kubectl scale".to_owned(),
        ("kube-controller-manager", Some("scale")) => "an autoscaler".to_owned(),
        _ => owner.to_string(),
    }
}

fn consequence(context: &Context<'_>, applied: &Applied) -> String {
    if context.host.is_helm() {
        "the API server refuses it as a conflict: Helm would stop halfway through the release"
            .to_owned()
    } else {
        let manager = &applied.applier.manager;
        format!("the API server refuses it as a conflict: {manager} would fail to apply the object")
    }
}

/// Why it is not certain.
fn unknown(applied: &Applied) -> Option<String> {
    let why = applied.unknown_since?;
    let is_unknown = matches!(applied.method, Method::Unknown { .. });
    is_unknown.then(|| {
        format!("if the release is applied server-side: how it was last applied is unknown ({why})")
    })
}

/// How to keep the running count, which does not conflict.
fn keep(context: &Context<'_>, group: &Group<'_>, member: &Member<'_>, runs: u32) -> String {
    let name = &member.component.name;
    if !member.is_worker() {
        undo(member)
    } else if member.target.is_some() {
        format!("keep what is running: `{name}: {runs}` in the policy's targets, or `{name}: keep`")
    } else if !member.autoscalers.is_empty() {
        format!(
            "leave the count to the autoscaler: {}",
            context.leave_the_count_out(member)
        )
    } else if may_have_target(member) {
        replicas_dropped::keeping(context, group, member, runs)
    } else {
        context.own_setting(member, runs)
    }
}

/// The count of a coordinator or a singleton is fixed: what set another one is to be undone.
fn undo(member: &Member<'_>) -> String {
    let object = &member.workload.object;
    let namespace = object.namespace.as_deref().unwrap_or("NAMESPACE");
    format!(
        "undo it first: kubectl scale {} {} -n {namespace} --replicas=1",
        object.kind.to_lowercase(),
        object.name
    )
}

fn take_over(context: &Context<'_>) -> &'static str {
    match context.host {
        Host::Helm3 | Host::Helm4 => "or take the count over: helm upgrade --force-conflicts",
        _ => "or take the count over: --force-conflicts, of Helm or of kubectl apply --server-side",
    }
}
