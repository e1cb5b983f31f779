//! Where the YAML of a document begins: after its `---` line, and after a byte order mark.
//!
//! kubectl (`YAMLReader` in `k8s.io/apimachinery/pkg/util/yaml`) drops a `---` line that ends a document, and leaves one in the
//! text that begins a stream or follows another such line. Documents that the two would read differently are refused.

use std::ops::Range;

use serde::de::IgnoredAny;

use super::lines::foreign_line_break;
use super::reader::MalformedYaml;
use super::split::{is_empty_marker, is_marker, json_ends, may_be_json};
use crate::source::slice;

pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";

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
    // Every document of YAML begins a line, and none of JSON ends with one.
    let before = slice(text, &(0..document.start));
    let rest = if !before.is_empty() && !before.ends_with('\n') {
        if !is_json(piece) && json_ends(text).len() > 1 {
            return refuse("kubectl reads nothing but JSON after several JSON values");
        }
        after_json(unmarked)
    } else if is_empty_marker(line) {
        let is_dropped = is_dropped(before) && !may_be_json(text);
        let has_break = foreign_line_break(line.trim_end_matches('\r')).is_some();
        if has_break || !is_dropped && !is_marker(unmarked) {
            return refuse("kubectl may read this line as text: write `---` alone on it");
        }
        let unmarked = after.strip_prefix(BYTE_ORDER_MARK);
        unmarked.filter(|_| is_dropped).unwrap_or(after)
    } else if is_marker(unmarked) {
        return refuse("kubectl refuses text on the line of a `---`: give it a line of its own");
    } else {
        unmarked
    };
    Ok(document.end - rest.len())
}

/// Whether kubectl is certain to drop a `---` line after a text: it ends a document of YAML.
fn is_dropped(before: &str) -> bool {
    let before = before.trim_end_matches('\n');
    let line = before.rsplit('\n').next().unwrap_or_default();
    !before.is_empty() && !line.starts_with("---")
}

/// Whether a text is one JSON value.
pub(super) fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
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
        assert_eq!(left("{} \n a: b").as_deref(), Ok(" a: b"));
        assert_eq!(left("{} a").as_deref(), Ok("a"));
        assert_eq!(left("{}{}").as_deref(), Ok("{}"));
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
    fn more_than_json_after_json_values_is_refused() {
        for text in ["{}{}\n---\na", "{}{}\na", "{}\n{}---\na"] {
            assert!(
                left(text).is_err_and(|why| why.contains("nothing but JSON")),
                "{text:?}"
            );
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
