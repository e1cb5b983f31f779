//! How many objects are kept of a text: more than a real one holds, and so few that memory stays near the input's size.

use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;

use super::Manifest;
use super::autoscaler::ScaleDown;
use crate::field::Hazard;
use crate::yaml::MalformedYaml;

/// The bytes of a text for each object that may be kept. A Deployment that Kubernetes accepts is about as long as this:
/// it has a name, a selector, the same labels again, and a container with a name and an image.
const BYTES_EACH: usize = 200;

/// As many may be kept of any text.
const AT_LEAST: usize = 40_000;

/// The room for the objects of one text, whatever the number of threads that read it.
#[derive(Debug)]
pub(super) struct Room {
    most: usize,
    taken: AtomicUsize,
}

impl Room {
    pub(super) fn of(text: &str) -> Self {
        Self {
            most: (text.len() / BYTES_EACH).max(AT_LEAST),
            taken: AtomicUsize::new(0),
        }
    }

    /// Whether the objects of one document, which are not counted yet, have room by themselves.
    ///
    /// # Errors
    /// When they have not; then the whole text has not.
    pub(super) fn holds(&self, objects: usize, at: usize) -> Result<(), MalformedYaml> {
        if objects > self.most {
            self.taken.fetch_add(objects, Ordering::Relaxed);
            return Err(MalformedYaml {
                message: self.message(),
                offset: at,
            });
        }
        Ok(())
    }

    /// Counts the objects of a document.
    pub(super) fn take(&self, objects: usize) {
        self.taken.fetch_add(objects, Ordering::Relaxed);
    }

    /// Whether there are too many. It does not depend on the order in which documents are read.
    pub(super) fn is_exceeded(&self) -> bool {
        self.taken.load(Ordering::Relaxed) > self.most
    }

    pub(super) fn message(&self) -> String {
        format!(
            "more than {} objects of kinds that are read, which is more than one for each {BYTES_EACH} bytes",
            self.most
        )
    }
}

/// How many objects of each sort a manifest held.
pub(super) struct Mark {
    workloads: usize,
    autoscalers: usize,
    budgets: usize,
    unreadable: usize,
    newest: Option<Timestamp>,
}

impl Manifest {
    /// How many objects it holds.
    pub(super) fn len(&self) -> usize {
        self.workloads.len() + self.autoscalers.len() + self.budgets.len() + self.unreadable.len()
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            workloads: self.workloads.len(),
            autoscalers: self.autoscalers.len(),
            budgets: self.budgets.len(),
            unreadable: self.unreadable.len(),
            newest: self.newest,
        }
    }

    /// Takes out what came since.
    pub(super) fn forget_from(&mut self, mark: &Mark) {
        self.workloads.truncate(mark.workloads);
        self.autoscalers.truncate(mark.autoscalers);
        self.budgets.truncate(mark.budgets);
        self.unreadable.truncate(mark.unreadable);
        self.newest = mark.newest;
    }

    /// Notes what makes uncertain what came since.
    pub(super) fn doubt_from(&mut self, mark: &Mark, hazard: Hazard) {
        for workload in self.workloads.iter_mut().skip(mark.workloads) {
            workload.replicas.doubt(hazard);
            let further = workload.further.iter_mut();
            further
                .flat_map(|it| it.counts.iter_mut().chain(&mut it.start))
                .for_each(|it| it.doubt(hazard));
        }
        for autoscaler in self.autoscalers.iter_mut().skip(mark.autoscalers) {
            autoscaler.min.doubt(hazard);
            autoscaler.max.doubt(hazard);
            let is_told = |it: &ScaleDown| it.span.is_some();
            if autoscaler.scale_down.as_ref().is_ok_and(is_told) {
                autoscaler.scale_down = Err(hazard);
            }
        }
        for budget in self.budgets.iter_mut().skip(mark.budgets) {
            budget.hazard.get_or_insert(hazard);
        }
    }
}
