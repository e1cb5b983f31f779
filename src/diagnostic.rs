//! Messages for people: what is wrong, where, and what to do next.

use crate::source::Place;

/// The prefix of notes that name a template.
pub(crate) const RENDERED_BY: &str = "rendered by ";

/// One message with its places; findings carry one each, and an error that ends a run carries some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, in one line, without a full stop.
    pub message: String,
    /// The places that it is about, the primary one first.
    pub labels: Vec<Label>,
    /// Facts that help to understand, one line each.
    pub notes: Vec<String>,
    /// What to do next, one line each.
    pub helps: Vec<String>,
}

/// A place with a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub place: Place,
    /// A few words under the place; may be empty.
    pub text: String,
}

impl Diagnostic {
    /// A message without a place.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            helps: Vec::new(),
        }
    }

    /// Adds a place; the first one added is the primary one.
    #[must_use]
    pub fn label(mut self, place: Place, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            place,
            text: text.into(),
        });
        self
    }

    /// Adds a place if there is one.
    #[must_use]
    pub fn label_opt(self, place: Option<Place>, text: impl Into<String>) -> Self {
        match place {
            Some(place) => self.label(place, text),
            None => self,
        }
    }

    /// Adds a note.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds a help.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.helps.push(text.into());
        self
    }
}
