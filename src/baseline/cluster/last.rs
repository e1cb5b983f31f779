//! The last manifest of a release or an object: what it had of a count, and its pod template.

use crate::baseline::live::{Last, Rollout};
use crate::field::Count;
use crate::finding::ObjectRef;
use crate::manifest::{Kinds, Manifest, Origin, Workload};
use crate::source::Sources;
use crate::word::Word;
use crate::yaml::Tree;

/// A last manifest.
pub(super) struct LastManifest {
    manifest: Manifest,
}

impl LastManifest {
    /// Reads a manifest; none if that cannot be done with certainty. Its text goes to the others under this name.
    ///
    /// Objects that name no namespace are in this one.
    pub(super) fn read(
        name: String,
        text: String,
        namespace: Option<&str>,
        kinds: &Kinds,
        sources: &mut Sources,
    ) -> Option<Self> {
        let source = sources.add(name, text);
        let origin = Origin {
            source,
            folder: None,
            namespace: namespace.map(Word::from),
            is_resource_list: false,
        };
        let manifest = Manifest::read(&origin, sources.get(source).text(), kinds).ok()?;
        let is_certain = manifest.unreadable.is_empty()
            && manifest.workloads.iter().all(|it| it.hazard.is_none());
        is_certain.then_some(Self { manifest })
    }

    /// What it had of an object's count.
    pub(super) fn had(&self, object: &ObjectRef) -> Last {
        match self.workload(object) {
            None => Last::NoObject,
            Some(workload) if workload.replicas.doubt.is_some() => Last::Unknown,
            Some(workload) => match workload.replicas.count {
                Count::Absent => Last::Absent,
                Count::Null => Last::Null,
                Count::Set(_) | Count::Invalid(_) => Last::Set,
            },
        }
    }

    /// Whether the stream's object has another pod template.
    pub(super) fn rollout(&self, workload: &Workload, sources: &Sources) -> Rollout {
        let last = self.workload(&workload.object);
        let last = last.and_then(|last| template(last, sources));
        match (last, template(workload, sources)) {
            (Some(last), Some(new)) => match last.difference(&new) {
                None => Rollout::Same,
                Some(path) => Rollout::Differs(path),
            },
            _ => Rollout::Unknown,
        }
    }

    fn workload(&self, object: &ObjectRef) -> Option<&Workload> {
        let mut workloads = self.manifest.workloads.iter();
        workloads.find(|workload| {
            let own = &workload.object;
            own.kind == object.kind && own.name == object.name && own.namespace == object.namespace
        })
    }
}

/// The pod template of a workload; none if its document cannot be read.
fn template(workload: &Workload, sources: &Sources) -> Option<Tree> {
    let text = sources.get(workload.source).text();
    let document = Tree::read(text, &workload.document.range()).ok()??;
    object_in(&document, &workload.object)?
        .at(&["spec", "template"])
        .cloned()
}

/// The object in its document, which may be a list.
fn object_in<'t>(tree: &'t Tree, object: &ObjectRef) -> Option<&'t Tree> {
    let text = |path: &[&str]| tree.at(path).and_then(Tree::text);
    let is_kind = text(&["kind"]).is_none_or(|kind| object.kind == kind);
    if is_kind && text(&["metadata", "name"]) == Some(&*object.name) {
        return Some(tree);
    }
    let items = tree.at(&["items"])?.items();
    items.iter().find_map(|item| object_in(item, object))
}
