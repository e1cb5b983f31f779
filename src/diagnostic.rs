//! Messages for people: what is wrong, where, and what to do next.

use std::sync::Arc;

use crate::source::Place;
use crate::word::{Word, Words};

/// The prefix of notes that name a template.
pub(crate) const RENDERED_BY: &str = "rendered by ";

/// One message with its places; findings carry one each, and an error that ends a run carries some.
///
/// There may be very many findings, which say much the same: texts are shared, and so are lists of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, in one line, without a full stop.
    pub message: Word,
    /// The places that it is about, the primary one first.
    pub labels: Box<[Label]>,
    /// Facts that help to understand, one line each.
    pub notes: Arc<[Word]>,
    /// What to do next, one line each.
    pub helps: Arc<[Word]>,
}

/// A place with a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub place: Place,
    /// A few words under the place; may be empty.
    pub text: Word,
}

impl Diagnostic {
    /// A message without a place.
    pub fn new(message: impl Into<Word>) -> Self {
        Self {
            message: message.into(),
            labels: Box::default(),
            notes: Arc::default(),
            helps: Arc::default(),
        }
    }

    /// Adds a place; the first one added is the primary one.
    #[must_use]
    pub fn label(mut self, place: Place, text: impl Into<Word>) -> Self {
        let text = text.into();
        let label = Label { place, text };
        self.labels = self.labels.into_iter().chain([label]).collect();
        self
    }

    /// Adds a place if there is one.
    #[must_use]
    pub fn label_opt(self, place: Option<Place>, text: impl Into<Word>) -> Self {
        match place {
            Some(place) => self.label(place, text),
            None => self,
        }
    }

    /// Adds a note.
    #[must_use]
    pub fn note(mut self, text: impl Into<Word>) -> Self {
        add(&mut self.notes, text.into());
        self
    }

    /// Adds a help.
    #[must_use]
    pub fn help(mut self, text: impl Into<Word>) -> Self {
        add(&mut self.helps, text.into());
        self
    }

    /// Adds a help if there is one.
    #[must_use]
    pub fn help_opt(self, text: Option<impl Into<Word>>) -> Self {
        match text {
            Some(text) => self.help(text),
            None => self,
        }
    }

    /// Takes its texts from those that are known, where they are.
    pub(crate) fn share(&mut self, known: &Words) {
        let labels = self.labels.iter_mut().map(|label| &mut label.text);
        for text in labels.chain([&mut self.message]) {
            known.share(text);
        }
        for list in [&mut self.notes, &mut self.helps] {
            known.share_all(list);
        }
    }
}

fn add(to: &mut Arc<[Word]>, text: Word) {
    *to = to.iter().cloned().chain([text]).collect();
}
