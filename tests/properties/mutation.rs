//! Changes of a text that a reader of YAML may stumble over.

use proptest::prelude::*;

/// Pieces that mean something to a reader of YAML.
pub(crate) const PIECES: &[&str] = &[
    "---\n",
    "...\n",
    "\n",
    "\r",
    "\u{feff}",
    "\u{2028}",
    "\u{85}",
    "\t",
    "  ",
    "# ",
    "&a ",
    "*a",
    "<<: *a\n",
    "!!binary ",
    "!x ",
    "? ",
    ": ",
    "- ",
    "| ",
    ">\n",
    "'",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\\",
    "%TAG ! x\n",
    "kind: List\n",
    "items:\n",
    "spec:\n",
    "replicas:\n",
    "replicas: 3\n",
    "null",
    "~",
    "kind: Deployment\n",
    "component: proxy\n",
    "0x1",
    "\0",
    "é",
    "🚢",
];

/// A change of the bytes: where, how many go, and what comes.
#[derive(Debug, Clone)]
pub(crate) enum Mutation {
    Insert(usize, usize),
    Remove(usize, usize),
    /// A line once more, or not at all, or in another place.
    Line {
        at: usize,
        to: Option<usize>,
    },
    Byte(usize, u8),
}

pub(crate) fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        4 => (any::<usize>(), 0..PIECES.len()).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
        2 => (any::<usize>(), 1..20_usize).prop_map(|(at, length)| Mutation::Remove(at, length)),
        3 => (any::<usize>(), proptest::option::of(any::<usize>())).prop_map(|(at, to)| Mutation::Line { at, to }),
        1 => (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Byte(at, byte)),
    ]
}

pub(crate) fn mutate(bytes: &mut Vec<u8>, mutation: &Mutation) {
    let place = |at: usize| at % (bytes.len() + 1);
    match *mutation {
        Mutation::Insert(at, piece) => {
            let at = place(at);
            bytes.splice(at..at, PIECES[piece].bytes());
        }
        Mutation::Remove(at, length) => {
            let at = place(at);
            let end = (at + length).min(bytes.len());
            bytes.drain(at..end);
        }
        Mutation::Line { at, to } => {
            let mut lines: Vec<Vec<u8>> = bytes
                .split_inclusive(|byte| *byte == b'\n')
                .map(<[u8]>::to_vec)
                .collect();
            if lines.is_empty() {
                return;
            }
            let line = lines.remove(at % lines.len());
            if let Some(to) = to {
                let (first, second) = (at % (lines.len() + 1), to % (lines.len() + 1));
                lines.insert(first, line.clone());
                lines.insert(second, line);
            }
            *bytes = lines.concat();
        }
        Mutation::Byte(at, byte) => {
            let at = place(at);
            bytes.splice(at..at, [byte]);
        }
    }
}
