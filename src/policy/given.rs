//! A value and where it comes from; a field that may give one.

use std::borrow::Cow;
use std::ops::Deref;

use crate::source::Place;

/// A text of a policy. Those of the built-in ones are not copied: they are in the program.
pub(crate) type Text = Cow<'static, str>;

/// A value, and where it is written: in a policy, in a built-in catalogue, in an option or a variable. Nowhere, where it
/// is a default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given<T> {
    /// The value.
    pub(crate) value: T,
    /// Where it is written.
    pub(crate) place: Option<Place>,
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

    /// Another value for this one, from the same place.
    pub(super) fn map<U>(self, value: impl FnOnce(T) -> U) -> Given<U> {
        Given {
            value: value(self.value),
            place: self.place,
        }
    }
}

impl<T> Given<Option<T>> {
    /// The value; none where it was given as none.
    pub(super) fn transpose(self) -> Option<Given<T>> {
        let place = self.place;
        self.value.map(|value| Given { value, place })
    }
}

impl<T> Deref for Given<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// What a policy says under a field.
#[derive(Debug, Clone, Default)]
pub(super) enum Slot<T> {
    /// Nothing: what is extended holds.
    #[default]
    Absent,
    /// Something that was refused, so that nothing more need be said about it.
    Refused,
    /// A value.
    Given(Given<T>),
}

impl<T> Slot<T> {
    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    pub(super) fn is_refused(&self) -> bool {
        matches!(self, Self::Refused)
    }

    pub(super) fn given(&self) -> Option<&Given<T>> {
        match self {
            Self::Given(given) => Some(given),
            Self::Absent | Self::Refused => None,
        }
    }

    pub(super) fn value(&self) -> Option<&T> {
        self.given().map(|given| &given.value)
    }

    pub(super) fn as_mut_value(&mut self) -> Option<&mut T> {
        match self {
            Self::Given(given) => Some(&mut given.value),
            Self::Absent | Self::Refused => None,
        }
    }

    pub(super) fn into_given(self) -> Option<Given<T>> {
        match self {
            Self::Given(given) => Some(given),
            Self::Absent | Self::Refused => None,
        }
    }

    pub(super) fn into_value(self) -> Option<T> {
        self.into_given().map(|given| given.value)
    }
}
