//! Wraps the parser, one of libyaml's family, to produce our events. Only these files name it.
//!
//! Its marks become spans of the text. The span of a scalar includes its quotes. That of a flow collection is its bracket, and
//! that of a block collection is empty, before its first key or dash. A node that is not written has the empty span where it
//! would be.
//!
//! Refused: what the parser refuses or panics at, nesting deeper than [`DEPTH`], more than [`ANCHORS`] anchors,
//! directives (kubectl cuts a stream at the `---` that must follow them), and a mark outside of the text.

mod convert;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ops::Range;

use libyaml_safer as libyaml;
use libyaml_safer::EventData;

use super::content::{BYTE_ORDER_MARK, is_json};
use super::event::Event;
use super::input::{DELETE, Exchanges, Input};
use super::properties::{Properties, is_break};
use super::reader::MalformedYaml;
use crate::panics;
use crate::source::{Span, slice};

/// How deep collections may nest.
pub(super) const DEPTH: usize = 256;

/// How many anchors a document may have.
const ANCHORS: u32 = 100_000;

/// Why a second document is refused.
pub(super) const SECOND_DOCUMENT: &str =
    "a second document begins here without a `---` line of its own";

/// Why a directive is refused.
const DIRECTIVE: &str = "a directive, which kubectl cuts off from its document";

/// Why a byte order mark inside of a document is refused: Go's YAML looks for one where its buffer begins instead of where
/// it reads (`is_bom` in `yamlprivateh.go` of `go.yaml.in/yaml/v2`), and may then pass over another character.
const INNER_MARK: &str =
    "a byte order mark inside of a document, which Kubernetes may read in several ways";

/// How many scalars may contain `\'`: each of them makes the parser begin again.
const ESCAPED_QUOTES: usize = 32;

/// What the parser found.
#[derive(Debug)]
pub(super) enum Parsed<'t> {
    Event(Event<'t>),
    /// The place of its `---`; empty if it has none.
    DocumentStart(Span),
    DocumentEnd,
    StreamEnd,
}

/// What was passed over.
pub(super) enum Passed<'t> {
    /// A node without an anchor, or the end of a collection, and how it changes the depth.
    Plain(isize),
    /// An anchored node, or an alias.
    Noted(Event<'t>),
}

/// A collection that has not ended yet.
struct Open {
    /// Whether a bracket is known to end it.
    bracket: bool,
    at: usize,
}

/// Reads a text event by event.
pub(super) struct Parser<'t> {
    text: &'t str,
    /// Where the text begins in the stream.
    base: usize,
    inner: libyaml::Parser<Input<'t>>,
    exchanges: Exchanges,
    /// How many events the parser has returned, and how often it has begun again.
    given: usize,
    restarts: usize,
    anchors: HashMap<String, u32>,
    numbered: u32,
    open: Vec<Open>,
    properties: Properties,
    end: usize,
}

impl<'t> Parser<'t> {
    /// Starts on a text that begins at `base` in the stream.
    pub(super) fn new(text: &'t str, base: usize) -> Result<Self, MalformedYaml> {
        let directive = tag_directive(text).map(|at| (at, DIRECTIVE));
        let mark = byte_order_mark(text).map(|at| (at, INNER_MARK));
        if let Some((at, message)) = directive.or(mark) {
            return Err(MalformedYaml {
                message: message.to_owned(),
                offset: base + at,
            });
        }
        let exchanges = Exchanges::default();
        Ok(Self {
            text,
            base,
            inner: start(text, &exchanges),
            exchanges,
            given: 0,
            restarts: 0,
            anchors: HashMap::new(),
            numbered: 0,
            open: Vec::new(),
            properties: Properties::default(),
            end: 0,
        })
    }

