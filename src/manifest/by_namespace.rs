//! Things of one name in their namespaces, found without going through all of them.
//!
//! An object without a namespace can be in any: a chart can leave the namespace to the command that applies it.

use std::collections::HashMap;
use std::slice;

/// Things of one name, in the order in which they were added.
///
/// There may be very many names, and most are those of one thing: that takes no more memory than the thing.
#[derive(Debug, Default)]
pub(crate) enum ByNamespace<'n, T> {
    #[default]
    None,
    One(Option<&'n str>, T),
    Several(Box<Several<'n, T>>),
}

#[derive(Debug)]
pub(crate) struct Several<'n, T> {
    all: Vec<T>,
    named: HashMap<&'n str, Vec<T>>,
    unnamed: Vec<T>,
}

impl<'n, T: Copy> ByNamespace<'n, T> {
    /// Adds a thing.
    pub(crate) fn add(&mut self, namespace: Option<&'n str>, thing: T) {
        match self {
            Self::None => *self = Self::One(namespace, thing),
            Self::One(first, one) => {
                let mut several = Several {
                    all: Vec::new(),
                    named: HashMap::new(),
                    unnamed: Vec::new(),
                };
                several.add(*first, *one);
                several.add(namespace, thing);
                *self = Self::Several(Box::new(several));
            }
            Self::Several(several) => several.add(namespace, thing),
        }
    }

    /// What is surely in a namespace, and where nothing is, what could be.
    pub(crate) fn find(&self, namespace: Option<&str>) -> &[T] {
        match self {
            Self::None => &[],
            Self::One(own, thing) => {
                let could_be = own.is_none() || namespace.is_none() || *own == namespace;
                if could_be {
                    slice::from_ref(thing)
                } else {
                    &[]
                }
            }
            Self::Several(several) => several.find(namespace),
        }
    }
}

impl<'n, T: Copy> Several<'n, T> {
    fn add(&mut self, namespace: Option<&'n str>, thing: T) {
        self.all.push(thing);
        match namespace {
            Some(namespace) => self.named.entry(namespace).or_default().push(thing),
            None => self.unnamed.push(thing),
        }
    }

    fn find(&self, namespace: Option<&str>) -> &[T] {
        let exact = match namespace {
            Some(namespace) => self.named.get(namespace).map(Vec::as_slice),
            None => Some(self.unnamed.as_slice()),
        };
        match (exact, namespace) {
            (Some(found), _) if !found.is_empty() => found,
            (_, Some(_)) => &self.unnamed,
            (_, None) => &self.all,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ByNamespace;

    #[test]
    fn the_same_namespace_comes_before_one_that_could_be_it() {
        let mut things = ByNamespace::default();
        assert!(things.find(None).is_empty());
        for (thing, namespace) in [Some("a"), None, Some("b"), Some("b")]
            .into_iter()
            .enumerate()
        {
            things.add(namespace, thing);
        }
        assert_eq!(things.find(Some("a")), [0]);
        assert_eq!(things.find(Some("b")), [2, 3]);
        assert_eq!(things.find(Some("c")), [1]);
        assert_eq!(things.find(None), [1]);
        for own in [Some("a"), None] {
            let mut one = ByNamespace::default();
            one.add(own, 7);
            assert_eq!((one.find(own), one.find(None)), (&[7][..], &[7][..]));
            assert_eq!(one.find(Some("b")).is_empty(), own.is_some());
        }
        let mut named = ByNamespace::default();
        named.add(Some("a"), 7);
        named.add(Some("b"), 8);
        assert_eq!(named.find(None), [7, 8]);
        assert!(named.find(Some("c")).is_empty());
    }
}
