//! Text by the columns of a terminal: some characters take two of them, some none.
//!
//! Names are broken into lines rather than cut, so that none is taken for another one that begins or ends alike.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// The text with blanks after it, up to a width.
pub(super) fn left(text: &str, width: usize) -> String {
    format!("{text}{}", blanks(text, width))
}

/// The text with blanks before it, up to a width.
pub(super) fn right(text: &str, width: usize) -> String {
    format!("{}{text}", blanks(text, width))
}

fn blanks(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(self::width(text)))
}

/// The start and the end of a text that is too wide.
pub(super) fn shortened(text: &str, most: usize) -> String {
    const MORE: &str = "...";
    if width(text) <= most {
        return text.to_owned();
    }
    let kept = most.saturating_sub(MORE.len());
    let start = fitting(text.chars(), kept / 2);
    let end = fitting(text.chars().rev(), kept - kept / 2);
    let end: String = end.chars().rev().collect();
    format!("{start}{MORE}{end}")
}

/// The first characters that fit.
fn fitting(chars: impl Iterator<Item = char>, most: usize) -> String {
    let mut taken = 0;
    let fits = |c: &char| {
        taken += c.width().unwrap_or(0);
        taken <= most
    };
    chars.take_while(fits).collect()
}

/// A name in lines of at most so many columns, broken after `-`, `.` or `/` where there is one.
pub(super) fn broken(name: &str, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = name;
    while width(rest) > most {
        let first = fitting(rest.chars(), most);
        let first_char = rest.chars().next().map_or(0, char::len_utf8);
        let whole = first.len().max(first_char);
        let at = first.rfind(['-', '.', '/']).map_or(whole, |at| at + 1);
        let (line, after) = rest.split_at(at);
        lines.push(line.to_owned());
        rest = after;
    }
    if lines.is_empty() || !rest.is_empty() {
        lines.push(rest.to_owned());
    }
    lines
}

/// The text in lines of at most so many columns, broken at blanks, those after the first indented; a word that is longer
/// stays whole.
pub(super) fn wrapped(text: &str, most: usize) -> Vec<String> {
    const INDENT: &str = "  ";
    let mut lines: Vec<String> = Vec::new();
    let mut room = 0;
    for word in text.split(' ') {
        let length = width(word);
        match lines.last_mut() {
            Some(line) if length < room => {
                line.push(' ');
                line.push_str(word);
                room -= length + 1;
            }
            Some(_) => {
                lines.push(format!("{INDENT}{word}"));
                room = most.saturating_sub(INDENT.len() + length);
            }
            None => {
                lines.push(word.to_owned());
                room = most.saturating_sub(length);
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(width("日本-a"), 6);
        assert_eq!(left("日", 4) + "|", "日  |");
        assert_eq!(right("日", 4), "  日");
        assert_eq!(right("12345", 4), "12345");
    }

    #[test]
    fn a_shortened_text_fits() {
        assert_eq!(shortened("queryNode", 9), "queryNode");
        assert_eq!(shortened("queryNodes", 9), "que...des");
        assert_eq!(shortened("日本語日本語", 9), "日...語");
    }

    #[test]
    fn a_name_is_broken_and_nothing_is_lost() {
        for (name, most, lines) in [
            ("my-release-querynode", 20, &["my-release-querynode"][..]),
            ("my-release-querynode", 12, &["my-release-", "querynode"]),
            ("abcdefgh", 3, &["abc", "def", "gh"]),
            ("日本語", 5, &["日本", "語"]),
            ("日本", 1, &["日", "本"]),
            ("", 4, &[""]),
        ] {
            assert_eq!(broken(name, most), lines, "{name}");
            assert_eq!(broken(name, most).concat(), name);
        }
    }
}
