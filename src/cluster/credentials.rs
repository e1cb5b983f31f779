//! As whom a cluster is asked: a bearer token, a user name with a password, a client certificate, or what a plugin gives.
//!
//! Their order is client-go's: a token file over a token, either over a plugin. A plugin is asked when the first request
//! is made, and again when what it gave has expired.

use std::fs;
use std::path::PathBuf;

use http::HeaderValue;

use super::connection;
use super::exec::Plugin;
use super::failure::Failure;
use super::kubeconfig::{Chosen, User};
use super::settings::{data_or_file, unreadable};
use crate::environment::Environment;

/// As whom a cluster is asked.
#[derive(Default)]
pub(super) struct Credentials {
    pub(super) bearer: Option<Bearer>,
    /// A user name and a password.
    pub(super) basic: Option<(String, String)>,
    pub(super) certificate: Option<Identity>,
    /// What provides either; asked only if the others are missing.
    pub(super) plugin: Option<Plugin>,
}

/// A bearer token.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Bearer {
    token: String,
    /// The file that it is read from again and again: such tokens live for some minutes.
    file: Option<PathBuf>,
}

/// A client certificate and its key, both in PEM.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) certificate: Vec<u8>,
    pub(super) key: Vec<u8>,
}

impl Credentials {
    /// What a kubeconfig's user gives.
    ///
    /// # Errors
    /// When a file cannot be read, or two ways exclude each other.
    pub(super) fn of(chosen: &Chosen, environment: &Environment) -> Result<Self, String> {
        let user = &chosen.user;
        if let Some(provider) = &user.auth_provider {
            return Err(format!(
                "the user's `auth-provider` ({}) is no longer supported by Kubernetes: use its credential plugin under `exec`",
                crate::names::shown(&provider.name)
            ));
        }
        let basic = match (&user.username, &user.password) {
            (None, None) => None,
            (name, password) => Some((
                name.clone().unwrap_or_default(),
                password.clone().unwrap_or_default(),
            )),
        };
        let bearer = Bearer::of(user)?;
        if basic.is_some() && bearer.is_some() {
            return Err("both a token and a user name with a password are given".to_owned());
        }
        let certificate = Identity::of(user)?;
        let plugin = user.exec.as_ref();
        let plugin = plugin.map(|exec| Plugin::new(exec, chosen, environment));
        let has_own = bearer.is_some() || basic.is_some() || certificate.is_some();
        Ok(Self {
            bearer,
            basic,
            certificate,
            plugin: plugin.transpose()?.filter(|_| !has_own),
        })
    }

    /// The token and the password.
    pub(super) fn secrets(&self) -> impl Iterator<Item = String> {
        let token = self.bearer.as_ref().map(Bearer::token);
        let password = self.basic.as_ref().map(|(_, password)| password.clone());
        token.into_iter().chain(password)
    }

    /// The value of the `Authorization` header, with the token that a plugin gave.
    pub(super) fn authorization(
        &self,
        given: Option<String>,
    ) -> Result<Option<HeaderValue>, Failure> {
        let token = given.or_else(|| self.bearer.as_ref().map(Bearer::token));
        let value = match (token, &self.basic) {
            (Some(token), _) => connection::secret(&format!("Bearer {token}")),
            (None, Some((user, password))) => connection::basic(user, password),
            (None, None) => return Ok(None),
        };
        value.map(Some).map_err(Failure::Unusable)
    }
}

impl Bearer {
    /// A token file beats a token, but where it cannot be read (`NewBearerAuthWithRefreshRoundTripper` in
    /// `k8s.io/client-go/transport/round_trippers.go`).
    fn of(user: &User) -> Result<Option<Self>, String> {
        let read = match &user.token_file {
            None => None,
            Some(file) => match fs::read_to_string(file) {
                Ok(text) => Some(text.trim().to_owned()),
                Err(error) if user.token.is_none() => {
                    return Err(unreadable("tokenFile", file, &error));
                }
                Err(_) => None,
            },
        };
        if read.as_deref() == Some("") && user.token.is_none() {
            return Err("`tokenFile` names an empty file".to_owned());
        }
        let token = read.filter(|token| !token.is_empty());
        let token = token.or_else(|| user.token.clone());
        Ok(token.map(|token| Self {
            token,
            file: user.token_file.clone(),
        }))
    }

    /// The token; the last one known where its file is not there for a while.
    fn token(&self) -> String {
        let read = self.file.as_ref().map(fs::read_to_string);
        let read = read.and_then(Result::ok);
        let read = read.map(|text| text.trim().to_owned());
        read.filter(|token| !token.is_empty())
            .unwrap_or_else(|| self.token.clone())
    }
}

impl Identity {
    fn of(user: &User) -> Result<Option<Self>, String> {
        let (certificate, key) = ("client-certificate", "client-key");
        let certificate_data = user.client_certificate_data.as_deref();
        let key_data = user.client_key_data.as_deref();
        let files = (
            user.client_certificate.as_deref(),
            user.client_key.as_deref(),
        );
        if certificate_data.is_some() && files.0.is_some() {
            return Err(format!(
                "both `{certificate}` and `{certificate}-data` are given"
            ));
        }
        let Some(own) = data_or_file(certificate, certificate_data, files.0)? else {
            return Ok(None);
        };
        if key_data.is_some() && files.1.is_some() {
            return Err(format!("both `{key}` and `{key}-data` are given"));
        }
        match data_or_file(key, key_data, files.1)? {
            Some(key) => Ok(Some(Self {
                certificate: own,
                key,
            })),
            None => Err(format!("`{certificate}` needs a `{key}`")),
        }
    }
}
