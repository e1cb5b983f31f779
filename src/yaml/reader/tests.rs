#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use super::*;

/// A reader at the root of a text, which is a mapping or a sequence.
fn reader(text: &str) -> (Reader<'_>, Event<'_>) {
    Reader::open(text, &(0..text.len())).unwrap().unwrap()
}

/// An anchored scalar that takes so many bytes to keep: one with an escape is not borrowed from the text.
fn anchored(anchor: &str, bytes: usize) -> String {
    let letters = bytes - size_of::<Event<'_>>() - 1;
    format!("&{anchor} \"\\x61{}\"", "a".repeat(letters))
}

/// Whether the alias that is the last item of a sequence can be followed.
fn follows_the_last(text: &str) -> bool {
    let (mut reader, _) = reader(text);
    loop {
        let event = reader.next().unwrap();
        if matches!(event, Event::Alias { .. }) {
            return !matches!(reader.follow(event).unwrap(), Event::Alias { .. });
        }
        reader.skip(&event).unwrap();
    }
}

#[test]
fn a_document_may_be_as_deep_as_the_limit() {
    let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
    let read = |text: &str| {
        let (mut reader, root) = reader(text);
        reader.skip_to_end(&root)
    };
    assert!(read(&nested(DEPTH)).is_ok());
    // What an alias brings in counts where it stands.
    let replayed = |depth| {
        let text = format!("[&a {}, *a]", nested(depth));
        let (mut reader, _) = reader(&text);
        let anchored = reader.next().unwrap();
        reader.skip(&anchored).unwrap();
        let alias = reader.next().unwrap();
        let node = reader.follow(alias).unwrap();
        reader.skip_to_end(&node)
    };
    assert!(replayed(DEPTH - 1).is_ok());
}

#[test]
fn aliases_replay_up_to_their_limit() {
    let text = |bytes| format!("- {}\n- *a\n", anchored("a", bytes));
    assert!(follows_the_last(&text(REPLAY_LIMIT)));
    assert!(!follows_the_last(&text(REPLAY_LIMIT + 1)));
}

#[test]
fn anchors_keep_up_to_their_limit_and_what_is_too_large_leaves_room_for_others() {
    let full = |rest: usize| {
        let items = (0..8).map(|it| format!("- {}\n", anchored(&format!("a{it}"), REPLAY_LIMIT)));
        let last = anchored("b", size_of::<Event<'_>>() + 1 + rest);
        items.collect::<String>() + &format!("- {last}\n")
    };
    assert_eq!(KEEP_LIMIT, 8 * REPLAY_LIMIT);
    assert!(follows_the_last(&(full(0) + "- *a7\n")));
    assert!(!follows_the_last(&(full(0) + "- *b\n")));
    let large = anchored("c", REPLAY_LIMIT).replace("&c ", "");
    let large = format!("  - {large}\n").repeat(15);
    let text = format!("- &large\n{large}- {}\n- *a\n", anchored("a", REPLAY_LIMIT));
    assert!(follows_the_last(&text));
}

#[test]
fn a_node_ends_where_its_last_bracket_or_scalar_does() {
    for (text, end) in [
        ("a: [b, {c: d}] # x\n", 14),
        ("a: {b: [c]}\nd: e\n", 11),
        ("a:\n  b: c\nd: e\n", 9),
        ("a: b\n", 4),
    ] {
        let (mut reader, _) = reader(text);
        reader.next().unwrap();
        let value = reader.next().unwrap();
        assert_eq!(reader.skip_to_end(&value).unwrap(), end, "{text}");
    }
}