    /// The next event.
    pub(super) fn next(&mut self) -> Result<Parsed<'t>, MalformedYaml> {
        let event = self.advance()?;
        self.convert(event)
    }

    /// Like [`Self::next`], for an event that is ignored.
    pub(super) fn pass(&mut self) -> Result<Passed<'t>, MalformedYaml> {
        let event = self.advance()?;
        match &event.data {
            EventData::Scalar { anchor: None, .. } => Ok(Passed::Plain(0)),
            EventData::MappingStart { anchor: None, .. }
            | EventData::SequenceStart { anchor: None, .. } => {
                self.open(false, self.end)?;
                Ok(Passed::Plain(1))
            }
            EventData::MappingEnd | EventData::SequenceEnd => {
                self.open.pop();
                Ok(Passed::Plain(-1))
            }
            _ => match self.convert(event)? {
                Parsed::Event(event) => Ok(Passed::Noted(event)),
                _ => Err(self.too_early()),
            },
        }
    }

    /// Opens a collection that ends with a bracket, or without.
    fn open(&mut self, bracket: bool, at: usize) -> Result<(), MalformedYaml> {
        self.open.push(Open { bracket, at });
        if self.open.len() > DEPTH {
            return Err(self.refuse(format!("nested deeper than {DEPTH} levels"), at));
        }
        Ok(())
    }

    /// Where the node of the last event ends; for the end of a collection, where the collection ends.
    pub(super) fn end(&self) -> usize {
        self.base + self.end
    }

    /// The tag of the last event's node, as it is written.
    pub(super) fn written_tag(&self) -> &'t str {
        let tag = self.properties.tag.as_ref();
        tag.map_or("", |tag| slice(self.text, tag))
    }

    /// The anchor and the tag of the last event's node.
    pub(super) fn properties(&self) -> Properties {
        let place = |span: &Option<Range<usize>>| {
            let span = span.clone()?;
            Some(self.base + span.start..self.base + span.end)
        };
        Properties {
            anchor: place(&self.properties.anchor),
            tag: place(&self.properties.tag),
        }
    }

    pub(super) fn too_early(&self) -> MalformedYaml {
        self.refuse("the document ends too early", self.text.len())
    }

    fn refuse(&self, message: impl Into<String>, at: usize) -> MalformedYaml {
        MalformedYaml {
            message: message.into(),
            offset: self.base + at,
        }
    }

    /// The parser's next event. Where the parser refuses what Go reads, it begins again with that exchanged.
    fn advance(&mut self) -> Result<libyaml::Event, MalformedYaml> {
        loop {
            let parsed = panics::quietly(|| self.inner.parse());
            let error = match parsed {
                Ok(Ok(event)) => {
                    self.given += 1;
                    return Ok(event);
                }
                Ok(Err(error)) => error,
                Err(panics::Panicked) => return Err(self.panicked()),
            };
            self.exchange(&error)?;
            self.inner = start(self.text, &self.exchanges);
            for _ in 0..self.given {
                let again = panics::quietly(|| self.inner.parse());
                if !matches!(again, Ok(Ok(_))) {
                    return Err(self.malformed(&error));
                }
            }
        }
    }

    /// The parser is ahead of its events, so the place is that of the next tag.
    fn panicked(&self) -> MalformedYaml {
        let rest = slice(self.text, &(self.end..self.text.len()));
        let message = "the parser gives up on what follows here: a tag before a comma, or an unfinished escape";
        self.refuse(message, self.end + rest.find('!').unwrap_or_default())
    }

    /// Exchanges what Go reads and the parser refuses, or returns the error.
    fn exchange(&mut self, error: &libyaml::Error) -> Result<(), MalformedYaml> {
        if let Some(scalar) = self.scalar_with_escaped_quotes(error) {
            self.restarts += 1;
            if self.restarts > ESCAPED_QUOTES {
                let message = format!("more than {ESCAPED_QUOTES} quoted scalars with `\\'`");
                return Err(self.refuse(message, scalar));
            }
            let found = escaped_quotes(self.text, scalar);
            self.exchanges.add(found, "");
            return Ok(());
        }
        let is_new = self.exchanges.len() == 0 && !self.text.contains(DELETE);
        if error.kind() == libyaml::ErrorKind::Reader && is_new && is_json(self.text) {
            let deletes = memchr::memchr_iter(0x7f, self.text.as_bytes());
            self.exchanges.add(deletes, DELETE);
            if self.exchanges.len() > 0 {
                return Ok(());
            }
        }
        Err(self.malformed(error))
    }

    /// The scalar in which the parser met a `\'`, which Go reads as a quote.
    fn scalar_with_escaped_quotes(&self, error: &libyaml::Error) -> Option<usize> {
        let offset = |mark: libyaml::Mark| self.exchanges.offset(index(mark));
        let is_escape = error.problem() == "found unknown escape character";
        let problem = error.problem_mark().filter(|_| is_escape).map(offset)?;
        let is_quote = self.text.get(problem..)?.starts_with("\\'");
        error.context_mark().filter(|_| is_quote).map(offset)
    }

    fn malformed(&self, error: &libyaml::Error) -> MalformedYaml {
        let at = match error.problem_mark() {
            Some(mark) => self.exchanges.offset(index(mark)).min(self.text.len()),
            None => self.text.find(is_refused).unwrap_or_default(),
        };
        let problem = error.problem();
        if problem == "did not find expected <document start>" {
            return self.refuse(SECOND_DOCUMENT, at);
        }
        let is_at_end = slice(self.text, &(at..self.text.len())).trim().is_empty();
        if let Some(Open { at, bracket: true }) = self.open.last().filter(|_| is_at_end) {
            let bracket = slice(self.text, &(*at..at + 1));
            return self.refuse(format!("unclosed bracket `{bracket}`"), *at);
        }
        match error.context() {
            Some(context) => self.refuse(format!("{problem} {context}"), at),
            None => self.refuse(problem, at),
        }
    }
}

