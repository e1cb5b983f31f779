//! What a manifest tells of its objects.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may fail loudly, and say what it counted"
)]

mod counts;
mod facts;
mod lists;
mod promises;
mod skimming;

use super::{Kinds, Malformed, Manifest, Origin};
use crate::source::Sources;

fn origin(text: &str) -> Origin {
    Origin {
        source: Sources::default().add("<stdin>", text),
        folder: None,
        namespace: None,
        is_resource_list: false,
    }
}

/// The kinds of the built-in policy.
fn kinds() -> Kinds {
    Kinds::new(["Deployment", "StatefulSet"])
}

fn try_read(text: &str, kinds: &Kinds) -> Result<Manifest, Vec<Malformed>> {
    Manifest::read(&origin(text), text, kinds)
}

/// Reads a text as one of standard input.
fn read(text: &str) -> Manifest {
    try_read(text, &kinds()).unwrap()
}
