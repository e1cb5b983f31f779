//! Suggestions for misspelt names.

/// Longer names are not compared: they are not typing errors.
const LONGEST: usize = 64;

/// The most known names that a wrong one is compared with: all catalogues together have some dozens.
const COMPARED: usize = 200;

/// The fewest characters at which a part of a name suggests the whole name.
const PART: usize = 4;

/// The most known names that a help lists.
const LISTED: usize = 20;

/// What to do about a wrong name: the nearest known one, or all of them (`what` is their plural: "components").
pub(crate) fn help<'n>(
    wrong: &str,
    what: &str,
    known: impl IntoIterator<Item = &'n str> + Clone,
) -> Option<String> {
    if let Some(name) = nearest(wrong, known.clone()) {
        return Some(format!("did you mean `{name}`?"));
    }
    let known: Vec<String> = known.into_iter().map(|name| format!("`{name}`")).collect();
    match known.len() {
        0 => None,
        1..=LISTED => Some(format!("known {what}: {}", known.join(", "))),
        _ => None,
    }
}

/// The known name that is closest to this one, or contains it; case, `-`, `_` and dots are ignored.
pub(crate) fn nearest<'n>(
    wrong: &str,
    known: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    closest(wrong, known, PART)
}

/// The known name that this one is, but for a typing error; a part of it is not enough.
pub(crate) fn misspelt<'n>(
    wrong: &str,
    known: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    closest(wrong, known, usize::MAX)
}

/// The known name that is closest to this one. A part of it suggests it if it has so many characters.
fn closest<'n>(
    wrong: &str,
    known: impl IntoIterator<Item = &'n str>,
    part: usize,
) -> Option<&'n str> {
    if wrong.len() > LONGEST {
        return None;
    }
    let wrong = folded(wrong);
    let length = wrong.chars().count();
    let allowed = (length / 3).max(1);
    let distance_to = |name: &str| match folded(name) {
        name if length >= part && name.contains(&wrong) => allowed,
        name => strsim::damerau_levenshtein(&wrong, &name),
    };
    // `querrier` means `loki.querier`, too.
    let distance = |name: &&str| match name.rsplit_once('.') {
        Some((_, end)) => distance_to(name).min(distance_to(end)),
        None => distance_to(name),
    };
    let known = known.into_iter().take(COMPARED);
    known
        .map(|name| (distance(&name), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// A name or text for a message: one line, and not too long.
pub(crate) fn shown(text: &str) -> String {
    let mut chars = text.chars();
    let mut shown: String = chars
        .by_ref()
        .take(60)
        .flat_map(|c| {
            if is_unseen(c) {
                c.escape_default().collect()
            } else {
                vec![c]
            }
        })
        .collect();
    if chars.next().is_some() {
        shown.push('…');
    }
    shown
}

/// Whether a reader cannot see it, or takes it for an ordinary space: a no-break space, a byte order mark.
fn is_unseen(c: char) -> bool {
    let is_blank = c.is_whitespace() && c != ' ';
    c.is_control() || is_blank || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

fn folded(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '-' | '_' | '.'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 4] = ["queryNode", "dataNode", "queryCoord", "proxy"];

    #[test]
    fn case_and_separators_do_not_count() {
        for wrong in [
            "querynode",
            "query-node",
            "QUERY_NODE",
            "qureyNode",
            "queryNodes",
        ] {
            assert_eq!(nearest(wrong, KNOWN), Some("queryNode"), "{wrong}");
        }
        assert_eq!(nearest("coord", KNOWN), Some("queryCoord"));
        assert_eq!(misspelt("coord", KNOWN), None);
        assert_eq!(misspelt("querycord", KNOWN), Some("queryCoord"));
        assert_eq!(
            nearest("querrier", ["a", "loki.querier"]),
            Some("loki.querier")
        );
        assert_eq!(nearest("worker", KNOWN), None);
        assert_eq!(nearest("", KNOWN), None);
        assert_eq!(nearest(&"q".repeat(60_000), KNOWN), None);
    }

    #[test]
    fn a_help_lists_what_there_is_when_nothing_is_near() {
        assert_eq!(
            help("prxy", "components", KNOWN).as_deref(),
            Some("did you mean `proxy`?")
        );
        assert_eq!(
            help("worker", "components", ["a", "b"]).as_deref(),
            Some("known components: `a`, `b`")
        );
        assert_eq!(help("worker", "components", []), None);
    }

    #[test]
    fn what_is_shown_is_one_short_line() {
        assert_eq!(shown("a\nb\u{1b}"), "a\\nb\\u{1b}");
        assert_eq!(shown("a b\u{a0}\u{feff}ü"), "a b\\u{a0}\\u{feff}ü");
        assert_eq!(shown(&"x".repeat(100)).chars().count(), 61);
    }
}
