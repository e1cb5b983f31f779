//! `scale-in-with-rollout`: a scale-in of a worker whose pod template changes in the same release.

use super::{Context, Rule, in_stream, of_each_member, replicas_dropped};
use crate::baseline::Known;
use crate::baseline::live::Rollout;
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::plan::Member;

pub(super) static RULE: Rule = Rule {
    id: "scale-in-with-rollout",
    severity: Severity::Warning,
    waivable: true,
    summary: "a scale-in of a worker whose pod template changes in the same release",
    page: include_str!("../../docs/rules/scale-in-with-rollout.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    of_each_member(context, finding)
}

fn finding(context: &Context<'_>, member: &Member<'_>) -> Option<Finding> {
    if !context.plan.loses(member) || replicas_dropped::explains(context, member) {
        return None;
    }
    let seen = member.known.and_then(Known::seen)?;
    let Rollout::Differs(path) = &seen.rollout else {
        return None;
    };
    let name = &member.component.name;
    let message =
        format!("{name} would lose replicas and replace all its pods in the same release");
    let at = if path.is_empty() {
        "spec.template".to_owned()
    } else {
        format!("spec.template.{path}")
    };
    let diagnostic = in_stream(Diagnostic::new(message), member)
        .note(format!(
            "its pod template differs from the last release's, first in {at}"
        ))
        .note("while it is rolled out, even fewer of its replicas are available")
        .help(format!(
            "keep the count in this release, and scale {name} in with the next one"
        ));
    Some(context.finding(&RULE, diagnostic).about(member))
}
