//! Makes untrusted text safe to print on a terminal.
//!
//! A manifest can contain escape sequences, line breaks and characters that change the writing direction. Printed as they
//! are, they could hide a refusal or forge a line of one. Each is replaced by a visible character; nothing is refused.

use std::ops::Range;

/// A placeholder in rendered text that this crate replaces later; removed from all input.
pub(super) const MARK: char = '\u{e000}';

/// The longest text that is shown whole, in characters; a name may be as long as the stream.
const LONGEST: usize = 4000;

/// A text for one line: no control, format or line break characters, and not endlessly long.
pub(crate) fn line(text: &str) -> String {
    shortened(text).map(visible).collect()
}

/// A text that may have several lines, as notes and helps may.
pub(super) fn lines(text: &str) -> String {
    shortened(text)
        .map(|c| if c == '\n' { c } else { visible(c) })
        .collect()
}

/// A part of a source, and where the byte spans of it went.
///
/// Line feeds and tabs stay, for the frame knows them; a carriage return before a line feed goes, and so does a byte order
/// mark at the start of the source. The spans must lie on character boundaries of `text`.
pub(super) fn source(
    text: &str,
    at_start: bool,
    spans: &[Range<usize>],
) -> (String, Vec<Range<usize>>) {
    let mut clean = String::with_capacity(text.len());
    let mut moved: Vec<Range<usize>> = spans.iter().map(|_| usize::MAX..usize::MAX).collect();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        mark(spans, &mut moved, at, clean.len());
        let follows_cr = c == '\r' && chars.peek().is_some_and(|&(_, next)| next == '\n');
        if follows_cr || (at_start && at == 0 && c == '\u{feff}') {
            continue;
        }
        clean.push(if matches!(c, '\n' | '\t') {
            c
        } else {
            visible(c)
        });
    }
    for span in &mut moved {
        span.start = span.start.min(clean.len());
        span.end = span.end.min(clean.len());
    }
    (clean, moved)
}

/// Records that the byte `from` of the original is at `to`.
fn mark(spans: &[Range<usize>], moved: &mut [Range<usize>], from: usize, to: usize) {
    for (span, new) in spans.iter().zip(moved) {
        if span.start == from {
            new.start = to;
        }
        if span.end == from {
            new.end = to;
        }
    }
}

fn shortened(text: &str) -> impl Iterator<Item = char> + '_ {
    let long = text.chars().nth(LONGEST).is_some();
    text.chars()
        .take(LONGEST)
        .chain(long.then_some("...").into_iter().flat_map(str::chars))
}

/// The character, or a visible replacement if it would control the terminal.
fn visible(c: char) -> char {
    match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        MARK => '\u{fffd}',
        _ if acts_unseen(c) => '\u{fffd}',
        _ => c,
    }
}

/// Non-ASCII characters that control a terminal, change the writing direction, break lines or are invisible.
///
/// The C1 controls are among them: U+009B begins an escape sequence in many terminals, as ESC `[` does.
pub(crate) fn acts_unseen(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
