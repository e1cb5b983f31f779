//! Proposes a policy for a stream: what is recognised, at the counts of the stream.
//!
//! A draft (`draft`) is made of what the built-in catalogues recognise, or almost (`recognised`), else of every workload that can
//! scale (`skeleton`); it takes its targets from the stream (`counts`). It is then printed, loaded and judged against the same stream
//! (`trial`), and gives way where it would change or refuse anything.

mod counts;
mod draft;
mod live;
mod objects;
mod overrides;
mod recognised;
mod skeleton;
mod survey;
mod trial;

pub(crate) use self::survey::{BUILT_IN_KINDS, Survey, with_examples};

use self::trial::Trial;
use crate::diagnostic::Diagnostic;
use crate::source::Sources;

/// The policy for what was surveyed, as YAML.
///
/// # Errors
/// When the stream is empty, or holds nothing that a policy can be about.
pub(crate) fn propose(survey: &Survey, sources: &mut Sources) -> Result<String, Vec<Diagnostic>> {
    let built_in = trial::built_in(sources)?;
    let of_all = Trial::of(&survey.known, &built_in)?;
    if let Some(draft) = recognised::draft(&of_all.plan) {
        let draft = draft.about(survey, &survey.known);
        return trial::settle(draft, &survey.known, &of_all.findings, sources);
    }
    let all = survey.all(sources);
    let all = all.as_ref().unwrap_or(&survey.known);
    let draft = skeleton::draft(all)?.about(survey, all);
    trial::settle(draft, all, &of_all.findings, sources)
}
