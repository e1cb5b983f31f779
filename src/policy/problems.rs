//! Collects all problems of a policy before any of them is reported.

use crate::diagnostic::Diagnostic;
use crate::source::Place;

/// The most problems that are reported; the rest are counted, since each costs a frame and nobody reads so many.
const TOLD: usize = 50;

/// The problems found so far.
#[derive(Debug, Default)]
pub(super) struct Problems {
    told: Vec<Diagnostic>,
    more: usize,
}

impl Problems {
    pub(super) fn push(&mut self, problem: Diagnostic) {
        if self.told.len() < TOLD {
            self.told.push(problem);
        } else {
            self.more += 1;
        }
    }

    pub(super) fn extend(&mut self, problems: impl IntoIterator<Item = Diagnostic>) {
        for problem in problems {
            self.push(problem);
        }
    }

    /// Whether there is one in a part of a text.
    pub(super) fn are_within(&self, part: &Place) -> bool {
        let labels = self
            .told
            .iter()
            .filter_map(|problem| problem.labels.first());
        let mut places = labels.map(|label| &label.place);
        places.any(|place| place.source == part.source && part.span().contains(&place.start()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// All of them, in the order of the texts; the last one says how many more there are.
    pub(super) fn into_vec(mut self) -> Vec<Diagnostic> {
        self.told
            .sort_by_key(|problem| problem.labels.first().map(|label| label.place.clone()));
        if self.more > 0 {
            let message = format!("{} more problems in the policy", self.more);
            self.told.push(Diagnostic::new(message));
        }
        self.told
    }
}
