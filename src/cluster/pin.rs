//! Whether a cluster is the one that a policy pins.

use http::Uri;

use super::About;
use crate::access::{ClusterPin, Pinned};
use crate::diagnostic::Diagnostic;
use crate::names::shown;

/// What differs from what the policy pins.
pub(super) fn mismatches(pin: &ClusterPin, about: &About) -> Vec<Diagnostic> {
    let context = pin
        .context
        .as_ref()
        .filter(|pinned| about.context.as_ref() != Some(&pinned.value));
    let context = context.map(|pinned| {
        let own = match &about.context {
            Some(context) => format!("context `{}`", shown(context)),
            None => "no context".to_owned(),
        };
        mismatch(
            &format!("context `{}`", shown(&pinned.value)),
            &own,
            pinned,
            about,
        )
    });
    let server = pin
        .server
        .as_ref()
        .filter(|pinned| normal(&pinned.value) != normal(&about.server));
    let server = server.map(|pinned| {
        let own = format!("server `{}`", shown(&about.server));
        mismatch(
            &format!("server `{}`", shown(&pinned.value)),
            &own,
            pinned,
            about,
        )
    });
    context.into_iter().chain(server).collect()
}

fn mismatch(wanted: &str, own: &str, pinned: &Pinned, about: &About) -> Diagnostic {
    Diagnostic::new(format!("the policy is for {wanted}, and this is {own}"))
        .label_opt(pinned.place.clone(), "the policy's cluster")
        .note(format!("known from {}", about.known_from))
}

/// A URL with its default port, without a last slash; the scheme and the host in lower case.
pub(super) fn normal(url: &str) -> String {
    let Ok(parsed) = url.parse::<Uri>() else {
        return url.to_owned();
    };
    let scheme = parsed.scheme_str().unwrap_or("https").to_lowercase();
    let default = if scheme == "http" { 80 } else { 443 };
    let port = parsed.port_u16().unwrap_or(default);
    let host = parsed.host().unwrap_or_default().to_lowercase();
    format!(
        "{scheme}://{host}:{port}{}",
        parsed.path().trim_end_matches('/')
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(context: Option<&str>, server: Option<&str>) -> Vec<String> {
        let pinned = |value: &str| Pinned {
            value: value.to_owned(),
            place: None,
        };
        let pin = ClusterPin {
            context: context.map(pinned),
            server: server.map(pinned),
        };
        let about = About {
            server: "https://Milvus.example:443/k8s/".to_owned(),
            context: Some("prod".to_owned()),
            namespace: "default".to_owned(),
            known_from: "--context".to_owned(),
        };
        let told = mismatches(&pin, &about).into_iter();
        told.map(|diagnostic| diagnostic.message.to_string())
            .collect()
    }

    #[test]
    fn the_same_cluster_may_be_written_otherwise() {
        let none: [&str; 0] = [];
        assert_eq!(told(Some("prod"), Some("HTTPS://milvus.example/k8s")), none);
        assert_eq!(told(None, None), none);
    }

    #[test]
    fn another_cluster_is_told_with_both_names() {
        assert_eq!(
            told(Some("dev"), Some("https://milvus.example/other")),
            [
                "the policy is for context `dev`, and this is context `prod`",
                "the policy is for server `https://milvus.example/other`, and this is server \
                 `https://Milvus.example:443/k8s/`",
            ]
        );
        assert_eq!(told(None, Some("http://milvus.example:443/k8s")).len(), 1);
    }
}
