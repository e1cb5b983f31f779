//! From the parser's events to the tree.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Content, DEPTH, Entry, Node, Problem, Reading};
use crate::source::Span;
use crate::yaml::event::{Event, Start, Style};
use crate::yaml::parser::{Parsed, Parser};
use crate::yaml::reader::MalformedYaml;

/// Reads a text of one document.
pub(crate) fn read(text: &str) -> Reading {
    let marked = text.trim_start_matches('\u{feff}');
    let mut reader = Reader {
        parser: None,
        problems: Vec::new(),
        depth: 0,
    };
    let root = match Parser::new(marked, text.len() - marked.len()) {
        Ok(parser) => {
            reader.parser = Some(parser);
            reader.document().ok().flatten()
        }
        Err(error) => {
            reader.malformed(&error);
            None
        }
    };
    let mut problems = reader.problems;
    problems.sort_by_key(|problem| problem.span.start);
    Reading { root, problems }
}

/// The text cannot be read any further; the problems say why.
struct Stopped;

/// An event and where its node ends.
struct Read<'t> {
    event: Event<'t>,
    span: Range<usize>,
    end: usize,
}

struct Reader<'t> {
    parser: Option<Parser<'t>>,
    problems: Vec<Problem>,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn document(&mut self) -> Result<Option<Node>, Stopped> {
        let mut root = None;
        let mut documents = 0;
        loop {
            match self.parsed()? {
                (Parsed::StreamEnd, _) => return Ok(root),
                (Parsed::DocumentEnd, _) => {}
                (Parsed::DocumentStart(span), _) => {
                    documents += 1;
                    if documents == 2 {
                        let help = "keep one document";
                        self.refuse(
                            "a second document is not allowed here",
                            span.range(),
                            Some(help),
                        );
                    }
                }
                (Parsed::Event(event), end) => {
                    let span = event.span().range();
                    let node = self.node(Read { event, span, end })?;
                    root.get_or_insert(node);
                }
            }
        }
    }

    /// The parser's next event, and where it ends. Tags and anchors are refused.
    fn parsed(&mut self) -> Result<(Parsed<'t>, usize), Stopped> {
        let Some(parser) = &mut self.parser else {
            return Err(Stopped);
        };
        let parsed = match parser.next() {
            Ok(parsed) => parsed,
            Err(error) => {
                self.malformed(&error);
                return Err(Stopped);
            }
        };
        let (properties, end) = (parser.properties(), parser.end());
        if let Some(tag) = properties.tag {
            let help = "write the plain value";
            self.refuse("a tag is not allowed here", tag, Some(help));
        }
        if let Some(anchor) = properties.anchor {
            let help = "write the value out where it is used";
            self.refuse("an anchor is not allowed here", anchor, Some(help));
        }
        Ok((parsed, end))
    }

    fn next(&mut self) -> Result<Read<'t>, Stopped> {
        match self.parsed()? {
            (Parsed::Event(event), end) => {
                let span = event.span().range();
                Ok(Read { event, span, end })
            }
            _ => Err(Stopped),
        }
    }

    /// The value that begins with this event.
    fn node(&mut self, read: Read<'t>) -> Result<Node, Stopped> {
        match read.event {
            Event::Scalar(scalar) => Ok(Node {
                span: scalar.span.range(),
                content: Content::Scalar {
                    text: scalar.value.into_owned().into(),
                    plain: scalar.style == Style::Plain,
                },
            }),
            Event::SequenceStart(start) => {
                self.enter(start.span)?;
                let list = self.list(&start)?;
                self.depth -= 1;
                Ok(list)
            }
            Event::MappingStart(start) => {
                self.enter(start.span)?;
                let mapping = self.mapping(&start)?;
                self.depth -= 1;
                Ok(mapping)
            }
            Event::Alias { span, .. } => {
                let help = "write the value out";
                self.refuse("an alias is not allowed here", span.range(), Some(help));
                Ok(refused(span.range()))
            }
            Event::End => Err(Stopped),
        }
    }

    /// Enters a collection.
    fn enter(&mut self, at: Span) -> Result<(), Stopped> {
        self.depth += 1;
        if self.depth <= DEPTH {
            return Ok(());
        }
        let message = format!("nested deeper than {DEPTH} levels");
        self.refuse(message, at.range(), None);
        Err(Stopped)
    }

    fn list(&mut self, start: &Start) -> Result<Node, Stopped> {
        let mut items = Vec::new();
        loop {
            let read = self.next()?;
            if let Event::End = read.event {
                let first = items.first().map(|item: &Node| item.span.clone());
                return Ok(Node {
                    span: collection(start, read.end, first),
                    content: Content::List(items),
                });
            }
            items.push(self.node(read)?);
        }
    }

    fn mapping(&mut self, start: &Start) -> Result<Node, Stopped> {
        let mut entries = Vec::new();
        let mut seen = BTreeMap::new();
        loop {
            let read = self.next()?;
            if let Event::End = read.event {
                let first = entries.first().map(|entry: &Entry| entry.key_span.clone());
                return Ok(Node {
                    span: collection(start, read.end, first),
                    content: Content::Mapping(entries),
                });
            }
            let span = read.span.clone();
            let key = self.key(read)?;
            let value = self.next()?;
            let value = self.node(value)?;
            let Some((key, key_plain)) = key else {
                continue;
            };
            if let Some(first) = seen.insert(key.clone(), span.clone()) {
                self.duplicate(&key, span, first.clone());
                seen.insert(key, first);
                continue;
            }
            entries.push(entry(key, key_plain, span, value));
        }
    }

    /// A key's text and whether it is plain; none where it was refused.
    fn key(&mut self, read: Read<'t>) -> Result<Option<(String, bool)>, Stopped> {
        match read.event {
            Event::Scalar(key) if key.style == Style::Plain && key.value == "<<" => {
                let help = "write the fields out";
                self.refuse(
                    "a merge key is not allowed here",
                    key.span.range(),
                    Some(help),
                );
                Ok(None)
            }
            Event::Scalar(key) => Ok(Some((key.value.into_owned(), key.style == Style::Plain))),
            event => {
                let known = matches!(event, Event::Alias { .. });
                let node = self.node(Read { event, ..read })?;
                if !known {
                    self.refuse("a key must be a string", node.span, None);
                }
                Ok(None)
            }
        }
    }

    fn malformed(&mut self, error: &MalformedYaml) {
        let at = error.offset..error.offset;
        self.refuse(format!("malformed YAML: {}", error.message), at, None);
    }

    fn duplicate(&mut self, key: &str, span: Range<usize>, first: Range<usize>) {
        let shown: String = key.chars().take(60).collect();
        self.problems.push(Problem {
            message: format!("duplicate key `{shown}`"),
            span,
            also: Some((first, "the first one")),
            help: Some("keep one of the two"),
        });
    }

    fn refuse(
        &mut self,
        message: impl Into<String>,
        span: Range<usize>,
        help: Option<&'static str>,
    ) {
        self.problems.push(Problem {
            message: message.into(),
            span,
            also: None,
            help,
        });
    }
}

fn refused(span: Range<usize>) -> Node {
    Node {
        span,
        content: Content::Refused,
    }
}

/// An entry whose value, when it is not written, borrows its key's span.
fn entry(key: String, key_plain: bool, key_span: Range<usize>, mut value: Node) -> Entry {
    if value.span.is_empty() {
        value.span = key_span.clone();
    }
    Entry {
        key: key.into(),
        key_span,
        key_plain,
        value,
    }
}

fn collection(start: &Start, end: usize, first: Option<Range<usize>>) -> Range<usize> {
    match first {
        Some(first) if !start.flow => first,
        _ => start.span.start()..end.max(start.span.end()),
    }
}
