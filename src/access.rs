//! Which cluster is asked, and as whom: what options, variables and Helm's command line say, before a kubeconfig is read.
//!
//! Each value carries the name of what gave it, so that a message can say from where a server was known. A value is never
//! printed where it can be a secret.

use std::ffi::OsString;

use crate::source::Place;

/// A value, and what it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told<T> {
    pub(crate) value: T,
    /// As a message names it: `--context`, `Helm's --kube-context`, `HELM_KUBECONTEXT`.
    pub(crate) from: &'static str,
}

/// What is said of the cluster and of who asks it. What nobody says is taken from the kubeconfig, as kubectl does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Access {
    /// The one kubeconfig that an option names. The list in `KUBECONFIG` is not one of those: it is read with the kubeconfig,
    /// where nothing is said here.
    pub(crate) kubeconfig: Option<Told<OsString>>,
    pub(crate) context: Option<Told<String>>,
    pub(crate) namespace: Option<Told<String>>,
    /// The URL of the API server.
    pub(crate) server: Option<Told<String>>,
    /// A bearer token.
    pub(crate) token: Option<Told<String>>,
    pub(crate) as_user: Option<Told<String>>,
    pub(crate) as_groups: Option<Told<Vec<String>>>,
    /// A file with the certificate authority.
    pub(crate) ca_file: Option<Told<OsString>>,
    pub(crate) tls_server_name: Option<Told<String>>,
    /// Only if it is to be skipped: `false` overrides no kubeconfig.
    pub(crate) insecure_skip_tls_verify: Option<Told<bool>>,
    /// What Helm goes by, where an option says more: both have to lead to the same server and namespace.
    pub(crate) helms: Option<Box<Access>>,
}

/// The cluster that a policy allows, under `spec.cluster`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ClusterPin {
    /// The name of the context.
    pub(crate) context: Option<Pinned>,
    /// The URL of the API server.
    pub(crate) server: Option<Pinned>,
}

/// What a policy pins, and where it says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pinned {
    pub(crate) value: String,
    pub(crate) place: Option<Place>,
}
