//! What a plan comes to: the patched texts, and the changes that a report lists.

use super::texts::Texts;
use crate::diagnostic::Diagnostic;
use crate::finding::Finding;
use crate::host::resource_list::ResourceList;
use crate::output::{Output, Patch};
use crate::plan::{Before, Group, Plan, View};
use crate::report::{Change, Step, Verdict};
use crate::source::{Place, SourceId, Sources};
use crate::yaml::Mismatch;

/// The stream with its edits, or the files that have any.
///
/// # Errors
/// An internal error: an edited document differs from its original in more than its edits.
pub(super) fn output(
    plan: &Plan<'_>,
    texts: &Texts,
    sources: &Sources,
) -> Result<Output, Vec<Diagnostic>> {
    let mut edits = plan.edits();
    edits.sort_by_key(|(view, edit)| (view.workload.source, edit.span.start));
    let mut edits = edits.into_iter().peekable();
    let mut patches = Vec::new();
    for &source in &plan.manifest.sources {
        let mut own = Vec::new();
        while let Some((view, edit)) = edits.next_if(|(view, _)| view.workload.source == source) {
            own.push((view.workload.document.clone(), edit));
        }
        patches.push(
            Patch::verified(source, sources, own)
                .map_err(|mismatch| internal_error(source, &mismatch))?,
        );
    }
    match (&texts.files, patches.pop()) {
        (None, Some(stream)) => Ok(Output::Stream(stream)),
        (None, None) => Err(vec![Diagnostic::new("internal error: no stream was read")]),
        (Some(files), last) => {
            patches.extend(last);
            let changed = files
                .paths
                .iter()
                .cloned()
                .zip(patches)
                .filter(|(_, patch)| patch.is_change());
            Ok(Output::Files(changed.collect()))
        }
    }
}

/// What a KRM function prints: the list with its edits, or without them when they were refused, and the findings.
///
/// # Errors
/// An internal error, as for [`output`].
pub(super) fn answer(
    list: &ResourceList,
    plan: &Plan<'_>,
    findings: &[Finding],
    verdict: Verdict,
    sources: &Sources,
) -> Result<Output, Vec<Diagnostic>> {
    let Some(&source) = plan.manifest.sources.first() else {
        return Err(vec![Diagnostic::new("internal error: no list was read")]);
    };
    let mut edits: Vec<_> = plan
        .edits()
        .into_iter()
        .map(|(view, edit)| (view.workload.document.clone(), edit))
        .collect();
    edits.sort_by_key(|(_, edit)| edit.span.start);
    if verdict == Verdict::Refused {
        edits.clear();
    }
    let patch = Patch::verified(source, sources, edits)
        .map_err(|mismatch| internal_error(source, &mismatch))?;
    let results = list.results(findings, plan.manifest);
    Ok(Output::Stream(match results {
        Some(addition) => patch.with_addition(addition),
        None => patch,
    }))
}

fn internal_error(source: SourceId, mismatch: &Mismatch) -> Vec<Diagnostic> {
    let message = format!(
        "internal error: the edited document is not what was meant: {}",
        mismatch.message
    );
    let diagnostic = Diagnostic::new(message)
        .label(Place::new(source, mismatch.offset..mismatch.offset), "")
        .note("nothing was written")
        .help("this is a bug of trimtab: please report it with this document");
    vec![diagnostic]
}

/// The components that would lose replicas and stay where they are, since another one goes first.
pub(super) fn waiting(plan: &Plan<'_>) -> Vec<String> {
    let waits = |group: &&Group| group.step.as_ref().is_some_and(|step| step.waits);
    let notes = plan.groups.iter().filter(waits).map(|group| {
        let views = plan.group_views(group);
        let counts = views.iter().filter_map(|view| {
            Some(format!(
                "{} at {}",
                view.workload.object.name, view.member.desired?
            ))
        });
        let counts: Vec<_> = counts.collect();
        format!(
            "{} waits for its turn to scale in, and stays as it is: {}",
            plan.component(group).name,
            counts.join(", ")
        )
    });
    notes.collect()
}

/// The workloads whose count is written, in the order of the stream.
pub(super) fn changes(plan: &Plan<'_>) -> Vec<Change> {
    plan.views()
        .filter(View::is_changed)
        .filter_map(|view| change(plan, view))
        .collect()
}

fn change(plan: &Plan<'_>, view: View<'_>) -> Option<Change> {
    let member = view.member;
    let step = member.steps.split_first().map(|(_, next)| Step {
        number: 1,
        of: member.steps.len(),
        next: next.to_vec(),
    });
    Some(Change {
        component: view.component.name.clone(),
        object: view.workload.object.clone(),
        release: plan
            .releases
            .get(member.release)
            .and_then(|release| release.instance.clone()),
        place: Some(view.workload.replicas_place()),
        template: view.workload.template.clone(),
        baseline: if let Before::Known(count) = member.before {
            Some(count)
        } else {
            None
        },
        from: view.workload.replicas.count.written(),
        to: member.desired?,
        target: member.target.as_ref().map(|target| target.replicas),
        step,
    })
}
