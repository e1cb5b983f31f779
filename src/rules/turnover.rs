//! What the rules say of pods that go because the ordinals of a `StatefulSet` begin elsewhere.

use std::ops::Range;

use super::losses::{SHOWN, named_counts};
use crate::diagnostic::Diagnostic;
use crate::plan::{Member, Shift, Turnover};

/// Adds where the first ordinal is written, and what Kubernetes makes of it.
pub(super) fn shown(
    diagnostic: Diagnostic,
    member: &Member<'_>,
    turnover: &Turnover,
) -> Diagnostic {
    let workload = member.workload;
    let start = workload.start().map(|it| workload.place(it.span));
    diagnostic
        .label_opt(start, "the first ordinal of its pods")
        .note(what_goes(member, turnover))
}

/// `spec.ordinals.start of demo changes from 0 to 2: Kubernetes deletes demo-0 to demo-1, and creates demo-2 to demo-3`
pub(crate) fn what_goes(member: &Member<'_>, turnover: &Turnover) -> String {
    let name = &member.workload.object.name;
    let Turnover { shift, gone, new } = turnover;
    let created = if new.is_empty() {
        String::new()
    } else {
        format!(", and creates {}", pods(name, new))
    };
    let (changes, gone) = (changes(name, *shift), pods(name, gone));
    format!("{changes}: Kubernetes deletes {gone}{created}")
}

/// `spec.ordinals.start of demo-querynode changes from 0 to 5`
pub(super) fn changes(name: &str, shift: Shift) -> String {
    let Shift { before, now } = shift;
    format!("spec.ordinals.start of {name} changes from {before} to {now}")
}

/// `demo-querynode-0 to demo-querynode-4`
pub(super) fn pods(name: &str, ordinals: &[Range<u64>]) -> String {
    let stretches = ordinals.iter().map(|it| match it.end - it.start {
        1 => format!("{name}-{}", it.start),
        _ => format!("{name}-{} to {name}-{}", it.start, it.end - 1),
    });
    stretches.collect::<Vec<_>>().join(" and ")
}

/// How to lose fewer pods at once; the workloads are those that lose any, each with its first ordinals.
pub(super) fn advice(moved: &[(&Member<'_>, Shift)], allowed: u64, keeps_count: bool) -> String {
    let [(member, shift)] = moved else {
        let starts = moved.iter().map(|(member, shift)| (*member, shift.before));
        return format!(
            "leave spec.ordinals.start as it was ({}), or change it in one workload at a time",
            named_counts(starts)
        );
    };
    let leave = format!(
        "leave spec.ordinals.start of {} at {}",
        member.workload.object.name, shift.before
    );
    let mut steps = shift.steps(allowed);
    let Some(first) = steps.next() else {
        return leave;
    };
    let keep = if keeps_count {
        ""
    } else {
        "keep the count and "
    };
    let mut text = format!("{leave}, or {keep}change it to {first} now");
    let then: Vec<String> = steps
        .by_ref()
        .take(SHOWN - 1)
        .map(|it| format!(", then {it}"))
        .collect();
    text.push_str(&then.concat());
    if steps.next().is_some() {
        text.push_str(", and so on");
    }
    if !then.is_empty() {
        text.push_str(", each once all its replicas are available");
    }
    text
}
