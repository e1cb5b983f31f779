//! Whether the rest of a document may be left unread.
//!
//! What matters about an object is at its head, and a parser's events for the beginning of a text do not depend on the rest.
//! So reading ends once the head is known and no key that matters can follow. Columns alone prove that none can. In YAML 1.2
//! as in libyaml's family, an implicit key of a block mapping at column `c` is exactly at `c`, after `c` spaces and nothing
//! else: an indicator before `c` (`- `, `: `) would have closed the mapping, and one at or after `c` moves the key further to
//! the right. Scalars and flow collections can hide such a line, but never create one. The further keys of a mapping at a
//! column are therefore on lines whose first character is at that column. If each of these lines is *clear* (blank, a comment,
//! an item of a sequence, or a plain key that does not matter, see [`is_clear`]), no key that matters is among them.
//!
//! The walk ensures what the scan relies on: lines break only at line feeds ([`super::foreign_line_break`] finds nothing), the
//! mappings are block mappings without a tag, and there was no anchor, alias or merge, since the rest could refer to an anchor,
//! and an alias could add any key. What is not clear is parsed: nothing here ever decides whether a document is malformed.

use std::ops::Range;

use super::foreign_line_break;

/// The part of a document that has not been read yet.
///
/// Each line is looked at only once, however many questions are asked: up to a line that is not clear, the answer is no.
#[derive(Debug)]
pub(crate) struct Rest<'t> {
    text: &'t str,
    document: Range<usize>,
    /// Where the first line begins that is not clear, after the last question.
    unclear: usize,
}

impl<'t> Rest<'t> {
    pub(crate) fn of(text: &'t str, document: &Range<usize>) -> Self {
        Self {
            text,
            document: document.clone(),
            unclear: document.start,
        }
    }

    /// The column of a node that has only spaces before it on its line, in bytes from 0; `None` for any other.
    pub(crate) fn column(&self, at: usize) -> Option<usize> {
        let before = self.text.as_bytes().get(self.document.start..at)?;
        let spaces = before.iter().rev().take_while(|byte| **byte == b' ');
        let indent = spaces.count();
        let is_alone = matches!(before.iter().rev().nth(indent), None | Some(b'\n'));
        is_alone.then_some(indent)
    }

    /// Whether no key that matters can follow a key of the block mapping at `mapping`, in that mapping or at the root.
    pub(crate) fn may_be_left(&mut self, mapping: usize, key: usize, matters: &[&str]) -> bool {
        if key < self.unclear {
            return false;
        }
        let Some(column) = self
            .column(key)
            .filter(|it| self.column(mapping) == Some(*it))
        else {
            return false;
        };
        let unclear = self.first_unclear(key - column, column, matters);
        self.unclear = unclear.unwrap_or(self.unclear);
        unclear.is_none()
    }

    fn first_unclear(&self, from: usize, column: usize, matters: &[&str]) -> Option<usize> {
        let rest = self.text.as_bytes().get(from..self.document.end)?;
        let mut at = 0;
        while let Some(line) = rest.get(at..).filter(|line| !line.is_empty()) {
            if !is_clear(line, column, matters) {
                return Some(from + at);
            }
            at += memchr::memchr(b'\n', line).map_or(line.len(), |feed| feed + 1);
        }
        None
    }
}

/// Whether a document consists of comments and blank lines, and so contains nothing.
pub(crate) fn is_comment(document: &str) -> bool {
    let content = document.strip_prefix("---").unwrap_or(document);
    let says_nothing = |line: &str| {
        let content = line.trim_start_matches(' ');
        content.starts_with('#') || is_blank(content.as_bytes())
    };
    let is_marked = document.len() != content.len();
    let mut lines = content.split_inclusive('\n');
    let first = lines
        .next()
        .is_none_or(|line| says_nothing(line) && !(is_marked && line.starts_with('#')));
    first && lines.all(says_nothing) && foreign_line_break(document).is_none()
}

/// Whether no key that matters can stand at column 0 or at `column` of the line at the beginning of `bytes`.
fn is_clear(bytes: &[u8], column: usize, matters: &[&str]) -> bool {
    let indent = bytes
        .iter()
        .take(column + 1)
        .take_while(|&&byte| byte == b' ')
        .count();
    let content = bytes.get(indent..).unwrap_or_default();
    match content.first() {
        // How wide is a tab? Readers disagree.
        Some(b'\t') if indent <= column => is_blank(content),
        Some(_) if indent == 0 || indent == column => {
            is_blank(content) || content.starts_with(b"#") || is_clear_entry(content, matters)
        }
        _ => true,
    }
}

/// Whether a line begins with an item of a sequence, or with a plain key that does not matter in any case of its letters.
fn is_clear_entry(content: &[u8], matters: &[&str]) -> bool {
    let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || b"_./-".contains(byte);
    let length = content.iter().take_while(|byte| is_inside(byte)).count();
    let (key, rest) = content.split_at(length);
    match (key, rest) {
        (b"-", rest) => begins_blank(rest),
        ([first, ..], [b':', rest @ ..]) => {
            (first.is_ascii_alphanumeric() || *first == b'_')
                && begins_blank(rest)
                && !matters
                    .iter()
                    .any(|name| name.as_bytes().eq_ignore_ascii_case(key))
        }
        _ => false,
    }
}

