//! Applies the edits of a plan to the texts. Each result is verified before it is returned.
//!
//! An edit without a place, or a text without a file, ends the run: nothing is skipped silently.

use std::ops::Range;

use super::Task;
use super::texts::Texts;
use crate::diagnostic::Diagnostic;
use crate::finding::Finding;
use crate::host::resource_list::ResourceList;
use crate::input::{self, files::Files};
use crate::manifest::Malformed;
use crate::output::{Output, Patch, Unproven};
use crate::plan::Plan;
use crate::report::{Command, Verdict};
use crate::source::{Place, SourceId, Sources};
use crate::yaml::{Edit, MalformedYaml, Mismatch};

/// An edit with its text and the span of its document.
type Placed = (SourceId, Range<usize>, Edit);

/// The edited stream or files; nothing if a rule refused, or if there is nothing to write.
///
/// A plan writes nothing, but what it shows or exports must be what the filter would write: its edits are verified too.
///
/// # Errors
/// A document to edit that is malformed after the part that was read. An internal error: an edited document differs from its
/// original in more than its edits, or an edit has no place.
pub(super) fn output(
    task: &Task<'_>,
    plan: &Plan<'_>,
    texts: &Texts,
    verdict: Verdict,
    sources: &Sources,
) -> Result<Option<Output>, Vec<Diagnostic>> {
    let writes = task.command.writes();
    if verdict == Verdict::Refused || !(writes || task.command == Command::Plan) {
        return Ok(None);
    }
    let mut edits = edits(plan)?.into_iter().peekable();
    let mut patches = Vec::new();
    for &source in &plan.manifest.sources {
        let mut own = Vec::new();
        while let Some((_, document, edit)) = edits.next_if(|(text, ..)| *text == source) {
            own.push((document, edit));
        }
        patches.push(patch(source, sources, own)?);
    }
    if let Some((source, _, edit)) = edits.next() {
        return Err(internal_error(
            Place::new(source, edit.span),
            "an edit belongs to none of the texts",
        ));
    }
    if !writes {
        return Ok(None);
    }
    match &texts.files {
        Some(files) => in_files(files, patches).map(Some),
        None => match <[Patch; 1]>::try_from(patches) {
            Ok([stream]) => Ok(Some(Output::Stream(stream))),
            Err(_) => Err(vec![Diagnostic::new(
                "internal error: expected exactly one stream",
            )]),
        },
    }
}

/// The output of a KRM function: the list with the findings, and with the edits unless they were refused.
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
    let mut own: Vec<(Range<usize>, Edit)> = Vec::new();
    if verdict == Verdict::Passed {
        own.extend(
            edits(plan)?
                .into_iter()
                .map(|(_, document, edit)| (document, edit)),
        );
    }
    own.extend(list.results(findings, plan.manifest));
    own.sort_by_key(|(_, edit)| edit.span.start);
    patch(list.source, sources, own).map(Output::Stream)
}

/// The edits of a plan, in the order of the texts.
fn edits(plan: &Plan<'_>) -> Result<Vec<Placed>, Vec<Diagnostic>> {
    let edits = plan.edits().map_err(|workload| {
        internal_error(
            workload.replicas_place(),
            "a count that cannot be edited was not refused",
        )
    })?;
    let mut edits: Vec<Placed> = edits
        .into_iter()
        .map(|(workload, edit)| (workload.source, workload.document.range(), edit))
        .collect();
    edits.sort_by_key(|(source, _, edit)| (*source, edit.span.start));
    Ok(edits)
}

fn patch(
    source: SourceId,
    sources: &Sources,
    edits: Vec<(Range<usize>, Edit)>,
) -> Result<Patch, Vec<Diagnostic>> {
    Patch::verified(source, sources, edits).map_err(|unproven| match unproven {
        Unproven::Malformed(MalformedYaml { offset, message }) => {
            let place = Place::new(source, offset..offset);
            input::malformed(vec![Malformed {
                place,
                message,
                template: None,
                help: None,
                is_too_many: false,
            }])
        }
        Unproven::Mismatch(Mismatch { offset, message }) => {
            let message = format!("the edited document is not as expected: {message}");
            internal_error(Place::new(source, offset..offset), &message)
        }
    })
}

/// The files that have an edit, with it.
fn in_files(files: &Files, patches: Vec<Patch>) -> Result<Output, Vec<Diagnostic>> {
    if files.paths.len() != patches.len() {
        let message = "internal error: the numbers of texts and files differ";
        return Err(vec![Diagnostic::new(message)]);
    }
    let all = files.paths.iter().cloned().zip(patches);
    let changed = all.filter(|(_, patch)| patch.is_change());
    Ok(Output::Files(changed.collect()))
}

fn internal_error(place: Place, message: &str) -> Vec<Diagnostic> {
    let diagnostic = Diagnostic::new(format!("internal error: {message}"))
        .label(place, "")
        .note("nothing was written")
        .help("this is a bug in trimtab; please report it, with this document");
    vec![diagnostic]
}
