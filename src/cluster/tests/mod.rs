//! The client against servers on loopback.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic fails the test, as it should"
)]

mod lists;
mod server;
mod watches;

use std::time::Duration;

use serde::Deserialize;

use self::server::Server;
use super::{Cluster, IfUnserved, Request};
use crate::access::{Access, Told};
use crate::environment::Environment;

/// An object as far as these tests look at it.
#[derive(Debug, Deserialize)]
struct Object {
    metadata: Metadata,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    name: String,
}

/// The cluster behind a server, which an option names.
fn cluster(server: &Server) -> Cluster {
    let access = Access {
        server: Some(Told {
            value: server.url.clone(),
            from: "--kube-apiserver",
        }),
        ..Access::default()
    };
    Cluster::locate(
        &access,
        &Environment::default(),
        Duration::from_secs(5),
        None,
    )
    .unwrap()
}

/// All objects of a kind in the namespace `milvus`.
fn all(api_version: &str, kind: &str) -> Request {
    Request {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        namespace: "milvus".to_owned(),
        label_selector: None,
        if_unserved: IfUnserved::Error,
        metadata_only: false,
    }
}

fn names(listing: &super::Listing<Object>) -> Vec<&str> {
    let items = listing.items.iter();
    items.map(|item| &*item.metadata.name).collect()
}
