//! trimtab keeps the replica counts of workers in trim between Helm and Kubernetes.

pub mod diagnostic;
pub mod finding;
pub mod policy;
pub mod rules;
pub mod source;
mod yaml;
