//! The counts as a Kustomization of `kind: Component`.
//!
//! kustomize's `replicas:` goes by the name alone, in whatever namespace, and knows `spec.replicas` of four kinds
//! (`api/internal/konfig/builtinpluginconsts/replicas.go`). Where that could mean another object too, or none, a patch names
//! the object; a patch for an object that is not there is passed over without a word, so `replicas:` comes first.

use std::collections::{HashMap, HashSet};

use json_patch::Patch as JsonPatch;
use json_patch::jsonptr::PointerBuf;
use serde::Serialize;
use serde_json::Value;

use super::json_patch::add;
use super::{Set, comment, nameless, set};
use crate::diagnostic::Diagnostic;
use crate::field::Count;
use crate::finding::ObjectRef;
use crate::report::{ReleaseCounts, Report};

/// The kinds whose `spec.replicas` the field `replicas` sets.
const KINDS: [&str; 4] = [
    "Deployment",
    "ReplicationController",
    "ReplicaSet",
    "StatefulSet",
];

/// The component, ending in a line feed.
pub(super) fn print(report: &Report) -> Result<String, Vec<Diagnostic>> {
    let names = Names::of(report);
    let mut component = Component {
        api_version: "kustomize.config.k8s.io/v1alpha1",
        kind: "Component",
        metadata: Metadata { name: "replicas" },
        replicas: Vec::new(),
        patches: Vec::new(),
        added: HashSet::new(),
    };
    let mut problems = Vec::new();
    for set in report.releases.iter().flat_map(set) {
        if names.is_enough(&set) {
            component.add(&set);
        } else {
            match patch(&set, &names) {
                Ok(patch) => component.patches.push(patch),
                Err(problem) => problems.push(problem),
            }
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let yaml = serde_yaml::to_string(&component);
    let yaml = yaml.map_err(|error| vec![Diagnostic::new(format!("internal error: {error}"))])?;
    Ok(comment(report) + &yaml)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Component<'r> {
    api_version: &'static str,
    kind: &'static str,
    /// kustomize refuses a component that has nothing but its kind.
    metadata: Metadata,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    replicas: Vec<Replica<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    patches: Vec<Patch<'r>>,
    /// The names in `replicas`.
    #[serde(skip)]
    added: HashSet<&'r str>,
}

#[derive(Serialize)]
struct Metadata {
    name: &'static str,
}

#[derive(Serialize)]
struct Replica<'r> {
    name: &'r str,
    count: u32,
}

/// A patch, and the objects that it is for: regular expressions, but for the namespace of one that is unique.
#[derive(Serialize)]
struct Patch<'r> {
    target: Target<'r>,
    patch: String,
}

#[derive(Serialize)]
struct Target<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    version: &'r str,
    kind: &'r str,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
}

impl<'r> Component<'r> {
    /// Adds a count by the name; once, where several objects have the same.
    fn add(&mut self, set: &Set<'r>) {
        let name = &*set.workload.object.name;
        if self.added.insert(name) {
            let count = set.count;
            self.replicas.push(Replica { name, count });
        }
    }
}

/// The workloads of the stream by their names, recognised or not.
struct Names<'r> {
    objects: HashMap<&'r str, Vec<&'r ObjectRef>>,
    /// The one count of all that `replicas` reaches by a name; none where they are to have different ones.
    counts: HashMap<&'r str, Option<u32>>,
}

impl<'r> Names<'r> {
    fn of(report: &'r Report) -> Self {
        let recognised = report.releases.iter().flat_map(ReleaseCounts::workloads);
        let recognised = recognised.map(|it| {
            let set = it.count.filter(|_| it.target.is_some());
            (&it.object, set.or(it.rendered.written()))
        });
        let others = report.unrecognised.iter();
        let others = others.map(|it| (&it.object, it.rendered));
        let mut names = Self {
            objects: HashMap::new(),
            counts: HashMap::new(),
        };
        for (object, count) in recognised.chain(others) {
            names.objects.entry(&object.name).or_default().push(object);
            if KINDS.contains(&&*object.kind) {
                let one = names.counts.entry(&object.name).or_insert(count);
                *one = one.filter(|it| Some(*it) == count);
            }
        }
        names
    }

    /// Whether the name alone sets this count, and none that is to be another.
    fn is_enough(&self, set: &Set<'_>) -> bool {
        let object = &set.workload.object;
        // `replicas` keeps the quotes of a number that has any, and the API server refuses a string.
        let is_number = !matches!(set.workload.rendered, Count::Invalid(_));
        is_number
            && KINDS.contains(&&*object.kind)
            && set.rendering.path.is_in_spec("replicas")
            && !object.name.is_empty()
            && self.counts.get(&*object.name) == Some(&Some(set.count))
    }

    /// Whether another object has the same kind and name in another namespace.
    fn is_in_several_namespaces(&self, object: &ObjectRef) -> bool {
        let namesakes = self.objects.get(&*object.name).into_iter().flatten();
        namesakes.filter(|it| it.kind == object.kind).count() > 1
    }
}

/// The patch that names an object by all that it has.
fn patch<'r>(set: &Set<'r>, names: &Names<'_>) -> Result<Patch<'r>, Diagnostic> {
    let object = &set.workload.object;
    if object.name.is_empty() {
        return Err(nameless(&object.kind));
    }
    let names_namespace = set.rendering.names_namespace;
    if !names_namespace && names.is_in_several_namespaces(object) {
        let message = format!(
            "several objects are called {} {}, and one of them names no namespace",
            object.kind, object.name
        );
        return Err(Diagnostic::new(message).help("write `metadata.namespace` into each of them"));
    }
    let namespace = object.namespace.as_deref().filter(|_| names_namespace);
    let (group, version) = match object.api_version.split_once('/') {
        Some((group, version)) => (Some(group), version),
        None => (None, &*object.api_version),
    };
    let path = PointerBuf::from_tokens(set.rendering.path.keys().iter().map(|key| &**key));
    let operations = JsonPatch(vec![add(path, Value::from(set.count))]);
    Ok(Patch {
        target: Target {
            group: group.map(exactly).transpose()?,
            version,
            kind: &object.kind,
            name: exactly(&object.name)?,
            namespace: namespace.map(exactly).transpose()?,
        },
        patch: operations.to_string(),
    })
}

/// A regular expression that only this name matches; kustomize anchors it.
fn exactly(name: &str) -> Result<String, Diagnostic> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    if name.chars().all(is_plain) {
        return Ok(name.replace('.', r"\."));
    }
    let message =
        format!("kustomize cannot select {name:?}: no object of Kubernetes has such a name");
    Err(Diagnostic::new(message).help("correct the name in the manifest"))
}
