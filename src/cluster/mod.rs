//! The cluster, asked: where it is and as whom it is asked, and its objects. The only module that names `kube` and `tokio`.
//!
//! [`Cluster::locate`] reads what says where the cluster is, as kubectl and Helm read it, and asks nobody. Whatever a server
//! answers is hostile: it is bounded in size and time, is what was asked for or an error, and is shown without control
//! characters. No message holds a secret.

mod agreement;
mod answer;
mod connection;
mod credentials;
mod exec;
mod failure;
mod kubeconfig;
mod list;
mod pin;
mod pod;
mod proxy;
mod reason;
mod request;
mod resources;
mod session;
mod settings;
#[cfg(all(test, unix))]
pub(crate) mod tests;
mod unreached;
mod watch;

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::time::Instant;

use self::answer::Allowance;
use self::connection::Connection;
use self::failure::Failure;
use self::kubeconfig::{Chosen, Kubeconfig};
use self::pod::Pod;
pub(crate) use self::request::{IfUnserved, Listing, Request};
use self::session::Session;
use self::settings::Settings;
use self::unreached::{Circumstances, Verb};
pub(crate) use self::unreached::{Unreached, UnreachedKind};
pub(crate) use self::watch::Waited;
use crate::access::{Access, ClusterPin};
use crate::environment::Environment;

/// The longest that a call may take: for ever, without the overflows of it.
const LONGEST: Duration = Duration::from_hours(24 * 365);

/// How much may come in answer to one call, in bytes: what a list of 40,000 Deployments has.
const MAX_BYTES: usize = 256 << 20;

/// A cluster, and whom it is asked as.
pub(crate) struct Cluster {
    about: About,
    /// The name of the kubeconfig's user.
    user: Option<String>,
    settings: Settings,
    /// How much may come in answer to one call.
    max_bytes: usize,
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

impl Cluster {
    /// How long a call may take, unless the user says otherwise.
    pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);

    /// Finds out where the cluster is and as whom it is asked, as kubectl and Helm do, without asking it.
    ///
    /// # Errors
    /// When nothing says where it is, when what does cannot be used, and when it is another than the policy pins, or than the
    /// one that Helm goes to.
    pub(crate) fn locate(
        access: &Access,
        environment: &Environment,
        timeout: Duration,
        pin: Option<&ClusterPin>,
    ) -> Result<Self, Unreached> {
        let pod = Pod::of(environment, Path::new(pod::FOLDER));
        Self::locate_from(access, environment, pod.as_ref(), timeout, pin)
    }

