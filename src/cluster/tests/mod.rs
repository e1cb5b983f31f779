//! The client against servers on loopback.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a panic fails the test, as it should"
)]

mod hostile;
mod lists;
mod pki;
mod plugins;
mod pods;
mod proxies;
pub(crate) mod server;
mod settings;
mod tls;
mod watches;

use std::ffi::OsString;
use std::fs;
use std::time::Duration;

use serde::Deserialize;

use self::server::Server;
use super::{Cluster, IfUnserved, Request, Unreached};
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

/// What an option says.
#[allow(clippy::unnecessary_wraps, reason = "as a field has it")]
fn option<T>(value: T) -> Option<Told<T>> {
    let from = "--option";
    Some(Told { value, from })
}

/// The cluster of a server that an option names.
pub(crate) fn cluster(server: &Server) -> Cluster {
    let access = Access {
        server: option(server.url.clone()),
        ..Access::default()
    };
    located(&access, "")
}

/// A cluster that options and the text of a kubeconfig say.
fn located(access: &Access, kubeconfig: &str) -> Cluster {
    locate(access, kubeconfig, &[]).unwrap()
}

/// The same for what may fail, and with variables.
fn locate(
    access: &Access,
    kubeconfig: &str,
    variables: &[(&str, &str)],
) -> Result<Cluster, Unreached> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kubeconfig");
    fs::write(&file, kubeconfig).unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = [("KUBECONFIG", file.into_os_string()), ("PATH", path)];
    let variables = variables
        .iter()
        .map(|(name, value)| (*name, OsString::from(value)));
    let environment: Environment = own
        .into_iter()
        .chain(variables)
        .map(|(name, value)| (OsString::from(name), value))
        .collect();
    Cluster::locate(access, &environment, Duration::from_secs(5), None)
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
