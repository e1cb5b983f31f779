//! Why a cluster gave no answer that can be used, in messages that say what was asked of whom, from where the server is
//! known, and how to go on.

use std::mem::discriminant;
use std::sync::Arc;
use std::time::Duration;

use super::About;
use super::answer::line;
use super::failure::Failure;
use super::proxy::Proxy;
use super::request::Request;
use super::resources;
use crate::diagnostic::Diagnostic;
use crate::names::shown;

/// The fewest bytes of a secret: what is shorter is in too many words.
const SECRET: usize = 4;

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

/// As RBAC has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Get,
    List,
    Watch,
}

/// What was asked of whom, and how.
pub(super) struct Circumstances<'c> {
    pub(super) about: &'c About,
    /// The name of the kubeconfig's user.
    pub(super) user: Option<&'c str>,
    pub(super) proxy: Option<&'c Proxy>,
    pub(super) timeout: Duration,
    pub(super) verb: Verb,
}

impl Unreached {
    /// What says where the cluster is cannot be used.
    pub(super) fn unusable(diagnostics: Vec<Diagnostic>) -> Self {
        Self::new(UnreachedKind::Unusable, diagnostics)
    }

    /// The settings for a cluster cannot be used.
    pub(super) fn settings(about: &About, why: &str) -> Self {
        let diagnostic = Diagnostic::new(format!("cannot ask the cluster: {why}"));
        Self::unusable(vec![diagnostic.note(about.place())])
    }

    pub(super) fn new(kind: UnreachedKind, diagnostics: Vec<Diagnostic>) -> Self {
        Self { kind, diagnostics }
    }

    /// The same with no secret in it: a server may send back what it was sent.
    pub(super) fn without(mut self, secrets: &[String]) -> Self {
        for diagnostic in &mut self.diagnostics {
            let lists = [&mut diagnostic.notes, &mut diagnostic.helps];
            let texts = lists.into_iter().flat_map(Arc::make_mut);
            for text in texts.chain([&mut diagnostic.message]) {
                for secret in secrets.iter().filter(|secret| secret.len() >= SECRET) {
                    *text = text.replace(secret, "***").into();
                }
            }
        }
        self
    }
}

impl About {
    /// Where the cluster is, and what said so.
    fn place(&self) -> String {
        let context = match &self.context {
            Some(context) => format!("context {}, ", shown(context)),
            None => String::new(),
        };
        format!(
            "the cluster is {} ({context}known from {})",
            self.server,
            line(&self.known_from)
        )
    }
}

impl Circumstances<'_> {
    /// What calls came to. The same failure of several calls is told once, by the first; all that a namespace forbids
    /// is told together.
    pub(super) fn unreached<'c>(
        &self,
        failed: impl Iterator<Item = (&'c Request, &'c Failure)>,
    ) -> Unreached {
        let mut groups: Vec<(&Failure, Vec<&Request>)> = Vec::new();
        for (request, failure) in failed {
            let is_same = |(other, requests): &&mut (&Failure, Vec<&Request>)| {
                let is_forbidden = matches!(failure, Failure::Forbidden(_));
                let mut namespaces = requests.iter().map(|it| &it.namespace);
                discriminant(*other) == discriminant(failure)
                    && (!is_forbidden || namespaces.any(|it| *it == request.namespace))
            };
            match groups.iter_mut().find(is_same) {
                Some((_, requests)) => requests.push(request),
                None => groups.push((failure, vec![request])),
            }
        }
        let kinds = groups.iter().map(|(failure, _)| failure.kind());
        let kind = kinds.max().unwrap_or(UnreachedKind::Unusable);
        let diagnostics = groups
            .iter()
            .filter_map(|(failure, requests)| self.diagnostic(requests, failure));
        Unreached::new(kind, diagnostics.collect())
    }

    /// One failure of one or more requests.
    fn diagnostic(&self, requests: &[&Request], failure: &Failure) -> Option<Diagnostic> {
        let (first, _) = requests.split_first()?;
        let named = match failure {
            Failure::Forbidden(_) => requests,
            _ => requests.get(..1)?,
        };
        let objects: Vec<String> = named.iter().map(|request| objects(request)).collect();
        let (verb, objects) = (self.verb.name(), objects.join(", "));
        let (namespace, why) = (shown(&first.namespace), self.why(failure));
        let message = format!("cannot {verb} {objects} in namespace {namespace}: {why}");
        let proxy = self.proxy.map(|proxy| {
            let (url, from) = (&proxy.url, proxy.from);
            format!("through the proxy {url} (from {from})")
        });
        let said = failure.said().filter(|(_, said)| !said.is_empty());
        let said = said.map(|(who, said)| format!("{who} says: {said}"));
        let notes = [Some(self.about.place()), proxy, said];
        let diagnostic = notes
            .into_iter()
            .flatten()
            .fold(Diagnostic::new(message), Diagnostic::note);
        let helps = self.helps(named, failure).into_iter();
        Some(helps.fold(diagnostic, Diagnostic::help))
    }
}

