//! What a mapping tells beside its entries: whether they can be edited, and whether any could be hidden.

use crate::field::{Hazard, HazardKind};
use crate::source::Span;
use crate::yaml::{Event, Scalar, Start, Tag};

/// What a mapping told beside its entries.
#[derive(Default)]
pub(super) struct Surroundings<'t> {
    /// Its first key.
    pub(super) first: Option<Event<'t>>,
    /// What makes the entries unsafe to edit.
    pub(super) hazard: Option<Hazard>,
    /// What hides an entry, so that any could be there.
    pub(super) unreadable: Option<Hazard>,
}

impl Surroundings<'_> {
    pub(super) fn note(&mut self, kind: HazardKind, span: Span) {
        let hazard = Hazard::new(kind, span);
        // What a merge or an alias brings in is known where it can be followed.
        if !matches!(kind, HazardKind::MergeKey | HazardKind::Alias) {
            self.unreadable.get_or_insert(hazard);
        }
        self.hazard.get_or_insert(hazard);
    }

    /// Notes what a key does to the other entries; `alias` is the alias that it was reached by.
    pub(super) fn note_key(&mut self, key: &Scalar<'_>, merges: bool, alias: Option<Span>) {
        if let Some(span) = alias {
            self.note(HazardKind::Alias, span);
        }
        if merges {
            self.note(HazardKind::MergeKey, key.span);
        } else if matches!(key.tag, Tag::Merge | Tag::Other) {
            self.note(HazardKind::Tag, key.span);
        }
    }

    /// What makes the entries of the mapping that begins so unsafe to edit, its tag included.
    pub(super) fn hazard_with(&self, start: &Start) -> Option<Hazard> {
        if start.tag == Tag::Other {
            Some(Hazard::new(HazardKind::Tag, start.span))
        } else {
            self.hazard
        }
    }
}
