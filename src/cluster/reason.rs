//! Why a request has no answer, in a few words: the causes of an error are walked to the one that says it.

use std::error::Error;
use std::io;

use rustls::{AlertDescription, CertificateError};

use super::answer::line;
use super::failure::Failure;

/// What an error comes to.
pub(super) fn failure(error: &(dyn Error + 'static)) -> Failure {
    let mut causes = std::iter::successors(Some(error), |&error| cause(error));
    let tls = causes.find_map(|error| error.downcast_ref::<rustls::Error>());
    match tls.map(untrusted) {
        Some(Some(why)) => Failure::Untrusted(why),
        _ => Failure::Unanswered(of(error)),
    }
}

/// The first cause of an error, in words.
pub(super) fn of(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&error| cause(error));
    let first = causes.last().unwrap_or(error);
    let text = line(&first.to_string());
    let text = match first.downcast_ref::<io::Error>() {
        // Without the number that the system has for it.
        Some(_) => text
            .split(" (os error ")
            .next()
            .unwrap_or_default()
            .to_owned(),
        None => text,
    };
    uncapitalised(&text)
}

/// What caused an error. What an I/O error wraps is a cause too, although it does not say so.
fn cause<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

/// Why TLS failed, where it is a matter of trust.
fn untrusted(error: &rustls::Error) -> Option<String> {
    let why = match error {
        rustls::Error::InvalidCertificate(error) => certificate(error),
        rustls::Error::AlertReceived(alert) => match alert {
            AlertDescription::BadCertificate
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateRequired
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::UnsupportedCertificate => {
                format!("the server does not accept the client's certificate ({alert:?})")
            }
            _ => return None,
        },
        rustls::Error::InvalidMessage(_) => "the server does not speak TLS".to_owned(),
        _ => return None,
    };
    Some(why)
}

fn certificate(error: &CertificateError) -> String {
    match error {
        CertificateError::UnknownIssuer => {
            "the server's certificate is signed by an authority that is not trusted here".to_owned()
        }
        CertificateError::NotValidForNameContext {
            expected,
            presented,
        } => {
            // As rustls has them: `DnsName("kubernetes")`.
            let name = |text: &str| {
                let name = text.split_once('(').map_or(text, |(_, name)| name);
                name.trim_matches(['"', ')']).to_owned()
            };
            let names: Vec<String> = presented.iter().map(|text| name(text)).collect();
            let (expected, names) = (expected.to_str(), line(&names.join(", ")));
            format!("the server's certificate is not for {expected}, but for {names}")
        }
        CertificateError::NotValidForName => {
            "the server's certificate is for another host".to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the server's certificate has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the server's certificate is not valid yet".to_owned()
        }
        other => format!(
            "the server's certificate is not valid: {}",
            line(&other.to_string())
        ),
    }
}

fn uncapitalised(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => text.to_owned(),
    }
}
