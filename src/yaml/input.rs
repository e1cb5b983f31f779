//! The text as the parser gets it: in small pieces, with a final line break. What the parser refuses although Go reads it is
//! exchanged for something that the parser accepts.
//!
//! kubectl reads a stream line by line and ends every line with a line feed, including the last one, so a document without a
//! final line feed is read here as kubectl reads it. The parser's offsets count in what it got; [`Exchanges::offset`] translates
//! them into offsets of the text.

use std::io::{self, BufRead, Read};

use crate::source::slice;

/// How many bytes the parser gets at once. It stores each character in four bytes, and most documents are left after a few
/// hundred bytes.
const PIECE: usize = 128;

/// What the parser gets instead of a raw U+007F in JSON, which it refuses, as Go's YAML does: a private-use character.
pub(super) const DELETE: &str = "\u{e07f}";

/// A byte of the text for which the parser gets something else.
#[derive(Debug, Clone)]
struct Exchange {
    at: usize,
    put: &'static str,
    /// The first byte after it, as the parser counts.
    after: usize,
}

/// All bytes of the text for which the parser gets something else.
#[derive(Debug, Clone, Default)]
pub(super) struct Exchanges(Vec<Exchange>);

impl Exchanges {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Exchanges the bytes at these offsets, in any order, for `put`.
    pub(super) fn add(&mut self, offsets: impl IntoIterator<Item = usize>, put: &'static str) {
        let new = offsets.into_iter().map(|at| Exchange { at, put, after: 0 });
        self.0.extend(new);
        self.0.sort_by_key(|exchange| exchange.at);
        let (mut from, mut after) = (0, 0);
        for exchange in &mut self.0 {
            after += exchange.at - from + exchange.put.len();
            from = exchange.at + 1;
            exchange.after = after;
        }
    }

    /// The offset in the text for an offset of the parser.
    pub(super) fn offset(&self, parsed: usize) -> usize {
        let before = self.0.partition_point(|it| it.after <= parsed);
        match before.checked_sub(1).and_then(|last| self.0.get(last)) {
            Some(last) => last.at + 1 + (parsed - last.after),
            None => parsed,
        }
    }
}

/// A text on its way into the parser.
pub(super) struct Input<'t> {
    text: &'t str,
    at: usize,
    exchanges: std::vec::IntoIter<Exchange>,
    next: Option<Exchange>,
    piece: &'t [u8],
    is_over: bool,
}

impl<'t> Input<'t> {
    pub(super) fn new(text: &'t str, exchanges: &Exchanges) -> Self {
        let mut exchanges = exchanges.0.clone().into_iter();
        Self {
            text,
            at: 0,
            next: exchanges.next(),
            exchanges,
            piece: &[],
            is_over: false,
        }
    }

    fn next_piece(&mut self) -> &'t [u8] {
        while let Some(exchange) = self.next.take_if(|next| next.at == self.at) {
            self.next = self.exchanges.next();
            self.at += 1;
            if !exchange.put.is_empty() {
                return exchange.put.as_bytes();
            }
        }
        let limit = self.next.as_ref().map_or(self.text.len(), |next| next.at);
        let end = self.text.floor_char_boundary(limit.min(self.at + PIECE));
        let piece = slice(self.text, &(self.at..end));
        self.at = end;
        if piece.is_empty() && !self.is_over {
            self.is_over = true;
            return if self.text.ends_with('\n') {
                b""
            } else {
                b"\n"
            };
        }
        piece.as_bytes()
    }
}

impl Read for Input<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Input<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.piece.is_empty() {
            self.piece = self.next_piece();
        }
        Ok(self.piece)
    }

    fn consume(&mut self, amount: usize) {
        self.piece = self.piece.get(amount..).unwrap_or_default();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    fn given(text: &str, exchanges: &Exchanges) -> String {
        let mut given = String::new();
        Input::new(text, exchanges)
            .read_to_string(&mut given)
            .unwrap();
        given
    }

    #[test]
    fn the_parser_gets_the_text_with_a_last_line_feed() {
        let none = Exchanges::default();
        for text in ["", "a", "a\n", "a\r", &"é🚢".repeat(5_000)] {
            let feed = if text.ends_with('\n') { "" } else { "\n" };
            assert_eq!(given(text, &none), format!("{text}{feed}"));
        }
    }

    #[test]
    fn offsets_are_those_of_the_text() {
        let text = "a\u{7f}b\\'c\u{7f}";
        let mut exchanges = Exchanges::default();
        exchanges.add([1, 6], DELETE);
        exchanges.add([3], "");
        let parsed = given(text, &exchanges);
        assert_eq!(parsed, format!("a{DELETE}b'c{DELETE}\n"));
        for sign in ['b', '\'', 'c', '\n'] {
            let there = text.find(sign).unwrap_or(text.len());
            assert_eq!(
                exchanges.offset(parsed.find(sign).unwrap()),
                there,
                "{sign}"
            );
        }
    }
}
