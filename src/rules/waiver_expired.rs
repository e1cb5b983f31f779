//! `waiver-expired`: an expired waiver that is still needed.

use super::{Context, Rule};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::policy::Waiver;

pub(super) static RULE: Rule = Rule {
    id: "waiver-expired",
    severity: Severity::Error,
    waivable: true,
    summary: "an expired waiver that is still needed",
    page: include_str!("../../docs/rules/waiver-expired.md"),
};

/// A waiver matters only once something needs it: [`expired`] is called after the other rules.
pub(super) fn check(_: &Context<'_>) -> Vec<Finding> {
    Vec::new()
}

/// The finding for a waiver that is still needed after its last day.
pub(super) fn expired(waiver: &Waiver, finding: &Finding) -> Finding {
    let day = waiver
        .expires
        .as_ref()
        .map(|day| day.value.to_string())
        .unwrap_or_default();
    let rule = finding.rule.id;
    let diagnostic = Diagnostic::new(format!(
        "the waiver of {rule} expired on {day}, but is still needed"
    ))
    .label(waiver.place.clone(), "this waiver")
    .note(finding.diagnostic.message.clone())
    .help("fix the finding, or set a later `expires`");
    Finding {
        component: finding.component.clone(),
        object: finding.object.clone(),
        ..RULE.finding(diagnostic)
    }
}
