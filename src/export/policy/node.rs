//! A document as a tree of plain values, with comments.

use serde::{Serialize, Serializer};

use super::origin::Origin;

/// A value with what is said about it.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) content: Content,
    /// Lines of comment above it, without the `#`.
    pub(crate) above: Vec<String>,
    /// Where the value comes from: the comment after it.
    pub(crate) origin: Option<Origin>,
}

#[derive(Debug, Clone)]
pub(crate) enum Content {
    Null,
    Flag(bool),
    Number(u32),
    Text(String),
    List(Vec<Node>),
    /// In the order of the document.
    Mapping(Vec<(String, Node)>),
}

impl Node {
    pub(crate) fn new(content: impl Into<Content>) -> Self {
        Self {
            content: content.into(),
            above: Vec::new(),
            origin: None,
        }
    }
}

impl Content {
    /// Whether it is a collection without parts.
    pub(crate) fn is_nothing(&self) -> bool {
        match self {
            Self::List(items) => items.is_empty(),
            Self::Mapping(entries) => entries.is_empty(),
            _ => false,
        }
    }
}

impl From<bool> for Content {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<u32> for Content {
    fn from(number: u32) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Option<u32>> for Content {
    fn from(limit: Option<u32>) -> Self {
        limit.map_or(Self::Null, Self::Number)
    }
}

impl From<Vec<Node>> for Content {
    fn from(items: Vec<Node>) -> Self {
        Self::List(items)
    }
}

/// A mapping in the making; what holds nothing is left out.
#[derive(Debug, Default)]
pub(crate) struct Mapping(Vec<(String, Node)>);

impl Mapping {
    pub(crate) fn add(&mut self, key: &str, node: Node) {
        if !node.content.is_nothing() {
            self.0.push((key.to_owned(), node));
        }
    }

    pub(crate) fn add_always(&mut self, key: &str, node: Node) {
        self.0.push((key.to_owned(), node));
    }

    pub(crate) fn add_some(&mut self, key: &str, node: Option<Node>) {
        if let Some(node) = node {
            self.add(key, node);
        }
    }

    pub(crate) fn finish(self) -> Node {
        Node::new(Content::Mapping(self.0))
    }
}

/// The values alone.
impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.content {
            Content::Null => serializer.serialize_unit(),
            Content::Flag(flag) => serializer.serialize_bool(*flag),
            Content::Number(number) => serializer.serialize_u32(*number),
            Content::Text(text) => serializer.serialize_str(text),
            Content::List(items) => serializer.collect_seq(items),
            Content::Mapping(entries) => {
                serializer.collect_map(entries.iter().map(|(key, node)| (key, node)))
            }
        }
    }
}
