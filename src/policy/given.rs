//! A value in force and where it comes from.

use std::ops::Deref;

use crate::source::Place;

/// A value, and where it is written: in a policy, in a built-in catalogue, in an option or a variable. Nowhere, where it
/// is a default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given<T> {
    /// The value.
    pub value: T,
    /// Where it is written.
    pub place: Option<Place>,
}

impl<T> Given<T> {
    pub(super) fn at(value: T, place: Place) -> Self {
        Self {
            value,
            place: Some(place),
        }
    }

    pub(super) fn by_default(value: T) -> Self {
        Self { value, place: None }
    }
}

impl<T> Deref for Given<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
