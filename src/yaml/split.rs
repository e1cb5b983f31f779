//! Cuts a stream into documents at its `---` lines, without parsing.

use std::ops::Range;

use memchr::memmem;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The byte spans of a stream's documents, in order and without gaps: each begins with its `---` line.
///
/// A separator is a line of `---` alone or followed by a blank: YAML ends a document there whatever it is in. The first
/// piece is whatever stands before the first separator.
pub(crate) fn split(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let bytes = text.as_bytes();
    let mark = if bytes.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    };
    let first = is_separator(bytes, mark).then_some(0);
    let rest = memmem::find_iter(bytes, b"\n---")
        .map(|at| at + 1)
        .filter(|&at| is_separator(bytes, at));
    let mut starts = first.into_iter().chain(rest).peekable();
    let mut begin = Some(if starts.peek() == Some(&0) {
        starts.next().unwrap_or(0)
    } else {
        0
    });
    std::iter::from_fn(move || {
        let start = begin?;
        begin = starts.next();
        Some(start..begin.unwrap_or(bytes.len()))
    })
}

/// The first line of a document that begins with `---` but is no separator to YAML, such as `---x: 1`.
///
/// Helm cuts the stream at such a line all the same (the pattern of `releaseutil.SplitManifests`), so what YAML reads
/// there and what Kubernetes gets are not the same documents.
pub(crate) fn looks_like_separator(text: &str, document: &Range<usize>) -> Option<usize> {
    let bytes = text.as_bytes().get(document.clone())?;
    let at_start = (bytes.starts_with(b"---") && !is_separator(bytes, 0)).then_some(0);
    let inside = || {
        memmem::find_iter(bytes, b"\n---")
            .map(|at| at + 1)
            .find(|&at| !is_separator(bytes, at))
    };
    at_start.or_else(inside).map(|at| document.start + at)
}

fn is_separator(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.starts_with(b"---") && matches!(rest.get(3), None | Some(b' ' | b'\t' | b'\r' | b'\n'))
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
