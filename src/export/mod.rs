//! What is made for others to keep: policies for people, and what other programs read of the command line and of policies.

pub(crate) mod completions;
pub(crate) mod manual;
pub(crate) mod policy;
#[cfg(test)]
mod reference;
pub(crate) mod schema;
