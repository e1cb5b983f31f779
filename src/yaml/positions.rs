//! A small YAML text as a tree in which every key and value knows its bytes.
//!
//! It is for texts that people write for trimtab itself (policies), so it refuses what such a text does not need:
//! a second document, anchors, aliases, merge keys, tags, directives, duplicate keys, keys that are not scalars, and
//! nesting deeper than [`DEPTH`]. Without aliases the tree is never larger than its text. It resolves nothing: a
//! scalar is its text and whether it was written plain.

mod read;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

pub(crate) use read::read;

/// How deep collections may nest.
pub(crate) const DEPTH: usize = 32;

/// The result of reading: the tree as far as it could be read, and everything that was refused on the way.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The document; `None` if the text is not YAML, or contains no document.
    pub(crate) root: Option<Node>,
    /// What was refused, in the order of the text. If there is any, the tree is only good for further messages.
    pub(crate) problems: Vec<Problem>,
}

/// Something that the text must not contain.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// What is wrong, in one line.
    pub(crate) message: String,
    /// Where.
    pub(crate) span: Range<usize>,
    /// A second place that is relevant, and what is there.
    pub(crate) also: Option<(Range<usize>, &'static str)>,
    /// What to do about it.
    pub(crate) help: Option<&'static str>,
}

/// A value and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// A scalar with its quotes, a flow collection with its brackets, the first key or item of a block collection. A
    /// value that is not written (`key:`) has the span of its key.
    pub(crate) span: Range<usize>,
    /// What it holds.
    pub(crate) content: Content,
}

/// What a [`Node`] holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// A scalar after unquoting and unfolding, and whether it was written without quotes or block markers.
    Scalar {
        text: Cow<'static, str>,
        plain: bool,
    },
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the text, without its duplicates.
    Mapping(Vec<Entry>),
    /// Something that was refused: nothing more need be said about it.
    Refused,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The key after unquoting.
    pub(crate) key: Cow<'static, str>,
    /// Its bytes, with its quotes.
    pub(crate) key_span: Range<usize>,
    /// Whether it was written without quotes.
    pub(crate) key_plain: bool,
    /// The value.
    pub(crate) value: Node,
}

impl Node {
    /// The entries of a mapping; none of anything else.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.content {
            Content::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none of anything else.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.content {
            Content::List(items) => items,
            _ => &[],
        }
    }

    /// The entry under a key of a mapping.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The value at a path of keys.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter()
            .try_fold(self, |node, key| Some(&node.entry(key)?.value))
    }

    /// Whether it is null, written or not: nothing, `~` or `null`.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.content, Content::Scalar { text, plain: true }
            if matches!(&**text, "" | "~" | "null" | "Null" | "NULL"))
    }
}
