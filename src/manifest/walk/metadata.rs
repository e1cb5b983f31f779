//! `metadata` and `status`: what an object is called, where it comes from, and how old a live one is.

use jiff::Timestamp;

use super::entries::Entry;
use super::head::is_disguised;
use super::{Read, Walk};
use crate::field::{Hazard, HazardKind};
use crate::manifest::object::{Metadata, Text};
use crate::manifest::{Leader, Sync};
use crate::source::Span;
use crate::yaml::Event;

/// The label with a chart's name and version.
const CHART: &str = "helm.sh/chart";

/// The annotations with the file of an object (kustomize's KRM functions specification), the older one last.
const PATH: &str = "internal.config.kubernetes.io/path";
const OLD_PATH: &str = "config.kubernetes.io/path";

/// Helm 4's annotation with the path of the template.
const TEMPLATE: &str = "postrenderer.helm.sh/postrender-filename";

/// Helm's annotation of a hook.
const HOOK: &str = "helm.sh/hook";

/// Argo CD's annotation of a hook, and the value with which it is none (gitops-engine, `pkg/sync/hook/hook.go`).
const ARGO_CD_HOOK: &str = "argocd.argoproj.io/hook";
const SKIP: &str = "Skip";

/// Argo CD's annotation of how to sync an object, and the options to replace it as a whole and to delete it for that
/// (gitops-engine, `pkg/sync/sync_context.go`, `shouldReplace`).
const SYNC_OPTIONS: &str = "argocd.argoproj.io/sync-options";
const REPLACE: &str = "Replace=true";
const FORCE: &str = "Force=true";

/// The annotations that name what Grafana's rollout operator takes a workload's count from, the one that it obeys first
/// (grafana/rollout-operator, `pkg/config/config.go`).
const LEADER: [&str; 2] = [
    "grafana.com/rollout-mirror-replicas-from-resource-name",
    "grafana.com/rollout-downscale-leader",
];

/// KEDA's annotation of a `ScaledObject` that is paused at a count (keda.sh, "Pause autoscaling").
const PAUSED: &str = "autoscaling.keda.sh/paused-replicas";

/// The times of a condition of a `status`.
const CONDITION_TIMES: [&str; 3] = ["lastUpdateTime", "lastTransitionTime", "lastHeartbeatTime"];

/// What matters of a `status`.
#[derive(Debug, Default)]
pub(super) struct Status {
    /// Whether it holds anything.
    pub(super) any: bool,
    pub(super) newest: Option<Timestamp>,
}

