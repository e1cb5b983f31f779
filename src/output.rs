//! The stream with its edits, written as slices of the input.

use std::io::{self, Write};

use crate::source::{SourceId, Sources};
use crate::yaml::{self, Edit, Mismatch};

/// What to write: a text of the run, and the edits of it.
#[derive(Debug)]
pub struct Output {
    source: SourceId,
    edits: Vec<Edit>,
}

impl Output {
    /// Proves that each edited document differs from its original in the edits alone.
    ///
    /// The edits come with the span of their document, ordered.
    ///
    /// # Errors
    /// The first difference: an internal error, since the slots were read from this very text.
    pub(crate) fn verified(
        source: SourceId,
        sources: &Sources,
        edits: Vec<(std::ops::Range<usize>, Edit)>,
    ) -> Result<Self, Mismatch> {
        let text = sources.get(source).text();
        let mut end = 0;
        for group in edits.chunk_by(|(one, _), (other, _)| one == other) {
            let edits: Vec<Edit> = group.iter().map(|(_, edit)| edit.clone()).collect();
            for edit in &edits {
                if edit.span.start < end || edit.span.end < edit.span.start {
                    return Err(Mismatch {
                        offset: edit.span.start,
                        message: "two edits overlap".to_owned(),
                    });
                }
                end = edit.span.end;
            }
            if let Some((document, _)) = group.first() {
                yaml::verify(text, document, &edits)?;
            }
        }
        Ok(Self {
            source,
            edits: edits.into_iter().map(|(_, edit)| edit).collect(),
        })
    }

    /// Writes the text with its edits.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, sources: &Sources, mut to: impl Write) -> io::Result<()> {
        let bytes = sources.get(self.source).text().as_bytes();
        let mut at = 0;
        for edit in &self.edits {
            to.write_all(bytes.get(at..edit.span.start).unwrap_or_default())?;
            to.write_all(edit.text.as_bytes())?;
            at = edit.span.end;
        }
        to.write_all(bytes.get(at..).unwrap_or_default())?;
        to.flush()
    }
}
