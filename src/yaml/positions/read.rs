//! From the parser's events to the tree.

use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, StrInput, StructureStyle};

use super::{Content, DEPTH, Entry, Node, Problem, Reading};

/// Reads a text of one document.
pub(crate) fn read(text: &str) -> Reading {
    let options = granit_parser::options! {
        emit_comments: false,
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        disallow_directives: true,
        block_nesting_limit: DEPTH,
        flow_nesting_limit: DEPTH,
    };
    let mut reader = Reader {
        parser: Parser::new_from_str_with_options(text, options),
        problems: Vec::new(),
        length: text.len(),
    };
    let root = reader.document().ok().flatten();
    let mut problems = reader.problems;
    problems.sort_by_key(|problem| problem.span.start);
    Reading { root, problems }
}

/// The text cannot be read any further; why is among the problems.
struct Stopped;

struct Reader<'t> {
    parser: Parser<'t, StrInput<'t>>,
    problems: Vec<Problem>,
    length: usize,
}

impl<'t> Reader<'t> {
    fn document(&mut self) -> Result<Option<Node>, Stopped> {
        let mut root = None;
        let mut documents = 0;
        loop {
            let (event, span) = self.event()?;
            match event {
                Event::StreamEnd => return Ok(root),
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents == 2 {
                        let help = "keep one document";
                        self.refuse("a second document is not allowed here", span, Some(help));
                    }
                }
                Event::StreamStart | Event::DocumentEnd => {}
                event => {
                    let node = self.node(event, span)?;
                    root.get_or_insert(node);
                }
            }
        }
    }

    /// The next event that carries a value; anchors are refused on the way.
    fn event(&mut self) -> Result<(Event<'t>, Range<usize>), Stopped> {
        loop {
            let (event, span) = match self.parser.next_event() {
                Some(Ok(found)) => found,
                Some(Err(error)) => {
                    let at = error.marker().byte_offset().unwrap_or(self.length);
                    self.refuse(format!("invalid YAML: {}", error.info()), at..at, None);
                    return Err(Stopped);
                }
                None => return Err(Stopped),
            };
            let range = span.byte_range().unwrap_or(self.length..self.length);
            if let Some(tag) = span.tag_span().and_then(|tag| tag.byte_range()) {
                let help = "write the plain value";
                self.refuse("a tag is not allowed here", tag, Some(help));
            }
            if let Event::Anchor(..) = event {
                let help = "write the value out where it is used";
                self.refuse("an anchor is not allowed here", range, Some(help));
                continue;
            }
            return Ok((event, range));
        }
    }

    /// The value that this event begins. Recursion is as deep as the parser lets collections nest.
    fn node(&mut self, event: Event<'t>, span: Range<usize>) -> Result<Node, Stopped> {
        match event {
            Event::Scalar(text, style, ..) => Ok(Node {
                span,
                content: Content::Scalar {
                    text: text.into_owned(),
                    plain: style == ScalarStyle::Plain,
                },
            }),
            Event::SequenceStart(style, ..) => self.list(style, span),
            Event::MappingStart(style, ..) => self.mapping(style, span),
            Event::Alias(..) | Event::UnresolvedAlias(..) => {
                let help = "write the value out";
                self.refuse("an alias is not allowed here", span.clone(), Some(help));
                Ok(refused(span))
            }
            _ => Ok(refused(span)),
        }
    }

    fn list(&mut self, style: StructureStyle, start: Range<usize>) -> Result<Node, Stopped> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.event()?;
            if let Event::SequenceEnd = event {
                let first = items.first().map(|item: &Node| item.span.clone());
                return Ok(Node {
                    span: collection(style, start, &span, first),
                    content: Content::List(items),
                });
            }
            items.push(self.node(event, span)?);
        }
    }

    fn mapping(&mut self, style: StructureStyle, start: Range<usize>) -> Result<Node, Stopped> {
        let mut entries = Vec::new();
        let mut seen = BTreeMap::new();
        loop {
            let (event, span) = self.event()?;
            if let Event::MappingEnd = event {
                let first = entries.first().map(|entry: &Entry| entry.key_span.clone());
                return Ok(Node {
                    span: collection(style, start, &span, first),
                    content: Content::Mapping(entries),
                });
            }
            let key = self.key(event, span.clone())?;
            let (event, value_span) = self.event()?;
            let value = self.node(event, value_span)?;
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
    fn key(
        &mut self,
        event: Event<'t>,
        span: Range<usize>,
    ) -> Result<Option<(String, bool)>, Stopped> {
        match event {
            Event::Scalar(text, ScalarStyle::Plain, ..) if text == "<<" => {
                let help = "write the fields out";
                self.refuse("a merge key is not allowed here", span, Some(help));
                Ok(None)
            }
            Event::Scalar(text, style, ..) => {
                Ok(Some((text.into_owned(), style == ScalarStyle::Plain)))
            }
            event => {
                let known = matches!(event, Event::Alias(..) | Event::UnresolvedAlias(..));
                let node = self.node(event, span)?;
                if !known {
                    self.refuse("a key must be a string", node.span, None);
                }
                Ok(None)
            }
        }
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

/// An entry whose value, when it is not written, borrows its key's span: the parser puts that before the colon.
fn entry(key: String, key_plain: bool, key_span: Range<usize>, mut value: Node) -> Entry {
    if value.span.is_empty() {
        value.span = key_span.clone();
    }
    Entry {
        key,
        key_span,
        key_plain,
        value,
    }
}

fn collection(
    style: StructureStyle,
    start: Range<usize>,
    end: &Range<usize>,
    first: Option<Range<usize>>,
) -> Range<usize> {
    match (style, first) {
        (StructureStyle::Block, Some(first)) => first,
        (StructureStyle::Block, None) => start,
        (StructureStyle::Flow, _) => start.start..end.end.max(start.end),
    }
}
