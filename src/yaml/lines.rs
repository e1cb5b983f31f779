//! Line breaks for Go's YAML that are none for other programs.

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

#[cfg(test)]
mod tests {
    use super::foreign_line_break;

    #[test]
    fn each_foreign_break_is_found_where_it_stands() {
        assert_eq!(foreign_line_break("a: é\r\nb: …\n"), None);
        for text in ["ab\u{85}", "ab\u{2028}c", "ab\u{2029}", "ab\rc", "ab\r"] {
            assert_eq!(foreign_line_break(text), Some(2), "{text:?}");
        }
    }
}
