//! Sorts the objects of a document into a [`Manifest`]: workloads, autoscalers, and what could be either.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use super::object::{Metadata, Object, Spec, Text};
use super::read::{HORIZONTAL_POD_AUTOSCALER, Reading, SCALED_OBJECT};
use super::replicas::{Hazard, HazardKind, Slot};
use super::{Autoscaler, Manifest, Unreadable, Workload};
use crate::finding::ObjectRef;

/// A document's objects' surroundings.
pub(super) struct Around<'d> {
    pub(super) text: &'d str,
    pub(super) document: &'d Range<usize>,
    pub(super) template: Option<String>,
    pub(super) aliased: HashSet<usize>,
    pub(super) line_break: Option<usize>,
}

impl Reading<'_> {
    pub(super) fn any_known(&self, object: &Object) -> bool {
        object
            .kinds
            .iter()
            .any(|kind| self.kinds.knows(kind.strip_suffix("List").unwrap_or(kind)))
            || object.items.iter().any(|item| self.any_known(item))
    }

    /// Sorts an object into the manifest, and the items of a list behind it.
    ///
    /// An item without `kind` and `apiVersion` has those of its list, as in Kubernetes' unstructured list decoder.
    pub(super) fn take(
        &self,
        object: Object,
        path: &mut Vec<(usize, Range<usize>)>,
        list: Option<(&str, &str)>,
        around: &mut Around<'_>,
        manifest: &mut Manifest,
    ) {
        if let Some(hazard) = self.unreadable(&object) {
            manifest.unreadable.push(Unreadable {
                source: self.origin.source,
                hazard: hazard.clone(),
            });
            return;
        }
        let own = (
            object.api_version.value().unwrap_or_default(),
            object.kind.value().unwrap_or_default(),
        );
        let (api_version, kind) = if own == ("", "") {
            list.unwrap_or(own)
        } else {
            own
        };
        let (api_version, kind) = (api_version.to_owned(), kind.to_owned());
        let depth = path.len();
        path.extend(object.anchors.iter().cloned());
        let Object {
            items,
            spec,
            metadata,
            start,
            live,
            ..
        } = object;
        let item_kind = kind.strip_suffix("List").unwrap_or(&kind);
        for item in items {
            self.take(
                item,
                path,
                Some((&api_version, item_kind)),
                around,
                manifest,
            );
        }
        let template = metadata
            .template
            .value()
            .map(str::to_owned)
            .or_else(|| around.template.clone());
        let hazard = metadata.hazard.clone();
        let named = metadata.name.span().unwrap_or(start);
        let object = self.identity(api_version, kind, &metadata.name, &metadata.namespace);
        match spec {
            Some(spec) if self.kinds.manages(&object.kind) => {
                let workload = Workload {
                    source: self.origin.source,
                    folder: self.folder(&metadata),
                    document: around.document.clone(),
                    object,
                    chart: metadata.chart.value().map(str::to_owned),
                    template,
                    live,
                    path: metadata.path.value().map(str::to_owned),
                    name: named,
                    hazard: hazard.or(spec.selector_hazard.clone()),
                    match_labels: spec.match_labels.clone(),
                    replicas: around.settle(spec, path),
                };
                manifest.workloads.push(workload);
            }
            Some(Spec {
                scale_target: Some(target),
                ..
            }) if is_autoscaler(&object) => {
                let target_kind = target
                    .kind
                    .value()
                    .unwrap_or(if object.kind == SCALED_OBJECT {
                        "Deployment"
                    } else {
                        ""
                    })
                    .to_owned();
                let target_name = target.name.value().unwrap_or_default().to_owned();
                let span = target.name.span().unwrap_or(target.span);
                manifest.autoscalers.push(Autoscaler {
                    source: self.origin.source,
                    folder: self.folder(&metadata),
                    object,
                    template,
                    target_kind,
                    target_name,
                    span,
                });
            }
            _ => {}
        }
        path.truncate(depth);
    }

    /// The folder of an object: of its file, or of the file that a KRM host read it from.
    fn folder(&self, metadata: &Metadata) -> Option<Arc<str>> {
        if !self.origin.is_resource_list {
            return self.origin.folder.clone();
        }
        let folder = metadata
            .path
            .value()?
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        Some(folder.into())
    }

    /// What keeps it from telling whether an object is a managed one, or holds one.
    fn unreadable<'o>(&self, object: &'o Object) -> Option<&'o Hazard> {
        let kind = object.kind.value().unwrap_or_default();
        let spec = object.spec.as_ref();
        let scale_target = spec.filter(|_| !self.kinds.manages(kind)).and_then(|spec| {
            let target = spec.scale_target.as_ref();
            let named = target.and_then(|target| target.hazard.as_ref());
            named.or(spec.selector_hazard.as_ref())
        });
        object
            .unreadable
            .as_ref()
            .or(object.kind.hazard())
            .or(object
                .api_version
                .hazard()
                .or(scale_target)
                .filter(|_| self.kinds.knows(kind)))
    }

    fn identity(
        &self,
        api_version: String,
        kind: String,
        name: &Text,
        namespace: &Text,
    ) -> ObjectRef {
        ObjectRef {
            api_version,
            kind,
            namespace: namespace
                .value()
                .or(self.origin.namespace.as_deref())
                .map(str::to_owned),
            name: name.value().unwrap_or_default().to_owned(),
        }
    }
}

impl Around<'_> {
    /// The count with the hazards that only the whole document shows.
    fn settle(&self, spec: Spec, path: &[(usize, Range<usize>)]) -> super::Replicas {
        let mut replicas = spec.replicas;
        let own = (replicas.anchor, replicas.span.clone());
        let shared = path
            .iter()
            .chain([&own])
            .find(|(anchor, _)| *anchor != 0 && self.aliased.contains(anchor));
        if replicas.slot.is_ok() {
            let shared = shared.map(|(_, span)| Hazard {
                kind: HazardKind::SharedAnchor,
                span: self.anchor_before(span.start),
            });
            let line_break = self.line_break.map(|at| Hazard {
                kind: HazardKind::LineBreak,
                span: at..at,
            });
            if let Some(hazard) = shared.or(line_break) {
                replicas.slot = Err::<Slot, _>(hazard);
            }
        }
        replicas
    }

    /// The anchor of the node that begins at an offset; it stands before the node.
    fn anchor_before(&self, node: usize) -> Range<usize> {
        let before = self.text.get(self.document.start..node).unwrap_or_default();
        let Some(at) = before.rfind('&') else {
            return node..node;
        };
        let anchor = before.get(at..).unwrap_or_default();
        let length = anchor.find(char::is_whitespace).unwrap_or(anchor.len());
        let start = self.document.start + at;
        start..start + length
    }
}

fn is_autoscaler(object: &ObjectRef) -> bool {
    match object.kind.as_str() {
        HORIZONTAL_POD_AUTOSCALER => object.api_version.starts_with("autoscaling/"),
        SCALED_OBJECT => object.api_version.starts_with("keda.sh/"),
        _ => false,
    }
}
