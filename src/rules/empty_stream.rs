//! `empty-stream`: standard input is empty, which Helm 3 and Argo CD would take for a release without objects.

use super::{Context, Rule};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    id: "empty-stream",
    severity: Severity::Error,
    waivable: false,
    summary: "an empty stream on standard input",
    page: include_str!("../../docs/rules/empty-stream.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    if !context.is_empty {
        return Vec::new();
    }
    let diagnostic = Diagnostic::new("standard input is empty")
        .note("for an empty stream, Helm 3 and Argo CD delete everything in the release")
        .help(if context.host.is_helm() {
            "does the chart render any object with these values? helm template shows them"
        } else {
            "did the command before the pipe fail? in a shell: set -o pipefail"
        });
    vec![context.finding(&RULE, diagnostic)]
}