    fn locate_from(
        access: &Access,
        environment: &Environment,
        pod: Option<&Pod<'_>>,
        timeout: Duration,
        pin: Option<&ClusterPin>,
    ) -> Result<Self, Unreached> {
        let (chosen, about) = located(access, environment, pod)?;
        let mut mismatches = pin.map_or_else(Vec::new, |pin| pin::mismatches(pin, &about));
        if let Some(helms) = &access.helms {
            let (_, theirs) = located(helms, environment, pod)?;
            mismatches.extend(agreement::differences(access, &about, helms, &theirs));
        }
        if !mismatches.is_empty() {
            return Err(Unreached::unusable(mismatches));
        }
        let settings = Settings::new(&chosen, environment, timeout.min(LONGEST));
        let settings = settings.map_err(|why| Unreached::settings(&about, &why))?;
        Ok(Self {
            about,
            user: chosen.user_name,
            settings,
            max_bytes: MAX_BYTES,
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
        if requests.is_empty() {
            return Ok(Vec::new());
        }
        let deadline = Instant::now() + self.settings.timeout;
        let allowance = Arc::new(Allowance::new(self.max_bytes));
        self.ask(Verb::List, requests, deadline, async |connection| {
            list::all(&connection, requests, &allowance, deadline).await
        })
    }

    /// One object of a request's kind and namespace; `None` if there is none of that name.
    ///
    /// # Errors
    /// When it is not answered in time, or with what cannot be used.
    pub(crate) fn get<T: DeserializeOwned>(
        &self,
        request: &Request,
        name: &str,
    ) -> Result<Option<T>, Unreached> {
        let deadline = Instant::now() + self.settings.timeout;
        let requests = std::slice::from_ref(request);
        let allowance = Allowance::new(self.max_bytes);
        self.ask(Verb::Get, requests, deadline, async |connection| {
            let object = list::named(&connection, request, name, &allowance, deadline).await;
            object.map_err(|failure| vec![(0, failure)])
        })
    }

    /// Waits until one of the lists changes after the state that it was read from, or the deadline has passed.
    ///
    /// # Errors
    /// When the server cannot be asked for a minute, or answers with what cannot be used.
    pub(crate) fn wait_for_change(
        &self,
        lists: &[(Request, String)],
        deadline: std::time::Instant,
    ) -> Result<Waited, Unreached> {
        let session = self.session()?;
        let changed = watch::change(session, &self.settings, lists, deadline.into());
        let changed = session.runtime.block_on(changed);
        changed.map_err(|failed| {
            let calls = failed.iter().filter_map(|(at, failure)| {
                let (request, _) = lists.get(*at)?;
                Some((request, failure))
            });
            self.unreached(session, Verb::Watch, calls)
        })
    }

    /// Asks, and once again with new credentials where the plugin's are not accepted any more.
    fn ask<R>(
        &self,
        verb: Verb,
        requests: &[Request],
        deadline: Instant,
        ask: impl AsyncFn(Connection) -> Result<R, Vec<Failed>>,
    ) -> Result<R, Unreached> {
        let session = self.session()?;
        let answer = session.runtime.block_on(async {
            let connection = session.connection(&self.settings, deadline).await;
            let answer = ask(connection.map_err(of_all)?).await;
            if !answer.as_ref().is_err_and(|failed| is_unauthorized(failed)) || !session.forget() {
                return answer;
            }
            let connection = session.connection(&self.settings, deadline).await;
            ask(connection.map_err(of_all)?).await
        });
        answer.map_err(|failed| {
            let calls = failed.iter().filter_map(|(at, failure)| {
                let request = requests.get(*at)?;
                Some((request, failure))
            });
            self.unreached(session, verb, calls)
        })
    }

    fn session(&self) -> Result<&Session, Unreached> {
        let session = self.session.get_or_init(Session::new).as_ref();
        session.map_err(|why| Unreached::settings(&self.about, why))
    }

    fn unreached<'c>(
        &self,
        session: &Session,
        verb: Verb,
        calls: impl Iterator<Item = (&'c Request, &'c Failure)>,
    ) -> Unreached {
        let circumstances = Circumstances {
            about: &self.about,
            user: self.user.as_deref(),
            proxy: self.settings.proxy.as_ref(),
            timeout: self.settings.timeout,
            verb,
        };
        let unreached = circumstances.unreached(calls);
        unreached.without(&session.secrets(&self.settings))
    }
}

/// The request that failed, by its place among those of a call, and how.
type Failed = (usize, Failure);

/// What keeps all requests of a call from being made.
fn of_all(failure: Failure) -> Vec<Failed> {
    vec![(0, failure)]
}

fn is_unauthorized(failed: &[Failed]) -> bool {
    failed
        .iter()
        .any(|(_, failure)| matches!(failure, Failure::Unauthorized(_)))
}

/// Where the cluster is, and as whom it is asked.
fn located(
    access: &Access,
    environment: &Environment,
    pod: Option<&Pod<'_>>,
) -> Result<(Chosen, About), Unreached> {
    let kubeconfig = kubeconfig::read(access, environment).map_err(Unreached::unusable)?;
    let chosen = kubeconfig::choose(&kubeconfig, access).map_err(Unreached::unusable)?;
    let in_pod = || pod.map(|pod| pod.chosen(access));
    let Some(chosen) = chosen.or_else(in_pod) else {
        return Err(nowhere(&kubeconfig));
    };
    let about = about(&chosen, access, pod);
    Ok((chosen, about))
}

/// As in kubectl, a pod's namespace counts in a pod, also for a context that names none.
fn about(chosen: &Chosen, access: &Access, pod: Option<&Pod<'_>>) -> About {
    let named = access.namespace.as_ref().map(|told| told.value.clone());
    let named = named.filter(|name| !name.is_empty());
    let namespace = named.or_else(|| chosen.namespace.clone());
    let namespace = namespace.or_else(|| pod.map(Pod::namespace));
    About {
        server: settings::public(chosen.server.url.as_deref().unwrap_or_default()),
        context: chosen.context.clone(),
        namespace: namespace.unwrap_or_else(|| "default".to_owned()),
        known_from: chosen.known_from.clone(),
    }
}

/// Nothing says where the cluster is.
fn nowhere(kubeconfig: &Kubeconfig) -> Unreached {
    let diagnostic = kubeconfig.without_context();
    Unreached::new(UnreachedKind::OutOfReach, vec![diagnostic])
}
