//! Short strings that many objects have in common: a kind, a namespace, a template's path, a label.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use arcstr::ArcStr;
use serde::{Serialize, Serializer};

/// A string in shared memory, no larger than a pointer: objects and findings hold many, and there may be very many of them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word(ArcStr);

impl Word {
    /// Its text.
    pub fn as_str(&self) -> &str {
        self
    }
}

impl Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Word {
    fn borrow(&self) -> &str {
        self
    }
}

impl AsRef<str> for Word {
    fn as_ref(&self) -> &str {
        self
    }
}

impl<S: Into<ArcStr>> From<S> for Word {
    fn from(text: S) -> Self {
        Self(text.into())
    }
}

impl PartialEq<str> for Word {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for Word {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl PartialEq<String> for Word {
    fn eq(&self, other: &String) -> bool {
        **self == **other
    }
}

impl Serialize for Word {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

/// The most words that are kept to be given again, and the longest of them, in bytes: a real text has some hundreds, and
/// in one whose words are all different, keeping them would only cost memory.
const MOST: usize = 4096;
const LONGEST: usize = 256;

/// The words of a text, and lists of them, each in memory once.
#[derive(Debug, Default)]
pub(crate) struct Words {
    words: RefCell<HashSet<Word>>,
    lists: RefCell<HashSet<Arc<[Word]>>>,
}

impl Words {
    /// The word of this text.
    pub(crate) fn of(&self, text: &str) -> Word {
        let known = self.known(text);
        known.unwrap_or_else(|| self.keep(text.into()))
    }

    /// Gives up a word for the same one that is known, if there is one.
    pub(crate) fn share(&self, word: &mut Word) {
        match self.known(word) {
            Some(known) => *word = known,
            None => _ = self.keep(word.clone()),
        }
    }

    /// Gives up a list for the same one that is known, and else its words for those that are.
    pub(crate) fn share_all(&self, list: &mut Arc<[Word]>) {
        let mut known = self.lists.borrow_mut();
        if let Some(known) = known.get(&**list) {
            *list = Arc::clone(known);
            return;
        }
        for word in Arc::make_mut(list) {
            self.share(word);
        }
        if known.len() < MOST {
            known.insert(Arc::clone(list));
        }
    }

    fn known(&self, text: &str) -> Option<Word> {
        self.words.borrow().get(text).cloned()
    }

    fn keep(&self, word: Word) -> Word {
        let mut known = self.words.borrow_mut();
        if known.len() < MOST && word.len() <= LONGEST {
            known.insert(word.clone());
        }
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_in_memory_once() {
        let words = Words::default();
        let (one, other) = (words.of("Deployment"), words.of("Deployment"));
        assert!(ArcStr::ptr_eq(&one.0, &other.0));
        assert_eq!(one, "Deployment");
        assert_ne!(one, words.of("deployment"));
        let mut own = Word::from("Deployment");
        words.share(&mut own);
        assert!(ArcStr::ptr_eq(&one.0, &own.0));
        assert_eq!(
            format!("{one}|{one:>12}|{one:?}"),
            "Deployment|  Deployment|\"Deployment\""
        );
    }

    #[test]
    fn a_list_of_words_is_in_memory_once() {
        let words = Words::default();
        let two = || Arc::from(["one".into(), "other".into()]);
        let (mut first, mut again): (Arc<[Word]>, Arc<[Word]>) = (two(), two());
        words.share_all(&mut first);
        words.share_all(&mut again);
        assert!(Arc::ptr_eq(&first, &again));
        assert_eq!(*first, ["one", "other"]);
        let mut part = Arc::from(["other".into()]);
        words.share_all(&mut part);
        let both = first.last().zip(part.last());
        assert!(both.is_some_and(|(one, other)| ArcStr::ptr_eq(&one.0, &other.0)));
    }

    #[test]
    fn only_so_many_words_are_kept() {
        let words = Words::default();
        for number in 0..2 * MOST {
            assert_eq!(words.of(&number.to_string()), *number.to_string());
        }
        let long = "x".repeat(LONGEST + 1);
        assert_eq!(words.of(&long), *long);
        assert_eq!(words.words.borrow().len(), MOST);
    }
}
