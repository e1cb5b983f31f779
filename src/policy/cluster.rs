//! `spec.cluster`: the one cluster that may be asked for live counts.

use super::fields;
use super::given::{Given, Slot, Text};
use super::problems::Problems;
use crate::access::{ClusterPin, Pinned};
use crate::diagnostic::Diagnostic;

/// The cluster that a policy pins.
pub(super) fn settle(
    cluster: Slot<fields::Cluster>,
    problems: &mut Problems,
) -> Option<ClusterPin> {
    let Given { value, place } = cluster.into_given()?;
    let is_empty = value.context.is_absent() && value.server.is_absent();
    if is_empty {
        let problem = Diagnostic::new("`cluster` must contain `context` or `server`")
            .label_opt(place, "it would allow any cluster")
            .help("for example: `cluster: {context: production}`");
        problems.push(problem);
        return None;
    }
    Some(ClusterPin {
        context: pinned(value.context),
        server: pinned(value.server),
    })
}

fn pinned(slot: Slot<Text>) -> Option<Pinned> {
    let Given { value, place } = slot.into_given()?;
    Some(Pinned {
        value: value.into_owned(),
        place,
    })
}
