#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic fails the test, as it should"
)]

use super::*;

/// The tree of a text that must be fine.
fn tree(text: &str) -> Node {
    let reading = read(text);
    assert_eq!(reading.problems, [], "{text:?}");
    reading.root.unwrap()
}

/// Message and slice of each problem, and the slice of the second place.
fn problems(text: &str) -> Vec<(String, &str, &str)> {
    read(text)
        .problems
        .into_iter()
        .map(|problem| {
            let also = problem.also.map_or(0..0, |(span, _)| span);
            (problem.message, &text[problem.span], &text[also])
        })
        .collect()
}

fn messages(text: &str) -> Vec<String> {
    problems(text).into_iter().map(|(m, _, _)| m).collect()
}

#[test]
fn keys_and_values_know_their_bytes() {
    let text = "spec: # why\n  targets:\n    proxy: 2\n    'query node': {replicas: \"3\", x: }\n";
    let root = tree(text);
    let targets = root.at(&["spec", "targets"]).unwrap();
    let keys: Vec<_> = targets
        .entries()
        .iter()
        .map(|e| &text[e.key_span.clone()])
        .collect();
    assert_eq!(keys, ["proxy", "'query node'"]);
    let slice = |path: &[&str]| &text[root.at(path).unwrap().span.clone()];
    assert_eq!(slice(&["spec", "targets", "proxy"]), "2");
    assert_eq!(
        slice(&["spec", "targets", "query node"]),
        "{replicas: \"3\", x: }"
    );
    assert_eq!(
        slice(&["spec", "targets", "query node", "replicas"]),
        "\"3\""
    );
    assert_eq!(slice(&["spec", "targets"]), "proxy");
}

#[test]
fn a_null_that_is_not_written_has_its_keys_place() {
    let text = "a:\nb: ~\nc: {d: , e}\nf:\n-\n- 1\n";
    let root = tree(text);
    for path in [&["a"][..], &["b"], &["c", "d"], &["c", "e"]] {
        assert!(root.at(path).unwrap().is_null(), "{path:?}");
    }
    assert_eq!(&text[root.at(&["a"]).unwrap().span.clone()], "a");
    assert_eq!(&text[root.at(&["b"]).unwrap().span.clone()], "~");
    assert_eq!(&text[root.at(&["c", "e"]).unwrap().span.clone()], "e");
    assert!(root.at(&["f"]).unwrap().items()[0].is_null());
}

#[test]
fn a_quoted_null_is_no_null() {
    assert!(!tree("a: 'null'\n").at(&["a"]).unwrap().is_null());
    assert!(!tree("a: ''\n").at(&["a"]).unwrap().is_null());
}

#[test]
fn a_bom_and_wide_characters_shift_nothing() {
    let text = "\u{feff}größe: 'äöü 🚢' # 漢字\r\nb: [x, 漢]\r\n";
    let root = tree(text);
    assert_eq!(&text[root.entries()[0].key_span.clone()], "größe");
    assert_eq!(&text[root.at(&["größe"]).unwrap().span.clone()], "'äöü 🚢'");
    assert_eq!(
        &text[root.at(&["b"]).unwrap().items()[1].span.clone()],
        "漢"
    );
}

#[test]
fn duplicate_keys_name_both_places_wherever_they_are() {
    let text = "a: 1\nb: {c: 1, \"c\": 2, c: 3}\n'a': 2\n";
    let found = problems(text);
    let slices: Vec<_> = found
        .iter()
        .map(|(_, here, first)| (*here, *first))
        .collect();
    assert_eq!(slices, [("\"c\"", "c"), ("c", "c"), ("'a'", "a")]);
    assert_eq!(found[0].0, "duplicate key `c`");
    let root = read(text).root.unwrap();
    assert_eq!(&text[root.at(&["a"]).unwrap().span.clone()], "1");
}

#[test]
fn a_policy_is_plain() {
    assert_eq!(
        problems("a: &x 1\nb: *x\nc: *y\nd: !!int 3\ne: ! x\n<<: {f: 1}\n[1]: 2\n"),
        [
            ("an anchor is not allowed here".into(), "&x", ""),
            ("an alias is not allowed here".into(), "*x", ""),
            ("an alias is not allowed here".into(), "*y", ""),
            ("a tag is not allowed here".into(), "!!int", ""),
            ("a tag is not allowed here".into(), "!", ""),
            ("a merge key is not allowed here".into(), "<<", ""),
            ("a key must be a string".into(), "[1]", ""),
        ]
    );
    assert_eq!(messages("a: &x {b: &y [&z 1]}\n").len(), 3);
    assert_eq!(messages("*x : 1\n"), ["an alias is not allowed here"]);
}

#[test]
fn one_document_only() {
    assert_eq!(messages("---\na: 1\n...\n"), [""; 0]);
    assert_eq!(
        messages("a: 1\n---\nb: 1\n---\nc: 1\n"),
        ["a second document is not allowed here"]
    );
    assert_eq!(messages("%YAML 1.1\n---\na: 1\n").len(), 1);
}

#[test]
fn nothing_is_no_document() {
    for text in ["", "\u{feff}", "# a comment\n", "\n\n"] {
        let reading = read(text);
        assert_eq!(reading.problems, []);
        assert!(reading.root.is_none_or(|root| root.is_null()), "{text:?}");
    }
}

#[test]
fn what_is_no_yaml_says_where() {
    let reading = read("a: 1\nb: [1, 2\nc: }\n");
    assert_eq!(reading.root, None);
    assert_eq!(reading.problems.len(), 1);
    assert!(
        reading.problems[0].message.starts_with("malformed YAML: "),
        "{reading:?}"
    );
    assert!(reading.problems[0].span.start >= 5, "{reading:?}");
}

#[test]
fn hostile_nesting_and_bombs_end_quickly() {
    for text in [
        "[".repeat(60_000),
        "{a: ".repeat(15_000),
        "- ".repeat(30_000),
    ] {
        assert_eq!(read(&text).problems.len(), 1);
    }
    let bomb =
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b]\n";
    assert_eq!(read(bomb).problems.len(), 16);
    let many: Vec<String> = (0..8_000).map(|key| format!("{key}: 1")).collect();
    let many = many.join("\n");
    assert_eq!(tree(&many).entries().len(), 8_000);
}

/// Every span in a tree, as its text.
fn slices<'t>(text: &'t str, node: &Node, found: &mut Vec<&'t str>) {
    found.push(&text[node.span.clone()]);
    for entry in node.entries() {
        found.push(&text[entry.key_span.clone()]);
        slices(text, &entry.value, found);
    }
    for item in node.items() {
        slices(text, item, found);
    }
}

proptest::proptest! {
    #[test]
    fn every_span_is_in_the_text(text in r#"(\u{feff})?[a-c3:{}\[\],'"&*!|>?<%~ #\r\né🚢-]{0,60}"#) {
        let reading = read(&text);
        for problem in &reading.problems {
            let _ = &text[problem.span.clone()];
        }
        if let Some(root) = &reading.root {
            slices(&text, root, &mut Vec::new());
        }
    }
}
