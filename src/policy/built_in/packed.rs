//! What is known of an embedded policy when trimtab is built, rather than found out at every start.
//!
//! Reading a catalogue takes longer than all else that a small run does, and its text never changes. So what
//! `yaml::positions` reads of it is kept beside it, as numbers: where each value is, and how many a collection holds. A test
//! compares the two, and writes them anew with `BLESS=1`. `settled` does the same for what comes of it.

use std::ops::Range;
use std::slice::Iter;

use crate::yaml::positions::{Content, Entry, Node};

const SCALAR: u16 = 0;
const LIST: u16 = 1;
const MAPPING: u16 = 2;

/// The numbers are not of the text.
#[derive(Debug)]
pub(super) struct Foreign;

/// The tree of a text.
pub(super) fn unpack(text: &'static str, packed: &[u8]) -> Result<Node, Foreign> {
    let mut unpack = Unpack::new(text, packed)?;
    let root = node(&mut unpack)?;
    unpack.end()?;
    Ok(root)
}

fn node(from: &mut Unpack<'_>) -> Result<Node, Foreign> {
    let kind = from.number()?;
    let span = from.span()?;
    let content = match kind {
        SCALAR => Content::Scalar {
            text: from.at(&span)?.into(),
            plain: true,
        },
        LIST => Content::List(from.several(node)?),
        MAPPING => Content::Mapping(from.several(entry)?),
        _ => return Err(Foreign),
    };
    Ok(Node { span, content })
}

fn entry(from: &mut Unpack<'_>) -> Result<Entry, Foreign> {
    let key_span = from.span()?;
    Ok(Entry {
        key: from.at(&key_span)?.into(),
        key_span,
        key_plain: true,
        value: node(from)?,
    })
}

/// The numbers of a text that have not been read yet.
pub(super) struct Unpack<'p> {
    text: &'static str,
    numbers: Iter<'p, [u8; 2]>,
}

impl<'p> Unpack<'p> {
    pub(super) fn new(text: &'static str, packed: &'p [u8]) -> Result<Self, Foreign> {
        match packed.as_chunks::<2>() {
            (numbers, []) => Ok(Self {
                text,
                numbers: numbers.iter(),
            }),
            _ => Err(Foreign),
        }
    }

    /// All numbers must have been read.
    pub(super) fn end(&self) -> Result<(), Foreign> {
        match self.numbers.len() {
            0 => Ok(()),
            _ => Err(Foreign),
        }
    }

    pub(super) fn number(&mut self) -> Result<u16, Foreign> {
        let bytes = self.numbers.next().ok_or(Foreign)?;
        Ok(u16::from_le_bytes(*bytes))
    }

    pub(super) fn flag(&mut self) -> Result<bool, Foreign> {
        match self.number()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Foreign),
        }
    }

    pub(super) fn span(&mut self) -> Result<Range<usize>, Foreign> {
        Ok(self.number()?.into()..self.number()?.into())
    }

    /// What is written there.
    pub(super) fn at(&self, span: &Range<usize>) -> Result<&'static str, Foreign> {
        self.text.get(span.clone()).ok_or(Foreign)
    }

    /// How many there are, and each of them.
    pub(super) fn several<T>(
        &mut self,
        mut one: impl FnMut(&mut Self) -> Result<T, Foreign>,
    ) -> Result<Vec<T>, Foreign> {
        let count = self.number()?;
        let mut several = Vec::with_capacity(count.into());
        for _ in 0..count {
            several.push(one(self)?);
        }
        Ok(several)
    }

    /// Whether there is one, and that one.
    pub(super) fn optional<T>(
        &mut self,
        one: impl FnOnce(&mut Self) -> Result<T, Foreign>,
    ) -> Result<Option<T>, Foreign> {
        self.flag()?.then(|| one(self)).transpose()
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::panic,
        reason = "a panic fails the test, as it should"
    )]

    use super::*;
    use crate::policy::built_in::{ALL, held};
    use crate::yaml::positions;

    /// The numbers of a tree of plain scalars.
    fn pack(node: &Node, into: &mut Vec<u16>) {
        let mut put = |number: usize| into.push(number.try_into().unwrap());
        let kind = match &node.content {
            Content::Scalar { .. } => SCALAR,
            Content::List(_) => LIST,
            Content::Mapping(_) => MAPPING,
            Content::Refused => panic!("refused at {:?}", node.span),
        };
        put(kind.into());
        put(node.span.start);
        put(node.span.end);
        match &node.content {
            Content::List(items) => {
                put(items.len());
                for item in items {
                    pack(item, into);
                }
            }
            Content::Mapping(entries) => {
                put(entries.len());
                for entry in entries {
                    into.push(entry.key_span.start.try_into().unwrap());
                    into.push(entry.key_span.end.try_into().unwrap());
                    pack(&entry.value, into);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn an_embedded_tree_is_that_of_its_text() {
        for policy in ALL {
            let reading = positions::read(policy.text);
            assert_eq!(reading.problems, [], "{}", policy.name);
            let root = reading.root.unwrap();
            let mut numbers = Vec::new();
            pack(&root, &mut numbers);
            let bytes = held::packed(policy, "tree", &numbers);
            assert_eq!(
                unpack(policy.text, &bytes).unwrap(),
                root,
                "{}",
                policy.name
            );
        }
    }

    #[test]
    fn other_numbers_are_no_tree() {
        let text = "a: b\n";
        let numbers = [MAPPING, 0, 1, 1, 0, 1, SCALAR, 3, 4];
        let bytes = |numbers: &[u16]| -> Vec<u8> {
            numbers.iter().flat_map(|it| it.to_le_bytes()).collect()
        };
        assert_eq!(
            unpack(text, &bytes(&numbers)).ok(),
            positions::read(text).root
        );
        for cut in 0..numbers.len() {
            assert!(unpack(text, &bytes(numbers.get(..cut).unwrap())).is_err());
        }
        for (at, other) in [(0, 7), (3, 2), (8, 99)] {
            let mut numbers = numbers;
            *numbers.get_mut(at).unwrap() = other;
            assert!(unpack(text, &bytes(&numbers)).is_err(), "{other} at {at}");
        }
        let mut longer = bytes(&numbers);
        longer.push(0);
        assert!(unpack(text, &longer).is_err());
        longer.push(0);
        assert!(unpack(text, &longer).is_err());
    }
}
