//! What single hosts need beyond a filter: Helm 4's plugins, KRM functions.

pub(crate) mod helm_plugin;
pub(crate) mod resource_list;
