//! What the parser says of a text, and where: edits rely on each of these spans.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::borrow::Cow;
use std::fmt::Write;

use super::*;
use crate::yaml::Tag;
use crate::yaml::event::Scalar;

/// Each event as its sign, its place, its tag and its anchor.
fn events(text: &str) -> Result<Vec<String>, MalformedYaml> {
    let mut parser = Parser::new(text, 0)?;
    let mut found = Vec::new();
    loop {
        let event = match parser.next()? {
            Parsed::StreamEnd => return Ok(found),
            Parsed::DocumentStart(_) | Parsed::DocumentEnd => continue,
            Parsed::Event(event) => event,
        };
        let (sign, tag, anchor) = match &event {
            Event::Scalar(scalar) => (&*scalar.value, scalar.tag, scalar.anchor),
            Event::MappingStart(start) => ("{", start.tag, start.anchor),
            Event::SequenceStart(start) => ("[", start.tag, start.anchor),
            Event::Alias { anchor, .. } => ("*", Tag::Absent, *anchor),
            Event::End => {
                found.push("end".to_owned());
                continue;
            }
        };
        let span = event.span().range();
        let slice = slice(text, &span);
        let mut said = format!("{sign} at {}", span.start);
        if slice != sign {
            _ = write!(said, " `{slice}`");
        }
        if tag != Tag::Absent {
            _ = write!(said, " {tag:?}");
        }
        if anchor != 0 {
            _ = write!(said, " &{anchor}");
        }
        found.push(said);
    }
}

/// The scalars of a text whose values are not in it, letter by letter.
fn copied(text: &str) -> Vec<String> {
    let mut parser = Parser::new(text, 0).unwrap();
    let mut copied = Vec::new();
    loop {
        match parser.next().unwrap() {
            Parsed::StreamEnd => return copied,
            Parsed::Event(Event::Scalar(Scalar {
                value: Cow::Owned(value),
                ..
            })) => copied.push(value),
            _ => {}
        }
    }
}

fn said(text: &str) -> String {
    events(text).unwrap().join(", ")
}

fn refused(text: &str) -> (String, usize) {
    let error = events(text).unwrap_err();
    (error.message, error.offset)
}

#[test]
fn only_a_value_that_reads_otherwise_than_it_is_written_is_copied() {
    let written = "{a: 'b c', \"d\": \"é \", \"\": '', ? , e: &x ! 'f', g: !!str h}";
    assert_eq!(copied(written), [""; 0]);
    let other = "[\"\\x61\", 'it''s', \"b\n c\", d\n e]";
    assert_eq!(copied(other), ["a", "it's", "b c", "d e"]);
    assert_eq!(copied("|\n f\n"), ["f\n"]);
}

#[test]
fn what_is_not_written_is_behind_its_colon_or_before_what_follows() {
    assert_eq!(
        said("a:\nb:   # c\nc: 1\n"),
        "{ at 0 ``, a at 0,  at 2, b at 3,  at 5, c at 12, 1 at 15, end"
    );
    assert_eq!(
        said("{a: , c}"),
        "{ at 0, a at 1,  at 4, c at 6,  at 7, end"
    );
    assert_eq!(said("- \n-\n"), "[ at 0 ``,  at 1,  at 4, end");
    assert_eq!(said("a:"), "{ at 0 ``, a at 0,  at 2, end");
}

#[test]
fn block_collections_begin_at_their_first_key_or_dash() {
    assert_eq!(
        said("a:\n  b: 1\nc:\n- d\ne:\n  - f\n"),
        "{ at 0 ``, a at 0, { at 5 ``, b at 5, 1 at 8, end, c at 10, [ at 13 ``, d at 15, end, \
         e at 17, [ at 22 ``, f at 24, end, end"
    );
    assert_eq!(said("? a\n: b\n"), "{ at 0 ``, a at 2, b at 6, end");
}

#[test]
fn flow_collections_begin_at_their_brackets() {
    assert_eq!(
        said("[ a: b, {\"c\":d}, e ]"),
        "[ at 0, { at 2 ``, a at 2, b at 5, end, { at 8, c at 9 `\"c\"`, d at 13, end, e at 17, end"
    );
    assert_eq!(said("{?a: b}"), "{ at 0, a at 2, b at 5, end");
}

#[test]
fn values_begin_behind_their_properties() {
    assert_eq!(
        said("a: &x !!str 'b'\nc: !y &z\nd: &v\n  e: *x\nf: &w\n- g\nh: !u {}\n"),
        "{ at 0 ``, a at 0, b at 12 `'b'` Usual &1, c at 16,  at 24 Other &2, d at 25, \
         { at 33 `` &3, e at 33, * at 36 `*x` &1, end, f at 39, [ at 45 `` &4, g at 47, end, \
         h at 49, { at 55 Other, end, end"
    );
    assert_eq!(said("! a"), "a at 2 Other");
    assert_eq!(said("&b:c d"), ":c d at 2 &1");
}

