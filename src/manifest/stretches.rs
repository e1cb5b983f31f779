//! A long list in the stretches in which several threads read it: to move very many objects into one list would take
//! their room twice.

use std::iter::Flatten;
use std::{slice, vec};

/// A shorter stretch is moved to the end of the one before.
const LONG: usize = 1024;

/// A list that grows at its end.
#[derive(Debug)]
pub(crate) struct Stretches<T>(Vec<Vec<T>>);

impl<T> Default for Stretches<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Stretches<T> {
    pub(crate) fn iter(&self) -> Flatten<slice::Iter<'_, Vec<T>>> {
        self.0.iter().flatten()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().flatten()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(Vec::is_empty)
    }

    pub(super) fn len(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }

    pub(super) fn push(&mut self, item: T) {
        match self.0.last_mut() {
            Some(last) => last.push(item),
            None => self.0.push(vec![item]),
        }
    }

    /// Takes in another list, after what is there.
    pub(super) fn append(&mut self, other: Self) {
        for stretch in other.0 {
            match self.0.last_mut() {
                Some(last) if stretch.len() < LONG => last.extend(stretch),
                _ => self.0.push(stretch),
            }
        }
    }

    /// Takes out all but the first items.
    pub(super) fn truncate(&mut self, mut left: usize) {
        for stretch in &mut self.0 {
            stretch.truncate(left);
            left -= stretch.len();
        }
    }
}

impl<T> IntoIterator for Stretches<T> {
    type Item = T;
    type IntoIter = Flatten<vec::IntoIter<Vec<T>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().flatten()
    }
}

impl<'s, T> IntoIterator for &'s Stretches<T> {
    type Item = &'s T;
    type IntoIter = Flatten<slice::Iter<'s, Vec<T>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::{LONG, Stretches};

    fn list(items: std::ops::Range<usize>) -> Stretches<usize> {
        let mut list = Stretches::default();
        items.for_each(|item| list.push(item));
        list
    }

    #[test]
    fn the_items_stay_in_their_order() {
        let mut all = list(0..0);
        let mut end = 0;
        for length in [0, 2, LONG, 1, 0, LONG + 3, LONG - 1] {
            all.append(list(end..end + length));
            end += length;
            assert_eq!(all.len(), end);
        }
        assert!(all.iter().copied().eq(0..end));
        all.iter_mut().for_each(|item| *item += 1);
        assert!((&all).into_iter().copied().eq(1..=end));
        assert_eq!(all.0.len(), 3, "short stretches are moved");
        assert!(all.into_iter().eq(1..=end));
    }

    #[test]
    fn the_end_is_taken_out_of_every_stretch() {
        let mut all = list(0..5);
        all.append(list(5..LONG + 5));
        all.append(list(LONG + 5..2 * LONG + 5));
        all.truncate(LONG);
        assert!(all.iter().copied().eq(0..LONG));
        all.truncate(3);
        all.push(3);
        assert_eq!(all.len(), 4);
    }
}
