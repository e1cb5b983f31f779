//! `invalid-replicas`: a replica count that is not a plain non-negative integer.

use super::own_count::may_have_target;
use super::{Context, Rule, describe, in_stream, of_each_member, rendered_by};
use crate::diagnostic::Diagnostic;
use crate::field::{Count, MAX_REPLICAS};
use crate::finding::{Finding, Severity};
use crate::host::Host;
use crate::plan::{Member, Purpose};

pub(super) static RULE: Rule = Rule {
    id: "invalid-replicas",
    severity: Severity::Error,
    waivable: false,
    summary: "a replica count that is not a plain non-negative integer",
    page: include_str!("../../docs/rules/invalid-replicas.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let counts = of_each_member(context, finding).into_iter();
    counts.chain(of_each_member(context, start)).collect()
}

/// The same of the first ordinal of its pods, which decides which of them stay.
fn start(context: &Context<'_>, member: &Member<'_>) -> Option<Finding> {
    let (workload, name) = (member.workload, &member.component.name);
    let start = workload.start()?;
    let Count::Invalid(text) = &start.count else {
        return None;
    };
    let diagnostic = Diagnostic::new(format!(
        "spec.ordinals.start of {name} must be a plain integer, found {text}"
    ))
    .label(workload.place(start.span), describe(&workload.object))
    .note("it decides which of its pods Kubernetes keeps")
    .help("write it in plain digits");
    Some(
        context
            .finding(&RULE, rendered_by(diagnostic, workload))
            .about(member),
    )
}

fn finding(context: &Context<'_>, member: &Member<'_>) -> Option<Finding> {
    let Count::Invalid(text) = &member.workload.replicas.count else {
        return None;
    };
    let replaced = context.plan.purpose == Purpose::Write && member.target.is_some();
    if replaced {
        return None;
    }
    let name = &member.component.name;
    let diagnostic = Diagnostic::new(format!(
        "the replicas of {name} must be a plain integer, found {text}"
    ));
    let diagnostic = in_stream(diagnostic, member)
        .note(format!("Kubernetes accepts 0 to {MAX_REPLICAS}; tools disagree about quotes, signs, exponents and leading zeros"));
    let diagnostic = match text.as_str() {
        "-1" => diagnostic.note(
            "the Milvus chart omits the field for -1 from chart line 4.1 on; line 4.0 renders -1",
        ),
        _ => diagnostic,
    };
    let mut diagnostic = diagnostic.help(remedy(context, text));
    let may_be_replaced = may_have_target(member) && member.workload.replicas.slot.is_ok();
    if may_be_replaced && context.plan.purpose == Purpose::Write {
        diagnostic = diagnostic.help(format!("or give {name} a target, which replaces it"));
    }
    Some(context.finding(&RULE, diagnostic).about(member))
}

fn remedy(context: &Context<'_>, text: &str) -> String {
    let unquoted = text.trim_matches(['"', '\'']);
    if unquoted != text && unquoted.parse::<u32>().is_ok() {
        format!("remove the quotes: `replicas: {unquoted}`")
    } else if text == "a mapping" {
        "write it in plain digits; if this is a template (`{{ ... }}`), render it first".to_owned()
    } else if context.reads_files || context.host == Host::Krm {
        "write it in plain digits".to_owned()
    } else {
        "write it in plain digits, in the chart's values or its template".to_owned()
    }
}
