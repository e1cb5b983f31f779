//! The tree of an embedded policy, read when trimtab is built rather than at every start.
//!
//! Reading a catalogue takes longer than all else that a small run does, and its text never changes. So what
//! `yaml::positions` reads of it is kept beside it, as numbers: where each value is, and how many a collection holds. A test
//! compares the two, and writes them anew with `BLESS=1`.

use std::ops::Range;

use crate::yaml::positions::{Content, Entry, Node};

const SCALAR: u16 = 0;
const LIST: u16 = 1;
const MAPPING: u16 = 2;

/// The tree of a text; none where the numbers are not those of a tree of it.
pub(super) fn unpack(text: &'static str, packed: &[u8]) -> Option<Node> {
    let (numbers, []) = packed.as_chunks::<2>() else {
        return None;
    };
    let mut numbers = numbers.iter().map(|bytes| u16::from_le_bytes(*bytes));
    let root = Unpack {
        text,
        from: &mut numbers,
    }
    .node()?;
    numbers.next().is_none().then_some(root)
}

struct Unpack<I> {
    text: &'static str,
    from: I,
}

impl<I: Iterator<Item = u16>> Unpack<I> {
    fn node(&mut self) -> Option<Node> {
        let kind = self.from.next()?;
        let span = self.span()?;
        let content = match kind {
            SCALAR => Content::Scalar {
                text: self.text.get(span.clone())?.into(),
                plain: true,
            },
            LIST => Content::List(self.several(Self::node)?),
            MAPPING => Content::Mapping(self.several(Self::entry)?),
            _ => return None,
        };
        Some(Node { span, content })
    }

    fn entry(&mut self) -> Option<Entry> {
        let key_span = self.span()?;
        Some(Entry {
            key: self.text.get(key_span.clone())?.into(),
            key_span,
            key_plain: true,
            value: self.node()?,
        })
    }

    fn span(&mut self) -> Option<Range<usize>> {
        let (start, end) = (self.from.next()?, self.from.next()?);
        Some(start.into()..end.into())
    }

    fn several<T>(&mut self, one: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.from.next()?;
        let mut several = Vec::with_capacity(count.into());
        for _ in 0..count {
            several.push(one(self)?);
        }
        Some(several)
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
    use crate::policy::built_in::ALL;
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
        let bless = std::env::var_os("BLESS").is_some();
        for policy in ALL {
            let reading = positions::read(policy.text);
            assert_eq!(reading.problems, [], "{}", policy.name);
            let root = reading.root.unwrap();
            let mut numbers = Vec::new();
            pack(&root, &mut numbers);
            let bytes: Vec<u8> = numbers.iter().flat_map(|it| it.to_le_bytes()).collect();
            let file = format!("src/policy/built_in/{}.tree", policy.name);
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
            if bless {
                std::fs::write(&path, &bytes).unwrap();
            }
            let now = std::fs::read(&path).unwrap_or_default();
            assert!(
                now == bytes,
                "policies/{}.yaml has changed: write {file} anew with BLESS=1, and build again",
                policy.name
            );
            assert_eq!(unpack(policy.text, &bytes), Some(root), "{}", policy.name);
        }
    }

    #[test]
    fn other_numbers_are_no_tree() {
        let text = "a: b\n";
        let numbers = [MAPPING, 0, 1, 1, 0, 1, SCALAR, 3, 4];
        let bytes = |numbers: &[u16]| -> Vec<u8> {
            numbers.iter().flat_map(|it| it.to_le_bytes()).collect()
        };
        assert_eq!(unpack(text, &bytes(&numbers)), positions::read(text).root);
        for cut in 0..numbers.len() {
            assert_eq!(unpack(text, &bytes(numbers.get(..cut).unwrap())), None);
        }
        for (at, other) in [(0, 7), (3, 2), (8, 99)] {
            let mut numbers = numbers;
            *numbers.get_mut(at).unwrap() = other;
            assert_eq!(unpack(text, &bytes(&numbers)), None, "{other} at {at}");
        }
        let mut longer = bytes(&numbers);
        longer.push(0);
        assert_eq!(unpack(text, &longer), None);
        longer.push(0);
        assert_eq!(unpack(text, &longer), None);
    }
}