fn begins_blank(rest: &[u8]) -> bool {
    matches!(rest.first(), None | Some(b' ' | b'\t' | b'\r' | b'\n'))
}

/// Whether only blanks are left before the end of the line.
fn is_blank(content: &[u8]) -> bool {
    let mut bytes = content.iter();
    let end = bytes.find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
    matches!(end, None | Some(b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MATTERS: &[&str] = &["replicas", "status"];

    /// Whether the rest may be left at the first `cut` of a text, whose mapping begins with the first `first`.
    fn may_be_left(text: &str) -> bool {
        let place = |word| text.find(word).unwrap_or(text.len());
        Rest::of(text, &(0..text.len())).may_be_left(place("first"), place("cut"), MATTERS)
    }

    fn with_rest(rest: &str) -> String {
        format!("a:\n  first: 1\n  cut: 2\n{rest}")
    }

    #[test]
    fn the_rest_is_left_when_each_line_is_clear() {
        for rest in [
            "",
            "  template:\n    replicas: 3\n    status: 4",
            "  a.b/c-d_e: x\r\n  Z:\tx\n  9:",
            "  - replicas: 3\n  -\treplicas: 3\n  -\n- replicas: 3\n-",
            "other: 1\n# replicas: 3\n  # replicas: 3\n#replicas: 3\n",
            "\n  \n \t\n\t\n\r\n   \r\n",
            " replicas: 3\n   replicas: 3\n   'x': 3\n   \t'x': 3\n    \t'x': 3\n",
            "  x: |\n     replicas: 3\n     ...\n",
            "  replicas2: 3\nstatuses: 3\n  replica: 3\n",
        ] {
            assert!(may_be_left(&with_rest(rest)), "{rest:?}");
        }
    }

    #[test]
    fn the_rest_is_read_when_a_line_could_hold_a_key_that_matters() {
        for line in [
            "replicas: 3",
            "status:",
            "'replicas': 3",
            "\"x\": 3",
            "? replicas",
            "<<: *a",
            "*a : 3",
            "&a x: 3",
            "!x y: 3",
            "{x: 3}",
            "x:3",
            "x",
            "x y: 3",
            "x : 3",
            "...",
            "--- x",
            "-x: 3",
            ".x: 3",
            "é: 3",
            "\u{feff}x: 3",
            "\tx: 3",
            "\t# x",
        ] {
            for indent in ["", "  "] {
                for tail in ["", "\n", "\r\n  x: 3\n"] {
                    let rest = format!("  x: 1\n{indent}{line}{tail}");
                    assert!(!may_be_left(&with_rest(&rest)), "{rest:?}");
                }
            }
        }
        assert!(!may_be_left(&with_rest(" \tx: 3\n")));
    }

    #[test]
    fn the_cut_itself_must_be_a_clear_key_in_the_column_of_its_mapping() {
        assert!(may_be_left("first: 1\ncut: 2"));
        for text in [
            "a:\n  first: 1\n   cut: 2\n",
            "a:\n  first: 1\n  ? cut\n",
            "a:\n  first: 1\n  'cut': 2\n",
            "a: {first: 1,\n    cut: 2}\n",
            "a: first\n   cut: 2\n",
            "\u{feff}first: 1\ncut: 2",
            "a:\n\t first: 1\n\t cut: 2",
        ] {
            assert!(!may_be_left(text), "{text:?}");
        }
        let text = "  first: 1\n  replicas: 2\n";
        assert!(!Rest::of(text, &(0..text.len())).may_be_left(2, 13, MATTERS));
    }

    #[test]
    fn after_an_unclear_line_the_question_is_open_again() {
        let text = "  first: 1\n  a: 2\n  'b': 3\n  c: 4\n  replicas: 5\n  d: 6\n";
        let mut rest = Rest::of(text, &(0..text.len()));
        let mut at = |key| rest.may_be_left(2, text.find(key).unwrap_or_default(), MATTERS);
        assert_eq!(
            ["first", "a:", "b", "c", "d"].map(&mut at),
            [false, false, false, false, true]
        );
    }

    #[test]
    fn comments_alone_hold_nothing() {
        for text in [
            "",
            "---",
            "---\n",
            "--- # x: y\n",
            "\n  \n#\n   # a\r\n\t\n",
            "# kind: x",
        ] {
            assert!(is_comment(text), "{text:?}");
        }
        for text in [
            "---#\n",
            "--- x\n",
            "# a\nb: c",
            "...\n# a",
            "\t# a",
            "%YAML 1.1\n",
            "\u{feff}# a",
            "# a\u{85}kind: x",
            "# a\rkind: x\n",
            "# a\u{2028}kind: x",
            "\u{a0}",
        ] {
            assert!(!is_comment(text), "{text:?}");
        }
    }

    #[test]
    fn a_document_ends_where_the_next_begins() {
        let text = "---\na: 1\n---\nfirst: 1\ncut: 2\n---\n'x': 3\n";
        let mut rest = Rest::of(text, &(13..29));
        assert!(rest.may_be_left(13, 22, MATTERS));
        assert_eq!(rest.column(13), Some(0));
    }
}
