//! Which context of a kubeconfig is meant, and what options override in it
//! (`DirectClientConfig` in `k8s.io/client-go/tools/clientcmd/client_config.go`).
//!
//! As in client-go, an option with a server takes the context's certificate authority and user with it, but not its
//! `tls-server-name`; an option with an authority, or one that turns verification off, replaces all that the context says
//! of either.

use std::path::PathBuf;

use super::files::Kubeconfig;
use super::{Context, Server, User};
use crate::access::{Access, Told};
use crate::diagnostic::Diagnostic;
use crate::names;

/// A server, a user, and where they are known from.
#[derive(Debug, Default)]
pub(in super::super) struct Chosen {
    /// The context; none where options name the server.
    pub(in super::super) context: Option<String>,
    /// The namespace that the context names.
    pub(in super::super) namespace: Option<String>,
    pub(in super::super) server: Server,
    pub(in super::super) user: User,
    /// The name of the user, for messages.
    pub(in super::super) user_name: Option<String>,
    /// What told the server or the context.
    pub(in super::super) known_from: String,
}

/// The context that is meant, under what options say; nothing where neither names a server.
///
/// # Errors
/// When there is no such context, or it names a cluster or a user that is not there.
pub(in super::super) fn choose(
    kubeconfig: &Kubeconfig,
    access: &Access,
) -> Result<Option<Chosen>, Vec<Diagnostic>> {
    let mut chosen = match named(kubeconfig, access) {
        Some((name, from)) => of_context(kubeconfig, &name, from, access)?,
        None => Chosen::default(),
    };
    chosen.override_with(access);
    if chosen.server.url.is_some() {
        return Ok(Some(chosen));
    }
    match chosen.context {
        None => Ok(None),
        Some(context) => Err(vec![Diagnostic::new(format!(
            "the cluster of context `{context}` has no `server`"
        ))]),
    }
}

/// The context that an option names, else the current one.
fn named(kubeconfig: &Kubeconfig, access: &Access) -> Option<(String, String)> {
    if let Some(told) = given(access.context.as_ref()) {
        return Some((told.value.clone(), told.from.to_owned()));
    }
    let (name, path) = kubeconfig.current.as_ref()?;
    let from = format!("the current context of {}", path.display());
    Some((name.clone(), from))
}

/// What a context says. Neither the cluster nor the user that it names has to be there where an option says it instead.
fn of_context(
    kubeconfig: &Kubeconfig,
    name: &str,
    from: String,
    access: &Access,
) -> Result<Chosen, Vec<Diagnostic>> {
    let Some(context) = kubeconfig.contexts.get(name) else {
        return Err(vec![unknown_context(kubeconfig, name, &from)]);
    };
    let missing = |what: &str, missing: &str| {
        Diagnostic::new(format!(
            "context `{name}` names the {what} `{missing}`, and the kubeconfig has none of that name"
        ))
        .note(files(kubeconfig))
    };
    let Context { cluster, user, .. } = context;
    let mut problems = Vec::new();
    let server = cluster.as_ref().map(|it| kubeconfig.servers.get(it));
    if let (Some(cluster), Some(None), None) = (cluster, &server, given(access.server.as_ref())) {
        problems.push(missing("cluster", cluster));
    }
    let entry = user.as_ref().map(|it| kubeconfig.users.get(it));
    if let (Some(user), Some(None), None) = (user, &entry, given(access.token.as_ref())) {
        problems.push(missing("user", user));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Chosen {
        context: Some(name.to_owned()),
        namespace: context.namespace.clone(),
        server: server.flatten().cloned().unwrap_or_default(),
        user: entry.flatten().cloned().unwrap_or_default(),
        user_name: user.clone(),
        known_from: from,
    })
}

fn unknown_context(kubeconfig: &Kubeconfig, name: &str, from: &str) -> Diagnostic {
    let known = kubeconfig.contexts.keys().map(String::as_str);
    let diagnostic = Diagnostic::new(format!("{from}: there is no context `{name}`"));
    let diagnostic = diagnostic.note(files(kubeconfig));
    if kubeconfig.read.is_empty() {
        return diagnostic.help(NAME_A_FILE);
    }
    diagnostic.help_opt(names::help(name, "contexts", known))
}

/// What to do where there is no context to name.
const NAME_A_FILE: &str = "name a kubeconfig with `--kubeconfig` or KUBECONFIG";

impl Kubeconfig {
    /// That neither it nor an option says where the cluster is.
    pub(in super::super) fn without_context(&self) -> Diagnostic {
        let (what, help) = match &*self.read {
            [] => ("no kubeconfig found", NAME_A_FILE),
            _ => (
                "the kubeconfig names no current context",
                "name a context with `--context`, or another kubeconfig with `--kubeconfig`",
            ),
        };
        Diagnostic::new(format!("cannot locate the cluster: {what}"))
            .note(files(self))
            .help(help)
    }
}

/// The files of a kubeconfig, for a message.
fn files(kubeconfig: &Kubeconfig) -> String {
    let paths = |paths: &[PathBuf]| {
        let paths = paths.iter().map(|path| path.display().to_string());
        paths.collect::<Vec<_>>().join(", ")
    };
    let missing = match &*kubeconfig.missing {
        [] => String::new(),
        files => format!("; not there: {}", paths(files)),
    };
    match &*kubeconfig.read {
        [] => format!("no kubeconfig was found{missing}"),
        files => format!("the kubeconfig is {}{missing}", paths(files)),
    }
}

impl Chosen {
    /// Replaces what options say otherwise.
    pub(in super::super) fn override_with(&mut self, access: &Access) {
        let server = &mut self.server;
        if let Some(told) = given(access.server.as_ref()) {
            server.url = Some(told.value.clone());
            server.tls_server_name = None;
            self.known_from = match &self.context {
                Some(context) => format!("{}, with the user of context {context}", told.from),
                None => told.from.to_owned(),
            };
        }
        if let Some(told) = given(access.tls_server_name.as_ref()) {
            server.tls_server_name = Some(told.value.clone());
        }
        let authority = access.ca_file.as_ref().filter(|it| !it.value.is_empty());
        let is_insecure = access
            .insecure_skip_tls_verify
            .as_ref()
            .is_some_and(|told| told.value);
        if authority.is_some() || is_insecure {
            server.insecure_skip_tls_verify = is_insecure;
            server.certificate_authority = authority.map(|told| PathBuf::from(&told.value));
            server.certificate_authority_data = None;
        }
        let user = &mut self.user;
        if let Some(told) = given(access.token.as_ref()) {
            user.token = Some(told.value.clone());
        }
        if let Some(told) = given(access.as_user.as_ref()) {
            user.acts_as = Some(told.value.clone());
        }
        if let Some(told) = access.as_groups.as_ref().filter(|it| !it.value.is_empty()) {
            user.as_groups.clone_from(&told.value);
        }
    }
}

/// An empty value says nothing, as in client-go.
fn given(told: Option<&Told<String>>) -> Option<&Told<String>> {
    told.filter(|told| !told.value.is_empty())
}
