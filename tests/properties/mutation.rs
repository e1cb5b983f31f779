//! Changes of a text that a YAML parser may stumble over.

use proptest::prelude::*;

/// Pieces with a meaning in YAML.
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

/// Pieces on which YAML parsers disagree, or that change the meaning of the text around them.
pub(crate) const TRICKS: &[&str] = &[
    "?",
    "? ",
    ":",
    " : ",
    ",",
    "!a,",
    "! ",
    "!!str ",
    "!!merge ",
    "!!merg%65 ",
    "!<x> ",
    "&b:c ",
    "&b ",
    "&a",
    "*b",
    "*b ",
    "<<: ",
    "!!str <<: *b\n",
    "x: &b {kind: Service}\n",
    "{x: 1}",
    "kind:, ",
    "kind: Service, ",
    "kind: Service\n",
    "\"kind\": \"Service\", ",
    "replicas: 5, ",
    "  replicas: 5\n",
    "\n---\n",
    "\n--- # x\n",
    "\n---#x\n",
    "\n---#x: |\n",
    "\n---x\n",
    "\n--- |\n",
    "\n---\u{a0}\n",
    "\n---\n\u{feff}",
    "\n...\n",
    "# ",
    " # ",
    "#",
    "|# c\n",
    "|-\n",
    ">\n",
    "\u{85}",
    "\u{2028}",
    "\r",
    "\r\n",
    "\u{7f}",
    "\\'",
    "\\x65",
    "\\\n",
    "\"",
    "'",
    "''",
    "\t",
    "}",
    "{}",
    "{}\n",
    "[]",
    "]",
    "- ",
    "null",
    "0x5",
    "1e1",
    "items: []\n",
    "%TAG ! x:\n",
    "\u{feff}",
    "\n",
    "\n  ",
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
    /// A trick where a token may begin.
    Trick(usize, usize),
}

pub(crate) fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        4 => (any::<usize>(), 0..PIECES.len()).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
        2 => (any::<usize>(), 1..20_usize).prop_map(|(at, length)| Mutation::Remove(at, length)),
        3 => (any::<usize>(), proptest::option::of(any::<usize>())).prop_map(|(at, to)| Mutation::Line { at, to }),
        1 => (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Byte(at, byte)),
        8 => (any::<usize>(), 0..TRICKS.len()).prop_map(|(at, trick)| Mutation::Trick(at, trick)),
    ]
}

pub(crate) fn mutate(bytes: &mut Vec<u8>, mutation: &Mutation) {
    let place = |at: usize| at % (bytes.len() + 1);
    match *mutation {
        Mutation::Insert(at, piece) => {
            let at = place(at);
            bytes.splice(at..at, PIECES[piece].bytes());
        }
        Mutation::Trick(at, trick) => {
            let begins = |at: usize| at == 0 || b" \n{[,:-\"".contains(&bytes[at - 1]);
            let from = place(at);
            let at = (from..=bytes.len()).find(|at| begins(*at)).unwrap_or(from);
            bytes.splice(at..at, TRICKS[trick].bytes());
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
