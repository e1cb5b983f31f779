//! Fingerprints of findings: the same in the next run as long as the finding is there, whatever line it moved to.

use std::collections::HashMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::finding::Finding;

/// The hexadecimal digits of a fingerprint.
const DIGITS: usize = 32;

/// Makes the fingerprints of one report; no two are equal.
#[derive(Debug, Default)]
pub(super) struct Fingerprints(HashMap<String, u64>);

impl Fingerprints {
    /// The fingerprint of a finding that is shown in a file: of its rule, component, object and file, and, where several
    /// have these in common, its number among them.
    pub(super) fn of(&mut self, finding: &Finding, file: &str) -> String {
        let object = finding.object.as_ref();
        let parts = [
            finding.rule.id,
            finding.component.as_deref().unwrap_or_default(),
            object.map_or("", |object| &object.kind),
            object.map_or("", |object| object.namespace.as_deref().unwrap_or_default()),
            object.map_or("", |object| &object.name),
            file,
        ];
        self.unique(&parts)
    }

    /// The fingerprint of some parts, in the order of the report.
    pub(super) fn unique(&mut self, parts: &[&str]) -> String {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part);
            // No name contains a NUL: a stream with one is refused.
            hash.update([0]);
        }
        let seen = self.0.entry(hex(&hash.clone().finalize())).or_default();
        hash.update(seen.to_le_bytes());
        *seen += 1;
        let mut fingerprint = hex(&hash.finalize());
        fingerprint.truncate(DIGITS);
        fingerprint
    }
}

/// In hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing into a text does not fail.
        _ = write!(digits, "{byte:02x}");
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_parts_are_numbered() {
        let mut one = Fingerprints::default();
        let three = [&["a", "b"], &["a", "b"], &["ab", ""]].map(|parts| one.unique(parts));
        assert!(three.iter().all(|it| it.len() == DIGITS), "{three:?}");
        assert_ne!(three[0], three[1]);
        assert_ne!(three[0], three[2]);
        let mut other = Fingerprints::default();
        assert_eq!(other.unique(&["a", "b"]), three[0]);
        assert_eq!(other.unique(&["a", "b"]), three[1]);
    }

    /// They are stored by others: a change of the recipe would make every known finding a new one.
    #[test]
    fn the_recipe_stays() {
        let fingerprint = Fingerprints::default().unique(&["scale-in-too-large", "a.yaml"]);
        assert_eq!(fingerprint, "e3f4fea8f1c540a600aa7b3bded814fd");
    }
}
