//! What single hosts need beyond a filter: Helm 4's plugins, KRM functions.

pub mod helm_plugin;
pub mod resource_list;
