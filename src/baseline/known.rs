//! A workload as it was before the change, whatever it was read from.

use super::live::{Live, Seen};
use crate::field::Count;
use crate::finding::ObjectRef;
use crate::labels::MatchLabels;
use crate::manifest::Workload;
use crate::source::Place;
use crate::word::Word;

/// A workload of a baseline.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) object: ObjectRef,
    /// The folder of its file, if folders distinguish workloads.
    pub(crate) folder: Option<Word>,
    /// `spec.selector.matchLabels`.
    pub(crate) match_labels: MatchLabels,
    pub(crate) had: Had,
    /// The first ordinal of its pods, 0 where it says none; none if that cannot be read with certainty.
    pub(crate) start: Option<u32>,
    /// Whether it is a hook, which no release holds.
    pub(crate) is_hook: bool,
    /// Whether its file was renamed into another folder, where it is known as well.
    pub(crate) is_moved: bool,
    /// What it shows as a running object; `None` if it is from a manifest.
    pub(crate) live: Option<Live>,
    /// Where it is written; `None` if it is not in a text of the run.
    pub(crate) place: Option<KnownPlace>,
}

/// What a workload had before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Had {
    /// This many replicas.
    Replicas(u32),
    /// Its manifest did not have the field: something else, such as an autoscaler, sets the count.
    Absent,
    /// Its manifest had the field without a value: Kubernetes set it to 1, and something else can have changed it since.
    Null,
    /// A count that cannot be read with certainty.
    Unreadable,
}

/// Where a workload of a baseline is written.
#[derive(Debug)]
pub(crate) struct KnownPlace {
    pub(crate) name: Place,
    /// Its count, or where that would be.
    pub(crate) replicas: Place,
}

impl Known {
    /// What the cluster shows of it.
    pub(crate) fn seen(&self) -> Option<&Seen> {
        match &self.live {
            Some(Live::Seen(seen)) => Some(seen),
            _ => None,
        }
    }

    /// Whether it is a running object, rather than one from a manifest.
    pub(crate) fn is_live(&self) -> bool {
        self.live.is_some()
    }

    /// Where its name is written.
    pub(crate) fn name_place(&self) -> Option<Place> {
        self.place.as_ref().map(|place| place.name.clone())
    }

    /// Where its count is written, or would be.
    pub(crate) fn replicas_place(&self) -> Option<Place> {
        self.place.as_ref().map(|place| place.replicas.clone())
    }
}

impl From<Workload> for Known {
    fn from(workload: Workload) -> Self {
        Self {
            had: Had::of(&workload),
            start: workload.first_ordinal(),
            place: Some(KnownPlace {
                name: workload.place(workload.name),
                replicas: place_of_count(&workload),
            }),
            live: workload.live.then_some(Live::Listed),
            is_moved: false,
            is_hook: workload.is_hook,
            folder: workload.folder,
            match_labels: workload.match_labels,
            object: workload.object,
        }
    }
}

/// Where its count is, or would be; or its first ordinal, where it is that which cannot be read.
fn place_of_count(workload: &Workload) -> Place {
    let odd = workload
        .start()
        .filter(|_| workload.first_ordinal().is_none());
    odd.map_or_else(|| workload.replicas_place(), |it| workload.place(it.span))
}

impl Had {
    /// An absent count of a live object is the API server's default; in a manifest it is unknown.
    fn of(workload: &Workload) -> Self {
        // Which replicas these are matters as much as how many.
        if workload.first_ordinal().is_none() {
            return Self::Unreadable;
        }
        match (&workload.replicas.count, &workload.replicas.doubt) {
            (Count::Set(count), None) => Self::Replicas(*count),
            (Count::Absent | Count::Null, None) if workload.live => Self::Replicas(1),
            (Count::Absent, None) => Self::Absent,
            (Count::Null, None) => Self::Null,
            _ => Self::Unreadable,
        }
    }
}
