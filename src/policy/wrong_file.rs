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

pub(super) const MANIFESTS: &str = "manifests are read from standard input, or named after `trimtab check`; --policy names the policy";

/// Why a file is not a policy; `None` for a policy, even an invalid one.
pub(super) fn problem(source: SourceId, root: &Node) -> Option<Diagnostic> {
    let has_spec = root.entry("spec").is_some();
    match (root.entry("apiVersion"), root.entry("kind")) {
        (None, None) if !has_spec => values(source, root)
            .or_else(|| without_spec(source, root))
            .or_else(|| neither(source, root)),
        _ if !has_spec && let Some(problem) = without_spec(source, root) => Some(problem),
        (Some(version), Some(kind)) => manifest(source, version, kind),
        _ => None,
    }
}

/// Fields that belong under `spec`, at the top.
fn without_spec(source: SourceId, root: &Node) -> Option<Diagnostic> {
    let entries = root.entries().iter();
    let lost: Vec<&Entry> = entries.filter(|entry| is_of_spec(entry)).collect();
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

/// The values of a chart. `cluster` is a key of the chart of Milvus as well as a field of `spec`.
fn values(source: SourceId, root: &Node) -> Option<Diagnostic> {
    let has_any =
        |entry: &Entry, keys: &[&str]| keys.iter().any(|key| entry.value.entry(key).is_some());
    let counts =
        |entry: &&Entry| !is_of_spec(entry) && has_any(entry, &["replicas", "replicaCount"]);
    let switch = |entry: &&Entry| entry.key == "cluster" && has_any(entry, &["enabled"]);
    let mut entries = root.entries().iter();
    let entry = entries
        .clone()
        .find(counts)
        .or_else(|| entries.find(switch))?;
    let place = Place::new(source, entry.key_span.clone());
    let problem = Diagnostic::new("this looks like the values of a chart, not like a policy");
    Some(problem.label(place, "a key of the chart").help("give it to Helm with --values; a policy declares counts in `spec.targets`, as in: targets: {queryNode: 3}"))
}

/// A mapping without any field of a policy.
fn neither(source: SourceId, root: &Node) -> Option<Diagnostic> {
    let first = root.entries().first()?;
    let problem = Diagnostic::new("this is not a policy: it has neither `apiVersion` nor `kind`");
    let place = Place::new(source, first.key_span.clone());
    Some(problem.label(place, "").help(BEGINNING))
}

fn is_of_spec(entry: &Entry) -> bool {
    Spec::FIELDS.iter().any(|field| field.name == entry.key)
}