impl Circumstances<'_> {
    fn why(&self, failure: &Failure) -> String {
        match failure {
            Failure::TimedOut => format!("no answer within {:?}", self.timeout),
            Failure::Unanswered(why)
            | Failure::Untrusted(why)
            | Failure::Plugin { why, .. }
            | Failure::Unusable(why)
            | Failure::Garbage(why) => why.clone(),
            Failure::Unauthorized(_) => {
                "the server does not accept the credentials (401 Unauthorized)".to_owned()
            }
            Failure::Forbidden(_) => "the server forbids it (403 Forbidden)".to_owned(),
            Failure::NotFound(_) => {
                "the server does not serve this kind (404 Not Found)".to_owned()
            }
            Failure::Gone => "it changes faster than it can be read (410 Gone)".to_owned(),
            Failure::Redirected(place) => format!("the server sends the client to {place}"),
            Failure::Refused(status, _) => format!("the server answers {status}"),
            Failure::TooLarge => "the answer is too large".to_owned(),
        }
    }

    fn helps(&self, requests: &[&Request], failure: &Failure) -> Vec<String> {
        let help = match failure {
            Failure::TimedOut => {
                let longer = self.timeout.saturating_mul(3);
                format!("to wait longer: `--timeout {longer:?}` (TRIMTAB_TIMEOUT={longer:?})")
            }
            Failure::Unanswered(_) => "is it up, and can it be reached from here?".to_owned(),
            Failure::Untrusted(_) => {
                "whom to trust: `certificate-authority` and `tls-server-name` of the kubeconfig's cluster"
                    .to_owned()
            }
            Failure::Plugin { .. } => "`kubectl auth whoami` runs the same plugin".to_owned(),
            Failure::Unauthorized(_) => match self.user {
                Some(user) => format!("log in again as {}: a token may have expired", shown(user)),
                None => "log in again: a token may have expired".to_owned(),
            },
            Failure::Forbidden(_) => {
                let rules = requests.iter().map(|request| self.missing(request));
                return rules.collect();
            }
            Failure::NotFound(_) | Failure::Redirected(_) | Failure::Garbage(_) => {
                "is this the API server's own URL, with no login page in between?".to_owned()
            }
            Failure::Unusable(_) | Failure::Gone | Failure::Refused(..) | Failure::TooLarge => {
                return Vec::new();
            }
        };
        vec![help]
    }

    /// The rule that a Role lacks.
    fn missing(&self, request: &Request) -> String {
        let (namespace, rule) = (shown(&request.namespace), rule(request, self.verb));
        format!("a Role in namespace {namespace} needs this line under `rules`: {rule}")
    }
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

/// What the API calls the objects: `deployments.apps`.
fn objects(request: &Request) -> String {
    let group = request.group();
    match resources::known(request) {
        Some(plural) if group.is_empty() => plural.to_owned(),
        Some(plural) => format!("{plural}.{group}"),
        None => format!("{} ({})", shown(&request.kind), shown(&request.api_version)),
    }
}

/// The rule that allows a call, as a line of a Role.
fn rule(request: &Request, verb: Verb) -> String {
    let group = match request.group() {
        "" => "\"\"",
        group => group,
    };
    let plural = match resources::known(request) {
        Some(plural) => plural.to_owned(),
        None => resources::guessed(&request.kind),
    };
    let (group, plural, verb) = (shown(group), shown(&plural), verb.name());
    format!("- {{apiGroups: [{group}], resources: [{plural}], verbs: [{verb}]}}")
}
