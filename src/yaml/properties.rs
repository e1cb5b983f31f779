//! Where the anchor, the tag and the value of a node are written.
//!
//! The parser's mark of a node is where its first property begins, so the value is found by skipping the properties.

use std::ops::Range;

use crate::source::slice;

/// The places of a node's properties.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Properties {
    /// The anchor with its `&`.
    pub(super) anchor: Option<Range<usize>>,
    /// The tag.
    pub(super) tag: Option<Range<usize>>,
}

impl Properties {
    /// Of the node at `span`, and where its value begins: at the end of the span where there is none.
    pub(super) fn read(text: &str, span: &Range<usize>) -> (Self, usize) {
        let (mut properties, mut at) = (Self::default(), span.start);
        let within = slice(text, &(0..span.end));
        loop {
            let rest = slice(within, &(at..within.len()));
            let place = match rest.as_bytes().first() {
                Some(b'&') if properties.anchor.is_none() => &mut properties.anchor,
                Some(b'!') if properties.tag.is_none() => &mut properties.tag,
                _ => return (properties, at),
            };
            let end = at + length(rest);
            *place = Some(at..end);
            at = end + blanks(slice(within, &(end..within.len())));
        }
    }
}

/// The length of the property that a text begins with.
fn length(text: &str) -> usize {
    let is_over = |sign: char| sign.is_ascii_whitespace() || is_break(sign);
    let in_anchor = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-');
    let end = if text.starts_with('&') {
        text.find(|sign| !in_anchor(sign) && sign != '&')
    } else {
        text.find(is_over)
    };
    end.unwrap_or(text.len())
}

/// The length of the blanks, line breaks and comments that a text begins with.
fn blanks(text: &str) -> usize {
    let mut rest = text;
    loop {
        rest = rest
            .trim_start_matches(|sign| matches!(sign, ' ' | '\t' | '\u{feff}') || is_break(sign));
        if !rest.starts_with('#') {
            return text.len() - rest.len();
        }
        rest = rest.trim_start_matches(|sign| !is_break(sign));
    }
}

/// Whether the parser, and so Go, ends a line at this character.
pub(super) fn is_break(sign: char) -> bool {
    matches!(sign, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Anchor, tag and value as they are written.
    fn parts(text: &str) -> [&str; 3] {
        let (properties, value) = Properties::read(text, &(0..text.len()));
        let slice = |span: Range<usize>| text.get(span).unwrap_or("not a span");
        let part = |span: Option<Range<usize>>| span.map_or("", slice);
        [
            part(properties.anchor),
            part(properties.tag),
            slice(value..text.len()),
        ]
    }

    #[test]
    fn properties_stand_before_the_value_in_any_order() {
        assert_eq!(parts("a"), ["", "", "a"]);
        assert_eq!(parts("&a !x b"), ["&a", "!x", "b"]);
        assert_eq!(parts("!<x,y>\t&a-1 # &b\r\n  c"), ["&a-1", "!<x,y>", "c"]);
        assert_eq!(parts("&b:c"), ["&b", "", ":c"]);
        assert_eq!(parts("! \u{85}# !\u{2028}'!'"), ["", "!", "'!'"]);
        assert_eq!(parts("&a"), ["&a", "", ""]);
    }
}
