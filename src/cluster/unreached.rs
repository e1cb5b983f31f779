//! Why a cluster gave no answer that can be used, in messages that say what was asked of whom, from where the server is
//! known, and how to go on.

use std::time::Duration;

use super::About;
use super::answer::Failure;
use super::request::Request;
use super::resources;
use crate::diagnostic::Diagnostic;

/// The way without a cluster, which every message ends with.
const WITHOUT: &str = "without the cluster: `--baseline rendered`, which sees no live counts";

/// Why a cluster gave no answer that can be used.
#[derive(Debug)]
pub(crate) struct Unreached {
    pub(crate) kind: UnreachedKind,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// What kept the answer away; of several, the last one in this order counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum UnreachedKind {
    /// Nobody answers, or not in time: it may be different in a while.
    OutOfReach,
    /// Whoever is asking may not know.
    Forbidden,
    /// What says where the cluster is, or what it answers, cannot be used.
    Unusable,
}

/// What was asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'c> {
    pub(super) verb: Verb,
    pub(super) request: &'c Request,
}

/// As RBAC has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Get,
    List,
    Watch,
}

impl Verb {
    fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Watch => "watch",
        }
    }
}

impl Unreached {
    /// What says where the cluster is cannot be used.
    pub(super) fn unusable(diagnostics: Vec<Diagnostic>) -> Self {
        Self::new(UnreachedKind::Unusable, diagnostics)
    }

    pub(super) fn new(kind: UnreachedKind, diagnostics: Vec<Diagnostic>) -> Self {
        let diagnostics = diagnostics.into_iter().map(|it| it.help(WITHOUT));
        Self {
            kind,
            diagnostics: diagnostics.collect(),
        }
    }

    /// What calls came to. The same failure of several calls is told once, but for what is forbidden.
    pub(super) fn of<'c>(
        about: &About,
        timeout: Duration,
        failed: impl Iterator<Item = (Call<'c>, &'c Failure)>,
    ) -> Self {
        let (mut kind, mut told) = (UnreachedKind::OutOfReach, Vec::new());
        let mut diagnostics = Vec::new();
        for (call, failure) in failed {
            kind = kind.max(failure.kind());
            let what = std::mem::discriminant(failure);
            if told.contains(&what) && !matches!(failure, Failure::Forbidden(_)) {
                continue;
            }
            told.push(what);
            diagnostics.push(call.diagnostic(failure, about, timeout));
        }
        Self::new(kind, diagnostics)
    }
}

impl Call<'_> {
    /// What the API calls the objects: `deployments.apps`.
    fn objects(self) -> String {
        let group = self.request.group();
        match resources::known(self.request) {
            Some(plural) if group.is_empty() => plural.to_owned(),
            Some(plural) => format!("{plural}.{group}"),
            None => format!("{} ({})", self.request.kind, self.request.api_version),
        }
    }

    fn diagnostic(self, failure: &Failure, about: &About, timeout: Duration) -> Diagnostic {
        let (verb, objects) = (self.verb.name(), self.objects());
        let namespace = &self.request.namespace;
        let why = failure.why(timeout);
        let diagnostic = Diagnostic::new(format!(
            "cannot {verb} {objects} in namespace `{namespace}`: {why}"
        ));
        let context = match &about.context {
            Some(context) => format!("context {context}, "),
            None => String::new(),
        };
        let diagnostic = diagnostic.note(format!(
            "asked of {} ({context}known from {})",
            about.server, about.known_from
        ));
        let said = failure.said().filter(|said| !said.is_empty());
        let diagnostic = match said {
            Some(said) => diagnostic.note(format!("the server says: {said}")),
            None => diagnostic,
        };
        let helps = failure.helps(self).into_iter();
        helps.fold(diagnostic, Diagnostic::help)
    }

    /// The rule that allows it, as a line of a Role.
    fn rule(self) -> String {
        let group = match self.request.group() {
            "" => "\"\"",
            group => group,
        };
        let plural = resources::known(self.request).map(str::to_owned);
        let plural = plural.unwrap_or_else(|| format!("{}s", self.request.kind.to_lowercase()));
        let verb = self.verb.name();
        format!("- {{apiGroups: [{group}], resources: [{plural}], verbs: [{verb}]}}")
    }
}

impl Failure {
    fn kind(&self) -> UnreachedKind {
        match self {
            Self::TimedOut | Self::Unanswered(_) | Self::Gone => UnreachedKind::OutOfReach,
            Self::Refused(status, _) if status.is_server_error() || status.as_u16() == 429 => {
                UnreachedKind::OutOfReach
            }
            Self::Unauthorized(_) | Self::Forbidden(_) => UnreachedKind::Forbidden,
            Self::NotFound(_)
            | Self::Redirected(_)
            | Self::Refused(..)
            | Self::Garbage(_)
            | Self::TooLarge => UnreachedKind::Unusable,
        }
    }

    fn why(&self, timeout: Duration) -> String {
        match self {
            Self::TimedOut => format!("no answer within {} s", timeout.as_secs_f32()),
            Self::Unanswered(reason) | Self::Garbage(reason) => reason.clone(),
            Self::Unauthorized(_) => "the server does not accept the credentials (401)".to_owned(),
            Self::Forbidden(_) => "the server forbids it (403)".to_owned(),
            Self::NotFound(_) => "the server does not serve this kind (404)".to_owned(),
            Self::Gone => "the list changed faster than it could be read".to_owned(),
            Self::Redirected(place) => format!("the server redirects to `{place}`"),
            Self::Refused(status, _) => format!("the server answers {status}"),
            Self::TooLarge => "the answer is too large".to_owned(),
        }
    }

    /// What the server says of it.
    fn said(&self) -> Option<&str> {
        match self {
            Self::Unauthorized(said)
            | Self::Forbidden(said)
            | Self::NotFound(said)
            | Self::Refused(_, said) => Some(said),
            _ => None,
        }
    }

    fn helps(&self, call: Call<'_>) -> Vec<String> {
        match self {
            Self::TimedOut => vec!["to wait longer: `--timeout 30s`".to_owned()],
            Self::Unauthorized(_) => {
                vec!["log in again: the credentials may have expired".to_owned()]
            }
            Self::Forbidden(_) => vec![format!(
                "add this rule to a Role in namespace `{}`: `{}`",
                call.request.namespace,
                call.rule()
            )],
            Self::NotFound(_) | Self::Redirected(_) | Self::Garbage(_) => {
                vec!["is this the URL of the API server itself?".to_owned()]
            }
            _ => Vec::new(),
        }
    }
}
