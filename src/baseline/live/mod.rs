//! Running workloads: what an API server says of them, who sets their counts, and what of them is not settled yet.
//!
//! Everything here is a pure function of objects as the server's JSON has them; asking for them is done elsewhere.

mod applied;
mod object;
mod owners;
mod pending;

#[allow(unused_imports, reason = "the cluster baseline is being built")]
pub(crate) use {
    applied::{Applied, Applier, Last, Method},
    object::{LiveObject, LivePod},
    owners::{Operation, Owner},
    pending::{Pending, Wait},
};

/// A running workload, as far as its source shows it.
#[derive(Debug)]
pub(crate) enum Live {
    /// In a listing in a file: its count alone is known.
    Listed,
    /// In the cluster itself.
    Seen(Box<Seen>),
}

/// What the cluster shows of a workload beyond its count.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Who owns `spec.replicas`; empty where nobody does.
    pub(crate) owners: Vec<Owner>,
    /// What is not settled yet; empty where it is fully rolled out and available, and no pod of it terminates.
    pub(crate) pending: Vec<Pending>,
}
