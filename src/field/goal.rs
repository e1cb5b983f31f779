//! Desired counts, and the edits that write them.

use super::slot::Opening;
use super::{Field, Hazard};
use crate::yaml::{Edit, Written};

/// The desired count of a field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Goal<'f> {
    pub(crate) field: &'f Field,
    pub(crate) count: u32,
}

/// The edits that write some counts of one object, in the order of the text.
///
/// Counts that are missing at the same place are written by one edit, with the keys that they share written once.
///
/// # Errors
/// The hazard that prevents writing one of them.
pub(crate) fn edits<'f>(goals: impl IntoIterator<Item = Goal<'f>>) -> Result<Vec<Edit>, Hazard> {
    let mut openings: Vec<(Opening, Written)> = Vec::new();
    for Goal { field, count } in goals {
        let slot = field.slot?;
        let count = Written::Scalar(count.to_string());
        let missing = field.path.last(slot.missing);
        match openings.iter_mut().find(|(it, _)| *it == slot.opening) {
            Some((_, written)) => add(written, missing, count),
            None => openings.push((slot.opening, at(missing, count))),
        }
    }
    let edits = openings.iter().map(|(opening, it)| opening.edit(it));
    let mut edits: Vec<Edit> = edits.collect();
    edits.sort_by_key(|edit| edit.span.start);
    Ok(edits)
}

/// A node with the keys that lead to it.
fn at(keys: &[Box<str>], node: Written) -> Written {
    keys.iter().rev().fold(node, |node, key| {
        Written::Mapping(vec![((**key).to_owned(), node)])
    })
}

/// Adds a node to another, under the keys that lead to it.
fn add(to: &mut Written, keys: &[Box<str>], node: Written) {
    match (to, keys.split_first()) {
        (Written::Mapping(entries), Some((key, rest))) => {
            match entries.iter_mut().find(|(it, _)| **it == **key) {
                Some((_, there)) => add(there, rest, node),
                None => entries.push(((**key).to_owned(), at(rest, node))),
            }
        }
        (to, _) => *to = at(keys, node),
    }
}
