//! The cluster around a pod: its API server, and the pod's own service account
//! (`InClusterConfig` in `k8s.io/client-go/rest/config.go`).

use std::fs;
use std::path::Path;

use super::kubeconfig::{Chosen, Server, User};
use crate::access::Access;
use crate::environment::Environment;

/// Where a pod finds its service account.
pub(super) const FOLDER: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// A pod with a service account.
pub(super) struct Pod<'p> {
    folder: &'p Path,
    host: String,
    port: String,
    named: Option<String>,
}

impl<'p> Pod<'p> {
    /// The pod that this process runs in, if it is one and has a service account.
    pub(super) fn of(environment: &Environment, folder: &'p Path) -> Option<Self> {
        let has_token = fs::metadata(folder.join("token")).is_ok_and(|about| !about.is_dir());
        Some(Self {
            host: environment.get("KUBERNETES_SERVICE_HOST")?,
            port: environment.get("KUBERNETES_SERVICE_PORT")?,
            named: environment.get("POD_NAMESPACE"),
            folder,
        })
        .filter(|_| has_token)
    }

    /// Its namespace.
    pub(super) fn namespace(&self) -> String {
        if let Some(named) = &self.named {
            return named.clone();
        }
        let read = fs::read_to_string(self.folder.join("namespace"));
        let read = read.map(|text| text.trim().to_owned()).unwrap_or_default();
        if read.is_empty() {
            "default".to_owned()
        } else {
            read
        }
    }

    /// The server, and the service account; under what options say.
    pub(super) fn chosen(&self, access: &Access) -> Chosen {
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        let authority = self.folder.join("ca.crt");
        let mut chosen = Chosen {
            server: Server {
                url: Some(format!("https://{host}:{}", self.port)),
                certificate_authority: authority.exists().then_some(authority),
                ..Server::default()
            },
            user: User {
                token_file: Some(self.folder.join("token")),
                ..User::default()
            },
            known_from: "the pod's service account".to_owned(),
            ..Chosen::default()
        };
        if access
            .token
            .as_ref()
            .is_some_and(|told| !told.value.is_empty())
        {
            chosen.user.token_file = None;
        }
        chosen.override_with(access);
        chosen
    }
}
