//! Sorts the objects of a document into a [`Manifest`]: workloads, autoscalers, and what could be either.

use std::collections::HashSet;
use std::ops::Range;

use super::counts::Found;
use super::kinds::{
    self, Counts, HORIZONTAL_POD_AUTOSCALER, Kinds, POD_DISRUPTION_BUDGET, SCALED_OBJECT,
};
use super::object::{Metadata, Object, Spec};
use super::unreadable;
use super::{Autoscaler, Budget, Jump, JumpWhy, Manifest, Origin, ScaleDown, Unreadable};
use super::{Further, Sync, Workload};
use crate::field::{Count, Field, FieldPath, Hazard, HazardKind};
use crate::finding::ObjectRef;
use crate::source::{Span, slice};
use crate::word::{Word, Words};

/// Sorts the objects of one document.
pub(super) struct Sort<'d> {
    pub(super) origin: &'d Origin,
    pub(super) kinds: &'d Kinds,
    pub(super) text: &'d str,
    pub(super) document: &'d Range<usize>,
    /// The template that rendered the document.
    pub(super) template: Option<Word>,
    /// The words of the text.
    pub(super) words: &'d Words,
    /// The anchors that an alias names.
    pub(super) aliased: HashSet<u32>,
    /// The first line break that Go's YAML and YAML 1.2 see differently.
    pub(super) line_break: Option<usize>,
}

impl Sort<'_> {
    /// Sorts an object into the manifest, the items of a list before it.
    ///
    /// `list` is what items without `apiVersion` and `kind` have of their list, as in Kubernetes' unstructured decoder;
    /// `path` holds the anchors on the way.
    pub(super) fn take(
        &self,
        mut object: Object,
        path: &mut Vec<(u32, Span)>,
        list: Option<(&str, &str)>,
        manifest: &mut Manifest,
    ) {
        if let Some((what, hazard, remedy)) = unreadable::why(&object, list, self.kinds) {
            let source = self.origin.source;
            manifest.unreadable.push(Unreadable {
                source,
                what,
                hazard,
                remedy,
            });
            return;
        }
        let (api_version, kind) = object.kind_within(list);
        let depth = path.len();
        path.append(&mut object.anchors);
        for item in std::mem::take(&mut object.items) {
            let list = Some((api_version.as_str(), kinds::of_items(&kind)));
            self.take(item, path, list, manifest);
        }
        let says_nothing = object.says_nothing(self.kinds);
        if let Some(spec) = object.spec.take().filter(|_| !says_nothing) {
            let reference = self.reference(&api_version, &kind, &object.metadata);
            self.put(object, *spec, reference, path, manifest);
        }
        path.truncate(depth);
    }

    /// Puts an object where its kind belongs.
    fn put(
        &self,
        object: Object,
        spec: Spec,
        reference: ObjectRef,
        path: &[(u32, Span)],
        manifest: &mut Manifest,
    ) {
        if let Some(counts) = self.kinds.counts_of(&reference.kind) {
            let newest = object.newest.filter(|_| object.live);
            manifest.newest = manifest.newest.max(newest);
            let workload = self.workload(object, reference, spec, counts, path);
            manifest.workloads.push(workload);
        } else if is_autoscaler(&reference) {
            let autoscaler = self.autoscaler(&object.metadata, reference, spec, path);
            if let Some(autoscaler) = autoscaler {
                manifest.autoscalers.push(autoscaler);
            }
        } else if is_budget(&reference) {
            let budget = self.budget(&object.metadata, reference, spec);
            manifest.budgets.push(budget);
        }
    }

    fn workload(
        &self,
        object: Object,
        reference: ObjectRef,
        spec: Spec,
        counts: &Counts,
        path: &[(u32, Span)],
    ) -> Workload {
        let metadata = object.metadata;
        let count = |at: &FieldPath| self.settle(&spec.counts, at, path);
        let start = counts.start.as_ref().map(count);
        let further = Further {
            counts: counts.further.iter().map(count).collect(),
            start: start.filter(|it| it.count != Count::Absent || it.doubt.is_some()),
            sync: metadata.sync,
        };
        let has_further =
            !further.counts.is_empty() || further.start.is_some() || further.sync != Sync::Patches;
        Workload {
            replicas: count(&counts.first),
            further: has_further.then(|| Box::new(further)),
            source: self.origin.source,
            folder: self.folder(&metadata),
            document: self.document.clone().into(),
            object: reference,
            names_namespace: metadata.namespace.value().is_some(),
            chart: metadata.chart.value().map(|chart| self.words.of(chart)),
            template: self.template_of(&metadata),
            live: object.live,
            is_hook: metadata.is_hook,
            leader: metadata.leader,
            owners: metadata.owners,
            path: metadata.path.value().map(|path| self.words.of(path)),
            name: metadata.name.span().unwrap_or(object.start),
            hazard: metadata.hazard.or(spec.selector.hazard),
            match_labels: spec.selector.match_labels,
        }
    }

    /// An autoscaler; none without a `scaleTargetRef`.
    fn autoscaler(
        &self,
        metadata: &Metadata,
        reference: ObjectRef,
        spec: Spec,
        path: &[(u32, Span)],
    ) -> Option<Autoscaler> {
        let autoscaling = *spec.autoscaling?;
        let target = autoscaling.target?;
        let is_kedas = reference.kind == SCALED_OBJECT;
        // KEDA's default (keda.sh, "ScaledObject specification").
        let (usual_kind, scale_down) = if is_kedas {
            ("Deployment", autoscaling.advanced)
        } else {
            // `autoscaling/v1` and `autoscaling/v2beta1` have no such field.
            let api_version = reference.api_version.as_str();
            let has_behavior = !matches!(api_version, "autoscaling/v1" | "autoscaling/v2beta1");
            ("", autoscaling.scale_down.filter(|_| has_behavior))
        };
        let jump = paused(metadata).or(autoscaling.idle);
        let bounds = self.kinds.bounds_of(&reference.kind);
        let count = |at: &FieldPath| self.settle(&spec.counts, at, path);
        Some(Autoscaler {
            source: self.origin.source,
            folder: self.folder(metadata),
            object: reference,
            template: self.template_of(metadata),
            target_api_version: target.api_version.value().map(|it| self.words.of(it)),
            target_kind: self.words.of(target.kind.value().unwrap_or(usual_kind)),
            target_name: target.name.value().unwrap_or_default().into(),
            span: target.name.span().unwrap_or(target.span),
            min: count(&bounds.min),
            max: count(&bounds.max),
            scale_down: scale_down.unwrap_or_else(|| Ok(ScaleDown::default())),
            jump: jump.filter(|_| is_kedas),
        })
    }

    fn budget(&self, metadata: &Metadata, reference: ObjectRef, spec: Spec) -> Budget {
        let allowances = spec.allowances.map(|it| *it).unwrap_or_default();
        let selector = spec.selector;
        Budget {
            source: self.origin.source,
            folder: self.folder(metadata),
            object: reference,
            template: self.template_of(metadata),
            match_labels: selector.is_present.then_some(selector.match_labels),
            has_expressions: selector.has_expressions,
            min_available: allowances.min_available,
            max_unavailable: allowances.max_unavailable,
            hazard: metadata.hazard.or(selector.hazard),
            odd_number: allowances.hazard,
        }
    }

    /// The folder of an object: of its file, or of the file that a KRM host read it from.
    fn folder(&self, metadata: &Metadata) -> Option<Word> {
        if !self.origin.is_resource_list {
            return self.origin.folder.clone();
        }
        let folder = metadata
            .path
            .value()?
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        Some(self.words.of(folder))
    }

    fn reference(&self, api_version: &str, kind: &str, metadata: &Metadata) -> ObjectRef {
        let namespace = metadata.namespace.value();
        ObjectRef {
            api_version: self.words.of(api_version),
            kind: self.words.of(kind),
            namespace: namespace
                .or(self.origin.namespace.as_deref())
                .map(|namespace| self.words.of(namespace)),
            name: metadata.name.value().unwrap_or_default().into(),
        }
    }
}

