//! What a manifest tells of its objects.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod facts;

use super::{Kinds, Malformed, Manifest, Origin};
use crate::source::Sources;

/// Reads a text as one of standard input, with the kinds of the built-in policy.
fn try_read(text: &str) -> Result<Manifest, Vec<Malformed>> {
    let origin = Origin {
        source: Sources::default().add("<stdin>", text),
        folder: None,
        namespace: None,
        is_resource_list: false,
    };
    let kinds = Kinds::new(["Deployment", "StatefulSet"]);
    Manifest::read(&origin, text, &kinds)
}

fn read(text: &str) -> Manifest {
    try_read(text).unwrap()
}
