//! Where the YAML of a document begins: after its `---` line, and after a byte order mark.
//!
//! kubectl (`YAMLReader` in `k8s.io/apimachinery/pkg/util/yaml`) drops a `---` line that ends a document, and leaves one in the
//! text that begins a stream or follows another such line. Refused is what is not the same in both.

use std::ops::Range;

use super::lines::foreign_line_break;
use super::reader::MalformedYaml;
use super::split::{is_empty_marker, is_marker, may_be_json};
use crate::source::slice;

pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// Where the YAML of a document begins.
///
/// # Errors
/// When there is more on the line of the `---` than a comment, or it cannot be said whether kubectl drops the line.
pub(super) fn content(text: &str, document: &Range<usize>) -> Result<usize, MalformedYaml> {
    let piece = slice(text, document);
    let unmarked = piece.strip_prefix(BYTE_ORDER_MARK).unwrap_or(piece);
    let (line, after) = unmarked.split_once('\n').unwrap_or((unmarked, ""));
    let refuse = |message: &str| {
        let (message, offset) = (message.to_owned(), document.end - unmarked.len());
        Err(MalformedYaml { message, offset })
    };
    let rest = if is_empty_marker(line) {
        let is_dropped = is_dropped(text, document.start);
        let has_break = foreign_line_break(line.trim_end_matches('\r')).is_some();
        if has_break || !is_dropped && !is_marker(unmarked) {
            return refuse("kubectl may read this line as text: write `---` alone on it");
        }
        let unmarked = after.strip_prefix(BYTE_ORDER_MARK);
        unmarked.filter(|_| is_dropped).unwrap_or(after)
    } else if is_marker(unmarked) {
        return refuse("kubectl refuses text on the line of a `---`: give it a line of its own");
    } else if document.start > 0 {
        after_json(unmarked)
    } else {
        unmarked
    };
    Ok(document.end - rest.len())
}

/// Whether kubectl surely drops a `---` line: it ends a document of YAML.
fn is_dropped(text: &str, at: usize) -> bool {
    let before = slice(text, &(0..at)).trim_end_matches('\n');
    let line = before.rsplit('\n').next().unwrap_or_default();
    let follows_a_line = at > 0 && !before.is_empty();
    let may_end_json = line.trim_end().ends_with('}') && may_be_json(text);
    follows_a_line && !line.starts_with("---") && !may_end_json
}

/// What kubectl reads of YAML that follows JSON: it drops the blanks of the line.
fn after_json(text: &str) -> &str {
    let rest = text.trim_start();
    let blanks = text.len() - rest.len();
    match text.get(..blanks).and_then(|blanks| blanks.find('\n')) {
        Some(feed) => text.get(feed + 1..).unwrap_or(rest),
        None => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of the last document of a stream; why it is refused.
    fn left(text: &str) -> Result<&str, String> {
        let document = super::super::split(text).last().unwrap_or(0..0);
        let start = content(text, &document).map_err(|error| error.message)?;
        Ok(slice(text, &(start..document.end)))
    }

    #[test]
    fn the_line_of_the_dashes_is_no_content() {
        for text in [
            "a",
            "\u{feff}a",
            "---\na",
            "\u{feff}--- # x\r\na",
            "b\n---\na",
            "b\n---#x\na",
        ] {
            assert_eq!(left(text).as_deref(), Ok("a"), "{text:?}");
        }
        assert_eq!(left("{}\n\n a").as_deref(), Ok("\n a"));
        assert_eq!(left("{} a").as_deref(), Ok("a"));
    }

    #[test]
    fn a_mark_is_dropped_where_kubectl_drops_the_line_before_it() {
        assert_eq!(left("b\n---\n\u{feff}a").as_deref(), Ok("a"));
        for text in [
            "---\n\u{feff}a",
            "b\n---\n---\n\u{feff}a",
            "{}\n---\n\u{feff}a",
        ] {
            assert_eq!(left(text).as_deref(), Ok("\u{feff}a"), "{text:?}");
        }
    }

    #[test]
    fn a_line_that_kubectl_may_read_is_refused() {
        for text in [
            "---#x\na",
            "b\n---\n---#x\na",
            "b\n--- # \u{85}c: d\na",
            "---\u{a0}\na",
        ] {
            assert!(
                left(text).is_err_and(|why| why.starts_with("kubectl may")),
                "{text:?}"
            );
        }
        for text in ["--- a\n", "b\n--- {}\n", "--- |\n a"] {
            assert!(
                left(text).is_err_and(|why| why.starts_with("kubectl refuses")),
                "{text:?}"
            );
        }
    }
}
