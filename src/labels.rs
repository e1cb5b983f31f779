//! The labels that an object selects its pods with.

use crate::word::Word;

/// Labels by their keys, in little memory: there may be very many objects.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MatchLabels(Box<[(Word, Word)]>);

impl MatchLabels {
    /// The value of a label.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.word(key).map(Word::as_str)
    }

    /// The value of a label, to keep: it takes half of the room of a text.
    pub(crate) fn word(&self, key: &str) -> Option<&Word> {
        let at = self.0.binary_search_by(|(own, _)| (**own).cmp(key)).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    /// All labels, by their keys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (&**key, &**value))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'l> FromIterator<(&'l str, &'l str)> for MatchLabels {
    fn from_iter<I: IntoIterator<Item = (&'l str, &'l str)>>(labels: I) -> Self {
        let words = |(key, value)| (Word::from(key), Word::from(value));
        labels.into_iter().map(words).collect()
    }
}

impl FromIterator<(Word, Word)> for MatchLabels {
    /// Of the same key twice the last one counts, as in Kubernetes.
    fn from_iter<I: IntoIterator<Item = (Word, Word)>>(labels: I) -> Self {
        let mut labels: Vec<_> = labels.into_iter().collect();
        labels.reverse();
        labels.sort_by(|(one, _), (other, _)| one.cmp(other));
        labels.dedup_by(|(later, _), (first, _)| later == first);
        Self(labels.into())
    }
}

#[cfg(test)]
mod tests {
    use super::MatchLabels;

    #[test]
    fn a_label_has_the_last_value_that_it_was_given() {
        let given = [("b", "1"), ("a", "2"), ("b", "3"), ("c", ""), ("b", "4")];
        let labels: MatchLabels = given.into_iter().collect();
        let all: Vec<_> = labels.iter().collect();
        assert_eq!(all, [("a", "2"), ("b", "4"), ("c", "")]);
        assert_eq!(labels.get("b"), Some("4"));
        assert_eq!((labels.get("c"), labels.get("d")), (Some(""), None));
        assert!(!labels.is_empty() && MatchLabels::default().is_empty());
    }
}