impl Sort<'_> {
    /// The template that rendered an object: by Helm 4's annotation, else by the comment before the document.
    fn template_of(&self, metadata: &Metadata) -> Option<Word> {
        let annotated = metadata.template.value().map(|path| self.words.of(path));
        annotated.or_else(|| self.template.clone())
    }

    /// The count at a path, with the hazards that only the whole document shows.
    fn settle(&self, counts: &Found, at: &FieldPath, path: &[(u32, Span)]) -> Field {
        let mut field = counts.field(at);
        if field.slot.is_ok() {
            let anchors = path.iter().copied().chain(counts.anchors(at));
            let mut shared = anchors.filter(|(it, _)| *it != 0 && self.aliased.contains(it));
            let shared = shared.next().map(|(_, span)| {
                let anchor = self.anchor_before(span.start());
                Hazard::new(HazardKind::SharedAnchor, anchor)
            });
            let line_break = self.line_break;
            let line_break = line_break.map(|at| Hazard::new(HazardKind::LineBreak, at..at));
            if let Some(hazard) = shared.or(line_break) {
                field.slot = Err(hazard);
            }
        }
        field
    }

    /// The anchor of the node that begins at an offset; it precedes the node.
    fn anchor_before(&self, node: usize) -> Range<usize> {
        let before = slice(self.text, &(self.document.start..node));
        let Some(at) = before.rfind('&') else {
            return node..node;
        };
        let anchor = slice(before, &(at..before.len()));
        let length = anchor.find(char::is_whitespace).unwrap_or(anchor.len());
        let start = self.document.start + at;
        start..start + length
    }
}

impl Manifest {
    /// Makes everything that a list holds the hook that its document is: Helm takes a hook out of a release as a whole.
    pub(super) fn take_hook_of(&mut self, is_hook: bool, hazard: Option<Hazard>) {
        for workload in self.workloads.iter_mut() {
            workload.is_hook |= is_hook;
            workload.hazard = workload.hazard.or(hazard);
        }
    }
}

/// The count at which KEDA keeps a `ScaledObject`.
fn paused(metadata: &Metadata) -> Option<Result<Jump, Hazard>> {
    let text = metadata.paused.as_deref()?;
    if let Some(hazard) = text.hazard() {
        return Some(Err(hazard));
    }
    let (count, span) = (text.value()?.parse(), text.span()?);
    let why = JumpWhy::Paused;
    Some(match count {
        Ok(to) => Ok(Jump { to, why, span }),
        Err(_) => Err(Hazard::new(HazardKind::NotPlain, span)),
    })
}

fn is_autoscaler(object: &ObjectRef) -> bool {
    match object.kind.as_str() {
        HORIZONTAL_POD_AUTOSCALER => object.api_version.starts_with("autoscaling/"),
        SCALED_OBJECT => object.api_version.starts_with("keda.sh/"),
        _ => false,
    }
}

fn is_budget(object: &ObjectRef) -> bool {
    object.kind == POD_DISRUPTION_BUDGET && object.api_version.starts_with("policy/")
}
