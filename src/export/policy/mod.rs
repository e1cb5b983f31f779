//! Policies that trimtab prints.
//!
//! A document is built as a tree of plain values with comments ([`Node`](node::Node)), and serialised by a YAML library: no
//! key and no value is ever quoted by hand. This is for texts that trimtab makes itself; a stream is never printed this way.

mod effective;
mod node;
mod origin;
#[cfg(test)]
mod tests;
mod yaml;

pub(crate) use effective::{as_json, as_yaml};
pub(crate) use node::{Mapping, Node};
pub(crate) use yaml::print;
