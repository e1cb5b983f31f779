//! How a server is reached and as whom, checked: what a kubeconfig, the options over it, or a pod come to.
//!
//! As in client-go, a server that is asked without TLS gets no credentials.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::credentials::Credentials;
use super::kubeconfig::{Chosen, Server, User};
use crate::diagnostic::Diagnostic;
use crate::input;
use crate::names::shown;

/// How a server is reached, and as whom.
pub(super) struct Settings {
    pub(super) url: Uri,
    /// The certificates of the authorities that may have signed the server's, in DER; those of the system where none are
    /// named.
    pub(super) authorities: Option<Vec<Vec<u8>>>,
    pub(super) is_verified: bool,
    pub(super) tls_server_name: Option<String>,
    pub(super) is_compressed: bool,
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
    pub(super) fn new(chosen: &Chosen) -> Result<Self, Vec<Diagnostic>> {
        let (server, user) = (&chosen.server, &chosen.user);
        let mut problems = Vec::new();
        let mut checked = |problem: Result<(), String>| {
            problems.extend(problem.err().map(Diagnostic::new));
        };
        let url = url_of(server, user);
        checked(url.as_ref().map(|_| ()).map_err(Clone::clone));
        let authorities = authorities(server);
        checked(authorities.as_ref().map(|_| ()).map_err(Clone::clone));
        let impersonated = impersonated(user);
        checked(impersonated.as_ref().map(|_| ()).map_err(Clone::clone));
        let is_tls = url
            .as_ref()
            .is_ok_and(|url| url.scheme_str() == Some("https"));
        let credentials = if is_tls {
            Credentials::of(chosen)
        } else {
            Ok(Credentials::default())
        };
        checked(credentials.as_ref().map(|_| ()).map_err(Clone::clone));
        match (url, authorities, credentials, impersonated) {
            (Ok(url), Ok(authorities), Ok(credentials), Ok(impersonated)) => Ok(Self {
                url,
                authorities,
                is_verified: !server.insecure_skip_tls_verify,
                tls_server_name: server.tls_server_name.clone(),
                is_compressed: !server.disable_compression,
                credentials,
                impersonated,
            }),
            _ => Err(problems),
        }
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
    let refuse = |why: &str| Err(format!("invalid server URL `{}`: {why}", shown(text)));
    if text.contains('@') {
        return refuse("it must not hold a user name");
    }
    let full = match text.contains("://") {
        true => text.to_owned(),
        false if has_certificates => format!("https://{text}"),
        false => format!("http://{text}"),
    };
    let Ok(url) = full.parse::<Uri>() else {
        return refuse("expected a URL such as https://host:6443");
    };
    let (scheme, host) = (url.scheme_str(), url.host());
    match (scheme, host, url.authority()) {
        (Some("http" | "https"), Some(host), Some(_)) if !host.is_empty() => Ok(without_query(url)),
        _ => refuse("expected a URL such as https://host:6443"),
    }
}

fn without_query(url: Uri) -> Uri {
    let mut parts = url.clone().into_parts();
    parts.path_and_query = url.path().parse().ok();
    Uri::from_parts(parts).unwrap_or(url)
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
