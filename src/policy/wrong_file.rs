//! A file that is not a policy: manifests, the values of a chart, or the contents of `spec` without `spec:`. One message
//! says so, instead of one for each of its fields.

use super::fields::Spec;
use super::record::Record as _;
use crate::diagnostic::Diagnostic;
use crate::names::{misspelt, shown};
use crate::source::{Place, SourceId};
use crate::yaml::positions::{Content, Entry, Node};

/// The fields of a policy.
const FRAME: [&str; 3] = ["apiVersion", "kind", "spec"];

const BEGINNING: &str =
    "a policy begins with: apiVersion: trimtab.dev/v1alpha1, kind: ReplicaPolicy";

const MANIFESTS: &str = "manifests are read from standard input, or named after `trimtab check`; --policy names the policy";

/// Why a file is not a policy; `None` for a policy, even an invalid one.
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
        problem.help(BEGINNING)
    })
}

/// An object of another API.
fn manifest(source: SourceId, version: &Entry, kind: &Entry) -> Option<Diagnostic> {
    let text = |entry: &Entry| match &entry.value.content {
        Content::Scalar { text, .. } => Some(shown(text)),
        _ => None,
    };
    let (version, name) = (text(version)?, text(kind)?);
    if version.starts_with("trimtab.") || misspelt(&name, ["ReplicaPolicy"]).is_some() {
        return None;
    }
    let (what, help) = if name.contains("Policy") {
        (
            format!("a {name} of {version}, not a policy of trimtab"),
            BEGINNING,
        )
    } else {
        (
            format!("a Kubernetes manifest ({name}), not a policy"),
            MANIFESTS,
        )
    };
    let problem = Diagnostic::new(format!("this is {what}"));
    let kind = Place::new(source, kind.value.span.clone());
    Some(problem.label(kind, "expected ReplicaPolicy").help(help))
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
            .help(BEGINNING),
    })
}
