//! `autoscaler-orphaned`: an autoscaler whose target is not in the stream.

use std::collections::BTreeSet;

use super::{Context, Rule, autoscaled};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::manifest::Autoscaler;

pub(super) static RULE: Rule = Rule {
    id: "autoscaler-orphaned",
    severity: Severity::Warning,
    waivable: true,
    summary: "an autoscaler whose target, of a managed kind, is not in the stream",
    page: include_str!("../../docs/rules/autoscaler-orphaned.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let kinds = context.plan.policy.kinds();
    let orphans = context.plan.orphans.iter();
    let managed = orphans.filter(|autoscaler| scales_a_managed_kind(autoscaler, &kinds));
    managed
        .map(|autoscaler| finding(context, autoscaler))
        .collect()
}

/// Whether the catalogue manages the kind of its target: of that API group, where it names one, whatever the version.
fn scales_a_managed_kind(autoscaler: &Autoscaler, kinds: &BTreeSet<(&str, &str)>) -> bool {
    let group = autoscaler.target_api_version.as_deref().map(group);
    kinds.iter().any(|(api_version, kind)| {
        autoscaler.target_kind == *kind && group.is_none_or(|own| own == self::group(api_version))
    })
}

/// The API group of an apiVersion; the core group has no name.
fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

fn finding(context: &Context<'_>, autoscaler: &Autoscaler) -> Finding {
    let (kind, target, owner) = (
        &autoscaler.target_kind,
        &autoscaler.target_name,
        autoscaled::name(&autoscaler.object),
    );
    let message = if target.is_empty() {
        format!("{owner} does not name the {kind} that it scales")
    } else {
        format!("{owner} scales {kind} {target}, which is not in the stream")
    };
    let diagnostic = Diagnostic::new(message).label(autoscaler.place(), "its target");
    let diagnostic = match &autoscaler.template {
        Some(template) => diagnostic.note(format!("rendered by {template}")),
        None => diagnostic,
    };
    let diagnostic =
        diagnostic.help("it scales nothing: disable it, or correct its scaleTargetRef");
    Finding {
        object: Some(autoscaler.object.clone()),
        ..context.finding(&RULE, diagnostic)
    }
}
