//! Words in their styles, and lines of them.

use anstyle::Style;
use unicode_width::UnicodeWidthStr as _;

/// Text without a space, in pieces of one style each.
type Word = Vec<(Style, String)>;

/// Words with one space between each two.
#[derive(Debug, Default, Clone)]
pub(super) struct Words {
    words: Vec<Word>,
    /// The text ended with a space, so the next begins a word.
    is_apart: bool,
}

impl Words {
    /// Adds text; it continues the last word unless there is a space between them.
    pub(super) fn push(&mut self, style: Style, text: &str) {
        let mut is_apart = self.is_apart || text.starts_with(char::is_whitespace);
        for part in text.split_whitespace() {
            let piece = (style, part.to_owned());
            match self.words.last_mut().filter(|_| !is_apart) {
                Some(word) => word.push(piece),
                None => self.words.push(vec![piece]),
            }
            is_apart = true;
        }
        self.is_apart = if text.trim().is_empty() {
            is_apart
        } else {
            text.ends_with(char::is_whitespace)
        };
    }

    /// The columns of all on one line.
    pub(super) fn width(&self) -> usize {
        let words: usize = self.words.iter().map(width).sum();
        words + self.words.len().saturating_sub(1)
    }

    /// Lines of at most so many columns, but for a word that is longer.
    pub(super) fn wrapped(self, columns: usize) -> Vec<Self> {
        let mut lines: Vec<Self> = Vec::new();
        for word in self.words {
            match lines.last_mut() {
                Some(line) if line.width() + 1 + width(&word) <= columns => line.words.push(word),
                _ => lines.push(Self {
                    words: vec![word],
                    is_apart: false,
                }),
            }
        }
        lines
    }

    /// The text of a line, with the escapes of its styles or without.
    pub(super) fn shown(&self, color: bool) -> String {
        let mut text = String::new();
        let mut last = Style::new();
        for (index, word) in self.words.iter().enumerate() {
            let first = word.first().map(|(style, _)| *style);
            let space =
                (index > 0).then(|| (first.filter(|it| *it == last).unwrap_or_default(), " "));
            let pieces = word.iter().map(|(style, text)| (*style, text.as_str()));
            for (style, piece) in space.into_iter().chain(pieces) {
                if color && style != last {
                    text += &last.render_reset().to_string();
                    text += &style.render().to_string();
                }
                last = style;
                text.push_str(piece);
            }
        }
        if color {
            text += &last.render_reset().to_string();
        }
        text
    }
}

fn width(word: &Word) -> usize {
    word.iter().map(|(_, text)| text.width()).sum()
}
