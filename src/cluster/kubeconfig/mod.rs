//! A kubeconfig, as far as it says how to reach a cluster (`k8s.io/client-go/tools/clientcmd/api/v1`). Unknown fields are
//! passed over, and an empty text counts as absent, as in Go.
//!
//! No text of a kubeconfig that can be a secret is ever shown: an error names a file, a line and a field.

mod choice;
mod files;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Deserializer};

pub(super) use choice::{Chosen, choose};
pub(super) use files::{Kubeconfig, read};

/// One file of a kubeconfig.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Raw {
    #[serde(rename = "current-context", deserialize_with = "text")]
    current_context: Option<String>,
    #[serde(deserialize_with = "or_default")]
    contexts: Vec<Named<Context>>,
    #[serde(deserialize_with = "or_default")]
    clusters: Vec<Named<Server>>,
    #[serde(deserialize_with = "or_default")]
    users: Vec<Named<User>>,
}

/// An entry under its name.
#[derive(Debug, Deserialize)]
struct Named<T> {
    #[serde(default, deserialize_with = "or_default")]
    name: String,
    #[serde(
        default,
        alias = "context",
        alias = "cluster",
        alias = "user",
        deserialize_with = "or_default",
        bound(deserialize = "T: Default + Deserialize<'de>")
    )]
    entry: T,
}

/// An entry of `contexts`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Context {
    #[serde(deserialize_with = "text")]
    cluster: Option<String>,
    #[serde(deserialize_with = "text")]
    user: Option<String>,
    #[serde(deserialize_with = "text")]
    namespace: Option<String>,
}

/// An entry of `clusters`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(super) struct Server {
    #[serde(rename = "server", deserialize_with = "text")]
    pub(super) url: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) insecure_skip_tls_verify: bool,
    #[serde(deserialize_with = "path")]
    pub(super) certificate_authority: Option<PathBuf>,
    #[serde(deserialize_with = "text")]
    pub(super) certificate_authority_data: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) tls_server_name: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) proxy_url: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) disable_compression: bool,
    #[serde(deserialize_with = "or_default")]
    pub(super) extensions: Vec<Extension>,
}

/// An entry of a cluster's `extensions`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Extension {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(default)]
    pub(super) extension: serde_json::Value,
}

/// An entry of `users`.
#[derive(Clone, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(super) struct User {
    #[serde(deserialize_with = "text")]
    pub(super) token: Option<String>,
    #[serde(rename = "tokenFile", deserialize_with = "path")]
    pub(super) token_file: Option<PathBuf>,
    #[serde(deserialize_with = "text")]
    pub(super) username: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) password: Option<String>,
    #[serde(deserialize_with = "path")]
    pub(super) client_certificate: Option<PathBuf>,
    #[serde(deserialize_with = "text")]
    pub(super) client_certificate_data: Option<String>,
    #[serde(deserialize_with = "path")]
    pub(super) client_key: Option<PathBuf>,
    #[serde(deserialize_with = "text")]
    pub(super) client_key_data: Option<String>,
    #[serde(rename = "as", deserialize_with = "text")]
    pub(super) acts_as: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) as_uid: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) as_groups: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) as_user_extra: BTreeMap<String, Vec<String>>,
    pub(super) auth_provider: Option<AuthProvider>,
    pub(super) exec: Option<Exec>,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("User { .. }")
    }
}

/// The way before credential plugins, which client-go has given up.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct AuthProvider {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) name: String,
}

/// A credential plugin: a program that prints credentials.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Exec {
    #[serde(deserialize_with = "text")]
    pub(super) api_version: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) command: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) args: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) env: Vec<Variable>,
    #[serde(deserialize_with = "text")]
    pub(super) install_hint: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) interactive_mode: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) provide_cluster_info: bool,
}

/// A variable of a plugin's environment.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Variable {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) value: String,
}

impl std::fmt::Debug for Variable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.filter(|text| !text.is_empty()))
}

fn path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    text(deserializer).map(|text| text.map(PathBuf::from))
}

fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}
