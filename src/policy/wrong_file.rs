//! A file that is no policy: manifests, the values of a chart, or what belongs under `spec` without it. One message says
//! so, in the place of one for each of its fields.

use super::fields::Spec;
use super::record::Record as _;
use crate::diagnostic::Diagnostic;
use crate::names::shown;
use crate::source::{Place, SourceId};
use crate::yaml::positions::{Content, Entry, Node};

/// The fields of a policy.
const FRAME: [&str; 3] = ["apiVersion", "kind", "spec"];

/// Why a file is none; nothing where it is one, whatever is wrong in it.
pub(super) fn problem(source: SourceId, root: &Node) -> Option<Diagnostic> {
    if root.entry("spec").is_none()
        && let Some(problem) = without_spec(source, root)
    {
        return Some(problem);
    }
    match (root.entry("apiVersion"), root.entry("kind")) {
        (Some(version), Some(kind)) => manifest(source, version, kind),
        (None, None) if root.entry("spec").is_none() => values(source, root),
        _ => None,
    }
}

/// Fields that belong under `spec`, at the top.
fn without_spec(source: SourceId, root: &Node) -> Option<Diagnostic> {
    let is_of_spec = |entry: &&Entry| Spec::FIELDS.iter().any(|field| field.name == entry.key);
    let lost: Vec<&Entry> = root.entries().iter().filter(is_of_spec).collect();
    let first = lost.first()?;
    let names: Vec<String> = lost.iter().map(|it| format!("`{}`", it.key)).collect();
    let names = names.join(" and ");
    let belong = if lost.len() == 1 { "belongs" } else { "belong" };
    let frame: Vec<&str> = FRAME
        .into_iter()
        .filter(|key| *key != "spec" && root.entry(key).is_none())
        .collect();
    let problem = Diagnostic::new(format!(
        "missing field `spec` in a policy: {names} {belong} under it"
    ))
    .label(Place::new(source, first.key_span.clone()), "")
    .help(format!(
        "write `spec:` on a line before it, and indent {names}"
    ));
    Some(if frame.is_empty() {
        problem
    } else {
        problem.help("a policy begins with: apiVersion: trimtab.dev/v1alpha1, kind: ReplicaPolicy")
    })
}

/// An object of another API.
fn manifest(source: SourceId, version: &Entry, kind: &Entry) -> Option<Diagnostic> {
    let text = |entry: &Entry| match &entry.value.content {
        Content::Scalar { text, .. } => Some(shown(text)),
        _ => None,
    };
    let (version, name) = (text(version)?, text(kind)?);
    let is_ours = version.starts_with("trimtab.dev/") || name.contains("Policy");
    (!is_ours).then(|| {
        Diagnostic::new(format!("this is a Kubernetes manifest ({name}), not a policy"))
            .label(Place::new(source, kind.value.span.clone()), "expected ReplicaPolicy")
            .help("manifests are read from standard input, or named after `trimtab check`; --policy names the policy")
    })
}

/// A mapping without any field of a policy.
fn values(source: SourceId, root: &Node) -> Option<Diagnostic> {
    let first = root.entries().first()?;
    let of_a_chart = root.entries().iter().find(|entry| {
        let counts = ["replicas", "replicaCount"];
        counts.iter().any(|key| entry.value.entry(key).is_some())
    });
    let at = |entry: &Entry| Place::new(source, entry.key_span.clone());
    Some(match of_a_chart {
        Some(entry) => Diagnostic::new("this looks like the values of a chart, not like a policy")
            .label(at(entry), "a key of the chart")
            .help("give it to Helm with --values; a policy declares counts in `spec.targets`, as in: targets: {queryNode: 3}"),
        None => Diagnostic::new("this is not a policy: it has neither `apiVersion` nor `kind`")
            .label(at(first), "")
            .help("a policy begins with: apiVersion: trimtab.dev/v1alpha1, kind: ReplicaPolicy"),
    })
}
