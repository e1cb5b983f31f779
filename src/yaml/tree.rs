//! One document as a tree of values, to compare two of them.
//!
//! Only the meaning is kept: not the order of keys, quotes or line breaks. Two trees that are equal mean the same to Kubernetes;
//! two that differ may still mean the same (`0.5` and `.5`).

use std::collections::BTreeMap;
use std::ops::Range;

use super::event::Event;
use super::reader::{MalformedYaml, Reader};

/// A value. Keys without a value are left out: Kubernetes takes them for absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tree {
    /// A scalar, and whether it is certainly a string: `5` is not `"5"`.
    Scalar {
        text: String,
        is_string: bool,
    },
    List(Vec<Tree>),
    /// By key; of duplicates the last one counts. A merge is kept as it is, under `<<`.
    Mapping(BTreeMap<String, Tree>),
    Null,
}

impl Tree {
    /// Reads a document of a text; nothing if it contains only comments.
    ///
    /// # Errors
    /// When it is malformed, or its aliases stand for too much.
    pub(crate) fn read(text: &str, document: &Range<usize>) -> Result<Option<Self>, MalformedYaml> {
        let Some((mut reader, root)) = Reader::open(text, document)? else {
            return Ok(None);
        };
        let tree = node(&mut reader, root)?;
        reader.finish()?;
        Ok(Some(tree))
    }

    /// The value at a path of keys.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |tree, key| match tree {
            Self::Mapping(entries) => entries.get(*key),
            _ => None,
        })
    }

    /// The text of a scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The items of a list; none of anything else.
    pub(crate) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// Where two values first differ, as a path: `spec.containers[0].image`; empty if they differ as a whole.
    pub(crate) fn difference(&self, other: &Self) -> Option<String> {
        match (self, other) {
            (one, other) if one == other => None,
            (Self::Mapping(one), Self::Mapping(other)) => {
                let keys = one.keys().chain(other.keys());
                let mut keys: Vec<&String> = keys.collect();
                keys.sort_unstable();
                keys.into_iter()
                    .find_map(|key| match (one.get(key), other.get(key)) {
                        (Some(one), Some(other)) => Some(joined(key, &one.difference(other)?)),
                        _ => Some(key.clone()),
                    })
            }
            (Self::List(one), Self::List(other)) if one.len() == other.len() => {
                let mut pairs = one.iter().zip(other).enumerate();
                pairs.find_map(|(index, (one, other))| {
                    Some(joined(&format!("[{index}]"), &one.difference(other)?))
                })
            }
            _ => Some(String::new()),
        }
    }
}

/// A path with one more part.
fn joined(path: &str, rest: &str) -> String {
    let is_key = !rest.is_empty() && !rest.starts_with('[');
    let dot = if is_key { "." } else { "" };
    format!("{path}{dot}{rest}")
}

/// The value that an event begins.
fn node<'t>(reader: &mut Reader<'t>, event: Event<'t>) -> Result<Tree, MalformedYaml> {
    match reader.follow(event)? {
        Event::Scalar(scalar) if scalar.is_null() => Ok(Tree::Null),
        Event::Scalar(scalar) => Ok(Tree::Scalar {
            is_string: scalar.is_surely_a_string(),
            text: scalar.value.into_owned(),
        }),
        Event::SequenceStart(_) => {
            let mut items = Vec::new();
            while let Some(event) = inner(reader)? {
                items.push(node(reader, event)?);
            }
            Ok(Tree::List(items))
        }
        Event::MappingStart(_) => {
            let mut entries = BTreeMap::new();
            while let Some(event) = inner(reader)? {
                let (key, at) = key(reader, event)?;
                let event = inner(reader)?.ok_or_else(|| cannot("a key without a value", at))?;
                match node(reader, event)? {
                    Tree::Null => drop(entries.remove(&key)),
                    value => drop(entries.insert(key, value)),
                }
            }
            Ok(Tree::Mapping(entries))
        }
        Event::Alias { span, .. } => Err(cannot("an alias that stands for too much", span.start())),
        Event::End => Err(cannot("an end without a beginning", 0)),
    }
}

/// The next node within a collection; none at its end.
fn inner<'t>(reader: &mut Reader<'t>) -> Result<Option<Event<'t>>, MalformedYaml> {
    let event = reader.next()?;
    Ok((event != Event::End).then_some(event))
}

fn key<'t>(reader: &mut Reader<'t>, event: Event<'t>) -> Result<(String, usize), MalformedYaml> {
    let at = event.span().start();
    match reader.follow(event)? {
        Event::Scalar(scalar) => Ok((scalar.value.into_owned(), at)),
        _ => Err(cannot("a key that is not a scalar", at)),
    }
}

fn cannot(what: &str, offset: usize) -> MalformedYaml {
    MalformedYaml {
        message: format!("cannot compare {what}"),
        offset,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test")]

    use super::*;

    fn tree(text: &str) -> Tree {
        Tree::read(text, &(0..text.len())).unwrap().unwrap()
    }

    #[test]
    fn what_means_the_same_is_equal() {
        for (one, other) in [
            ("a: 1\nb: [x, 'z']\n", "{b: [x, z], a: 1}"),
            ("a: {b: null, c: }\n", "a: {}\n"),
            ("a: 1\na: 2\n", "a: 2\n"),
            ("a: &x {b: [1]}\nc: *x\n", "a: {b: [1]}\nc: {b: [1]}\n"),
            ("a: >-\n  one\n  two\n", "a: \"one two\"\n"),
            ("# c\na:\n- b # c\n", "{\"a\": [\"b\"]}"),
        ] {
            assert_eq!(tree(one), tree(other), "{one}");
            assert_eq!(tree(one).difference(&tree(other)), None);
        }
    }

    #[test]
    fn a_difference_is_named_by_its_path() {
        let template = "spec: {containers: [{name: a, image: 'x:1', args: [[run, -v]]}]}";
        for (other, path) in [
            (template.replace("x:1", "x:2"), "spec.containers[0].image"),
            (
                template.replace("-v", "-q"),
                "spec.containers[0].args[0][1]",
            ),
            (template.replace("run, ", ""), "spec.containers[0].args[0]"),
            (
                template.replace("name: a", "name: a, tty: true"),
                "spec.containers[0].tty",
            ),
            ("spec: x".to_owned(), "spec"),
            ("[1]".to_owned(), ""),
        ] {
            let found = tree(template).difference(&tree(&other));
            assert_eq!(found.as_deref(), Some(path), "{other}");
        }
        let number = tree("a: 5").difference(&tree("a: '5'"));
        assert_eq!(number.as_deref(), Some("a"));
        let merged = tree("a: &x {b: 1}\nc: {<<: *x}").difference(&tree("a: {b: 1}\nc: {b: 1}"));
        assert_eq!(merged.as_deref(), Some("c.<<"));
    }

    #[test]
    fn a_value_is_found_by_its_path() {
        let found = tree("a: {b: [c, {d: e}]}");
        assert_eq!(found.at(&["a", "b"]).map(Tree::items).unwrap().len(), 2);
        let deep = found
            .at(&["a", "b"])
            .and_then(|it| it.items().get(1)?.at(&["d"]));
        assert_eq!(deep.and_then(Tree::text), Some("e"));
        assert_eq!(found.at(&["a", "x"]), None);
        assert_eq!(found.at(&["a", "b", "c"]), None);
        assert!(Tree::read("# c\n", &(0..4)).unwrap().is_none());
        assert!(Tree::read("[a\n", &(0..3)).is_err());
        assert!(Tree::read("{[a]: b}", &(0..8)).is_err());
    }
}
