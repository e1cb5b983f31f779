//! Line breaks on which YAML 1.2 and Go's YAML disagree.

/// The byte offset of the first U+0085, U+2028, U+2029 or carriage return without a line feed.
///
/// Go's YAML (`yaml.v2`, which Kubernetes and Helm use) breaks lines at the first three, YAML 1.2 does not; a lone
/// carriage return breaks lines for both, but not for the programs that cut the stream.
pub(crate) fn foreign_line_break(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr3_iter(b'\r', 0xc2, 0xe2, bytes).find(|&at| {
        let rest = bytes.get(at..).unwrap_or_default();
        match rest {
            [b'\r', next, ..] => *next != b'\n',
            [b'\r'] => true,
            _ => {
                rest.starts_with("\u{85}".as_bytes())
                    || rest.starts_with("\u{2028}".as_bytes())
                    || rest.starts_with("\u{2029}".as_bytes())
            }
        }
    })
}

/// The text as Go's YAML breaks its lines; none where that makes no difference.
pub(crate) fn with_line_breaks_of_go(text: &str) -> Option<String> {
    let breaks = ['\u{85}', '\u{2028}', '\u{2029}'];
    text.contains(breaks).then(|| text.replace(breaks, "\n"))
}

#[cfg(test)]
mod tests {
    use super::{foreign_line_break, with_line_breaks_of_go};

    #[test]
    fn the_breaks_of_go_become_line_feeds() {
        assert_eq!(with_line_breaks_of_go("é\r\n\r…"), None);
        assert_eq!(
            with_line_breaks_of_go("a\u{85}b\u{2028}c\u{2029}"),
            Some("a\nb\nc\n".to_owned())
        );
    }

    #[test]
    fn each_foreign_break_is_found_where_it_stands() {
        assert_eq!(foreign_line_break("a: é\r\nb: …\n"), None);
        for text in ["ab\u{85}", "ab\u{2028}c", "ab\u{2029}", "ab\rc", "ab\r"] {
            assert_eq!(foreign_line_break(text), Some(2), "{text:?}");
        }
    }
}