fn start<'t>(text: &'t str, exchanges: &Exchanges) -> libyaml::Parser<Input<'t>> {
    let mut parser = libyaml::Parser::new();
    // If the parser detected the encoding, it would not count the bytes of a byte order mark.
    parser.set_encoding(libyaml::Encoding::Utf8);
    parser.set_input(Input::new(text, exchanges));
    parser
}

/// A mark as an offset of the parser, which counts bytes.
fn index(mark: libyaml::Mark) -> usize {
    usize::try_from(mark.index).unwrap_or(usize::MAX)
}

/// The first line that could be a `%TAG` directive: the parser compares each with all before it.
fn tag_directive(text: &str) -> Option<usize> {
    let begins_line = |at: usize| at == 0 || slice(text, &(0..at)).ends_with(is_break);
    starts_of("%TAG", text).find(|&at| begins_line(at))
}

fn byte_order_mark(text: &str) -> Option<usize> {
    starts_of(BYTE_ORDER_MARK, text).next()
}

/// Where a word begins whose first byte is rare in manifests, so that searching for this byte is the fastest.
fn starts_of(word: &str, text: &str) -> impl Iterator<Item = usize> {
    let (bytes, word) = (text.as_bytes(), word.as_bytes());
    let first = word.first().copied().unwrap_or_default();
    memchr::memchr_iter(first, bytes)
        .filter(move |&at| bytes.get(at..).is_some_and(|rest| rest.starts_with(word)))
}

/// The places of `\'` in the double-quoted scalar that begins at an offset.
fn escaped_quotes(text: &str, scalar: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let mut signs = text.bytes().enumerate().skip(scalar + 1);
    while let Some((at, sign)) = signs.next() {
        match sign {
            b'"' => break,
            b'\\' if matches!(signs.next(), Some((_, b'\''))) => found.push(at),
            _ => {}
        }
    }
    found
}

/// Whether the parser refuses a character everywhere.
fn is_refused(sign: char) -> bool {
    !matches!(sign, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
}
