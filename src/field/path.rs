//! Paths of keys to counts, and the tree of all paths that a run looks at.

use std::fmt;
use std::sync::Arc;

/// The keys from an object's root to a count: `spec.replicas`, `spec.components.queryNode.replicas`. No larger than a pointer, since
/// each count has one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FieldPath(Arc<Vec<Box<str>>>);

impl FieldPath {
    /// Reads keys with dots between them; `None` if a key is not a field name: a letter, then letters and digits.
    #[allow(dead_code, reason = "for catalogues whose objects hold several counts")]
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_name = |key: &str| {
            key.starts_with(|first: char| first.is_ascii_alphabetic())
                && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        let keys = text.split('.');
        let keys: Option<Vec<_>> = keys.map(|key| is_name(key).then(|| key.into())).collect();
        keys.map(Self::of)
    }

    fn of(keys: Vec<Box<str>>) -> Self {
        Self(Arc::new(keys))
    }

    /// A key of an object's `spec`.
    pub(crate) fn in_spec(key: &str) -> Self {
        Self::of(vec!["spec".into(), key.into()])
    }

    /// Whether it is this key of `spec`.
    pub(crate) fn is_in_spec(&self, key: &str) -> bool {
        matches!(self.keys(), [spec, own] if **spec == *"spec" && **own == *key)
    }

    /// Its keys, the object's own first.
    pub(crate) fn keys(&self) -> &[Box<str>] {
        &self.0
    }

    /// The keys that it has beyond another path; none if it does not begin with that path.
    pub(crate) fn beyond(&self, other: &Self) -> Option<&[Box<str>]> {
        self.0.strip_prefix(other.keys())
    }

    /// Its last keys, `keys` of them.
    pub(super) fn last(&self, keys: usize) -> &[Box<str>] {
        let first = self.0.len().saturating_sub(keys);
        self.0.get(first..).unwrap_or_default()
    }

    /// A key of the mapping at this path.
    pub(crate) fn child(&self, key: &str) -> Self {
        Self::of(self.0.iter().cloned().chain([key.into()]).collect())
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join("."))
    }
}

/// Paths by their keys, so that a walk over an object sees at each key whether a count lies that way.
#[derive(Debug)]
pub(crate) struct FieldTree {
    path: FieldPath,
    children: Vec<FieldTree>,
}

impl FieldTree {
    /// The tree of some paths.
    pub(crate) fn new<'p>(paths: impl IntoIterator<Item = &'p FieldPath>) -> Self {
        let mut root = Self::at(FieldPath::of(Vec::new()));
        for path in paths {
            root.add(path.keys());
        }
        root
    }

    fn at(path: FieldPath) -> Self {
        let children = Vec::new();
        Self { path, children }
    }

    fn add(&mut self, keys: &[Box<str>]) {
        let Some((key, rest)) = keys.split_first() else {
            return;
        };
        let at = self.children.iter().position(|child| child.is(key));
        let at = at.unwrap_or_else(|| {
            self.children.push(Self::at(self.path.child(key)));
            self.children.len() - 1
        });
        if let Some(child) = self.children.get_mut(at) {
            child.add(rest);
        }
    }

    fn is(&self, key: &str) -> bool {
        self.path.0.last().is_some_and(|last| **last == *key)
    }

    /// The path that leads here.
    pub(crate) fn path(&self) -> &FieldPath {
        &self.path
    }

    /// What lies at a key.
    pub(crate) fn child(&self, key: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.is(key))
    }

    /// Whether a count is here, rather than further down.
    pub(crate) fn is_count(&self) -> bool {
        self.children.is_empty()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_names_with_dots_between_them() {
        let path = FieldPath::parse("spec.components.queryNode.replicas").unwrap();
        assert_eq!(path.to_string(), "spec.components.queryNode.replicas");
        assert_eq!(path.keys().len(), 4);
        for odd in [
            "",
            ".",
            "spec.",
            ".replicas",
            "spec..replicas",
            "spec.a b",
            "spec.0",
            "spec.a-b",
        ] {
            assert_eq!(FieldPath::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_tree_knows_where_counts_are() {
        let paths = [
            "spec.replicas",
            "spec.components.proxy.replicas",
            "spec.components.queryNode.replicas",
        ];
        let paths = paths.map(|path| FieldPath::parse(path).unwrap());
        let tree = FieldTree::new(&paths);
        let spec = tree.child("spec").unwrap();
        assert!(spec.child("replicas").unwrap().is_count());
        assert!(spec.child("replica").is_none());
        let components = spec.child("components").unwrap();
        assert!(!components.is_count());
        let count = components
            .child("proxy")
            .unwrap()
            .child("replicas")
            .unwrap();
        let [_, proxy, _] = &paths;
        assert_eq!(count.path(), proxy);
        let missing = proxy.beyond(components.path()).unwrap();
        assert_eq!(missing.join("."), "proxy.replicas");
        assert!(proxy.beyond(count.path()).unwrap().is_empty());
        assert!(components.path().beyond(proxy).is_none());
    }
}
