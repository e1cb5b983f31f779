//! The printer alone: any keys and values, and comments of any text.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::export::policy::node::{Content, Node};
use crate::export::policy::origin::Origin;
use crate::export::policy::yaml::print;
use crate::policy::is_surely_a_string;
use crate::yaml::positions::{self, Node as Read};

/// Texts that some YAML reader does not take for the string that they are, or that end what they are in.
const MEAN: &[&str] = &[
    "",
    " ",
    "~",
    "null",
    "yes",
    "No",
    "on",
    "y",
    "true",
    "0",
    "0644",
    "0x1F",
    "1e3",
    "1:30",
    "1_000",
    ".inf",
    "2026-12-31",
    "2026-12-31T00:00:00Z",
    "a: b",
    "a #b",
    "#x",
    "- a",
    "? a",
    ": a",
    "&a",
    "*a",
    "!a",
    "!!binary",
    "%a",
    "@a",
    "`a",
    "'",
    "\"",
    "{a",
    "}",
    "[a",
    "]",
    "a,b",
    "|",
    ">",
    "<<",
    "=",
    "---",
    "...",
    "a\nb",
    "a\n",
    "\na",
    " a\n b",
    "a\n\n\nb",
    "\ta",
    "a\tb",
    "a ",
    "\\",
    "\\n",
    "\0",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{85}",
    "a\u{85}b",
    "\u{2028}",
    "a\u{2029}b",
    "\u{feff}",
    "\u{202e}abc",
    "\u{e0041}",
    "\u{10ffff}",
    "ü",
    "日本",
    "\r",
    "a\r\nb",
    "quoted",
    "quoted0",
    "quoted1",
];

fn text() -> impl Strategy<Value = String> {
    let mean = proptest::sample::select(MEAN).prop_map(str::to_owned);
    let several = vec(proptest::sample::select(MEAN), 1..4).prop_map(|all| all.concat());
    let any = vec(any::<char>(), 0..12).prop_map(|all| all.into_iter().collect());
    prop_oneof![3 => mean, 1 => several, 2 => any]
}

fn scalar() -> impl Strategy<Value = Node> {
    let content = prop_oneof![
        Just(Content::Null),
        any::<bool>().prop_map(Content::Flag),
        any::<u32>().prop_map(Content::Number),
        text().prop_map(Content::Text),
    ];
    (content, vec(text(), 0..2), proptest::option::of(text())).prop_map(|(content, above, name)| {
        Node {
            content,
            above,
            origin: name.map(|name| Origin::File { name, line: 7 }),
        }
    })
}

fn document() -> impl Strategy<Value = Node> {
    let node = scalar().prop_recursive(4, 24, 4, |inner| {
        let list = vec(inner.clone(), 1..4).prop_map(Content::List);
        let content = prop_oneof![list, mapping(inner)];
        (content, vec(text(), 0..2)).prop_map(|(content, above)| Node {
            content,
            above,
            origin: None,
        })
    });
    mapping(node).prop_map(Node::new)
}

fn mapping(value: impl Strategy<Value = Node>) -> impl Strategy<Value = Content> {
    vec((text(), value), 1..5).prop_map(|mut entries| {
        let mut known = std::collections::HashSet::new();
        entries.retain(|(key, _)| known.insert(key.clone()));
        Content::Mapping(entries)
    })
}

/// Whether what was read is what was printed, each string one that no reader takes for anything else.
fn is_read(node: &Node, read: &Read) -> bool {
    match (&node.content, &read.content) {
        (Content::Null, positions::Content::Scalar { text, plain }) => text == "null" && *plain,
        (Content::Flag(flag), positions::Content::Scalar { text, plain }) => {
            *text == flag.to_string() && *plain
        }
        (Content::Number(number), positions::Content::Scalar { text, plain }) => {
            *text == number.to_string() && *plain
        }
        (Content::Text(own), positions::Content::Scalar { text, plain }) => {
            own == text && is_surely_a_string(text, *plain)
        }
        (Content::List(own), positions::Content::List(items)) => {
            own.len() == items.len() && own.iter().zip(items).all(|(own, it)| is_read(own, it))
        }
        (Content::Mapping(own), positions::Content::Mapping(entries)) => {
            own.len() == entries.len()
                && own.iter().zip(entries).all(|((key, own), entry)| {
                    *key == entry.key
                        && is_surely_a_string(&entry.key, entry.key_plain)
                        && is_read(own, &entry.value)
                })
        }
        _ => false,
    }
}

#[track_caller]
fn survives(head: &[String], document: &Node) {
    let printed = print(head, document).unwrap();
    let reading = positions::read(&printed);
    assert_eq!(reading.problems, [], "{printed}");
    assert!(is_read(document, &reading.root.unwrap()), "{printed}");
    let other: serde_yaml::Value = serde_yaml::from_str(&printed).unwrap();
    let meant = serde_yaml::to_value(document).unwrap();
    assert_eq!(other, meant, "{printed}");
    let is_hidden = |c: char| (c.is_control() && c != '\n') || crate::report::is_unseen(c);
    assert_eq!(printed.find(is_hidden), None, "{printed:?}");
}

#[test]
fn each_mean_text_is_a_key_and_a_value() {
    for text in MEAN {
        let entry = |node| Node::new(Content::Mapping(vec![((*text).to_owned(), node)]));
        let list = Node::new(vec![Node::new(*text), entry(Node::new(*text))]);
        survives(&[(*text).to_owned()], &entry(entry(list)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn anything_survives(head in vec(text(), 0..3), document in document()) {
        survives(&head, &document);
    }
}
