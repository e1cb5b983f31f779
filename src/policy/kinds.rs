//! The `apiVersion` and `kind` of a component's workloads: what Kubernetes itself has cannot be misspelt.
//!
//! The group of a custom resource contains a dot (`validateCustomResourceDefinitionSpec` in
//! `k8s.io/apiextensions-apiserver`), so a group without one is Kubernetes' own, and all of its kinds with replicas are known.
//! A selector with another one would match nothing, and leave its workers unguarded without a word.

use super::fields;
use super::given::{Given, Text};
use super::problems::Problems;
use super::values::in_words;
use crate::diagnostic::Diagnostic;
use crate::names::{self, shown};

/// The kinds with `spec.replicas` in Kubernetes' own APIs, those of old versions included.
const OWN: [(&str, &[&str]); 5] = [
    ("apps/v1", &["Deployment", "StatefulSet", "ReplicaSet"]),
    ("apps/v1beta2", &["Deployment", "StatefulSet", "ReplicaSet"]),
    ("apps/v1beta1", &["Deployment", "StatefulSet"]),
    ("extensions/v1beta1", &["Deployment", "ReplicaSet"]),
    ("v1", &["ReplicationController"]),
];

/// What makes no sense about the workloads of a component.
pub(super) fn judge(component: &fields::Component, problems: &mut Problems) {
    let workloads = component.workloads.value();
    for workload in workloads.iter().flat_map(|all| &all.0) {
        let (api_version, kind) = (&workload.value.api_version, &workload.value.kind);
        if let (Some(api_version), Some(kind)) = (api_version.given(), kind.given()) {
            problems.extend(problem(api_version, kind));
        }
    }
}

fn problem(api_version: &Given<Text>, kind: &Given<Text>) -> Option<Diagnostic> {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    if group.contains('.') {
        return None;
    }
    let Some((_, kinds)) = OWN.iter().find(|(own, _)| *own == api_version.value) else {
        return Some(no_version(api_version));
    };
    (!kinds.contains(&&*kind.value)).then(|| no_kind(api_version, kind, kinds))
}

fn no_version(api_version: &Given<Text>) -> Diagnostic {
    let message = format!(
        "Kubernetes has no workloads with replicas in `{}`",
        shown(api_version)
    );
    let problem = Diagnostic::new(message).label_opt(api_version.place.clone(), "");
    match names::misspelt(api_version, OWN.map(|(own, _)| own)) {
        Some(own) => problem.help(format!("did you mean `{own}`?")),
        None => problem.help("Deployments and StatefulSets are in `apps/v1`; the group of a custom resource contains a dot"),
    }
}

fn no_kind(api_version: &Given<Text>, kind: &Given<Text>, kinds: &[&str]) -> Diagnostic {
    let message = format!(
        "`{}` has no kind `{}` with replicas",
        api_version.value,
        shown(kind)
    );
    let problem = Diagnostic::new(message).label_opt(kind.place.clone(), "");
    match names::misspelt(kind, kinds.iter().copied()) {
        Some(own) => problem.help(format!("did you mean `{own}`?")),
        None => problem.help(format!("its kinds with replicas: {}", in_words(kinds))),
    }
}
