//! The cluster, asked: where it is and as whom it is asked, and its objects. The only module that names `kube` and `tokio`.
//!
//! [`Cluster::locate`] reads what says where the cluster is, as kubectl and Helm read it, and asks nobody. Whatever a server
//! answers is hostile: it is bounded in size and time, is what was asked for or an error, and is shown without control
//! characters. No message holds a secret.

mod answer;
mod connection;
mod credentials;
mod kubeconfig;
mod list;
mod pin;
mod request;
mod resources;
mod settings;
#[cfg(test)]
mod tests;
mod unreached;

use std::sync::OnceLock;
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;

use self::answer::Failure;
use self::connection::Connection;
#[allow(unused_imports, reason = "the cluster baseline is being built")]
pub(crate) use self::request::{IfUnserved, Listing, Request};
use self::settings::Settings;
use self::unreached::{Call, Verb};
pub(crate) use self::unreached::{Unreached, UnreachedKind};
use crate::access::{Access, ClusterPin};
use crate::diagnostic::Diagnostic;
use crate::environment::Environment;

/// A cluster, and whom it is asked as.
pub(crate) struct Cluster {
    about: About,
    settings: Settings,
    /// How long one call may take.
    timeout: Duration,
    session: OnceLock<Result<Session, String>>,
}

/// Which cluster it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct About {
    /// The URL of the API server.
    pub(crate) server: String,
    /// The kubeconfig's context; none where an option or a pod's service account says where the server is.
    pub(crate) context: Option<String>,
    /// The namespace of objects that name none.
    pub(crate) namespace: String,
    /// What told where the cluster is, as a message names it: `Helm's --kube-context`.
    pub(crate) known_from: String,
}

/// What asks: a runtime for this thread alone, and the connections.
struct Session {
    runtime: Runtime,
    connection: Connection,
}

impl Cluster {
    /// Finds out where the cluster is and as whom it is asked, as kubectl and Helm do, without asking it.
    ///
    /// # Errors
    /// When nothing says where it is, when what does cannot be used, and when it is another than the policy pins.
    pub(crate) fn locate(
        access: &Access,
        environment: &Environment,
        timeout: Duration,
        pin: Option<&ClusterPin>,
    ) -> Result<Self, Unreached> {
        let kubeconfig = kubeconfig::read(access, environment).map_err(Unreached::unusable)?;
        let chosen = kubeconfig::choose(&kubeconfig, access).map_err(Unreached::unusable)?;
        let Some(chosen) = chosen else {
            let problem = Diagnostic::new("nothing says where the cluster is");
            let problems = vec![problem];
            return Err(Unreached::new(UnreachedKind::OutOfReach, problems));
        };
        let settings = Settings::new(&chosen).map_err(Unreached::unusable)?;
        let named = access.namespace.as_ref().map(|told| told.value.clone());
        let namespace = named.filter(|name| !name.is_empty()).or(chosen.namespace);
        let about = About {
            server: chosen.server.url.unwrap_or_default(),
            context: chosen.context,
            namespace: namespace.unwrap_or_else(|| "default".to_owned()),
            known_from: chosen.known_from,
        };
        let mismatches = pin.map(|pin| pin::mismatches(pin, &about));
        if let Some(mismatches) = mismatches.filter(|them| !them.is_empty()) {
            return Err(Unreached::unusable(mismatches));
        }
        Ok(Self {
            about,
            settings,
            timeout,
            session: OnceLock::new(),
        })
    }

    /// Which cluster it is.
    pub(crate) fn about(&self) -> &About {
        &self.about
    }

    /// All objects of each request, asked for at once; in the requests' order.
    ///
    /// # Errors
    /// When one of them is not answered in time, or with what cannot be used.
    pub(crate) fn list<T>(&self, requests: &[Request]) -> Result<Vec<Listing<T>>, Unreached>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let deadline = Instant::now() + self.timeout;
        let session = self.session()?;
        let listings = list::all(&session.connection, requests, deadline);
        let listings = session.runtime.block_on(listings);
        listings.map_err(|failed| self.unreached(Verb::List, &failed))
    }

    /// One object of a request's kind and namespace; nothing where there is none of that name.
    ///
    /// # Errors
    /// When it is not answered in time, or with what cannot be used.
    pub(crate) fn get<T: DeserializeOwned>(
        &self,
        request: &Request,
        name: &str,
    ) -> Result<Option<T>, Unreached> {
        let deadline = Instant::now() + self.timeout;
        let session = self.session()?;
        let object = list::named(&session.connection, request, name, deadline);
        let object = session.runtime.block_on(object);
        object.map_err(|failure| self.unreached(Verb::Get, &[(request.clone(), failure)]))
    }

    fn session(&self) -> Result<&Session, Unreached> {
        let session = self.session.get_or_init(|| Session::new(&self.settings));
        session.as_ref().map_err(|why| {
            let message = format!("cannot ask the cluster {}: {why}", self.about.server);
            Unreached::unusable(vec![Diagnostic::new(message)])
        })
    }

    fn unreached(&self, verb: Verb, failed: &[(Request, Failure)]) -> Unreached {
        let failed = failed.iter().map(|(request, failure)| {
            let call = Call { verb, request };
            (call, failure)
        });
        Unreached::of(&self.about, self.timeout, failed)
    }
}

impl Session {
    fn new(settings: &Settings) -> Result<Self, String> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        let connection = {
            let _within = runtime.enter();
            Connection::new(settings)?
        };
        Ok(Self {
            runtime,
            connection,
        })
    }
}