impl<'t> Walk<'_, 't> {
    pub(super) fn metadata(&mut self, value: Event<'t>) -> Read<Metadata> {
        let mut metadata = Metadata::default();
        let mut disguised = None;
        let around = self.mapping(value, &mut |walk, entry| {
            match &*entry.key.value {
                "name" => metadata.name = walk.string(entry)?,
                "namespace" => metadata.namespace = walk.string(entry)?,
                "uid" => metadata.uid = walk.string(entry)?.value().is_some(),
                "labels" => [metadata.chart] = walk.fields(entry.value, [CHART])?,
                "annotations" => walk.annotations(entry.value, &mut metadata)?,
                "ownerReferences" => metadata.owners = walk.owners(&entry)?,
                "creationTimestamp" => {
                    metadata.newest = metadata.newest.max(time(&walk.string(entry)?));
                }
                "managedFields" => {
                    let newest = walk.newest(&entry.value, &["time"])?;
                    metadata.newest = metadata.newest.max(newest);
                }
                key => {
                    let is_annotations = is_disguised(key, "annotations");
                    disguised = disguised
                        .take()
                        .or(is_annotations.then_some(entry.key.span));
                    walk.reader.skip(&entry.value)?;
                }
            }
            Ok(())
        })?;
        let texts = [&metadata.name, &metadata.namespace];
        let hazard = texts.into_iter().find_map(Text::hazard);
        let hidden = around.unreadable.or(metadata.hidden_hook.take());
        metadata.hazard = hazard.or(hidden);
        metadata.note_disguised(disguised);
        Ok(metadata)
    }

    /// The key of owners, if there are any.
    fn owners(&mut self, entry: &Entry<'t>) -> Read<Option<Span>> {
        let mut is_any = false;
        let hazard = self.sequence(&entry.value, &mut |walk, item| {
            is_any = true;
            walk.reader.skip(&item)
        })?;
        let is_owned = is_any || hazard.is_some();
        Ok(is_owned.then_some(entry.key.span))
    }

    fn annotations(&mut self, value: Event<'t>, metadata: &mut Metadata) -> Read<()> {
        let (mut newer, mut older) = (Text::Absent, Text::Absent);
        let mut leaders = [Text::Absent, Text::Absent];
        metadata.is_hook = false;
        let mut sync = Text::Absent;
        let around = self.mapping(value, &mut |walk, entry| {
            match &*entry.key.value {
                TEMPLATE => metadata.template = walk.string(entry)?,
                PATH => newer = walk.string(entry)?,
                OLD_PATH => older = walk.string(entry)?,
                PAUSED => metadata.paused = Some(Box::new(walk.string(entry)?)),
                HOOK => {
                    metadata.is_hook = true;
                    walk.reader.skip(&entry.value)?;
                }
                ARGO_CD_HOOK => metadata.is_hook |= walk.string(entry)?.value() != Some(SKIP),
                SYNC_OPTIONS => sync = walk.string(entry)?,
                key => match LEADER.iter().zip(&mut leaders).find(|it| *it.0 == key) {
                    Some((_, leader)) => *leader = walk.string(entry)?,
                    None => walk.reader.skip(&entry.value)?,
                },
            }
            Ok(())
        })?;
        metadata.leader = leaders.iter().find_map(Leader::of).map(Box::new);
        metadata.sync = Sync::of(&sync);
        let hidden = around.unreadable.filter(|_| !metadata.is_hook);
        metadata.hidden_hook = hidden.or(sync.hazard());
        metadata.path = if newer.value().is_some() {
            newer
        } else {
            older
        };
        Ok(())
    }

    pub(super) fn status(&mut self, value: Event<'t>) -> Read<Status> {
        let mut status = Status::default();
        self.mapping(value, &mut |walk, entry| {
            status.any = true;
            if entry.key.value != "conditions" {
                return walk.reader.skip(&entry.value);
            }
            status.newest = walk.newest(&entry.value, &CONDITION_TIMES)?;
            Ok(())
        })?;
        Ok(status)
    }

    /// The newest timestamp at some keys of the mappings of a sequence; other values are skipped.
    fn newest(&mut self, value: &Event<'t>, keys: &[&str]) -> Read<Option<Timestamp>> {
        let mut newest = None;
        self.sequence(value, &mut |walk, item| {
            walk.mapping(item, &mut |walk, entry| {
                if keys.contains(&&*entry.key.value) {
                    newest = newest.max(time(&walk.string(entry)?));
                    Ok(())
                } else {
                    walk.reader.skip(&entry.value)
                }
            })?;
            Ok(())
        })?;
        Ok(newest)
    }
}

impl Metadata {
    /// Notes a key that only Helm reads as one that can make a hook of the object.
    pub(super) fn note_disguised(&mut self, key: Option<Span>) {
        let hazard = key.map(|span| Hazard::new(HazardKind::KeyCase, span));
        self.hazard = self.hazard.take().or(hazard);
    }
}

impl Sync {
    /// By the options of an annotation, with commas between them.
    fn of(options: &Text) -> Self {
        let said = |option| {
            let mut all = options.value().into_iter().flat_map(|it| it.split(','));
            all.any(|it| it.trim() == option)
        };
        match (said(REPLACE), said(FORCE)) {
            (true, true) => Self::Recreates,
            (true, false) => Self::Replaces,
            (false, _) => Self::Patches,
        }
    }
}

impl Leader {
    fn of(text: &Text) -> Option<Self> {
        let (name, span) = (text.value()?.to_owned(), text.span()?);
        Some(Self { name, span })
    }
}

fn time(text: &Text) -> Option<Timestamp> {
    text.value()?.parse().ok()
}
