//! How a server is reached and as whom, checked: what a kubeconfig, the options over it, or a pod come to.
//!
//! As in client-go, a server that is asked without TLS gets no credentials.

use std::fs;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::answer::line;
use super::credentials::Credentials;
use super::kubeconfig::{Chosen, Server, User};
use super::proxy::{self, Proxy};
use crate::environment::Environment;
use crate::input;

/// How a server is reached, and as whom.
pub(super) struct Settings {
    pub(super) url: Uri,
    /// The certificates of the authorities that may have signed the server's, in DER; those of the system where none are
    /// named.
    pub(super) authorities: Option<Vec<Vec<u8>>>,
    pub(super) is_verified: bool,
    pub(super) tls_server_name: Option<String>,
    pub(super) proxy: Option<Proxy>,
    pub(super) is_compressed: bool,
    /// How long one call may take.
    pub(super) timeout: Duration,
    pub(super) credentials: Credentials,
    pub(super) impersonated: Option<Impersonated>,
}

/// As whom someone else acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Impersonated {
    pub(super) user: String,
    pub(super) uid: Option<String>,
    pub(super) groups: Vec<String>,
    pub(super) extra: Vec<(String, Vec<String>)>,
}

impl Settings {
    /// Checks what was chosen.
    ///
    /// # Errors
    /// When a value is not valid, a file cannot be read, or two settings exclude each other.
    pub(super) fn new(
        chosen: &Chosen,
        environment: &Environment,
        timeout: Duration,
    ) -> Result<Self, String> {
        let server = &chosen.server;
        let url = url_of(server, &chosen.user)?;
        let proxy = proxy::to(&url, server.proxy_url.as_deref(), environment);
        let credentials = if url.scheme_str() == Some("https") {
            Credentials::of(chosen, environment)
        } else {
            Ok(Credentials::default())
        };
        Ok(Self {
            authorities: authorities(server)?,
            is_verified: !server.insecure_skip_tls_verify,
            tls_server_name: server.tls_server_name.clone(),
            proxy: proxy?,
            is_compressed: !server.disable_compression,
            timeout,
            credentials: credentials?,
            impersonated: impersonated(&chosen.user)?,
            url,
        })
    }
}

impl Settings {
    /// All texts that no message may hold.
    pub(super) fn secrets(&self) -> Vec<String> {
        let proxy = self.proxy.as_ref().and_then(|proxy| proxy.user.clone());
        let proxy = proxy.map(|(_, password)| password);
        self.credentials.secrets().chain(proxy).collect()
    }
}

/// The URL of a server, which may be a host and a port alone: for TLS, where there is anything to do with certificates
/// (`DefaultServerUrlFor` in `k8s.io/client-go/rest/url_utils.go`).
fn url_of(server: &Server, user: &User) -> Result<Uri, String> {
    let has_certificates = server.certificate_authority.is_some()
        || server.certificate_authority_data.is_some()
        || server.insecure_skip_tls_verify
        || user.client_certificate.is_some()
        || user.client_certificate_data.is_some();
    let text = server.url.as_deref().unwrap_or_default();
    let refuse = |why: &str| Err(format!("invalid server URL `{}`: {why}", public(text)));
    if text.contains('@') {
        return refuse("it must not hold a user name or a password");
    }
    let full = match text.contains("://") {
        true => text.to_owned(),
        false if has_certificates => format!("https://{text}"),
        false => format!("http://{text}"),
    };
    let Ok(url) = full.parse::<Uri>() else {
        return refuse("expected a URL such as https://host:6443");
    };
    match (url.scheme_str(), normal(&url)) {
        (Some("http" | "https"), Some(url)) => Ok(url),
        _ => refuse("expected a URL such as https://host:6443"),
    }
}

/// A URL as it may be shown.
pub(super) fn public(url: &str) -> String {
    match url.rsplit_once('@') {
        Some((_, host)) => format!("***@{}", line(host)),
        None => line(url),
    }
}

/// The URL without a query, and with the port that a proxy needs to be told.
fn normal(url: &Uri) -> Option<Uri> {
    let (scheme, host) = (url.scheme_str()?, url.host()?);
    let default = if scheme == "https" { 443 } else { 80 };
    let (port, path) = (url.port_u16().unwrap_or(default), url.path());
    format!("{scheme}://{host}:{port}{path}").parse().ok()
}

/// The authorities that a kubeconfig names.
fn authorities(server: &Server) -> Result<Option<Vec<Vec<u8>>>, String> {
    let (data, file) = (
        &server.certificate_authority_data,
        &server.certificate_authority,
    );
    if data.is_some() && file.is_some() {
        return Err(
            "both `certificate-authority` and `certificate-authority-data` are given".into(),
        );
    }
    let name = "certificate-authority";
    let Some(pem) = data_or_file(name, data.as_deref(), file.as_deref())? else {
        return Ok(None);
    };
    if server.insecure_skip_tls_verify {
        return Err(format!(
            "`{name}` and `insecure-skip-tls-verify` exclude each other"
        ));
    }
    let certificates = CertificateDer::pem_slice_iter(&pem).flatten();
    let certificates: Vec<Vec<u8>> = certificates.map(|der| der.to_vec()).collect();
    if certificates.is_empty() {
        return Err(format!("`{name}` holds no certificate in PEM"));
    }
    Ok(Some(certificates))
}

/// The authorities that a kubeconfig names, as base64: in itself or from the file that it names.
pub(super) fn authority_data(server: &Server) -> Result<Option<String>, String> {
    let (data, file) = (
        &server.certificate_authority_data,
        &server.certificate_authority,
    );
    let pem = data_or_file("certificate-authority", data.as_deref(), file.as_deref())?;
    Ok(pem.map(|pem| STANDARD.encode(pem)))
}

/// What a field has, in itself as base64 or in the file that it names. Data are never shown.
pub(super) fn data_or_file(
    name: &str,
    data: Option<&str>,
    file: Option<&Path>,
) -> Result<Option<Vec<u8>>, String> {
    if let Some(data) = data {
        let compact: String = data.split_ascii_whitespace().collect();
        let decoded = STANDARD.decode(compact);
        return match decoded {
            Ok(bytes) => Ok(Some(bytes)),
            Err(_) => Err(format!("`{name}-data` is not valid base64")),
        };
    }
    let read = |file: &Path| fs::read(file).map_err(|error| unreadable(name, file, &error));
    file.map(read).transpose()
}

/// Why the file of a field cannot be read.
pub(super) fn unreadable(name: &str, file: &Path, error: &std::io::Error) -> String {
    format!("`{name}`: {}: {}", file.display(), input::why(error))
}

fn impersonated(user: &User) -> Result<Option<Impersonated>, String> {
    let has_more =
        user.as_uid.is_some() || !user.as_groups.is_empty() || !user.as_user_extra.is_empty();
    match &user.acts_as {
        Some(name) => Ok(Some(Impersonated {
            user: name.clone(),
            uid: user.as_uid.clone(),
            groups: user.as_groups.clone(),
            extra: user.as_user_extra.clone().into_iter().collect(),
        })),
        None if has_more => Err("groups, a UID or extras to impersonate need a user".to_owned()),
        None => Ok(None),
    }
}
