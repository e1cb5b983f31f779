//! Which documents may pass unread.

use std::ops::Range;

/// Tells whether a document can hold a managed kind.
///
/// Kubernetes accepts a kind as `"D\x65ployment"` and as `!!binary RGVwbG95bWVudA==`, so a document without the name of
/// a managed kind, in any case, passes unread only if it has no core or verbatim tag and no escape that can spell a letter
/// or join two, and no `%TAG`, which can give `!!` another name. Go's YAML, and so Kubernetes, breaks lines at U+0085,
/// U+2028 and U+2029 too. Plain folding cannot join letters, and aliases and merge keys keep the bytes in the document.
#[derive(Debug)]
pub(crate) struct Relevance {
    kinds: Vec<Name>,
}

/// How many bytes are searched at once: enough for the processor's wide instructions, and little to search twice.
const STRETCH: usize = 512;

impl Relevance {
    /// Looks for these kinds.
    pub(crate) fn new<'k>(kinds: impl IntoIterator<Item = &'k str>) -> Self {
        let kinds = kinds.into_iter().filter(|kind| !kind.is_empty());
        Self {
            kinds: kinds.map(Name::new).collect(),
        }
    }

    /// Whether this document must be read.
    pub(crate) fn must_read(&self, document: &str) -> bool {
        self.names_a_kind(document.as_bytes()) || can_spell_a_kind(document)
    }

    fn names_a_kind(&self, document: &[u8]) -> bool {
        (0..document.len()).step_by(STRETCH).any(|from| {
            let begins = |kind: &Name| kind.begins_in(document, from..from + STRETCH);
            self.kinds.iter().any(begins)
        })
    }
}

/// Whether there is a tag or an escape that can spell a kind with other letters than its own.
fn can_spell_a_kind(document: &str) -> bool {
    let bytes = document.as_bytes();
    let mut quoted = None;
    memchr::memchr3_iter(b'!', b'%', b'\\', bytes).any(|at| {
        let sign = bytes.get(at..).unwrap_or_default();
        TAGS.iter().any(|tag| sign.starts_with(tag.as_bytes()))
            || (ESCAPES
                .iter()
                .any(|escape| sign.starts_with(escape.as_bytes()))
                && *quoted.get_or_insert_with(|| document.contains('"')))
    })
}

const TAGS: [&str; 3] = ["!!", "!<", "%TAG"];
const ESCAPES: [&str; 8] = [
    "\\x",
    "\\u",
    "\\U",
    "\\\n",
    "\\\r",
    "\\\u{85}",
    "\\\u{2028}",
    "\\\u{2029}",
];

/// A name that is looked for in any case.
///
/// Its two rarest letters are compared first, over a whole stretch of text and without a branch, which compilers turn into wide
/// instructions. The name itself is compared only where both letters match. Building an automaton would take longer than
/// searching a small stream, and automata that ignore case search more slowly.
#[derive(Debug)]
struct Name {
    name: Vec<u8>,
    /// Its two rarest letters, in lower case, with their offsets.
    rare: [(usize, u8); 2],
}

/// The bit in which the ASCII letters of both cases differ.
const CASE: u8 = 0x20;

impl Name {
    fn new(name: &str) -> Self {
        let name = name.as_bytes().to_vec();
        let mut places: Vec<(usize, u8)> =
            name.iter().map(|byte| byte | CASE).enumerate().collect();
        places.sort_by_key(|(_, letter)| rarity(*letter));
        let first = places.first().copied().unwrap_or_default();
        let rare = [first, places.get(1).copied().unwrap_or(first)];
        Self { name, rare }
    }

    /// Whether the name begins at any of these offsets.
    fn begins_in(&self, text: &[u8], offsets: Range<usize>) -> bool {
        let end = (text.len() + 1).saturating_sub(self.name.len());
        let offsets = offsets.start..offsets.end.min(end);
        let letters = |offset: usize| text.get(offsets.start + offset..offsets.end + offset);
        let [(first, one), (second, other)] = self.rare;
        let (Some(firsts), Some(seconds)) = (letters(first), letters(second)) else {
            return false;
        };
        has_pair(firsts, seconds, one, other)
            && offsets.into_iter().any(|at| {
                let found = text.get(at..at + self.name.len());
                found.is_some_and(|found| found.eq_ignore_ascii_case(&self.name))
            })
    }
}

/// Whether both letters match at any index, in any case.
fn has_pair(firsts: &[u8], seconds: &[u8], one: u8, other: u8) -> bool {
    let pairs = firsts.iter().zip(seconds);
    let found = pairs.fold(0, |found, (first, second)| {
        found | (u8::from(first | CASE == one) & u8::from(second | CASE == other))
    });
    found != 0
}

/// How common a letter is in manifests, from the rarest on; in the name of a kind, other characters are even rarer.
fn rarity(letter: u8) -> Option<usize> {
    b"qjzxkwvybgfhumpdlcsnoirate"
        .iter()
        .position(|it| *it == letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_when_it_can_spell_a_managed_kind() {
        let relevance = Relevance::new(["Deployment"]);
        for read in [
            "kind: Deployment",
            "kind: DeploymentList",
            "Deployment",
            "kind: deployment",
            "kind: DEPLOYMENT # x",
            "kind: \"D\\x65ployment\"",
            "kind: \"Deploy\\\n  ment\"",
            "kind: \"Deploy\\\r\n  ment\"",
            "kind: \"Deploy\\\u{85}  ment\"",
            "kind: \"Deploy\\\u{2028}  ment\"",
            "kind: \"Deploy\\\u{2029}  ment\"",
            "kind: !!binary RGVwbG95bWVudA==",
            "%TAG ! tag:yaml.org,2002:",
            "kind: !<tag:yaml.org,2002:binary> RGVwbG95bWVudA==",
        ] {
            assert!(relevance.must_read(read), "{read}");
        }
        for passed in [
            "kind: Service",
            "kind: Deploymen",
            "kind: deploy ment",
            "kind: \"Service\"",
            "path: C:\\users\\x",
            "a: \"b\\n\"",
            "!local x",
            "",
        ] {
            assert!(!relevance.must_read(passed), "{passed}");
        }
    }

    #[test]
    fn a_kind_is_found_wherever_it_stands() {
        let kinds = ["Deployment", "StatefulSet", "X", "Ab"];
        let relevance = Relevance::new(kinds);
        for kind in kinds {
            for before in (0..40).chain(490..530).chain(1000..1030) {
                for after in [0, 1, 3, 600] {
                    let text = format!("{}{kind}{}", ".".repeat(before), ".".repeat(after));
                    assert!(
                        relevance.must_read(&text),
                        "{kind} after {before}, before {after}"
                    );
                    let cut = text.get(..before + kind.len() - 1).unwrap_or_default();
                    assert!(!relevance.must_read(cut), "{kind} cut off");
                }
            }
        }
        assert!(!Relevance::new([""]).must_read("anything"));
    }
}
