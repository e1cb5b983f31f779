//! The texts of a run and places in them.
//!
//! Every text that a message can point into (the stream, a file, a policy, an option of the command line) is a
//! [`Source`] in one [`Sources`]; a [`Place`] is a byte span of one of them. Nothing here knows YAML.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The name of standard input in messages.
pub(crate) const STDIN: &str = "<stdin>";

/// The longest text that is read, in bytes: a [`Span`] ends within it.
pub(crate) const LONGEST: usize = u32::MAX as usize;

/// A text with the name that messages use for it: a path, `<stdin>`, or the option that it came from.
#[derive(Debug)]
pub(crate) struct Source {
    name: String,
    text: Cow<'static, str>,
    /// The file that it was read from.
    file: Option<PathBuf>,
}

impl Source {
    /// The name in messages.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is standard input.
    pub(crate) fn is_stdin(&self) -> bool {
        self.name == STDIN
    }

    /// The file that it was read from, if any.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The line and column of a byte offset, both counted from 1; columns count characters.
    ///
    /// An offset past the end counts as the end; one inside a character counts as the start of that character.
    pub(crate) fn position(&self, offset: usize) -> (usize, usize) {
        let offset = self.text.floor_char_boundary(offset);
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line = memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1;
        let start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |at| at + 1);
        let column = before
            .get(start..)
            .unwrap_or_default()
            .chars()
            .filter(|&c| c != '\u{feff}')
            .count()
            + 1;
        (line, column)
    }
}

/// Identifies a [`Source`] in a [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(NonZeroU32);

impl SourceId {
    /// The id of a position.
    fn of(at: usize) -> Self {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        Self(NonZeroU32::MIN.saturating_add(at))
    }

    /// The position: ids count from one, so that an optional place takes no more memory than a place.
    fn at(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// The texts of a run, in the order in which they were read.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    texts: Vec<Source>,
    /// The policy and what it extends, without built-in policies.
    policies: Vec<SourceId>,
    /// The files that the run reads, or tried to read.
    files: Vec<PathBuf>,
    /// Where parts of a text end, and the template that rendered each, by where they start.
    rendered: BTreeMap<(SourceId, usize), (usize, String)>,
}

impl Sources {
    /// Adds a text and returns its id.
    pub(crate) fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        self.add_text(name.into(), Cow::Owned(text.into()))
    }

    /// Adds a text that may be embedded, and returns its id.
    pub(crate) fn add_text(&mut self, name: String, text: Cow<'static, str>) -> SourceId {
        self.texts.push(Source {
            name,
            text,
            file: None,
        });
        SourceId::of(self.texts.len() - 1)
    }

    /// Records the file that a text was read from.
    #[allow(
        clippy::indexing_slicing,
        reason = "only `add` makes ids, and nothing is ever taken out"
    )]
    pub(crate) fn is_from(&mut self, id: SourceId, file: &Path) {
        self.texts[id.at()].file = Some(file.to_owned());
    }

    /// The text that was read from a file.
    pub(crate) fn of_file(&self, file: &Path) -> Option<SourceId> {
        let is_it = |source: &Source| source.file() == Some(file);
        self.texts.iter().position(is_it).map(SourceId::of)
    }

    /// Records that a text is the policy, or one that it extends.
    pub(crate) fn is_policy(&mut self, id: SourceId) {
        self.policies.push(id);
    }

    /// The policy, then what it extends, without built-in policies.
    pub(crate) fn policies(&self) -> impl Iterator<Item = &Source> {
        self.policies.iter().map(|id| self.get(*id))
    }

    /// Records that the run reads a file, or tries to, so that no report overwrites it.
    pub(crate) fn takes_from(&mut self, file: &Path) {
        self.files.push(file.to_owned());
    }

    /// Names the template that rendered a part of a text; parts must not overlap.
    pub(crate) fn renders(&mut self, part: &Place, template: &str) {
        let key = (part.source, part.start());
        self.rendered.insert(key, (part.end(), template.to_owned()));
    }

    /// The template that rendered the part that contains a place, if known.
    pub(crate) fn template(&self, place: &Place) -> Option<&str> {
        let upto = (place.source, place.start());
        let (&(source, _), (end, template)) = self.rendered.range(..=upto).next_back()?;
        (source == place.source && place.start() < *end).then_some(template)
    }

    /// The files that the run reads.
    pub(crate) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The text under an id of this collection.
    #[allow(
        clippy::indexing_slicing,
        reason = "only `add` makes ids, and nothing is ever taken out"
    )]
    pub(crate) fn get(&self, id: SourceId) -> &Source {
        &self.texts[id.at()]
    }
}

