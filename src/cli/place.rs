//! Where the cluster is: trimtab's own options and variables, together with Helm's.
//!
//! Under a Helm whose command line is known, trimtab goes where Helm goes. Its own options can agree with that, or say what
//! Helm leaves to the kubeconfig; whatever differs is refused, with both places.

use std::ffi::OsString;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::SignedDuration;

use super::StreamArgs;
use crate::access::{Access, Told};
use crate::diagnostic::Diagnostic;
use crate::environment::{self, Environment};
use crate::host::helm::command_line::{self, HelmCall, HelmCommand};
use crate::names::shown;

/// Where the cluster is, as far as it is known before a kubeconfig is read.
#[derive(Debug, Clone)]
pub(crate) struct ClusterPlace {
    pub(crate) access: Access,
    /// The variables that the kubeconfig is found by: Helm's own, where they are known.
    pub(crate) environment: Environment,
    /// How long one call may take, if that is said.
    pub(crate) timeout: Option<Duration>,
    /// Whether trimtab's own options name a context and a namespace.
    pub(super) is_named: bool,
}

impl StreamArgs {
    /// Resolves where the cluster is; adds every problem to `problems`.
    pub(super) fn place(
        &self,
        environment: &Environment,
        helm: Option<&HelmCall>,
        problems: &mut Vec<Diagnostic>,
    ) -> ClusterPlace {
        let timeout = self.timeout(environment, problems);
        let own = self.access(environment);
        problems.extend(own.namespace.as_ref().and_then(no_namespace));
        let is_named = own.context.is_some() && own.namespace.is_some();
        if let Some(HelmCall::Known(command)) = helm {
            return ClusterPlace {
                access: agreed(own, command, problems),
                environment: command.environment.clone(),
                timeout,
                is_named,
            };
        }
        let inherited = match helm {
            None => Ok(Access::default()),
            Some(_) => command_line::variables(environment),
        };
        let inherited = inherited.unwrap_or_else(|doubt| {
            problems.push(Diagnostic::new(doubt.to_string()));
            Access::default()
        });
        let namespace = || namespace_of_a_host(environment);
        ClusterPlace {
            access: Access {
                kubeconfig: own.kubeconfig,
                context: own.context.or(inherited.context),
                namespace: own.namespace.or_else(namespace),
                ..inherited
            },
            environment: environment.clone(),
            timeout,
            is_named,
        }
    }

    /// What trimtab's own options and variables say. An empty option says nothing, as a template may leave it.
    fn access(&self, environment: &Environment) -> Access {
        let told = |option: &Option<String>, name, variable| {
            let given = option.clone().filter(|value| !value.is_empty());
            let given = given.map(|value| Told { value, from: name });
            given.or_else(|| variable_of(environment, variable))
        };
        let file = self.kubeconfig.clone().map(PathBuf::into_os_string);
        let file = file.filter(|path| !path.is_empty());
        Access {
            kubeconfig: file.map(|value| Told {
                value,
                from: "--kubeconfig",
            }),
            context: told(&self.context, "--context", environment::CONTEXT),
            namespace: told(&self.namespace, "--namespace", environment::NAMESPACE),
            ..Access::default()
        }
    }

    /// How long one step of `converge` may take, and one call to the cluster meanwhile, as far as that is said.
    pub(crate) fn timeouts(
        &self,
        environment: &Environment,
    ) -> (Option<Duration>, Option<Duration>) {
        let step = self.timeout.as_deref().and_then(duration);
        let call = environment.get(environment::TIMEOUT);
        (step, call.as_deref().and_then(duration))
    }

