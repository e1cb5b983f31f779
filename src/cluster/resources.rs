//! What the API calls the objects of a kind: `deployments` for `Deployment`.
//!
//! Kubernetes' own kinds are in a table, which saves a request; for others the server is asked.

use serde::Deserialize;

use super::request::Request;

/// Group, kind, and what the API calls its objects.
const KNOWN: [(&str, &str, &str); 10] = [
    ("", "Pod", "pods"),
    ("", "ReplicationController", "replicationcontrollers"),
    ("", "Secret", "secrets"),
    ("apps", "DaemonSet", "daemonsets"),
    ("apps", "Deployment", "deployments"),
    ("apps", "ReplicaSet", "replicasets"),
    ("apps", "StatefulSet", "statefulsets"),
    (
        "autoscaling",
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
    ),
    ("keda.sh", "ScaledObject", "scaledobjects"),
    ("policy", "PodDisruptionBudget", "poddisruptionbudgets"),
];

/// What the API calls the objects of a request, where it is known without asking.
pub(super) fn known(request: &Request) -> Option<&'static str> {
    let wanted = (request.group(), &*request.kind);
    let mut known = KNOWN.iter();
    let (.., plural) = known.find(|(group, kind, _)| (*group, *kind) == wanted)?;
    Some(plural)
}

/// What the API is likely to call the objects of a kind (`UnsafeGuessKindToResource` in
/// `k8s.io/apimachinery/pkg/api/meta`).
pub(super) fn guessed(kind: &str) -> String {
    let kind = kind.to_lowercase();
    match kind.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if kind.ends_with('s') => format!("{kind}es"),
        None => format!("{kind}s"),
    }
}

/// An `APIResourceList`: what a version of an API group has.
#[derive(Debug, Deserialize)]
pub(super) struct Resources {
    pub(super) kind: String,
    #[serde(default)]
    resources: Vec<Resource>,
}

#[derive(Debug, Deserialize)]
struct Resource {
    name: String,
    kind: String,
    #[serde(default)]
    namespaced: bool,
}

impl Resources {
    pub(super) const KIND: &str = "APIResourceList";

    /// What the API calls the objects of a kind, if they live in namespaces. A name with a slash is a part of an object:
    /// `deployments/scale`.
    pub(super) fn plural(self, kind: &str) -> Option<String> {
        let mut resources = self.resources.into_iter();
        let found = resources.find(|resource| {
            resource.kind == kind && resource.namespaced && !resource.name.contains('/')
        });
        found.map(|resource| resource.name)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

    use super::*;

    #[test]
    fn a_guess_is_that_of_kubernetes() {
        let kinds = ["Milvus", "ServiceEntry", "RayCluster"].map(guessed);
        assert_eq!(kinds, ["milvuses", "serviceentries", "rayclusters"]);
    }

    #[test]
    fn the_object_itself_is_found_among_its_parts() {
        let resources: Resources = serde_json::from_str(
            r#"{"kind": "APIResourceList", "resources": [
                {"name": "milvuses/status", "kind": "Milvus", "namespaced": true},
                {"name": "milvuses", "kind": "Milvus", "namespaced": true, "verbs": ["list"]}]}"#,
        )
        .unwrap();
        assert_eq!(resources.plural("Milvus").as_deref(), Some("milvuses"));
        let none: Resources = serde_json::from_str(r#"{"kind": "APIResourceList"}"#).unwrap();
        assert_eq!(none.plural("Milvus"), None);
    }
}