/// The bytes of a part of a text, in half of the memory of a range: objects and findings have many, and there may be very many
/// of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// First byte of the span.
    pub(crate) fn start(self) -> usize {
        self.start as usize
    }

    /// First byte after the span.
    pub(crate) fn end(self) -> usize {
        self.end as usize
    }

    pub(crate) fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The bytes as a range.
    pub(crate) fn range(self) -> Range<usize> {
        self.start()..self.end()
    }
}

impl From<Range<usize>> for Span {
    /// # Panics
    /// Beyond [`LONGEST`]: an internal error, since no text is longer.
    #[allow(
        clippy::panic,
        reason = "a wrong span must fail, rather than be guessed"
    )]
    fn from(range: Range<usize>) -> Self {
        match (u32::try_from(range.start), u32::try_from(range.end)) {
            (Ok(start), Ok(end)) => Self { start, end },
            _ => panic!("internal error: {range:?} is beyond the longest text"),
        }
    }
}

/// A byte span of one source, for messages. An empty span is a point.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The text.
    pub source: SourceId,
    span: Span,
}

impl Place {
    /// A span of a source.
    pub(crate) fn new(source: SourceId, span: impl Into<Span>) -> Self {
        let span = span.into();
        Self { source, span }
    }

    /// First byte of the span.
    pub fn start(&self) -> usize {
        self.span.start()
    }

    /// First byte after the span.
    pub fn end(&self) -> usize {
        self.span.end()
    }

    /// The bytes as a range.
    pub fn span(&self) -> Range<usize> {
        self.span.range()
    }
}

/// The text at a span that was found in it.
///
/// # Panics
/// When the span is not within the text: an internal error, which must not be mistaken for an empty text.
#[allow(
    clippy::panic,
    reason = "a wrong span must fail, rather than be guessed or treated as empty"
)]
pub(crate) fn slice<'t>(text: &'t str, span: &Range<usize>) -> &'t str {
    text.get(span.clone())
        .unwrap_or_else(|| panic!("internal error: {span:?} is not a span of the text"))
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Span, slice};

    #[test]
    fn a_span_reaches_to_the_end_of_the_longest_text() {
        let span = Span::from(LONGEST - 1..LONGEST);
        assert_eq!((span.start(), span.end()), (LONGEST - 1, LONGEST));
        assert_eq!(span.range(), LONGEST - 1..LONGEST);
        assert!(!span.is_empty() && Span::from(7..7).is_empty());
    }

    #[test]
    #[cfg(target_pointer_width = "64")]
    #[should_panic(expected = "internal error: 0..4294967296 is beyond the longest text")]
    fn a_span_beyond_the_longest_text_is_an_internal_error() {
        let _ = Span::from(0..LONGEST + 1);
    }

    #[test]
    fn a_span_is_its_bytes() {
        assert_eq!(slice("añb", &(1..3)), "ñ");
        assert_eq!(slice("añb", &(4..4)), "");
    }

    #[test]
    #[should_panic(expected = "internal error: 2..3")]
    fn a_span_inside_a_character_is_an_internal_error() {
        slice("añb", &(2..3));
    }

    #[test]
    #[should_panic(expected = "internal error: 4..9")]
    fn a_span_past_the_end_is_an_internal_error() {
        slice("añb", &(4..9));
    }
}