    fn timeout(
        &self,
        environment: &Environment,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Duration> {
        let (from, text) = match &self.timeout {
            Some(text) => ("--timeout", text.clone()),
            None => (environment::TIMEOUT, environment.get(environment::TIMEOUT)?),
        };
        let timeout = duration(&text);
        if timeout.is_none() {
            let text = shown(&text);
            let problem = Diagnostic::new(format!(
                "invalid value `{text}` for {from}, expected a duration such as `10s`, `2m` or `1h30m`"
            ));
            let is_bare = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            problems.push(if is_bare && text != "0" {
                problem.help(format!("say the unit: did you mean `{text}s`?"))
            } else {
                problem
            });
        }
        timeout
    }
}

/// A duration in Go's form. None at all would be no limit to Go, and is not taken for one.
fn duration(text: &str) -> Option<Duration> {
    let signed: SignedDuration = text.parse().ok()?;
    let duration = Duration::try_from(signed).ok()?;
    (!duration.is_zero()).then_some(duration)
}

/// What is wrong with a name that no namespace can have: Kubernetes takes labels of RFC 1123.
fn no_namespace(told: &Told<String>) -> Option<Diagnostic> {
    let name = &told.value;
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_name = (1..=63).contains(&name.len())
        && name.chars().all(is_inner)
        && !name.starts_with('-')
        && !name.ends_with('-');
    (!is_name).then(|| {
        let message = format!("{}: no namespace is called `{}`", told.from, shown(name));
        let help = "a name has at most 63 lower-case letters, digits and `-`, and none of them `-` at an end";
        Diagnostic::new(message).help(help)
    })
}

fn variable_of(environment: &Environment, name: &'static str) -> Option<Told<String>> {
    let value = environment.get(name)?;
    Some(Told { value, from: name })
}

/// The namespace that a host names in a variable.
fn namespace_of_a_host(environment: &Environment) -> Option<Told<String>> {
    ["HELM_NAMESPACE", "ARGOCD_APP_NAMESPACE"]
        .into_iter()
        .find_map(|name| variable_of(environment, name))
}

/// Where Helm goes, with what trimtab's options say besides.
fn agreed(own: Access, command: &HelmCommand, problems: &mut Vec<Diagnostic>) -> Access {
    let helms = &command.access;
    let is_same = |own: &OsString, helms: &OsString| {
        let real = |path: &OsString| Path::new(path).canonicalize().ok();
        own == helms || (real(own).is_some() && real(own) == real(helms))
    };
    let mut both = Both { problems };
    let kubeconfig = both.agree(own.kubeconfig, helms.kubeconfig.as_ref(), is_same, |path| {
        Path::new(path).display().to_string()
    });
    let context = both.agree(
        own.context,
        helms.context.as_ref(),
        String::eq,
        Clone::clone,
    );
    let namespace = both.agree(
        own.namespace,
        helms.namespace.as_ref(),
        String::eq,
        Clone::clone,
    );
    let access = Access {
        kubeconfig,
        context,
        namespace,
        ..helms.clone()
    };
    if !command.is_for_the_cluster() {
        let of_a_host = || namespace_of_a_host(&command.environment);
        let namespace = access.namespace.or_else(of_a_host);
        return Access {
            namespace,
            ..access
        };
    }
    let is_more = access != *helms;
    Access {
        helms: is_more.then(|| Box::new(helms.clone())),
        ..access
    }
}

/// Compares what is said in two places.
struct Both<'p> {
    problems: &'p mut Vec<Diagnostic>,
}

impl Both<'_> {
    /// The one value of two; a problem if they differ.
    fn agree<T: Clone, S: Display>(
        &mut self,
        own: Option<Told<T>>,
        helms: Option<&Told<T>>,
        is_same: impl Fn(&T, &T) -> bool,
        text: impl Fn(&T) -> S,
    ) -> Option<Told<T>> {
        let (Some(own), Some(helms)) = (&own, helms) else {
            return helms.cloned().or(own);
        };
        if !is_same(&own.value, &helms.value) {
            let text = |told: &Told<T>| shown(&text(&told.value).to_string());
            let message = format!(
                "{} is `{}`, but {} is `{}`",
                own.from,
                text(own),
                helms.from,
                text(helms)
            );
            let help = format!(
                "remove {}: under Helm, trimtab goes where Helm goes",
                own.from
            );
            self.problems.push(Diagnostic::new(message).help(help));
        }
        Some(helms.clone())
    }
}
