//! What a mapping tells beside its entries: whether they can be edited, and whether any could be hidden.

use std::ops::Range;

use crate::field::{Hazard, HazardKind};
use crate::yaml::Event;

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
    pub(super) fn note(&mut self, kind: HazardKind, span: Range<usize>) {
        let hazard = Hazard { kind, span };
        // What a merge or an alias brings in is known where it can be followed.
        if !matches!(kind, HazardKind::MergeKey | HazardKind::Alias) {
            self.unreadable.get_or_insert(hazard.clone());
        }
        self.hazard.get_or_insert(hazard);
    }
}
