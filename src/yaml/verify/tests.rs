//! The one edit that was meant passes; whatever else it does is found.

use super::*;

fn value(
    text: &str,
    span: Range<usize>,
    scalar: Range<usize>,
    new: &str,
    value: &str,
) -> Result<(), Mismatch> {
    let edit = Edit {
        span,
        text: new.to_owned(),
        effect: Effect::Becomes(scalar.into(), Written::Scalar(value.to_owned())),
    };
    verify(text, &(0..text.len()), &[edit])
}

#[test]
fn the_edited_scalar_may_differ_and_nothing_else() {
    assert_eq!(value("a: 1\nb: 2\n", 3..4, 3..4, "7", "7"), Ok(()));
    assert!(
        value("a: 1\nb: 2\n", 3..4, 8..9, "7", "7").is_err(),
        "another scalar than the one that was meant"
    );
    assert!(
        value("a: 1\nb: 2\n", 3..4, 3..4, "7\nc: 3", "7").is_err(),
        "a key too many"
    );
    assert!(
        value("a: 1\nb: 2\n", 3..4, 3..4, "[", "[").is_err(),
        "malformed afterwards"
    );
    assert!(
        value("a: 1 # x\n", 4..4, 3..4, "", "7").is_err(),
        "an edit that does nothing"
    );
}

#[test]
fn a_null_gets_its_value_behind_the_colon() {
    assert_eq!(value("a: \nb: 2\n", 2..2, 2..2, " 7", "7"), Ok(()));
}

#[test]
fn style_tag_and_anchor_of_the_rest_stay_as_they_are() {
    let after = |text: &str, old: &str, new: &str| {
        let (at, end) = (text.find(old).unwrap_or_default(), text.len());
        value(text, at..end, 3..4, &format!("{new}\n"), "7")
    };
    assert_eq!(
        after("a: 1\nb: !x &b 'c'\n", "1", "7\nb: !x &b 'c'"),
        Ok(())
    );
    for other in ["!y &b 'c'", "&b 'c'", "!x &b \"c\"", "!x 'c'", "!x &b 'd'"] {
        let new = format!("7\nb: {other}");
        assert!(after("a: 1\nb: !x &b 'c'\n", "1", &new).is_err(), "{other}");
    }
    assert_eq!(after("a: 1\nb: !!str c\n", "1", "7\nb: !!str c"), Ok(()));
    assert!(after("a: 1\nb: !!str c\n", "1", "7\nb: !!map c").is_err());
    assert!(after("a: 1\nb: c\n", "1", "7\nb: c\n...\nd").is_err());
}

#[test]
fn new_nodes_of_any_kind_stand_where_they_were_meant() {
    let edit = |text: &str, span: Range<usize>, new: &str, effect: Effect| {
        let edit = Edit {
            span,
            text: new.to_owned(),
            effect,
        };
        verify(text, &(0..text.len()), &[edit])
    };
    let entry = || Effect::FirstEntry(Span::default(), "results");
    assert_eq!(edit("a: 1\n", 0..0, "results: [{b: 2}]\n", entry()), Ok(()));
    assert!(edit("a: 1\n", 0..0, "result: []\n", entry()).is_err());
    assert!(edit("a: 1\n", 0..0, "results: []\nb: 2\n", entry()).is_err());
    let node = || Effect::Node((3..4).into());
    assert_eq!(edit("a: ~\nb: 2\n", 3..4, "[x, {y: z}]", node()), Ok(()));
    assert!(edit("a: ~\nb: 2\n", 3..4, "1\nc: 3", node()).is_err());
    let items = |count| Effect::FirstItems((3..4).into(), count);
    assert_eq!(edit("a: [b]\n", 4..4, "{c: 1}, 2, ", items(2)), Ok(()));
    assert!(edit("a: [b]\n", 4..4, "{c: 1}, 2, ", items(1)).is_err());
    assert!(edit("a: [b]\n", 4..4, "{c: 1}, 2, ", items(4)).is_err());
}

#[test]
fn a_new_key_stands_first_in_its_mapping() {
    let first = |text: &str, at: usize, new: &str, start: Range<usize>| {
        let edit = Edit {
            span: at..at,
            text: new.to_owned(),
            effect: Effect::FirstKeys(
                start.into(),
                vec![("replicas".to_owned(), Written::Scalar("7".to_owned()))],
            ),
        };
        verify(text, &(0..text.len()), &[edit])
    };
    assert_eq!(first("spec:\n  a: 1\n", 8, "replicas: 7\n  ", 8..8), Ok(()));
    assert_eq!(first("spec: {a: 1}\n", 7, "replicas: 7, ", 6..7), Ok(()));
    assert_eq!(first("spec: {}\n", 7, "replicas: 7", 6..7), Ok(()));
    assert!(
        first("spec:\n  a: 1\n", 8, "replicas: 7\n", 8..8).is_err(),
        "the indent is missing"
    );
    assert!(
        first("spec:\n  a: 1\n", 8, "replica: 7\n  ", 8..8).is_err(),
        "another key"
    );
}

#[test]
fn a_new_node_is_whole_and_refers_to_nothing() {
    let edit = |text: &str, at: usize, new: &str, effect: Effect| {
        let edit = Edit {
            span: at..at,
            text: new.to_owned(),
            effect,
        };
        verify(text, &(0..text.len()), &[edit])
    };
    let item = || Effect::FirstItems((1..2).into(), 1);
    assert_eq!(edit("[[b]]\n", 2, "[c], ", item()), Ok(()));
    assert!(
        edit("[[b]]\n", 2, "], [", item()).is_err(),
        "one list made two"
    );
    let item = || Effect::FirstItems((11..12).into(), 1);
    assert_eq!(edit("x: &x 1\na: [b]\n", 12, "c, ", item()), Ok(()));
    assert!(edit("x: &x 1\na: [b]\n", 12, "*x, ", item()).is_err());
    assert!(edit("x: &x 1\na: [b]\n", 12, "[*x], ", item()).is_err());
}

#[test]
fn a_new_mapping_has_no_tag_and_no_anchor() {
    let keys = vec![("b".to_owned(), Written::Scalar("7".to_owned()))];
    let written = |new: &str| {
        let edit = Edit {
            span: 3..4,
            text: new.to_owned(),
            effect: Effect::Becomes((3..4).into(), Written::Mapping(keys.clone())),
        };
        verify("a: ~\n", &(0..5), &[edit])
    };
    assert_eq!(written("{b: 7}"), Ok(()));
    for other in [
        "!x {b: 7}",
        "&x {b: 7}",
        "[b, 7]",
        "{b: 7, c: 8}",
        "{}",
        "{b: !x 7}",
    ] {
        assert!(written(other).is_err(), "{other}");
    }
}
