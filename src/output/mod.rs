//! Texts with their edits, written as slices of the input.

mod files;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::ops::Range;
use std::path::PathBuf;

use crate::diagnostic::Diagnostic;
use crate::parallel;
use crate::source::{SourceId, Sources};
use crate::yaml::{self, Edit, MalformedYaml, Mismatch};

/// The edits of texts from this size on, in bytes, are verified by several threads.
const PARALLEL_FROM: usize = 1 << 20;

/// A text of the run with its edits, verified to differ only in them.
#[derive(Debug)]
pub(crate) struct Patch {
    source: SourceId,
    edits: Vec<Edit>,
}

impl Patch {
    /// Proves that each edited document differs from its original in the edits alone.
    ///
    /// The edits come with the span of their document, ordered.
    ///
    /// # Errors
    /// A document that is malformed after the part that was read; else the first difference, or a misplaced edit: an
    /// internal error, since the slots were read from this very text.
    pub(crate) fn verified(
        source: SourceId,
        sources: &Sources,
        edits: Vec<(Range<usize>, Edit)>,
    ) -> Result<Self, Unproven> {
        let text = sources.get(source).text();
        let mut end = 0;
        for (document, edit) in &edits {
            let span = edit.span.clone();
            let is_inside = document.start <= span.start && span.end <= document.end;
            if span.start < end || !is_inside || text.get(span.clone()).is_none() {
                return Err(Unproven::Mismatch(Mismatch {
                    offset: span.start,
                    message: "an edit overlaps another, or reaches out of its document".to_owned(),
                }));
            }
            end = span.end;
        }
        let documents: Vec<&[(Range<usize>, Edit)]> = edits
            .chunk_by(|(one, _), (other, _)| one == other)
            .collect();
        let results = if text.len() < PARALLEL_FROM {
            vec![verify_all(text, &documents)]
        } else {
            parallel::stretches(&documents, |stretch| verify_all(text, stretch))
        };
        results.into_iter().collect::<Result<(), _>>()?;
        Ok(Self {
            source,
            edits: edits.into_iter().map(|(_, edit)| edit).collect(),
        })
    }

    /// Whether there is any edit.
    pub(crate) fn is_change(&self) -> bool {
        !self.edits.is_empty()
    }

    /// Writes the text with its edits.
    ///
    /// # Errors
    /// Those of the writer.
    pub(crate) fn write(&self, sources: &Sources, mut to: impl Write) -> io::Result<()> {
        let bytes = sources.get(self.source).text().as_bytes();
        let outside = || io::Error::other("internal error: an edit lies outside of its text");
        let mut at = 0;
        for edit in &self.edits {
            to.write_all(bytes.get(at..edit.span.start).ok_or_else(outside)?)?;
            to.write_all(edit.text.as_bytes())?;
            at = edit.span.end;
        }
        to.write_all(bytes.get(at..).ok_or_else(outside)?)?;
        to.flush()
    }
}

/// Why an edited document is not written.
#[derive(Debug)]
pub(crate) enum Unproven {
    /// The original is malformed.
    Malformed(MalformedYaml),
    /// It would differ from the original in more than the edits.
    Mismatch(Mismatch),
}

/// Verifies the edits of some documents, each with its document's span.
fn verify_all(text: &str, documents: &[&[(Range<usize>, Edit)]]) -> Result<(), Unproven> {
    for edits in documents {
        let own: Vec<Edit> = edits.iter().map(|(_, edit)| edit.clone()).collect();
        if let Some((document, _)) = edits.first() {
            yaml::verify(text, document, &own).map_err(|mismatch| {
                // The rest of a document may have been left unread until now.
                match yaml::malformed_in(text, document) {
                    Some(malformed) => Unproven::Malformed(malformed),
                    None => Unproven::Mismatch(mismatch),
                }
            })?;
        }
    }
    Ok(())
}

/// The output of a run that was not refused.
#[derive(Debug)]
pub(crate) enum Output {
    /// Standard output: the stream.
    Stream(Patch),
    /// Standard output: a document that was made of a plan.
    Document(String),
    /// Files, without those that have no edit.
    Files(Vec<(PathBuf, Patch)>),
}

impl Output {
    /// Whether it replaces any file.
    pub(crate) fn is_in_files(&self) -> bool {
        matches!(self, Self::Files(files) if !files.is_empty())
    }

    /// Replaces the files; does nothing for standard output.
    ///
    /// # Errors
    /// When a file cannot be replaced.
    pub(crate) fn replace_files(&self, sources: &Sources) -> Result<(), Diagnostic> {
        match self {
            Self::Stream(_) | Self::Document(_) => Ok(()),
            Self::Files(patches) => {
                let patches: Vec<_> = patches
                    .iter()
                    .map(|(path, patch)| (path.as_path(), patch))
                    .collect();
                files::write(&patches, sources)
            }
        }
    }
}