#[test]
fn block_scalars_reach_behind_their_last_line() {
    assert_eq!(
        said("a: |-\n  b\n\nc: >\n  d\n  e"),
        "{ at 0 ``, a at 0, b at 3 `|-\n  b\n\n`, c at 11, d e\n at 14 `>\n  d\n  e`, end"
    );
}

#[test]
fn bytes_are_counted() {
    let text = "é: '🚢'\r\n漢: &ü x\r\n";
    assert_eq!(refused(text).1, text.find('ü').unwrap());
    assert_eq!(
        said("é: '🚢'\r\n漢: x"),
        "{ at 0 ``, é at 0, 🚢 at 4 `'🚢'`, 漢 at 12, x at 17, end"
    );
}

#[test]
fn what_the_parser_refuses_and_go_reads_is_read() {
    assert_eq!(
        said("{\"a\": \"it\\'s\", \"b\": \"\\'\"}"),
        "{ at 0, a at 1 `\"a\"`, it's at 6 `\"it\\'s\"`, b at 15 `\"b\"`, ' at 20 `\"\\'\"`, end"
    );
    assert_eq!(
        said("{\"a\": \"\\t\\'\", b: 'x\\'}"),
        "{ at 0, a at 1 `\"a\"`, \t' at 6 `\"\\t\\'\"`, b at 14, x\\ at 17 `'x\\'`, end",
        "other escapes, and what looks like one in another scalar, stay"
    );
    assert_eq!(
        said("{\"a\":\"\u{7f}\"}"),
        "{ at 0, a at 1 `\"a\"`, \u{7f} at 5 `\"\u{7f}\"`, end"
    );
    assert!(refused("a: \u{7f}\n").0.starts_with("control characters"));
}

#[test]
fn what_stops_the_parser_is_said_with_its_place() {
    let comma = refused("{b: 1, a: !x,y}");
    assert!(comma.0.starts_with("the parser gives up"), "{comma:?}");
    assert_eq!(comma.1, 10);
    let at_once = Parser::new("[!x,y]", 1000).and_then(|mut parser| parser.next().map(drop));
    assert_eq!(at_once.unwrap_err().offset, 1001);
    assert_eq!(
        refused("a: [b, {c\n"),
        ("unclosed bracket `{`".to_owned(), 7)
    );
    assert_eq!(refused("a: 1\n...\nb"), (SECOND_DOCUMENT.to_owned(), 9));
    assert_eq!(refused("%YAML 1.1\n---\na\n"), (DIRECTIVE.to_owned(), 0));
    assert_eq!(refused("a\n%TAG ! x\n"), (DIRECTIVE.to_owned(), 2));
    assert_eq!(refused("%TAG ! x\n---\na\n"), (DIRECTIVE.to_owned(), 0));
    assert_eq!(said("a %TAG\n"), "a %TAG at 0");
    assert_eq!(refused("a: b\u{1}\n").1, 4);
    assert_eq!(refused("a: \u{feff}b"), (INNER_MARK.to_owned(), 3));
    let nested = "[".repeat(DEPTH) + &"]".repeat(DEPTH);
    assert!(events(&nested).is_ok());
    let deep = "[".repeat(DEPTH + 1);
    assert_eq!(refused(&deep).0, "nested deeper than 256 levels");
    let anchors = "- &a\n".repeat(ANCHORS as usize + 1);
    assert_eq!(refused(&anchors).0, "more than 100000 anchors");
    assert!(events(&"- &a\n".repeat(ANCHORS as usize)).is_ok());
}

#[test]
fn one_pair_of_a_sequence_begins_at_its_key_or_its_question_mark() {
    assert_eq!(
        said("[a: b]"),
        "[ at 0, { at 1 ``, a at 1, b at 4, end, end"
    );
    assert_eq!(
        said("[? a: b]"),
        "[ at 0, { at 1 ``, a at 3, b at 6, end, end"
    );
    assert_eq!(
        said("[? a : b, c]"),
        "[ at 0, { at 1 ``, a at 3, b at 7, end, c at 10, end"
    );
}

#[test]
fn a_tag_directive_is_refused_wherever_a_line_can_begin() {
    for text in [
        "%TAG ! tag:x,2000:\n---\na\n",
        "# a\u{85}%TAG ! tag:x,2000:\n---\na\n",
        "# a\r%TAG ! tag:x,2000:\n---\na\n",
        "# a\u{2028}%TAG ! tag:x,2000:\n---\na\n",
    ] {
        assert_eq!(refused(text).0, DIRECTIVE, "{text:?}");
    }
}
