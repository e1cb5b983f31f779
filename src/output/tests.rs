//! Checked, not hoped: no patch without the proof of its edits.

#![allow(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

use super::*;
use crate::source::Span;
use crate::yaml::{Effect, Written};

const STREAM: &str = "a: 1\nb: 2\n---\nc: {d: 3}\ne:\n";

/// The documents of [`STREAM`].
const FIRST: Range<usize> = 0..10;
const SECOND: Range<usize> = 10..27;

fn edit(span: Range<usize>, text: &str, effect: Effect) -> Edit {
    let text = text.to_owned();
    Edit { span, text, effect }
}

fn becomes(span: Range<usize>, value: &str) -> Effect {
    Effect::Becomes(span.into(), Written::Scalar(value.to_owned()))
}

/// A new value for the scalar at a span.
fn value(span: Range<usize>, text: &str) -> Edit {
    edit(span.clone(), text, becomes(span, text))
}

/// The text with edits, or why there is no patch.
fn patched(text: &str, edits: Vec<(Range<usize>, Edit)>) -> Result<String, String> {
    let mut sources = Sources::default();
    let source = sources.add("stream.yaml", text);
    let patch = Patch::verified(source, &sources, edits).map_err(|why| match why {
        Unproven::Malformed(error) => error.message,
        Unproven::Mismatch(error) => error.message,
    })?;
    let mut written = Vec::new();
    patch.write(&sources, &mut written).unwrap();
    Ok(String::from_utf8(written).unwrap())
}

fn is_refused(why: &str, edits: Vec<(Range<usize>, Edit)>) {
    let result = patched(STREAM, edits);
    assert!(
        result.as_ref().is_err_and(|error| error.contains(why)),
        "{result:?}"
    );
}

#[test]
fn edits_that_do_what_they_say_make_a_patch() {
    let null = edit(26..26, " 9", becomes(26..26, "9"));
    let edits = vec![
        (FIRST, value(3..4, "7")),
        (FIRST, value(8..9, "8")),
        (SECOND, null),
    ];
    let expected = "a: 7\nb: 8\n---\nc: {d: 3}\ne: 9\n";
    assert_eq!(patched(STREAM, edits).as_deref(), Ok(expected));
    assert_eq!(patched(STREAM, Vec::new()).as_deref(), Ok(STREAM));
}

#[test]
fn an_edit_with_another_effect_than_it_says_is_none() {
    is_refused(
        "expected",
        vec![(FIRST, edit(3..4, "7", becomes(3..4, "8")))],
    );
    is_refused(
        "expected",
        vec![(FIRST, edit(3..4, "7", becomes(8..9, "7")))],
    );
    is_refused(
        "expected",
        vec![(FIRST, edit(3..4, "'7'", becomes(3..4, "7")))],
    );
    is_refused(
        "expected",
        vec![(FIRST, edit(3..4, "!x 7", becomes(3..4, "7")))],
    );
    is_refused(
        "expected",
        vec![(FIRST, edit(3..4, "&x 7", becomes(3..4, "7")))],
    );
    is_refused("met no", vec![(FIRST, edit(3..4, "1", becomes(4..5, "1")))]);
    is_refused(
        "key `replicas`",
        vec![(
            FIRST,
            edit(
                0..0,
                "x: 7\n",
                Effect::FirstKeys(
                    Span::default(),
                    vec![("replicas".to_owned(), Written::Scalar("7".to_owned()))],
                ),
            ),
        )],
    );
    is_refused("malformed", vec![(FIRST, value(3..4, "\"7"))]);
    is_refused("expected", vec![(FIRST, value(3..4, "7\n---\nx: 1"))]);
}

#[test]
fn one_wrong_edit_of_many_is_enough() {
    let wrong = edit(19..20, "4", becomes(19..20, "5"));
    let edits = vec![(FIRST, value(3..4, "7")), (SECOND, wrong)];
    is_refused("expected", edits);
    let document = format!("a: 1\n#{}\n---\n", "x".repeat(1000));
    let text = document.repeat(2_000);
    let edits = |last: &str| {
        let places = (0..2_000).map(|number| number * document.len());
        let with = |at: usize, text: &str| {
            let span = at + 3..at + 4;
            edit(span.clone(), text, becomes(span, "7"))
        };
        // A document begins at the line of its dashes.
        let mut edits: Vec<_> = places
            .map(|at| (at.saturating_sub(4)..at + document.len() - 4, with(at, "7")))
            .collect();
        let (_, edit) = edits.last_mut().unwrap();
        last.clone_into(&mut edit.text);
        edits
    };
    assert!(patched(&text, edits("7")).is_ok());
    assert!(patched(&text, edits("8")).is_err());
}

#[test]
fn edits_that_overlap_are_none() {
    let why = "overlaps another";
    is_refused(
        why,
        vec![(FIRST, value(3..4, "7")), (FIRST, value(3..4, "7"))],
    );
    is_refused(
        why,
        vec![(FIRST, value(8..9, "7")), (FIRST, value(3..4, "7"))],
    );
    let wide = edit(3..9, "7\nb: 8", becomes(3..4, "7"));
    is_refused(why, vec![(FIRST, wide), (FIRST, value(8..9, "8"))]);
}

#[test]
fn an_edit_outside_of_its_document_is_none() {
    let why = "reaches out of its document";
    is_refused(why, vec![(FIRST, value(19..20, "7"))]);
    is_refused(why, vec![(SECOND, value(3..4, "7"))]);
    is_refused(why, vec![(FIRST, edit(8..14, "2\n", becomes(8..9, "2")))]);
    is_refused(why, vec![(0..99, value(30..31, "7"))]);
    let text = "a: é\n";
    let inside = edit(4..5, "7", becomes(3..5, "7"));
    assert!(patched(text, vec![(0..6, inside)]).is_err());
}

#[test]
fn the_line_of_the_dashes_is_not_to_be_edited() {
    let edit = edit(13..13, " # x", becomes(19..20, "3"));
    is_refused("outside of its document", vec![(SECOND, edit)]);
}
