//! Which documents may pass unread.

use aho_corasick::{AhoCorasick, BuildError, MatchKind};

/// Tells whether a document can hold a managed kind.
///
/// Kubernetes accepts a kind as `"D\x65ployment"` and as `!!binary RGVwbG95bWVudA==`, so a document without the name of
/// a managed kind passes unread only if it has no core or verbatim tag and no escape that can spell a letter or join
/// two, and no `%TAG`, which can give `!!` another name. Go's YAML, and so Kubernetes, breaks lines at U+0085, U+2028 and
/// U+2029 too. Plain folding cannot join letters, and aliases and merge keys keep the bytes in the document.
#[derive(Debug)]
pub(crate) struct Relevance {
    signs: AhoCorasick,
    certain: usize,
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

impl Relevance {
    /// Looks for these kinds.
    ///
    /// # Errors
    /// When the names are too many to search for at once, which a policy of bounded size cannot reach.
    pub(crate) fn new<'k>(kinds: impl IntoIterator<Item = &'k str>) -> Result<Self, BuildError> {
        let mut signs: Vec<&str> = kinds.into_iter().filter(|kind| !kind.is_empty()).collect();
        signs.extend(TAGS);
        let certain = signs.len();
        signs.extend(ESCAPES);
        let signs = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostFirst)
            .build(signs)?;
        Ok(Self { signs, certain })
    }

    /// Whether this document must be read.
    pub(crate) fn must_read(&self, document: &str) -> bool {
        let mut quoted = None;
        self.signs.find_iter(document).any(|sign| {
            let is_certain = sign.pattern().as_usize() < self.certain;
            is_certain || *quoted.get_or_insert_with(|| document.contains('"'))
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_when_it_can_spell_a_managed_kind() {
        let relevance = Relevance::new(["Deployment"]).unwrap();
        for read in [
            "kind: Deployment",
            "kind: DeploymentList",
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
            "kind: \"Service\"",
            "path: C:\\users\\x",
            "a: \"b\\n\"",
            "!local x",
            "",
        ] {
            assert!(!relevance.must_read(passed), "{passed}");
        }
    }
}
