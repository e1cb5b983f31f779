//! Cuts a stream into documents as kubectl and Helm cut it, without parsing.
//!
//! kubectl (`YAMLOrJSONDecoder` in `k8s.io/apimachinery/pkg/util/yaml`) cuts at lines of `---` that are followed only by blanks
//! and a comment, and refuses other lines that begin with `---`; Helm cuts at all of them. A stream that begins with `{`
//! consists of JSON values until something else follows: the rest is YAML again.

use std::ops::Range;

use memchr::memmem;
use serde::de::IgnoredAny;

use crate::source::slice;

/// How far kubectl looks for the `{` that makes a stream one of JSON, in bytes.
const JSON_WITHIN: usize = 4096;

/// The byte spans of a stream's documents, in order and without gaps: each of YAML begins with its `---` line.
///
/// The first piece is everything before the first separator.
pub(crate) fn split(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let json = json_ends(text);
    let rest = json.last().copied().unwrap_or_default();
    let is_left = rest == 0 || !slice(text, &(rest..text.len())).trim().is_empty();
    // After several JSON values kubectl does not cut any further.
    let is_cut = json.len() < 2;
    let starts = std::iter::once(0).chain(json.clone());
    let values = starts.zip(json).map(|(start, end)| start..end);
    let whole = (is_left && !is_cut).then_some(rest..text.len());
    let cut = (is_left && is_cut).then(|| split_yaml(text, rest));
    values.chain(whole).chain(cut.into_iter().flatten())
}

/// The ends of the JSON values at the beginning of a stream.
pub(super) fn json_ends(text: &str) -> Vec<usize> {
    if !may_be_json(text) {
        return Vec::new();
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    let mut ends = Vec::new();
    while let Some(Ok(_)) = values.next() {
        ends.push(values.byte_offset());
    }
    ends
}

/// Whether kubectl reads a stream as JSON, at least its beginning.
pub(super) fn may_be_json(text: &str) -> bool {
    let begin = slice(text, &(0..text.floor_char_boundary(JSON_WITHIN)));
    begin.trim_start().starts_with('{')
}

fn split_yaml(text: &str, from: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    let bytes = slice(text, &(from..text.len())).as_bytes();
    let rest = memmem::find_iter(bytes, b"\n---")
        .map(move |at| from + at + 1)
        .filter(|&at| is_separator(text, at));
    let mut starts = rest.peekable();
    let mut begin = Some(from);
    std::iter::from_fn(move || {
        let start = begin?;
        begin = starts.next();
        Some(start..begin.unwrap_or(text.len()))
    })
}

/// The first line of a document that begins with `---` but is not a separator to kubectl, such as `---x: 1`.
///
/// Helm cuts the stream at such a line (the pattern of `releaseutil.SplitManifests`), and kubectl refuses it, so what YAML reads
/// there are not the documents that Kubernetes gets.
pub(crate) fn looks_like_separator(text: &str, document: &Range<usize>) -> Option<usize> {
    let piece = slice(text, document);
    let is_one = |at: &usize| !is_separator(text, document.start + at);
    let at_start = (piece.starts_with("---")).then_some(0).filter(is_one);
    let inside = || {
        memmem::find_iter(piece.as_bytes(), b"\n---")
            .map(|at| at + 1)
            .find(is_one)
    };
    at_start.or_else(inside).map(|at| document.start + at)
}

/// Whether a document ends at this line: for kubectl, or for YAML.
fn is_separator(text: &str, at: usize) -> bool {
    let rest = slice(text, &(at..text.len()));
    is_marker(rest) || is_empty_marker(rest.lines().next().unwrap_or_default())
}

/// Whether a text begins with what YAML takes for the start of a document.
pub(super) fn is_marker(text: &str) -> bool {
    text.strip_prefix("---")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

/// Whether a line is a `---` followed only by blanks and a comment.
pub(super) fn is_empty_marker(line: &str) -> bool {
    line.strip_prefix("---").is_some_and(|rest| {
        let rest = rest.trim();
        rest.is_empty() || rest.starts_with('#')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        split(text)
            .map(|span| text.get(span).unwrap_or("not a span"))
            .collect()
    }

    #[test]
    fn pieces_join_to_the_stream_and_begin_with_their_separator() {
        assert_eq!(
            pieces("a: 1\n---\nb: 2\n--- # c\nc: 3"),
            ["a: 1\n", "---\nb: 2\n", "--- # c\nc: 3"]
        );
        assert_eq!(pieces("---\na: 1\n---\n"), ["---\na: 1\n", "---\n"]);
        assert_eq!(pieces(""), [""]);
    }

    #[test]
    fn carriage_returns_and_a_byte_order_mark_do_not_hide_a_separator() {
        assert_eq!(
            pieces("\u{feff}---\r\na: 1\r\n---\r\nb: 2\r\n"),
            ["\u{feff}---\r\na: 1\r\n", "---\r\nb: 2\r\n"]
        );
    }

    #[test]
    fn longer_dashes_and_indented_dashes_separate_nothing() {
        assert_eq!(pieces("a: |\n  x\n  ---\n  y\n---- b\n---x: 1\n").len(), 1);
        let text = "a: 1\n---x: 1\n";
        assert_eq!(looks_like_separator(text, &(0..text.len())), Some(5));
        assert_eq!(looks_like_separator("--- x", &(0..5)), None);
    }
}
