//! What autoscalers scale: the workloads of that kind and name in their namespace and folder.

use std::collections::HashMap;
use std::ptr;

use crate::baseline::live::LiveAutoscaler;
use crate::field::{Field, Hazard};
use crate::finding::ObjectRef;
use crate::manifest::{Autoscaler, ByNamespace, Manifest, ScaleDown, Workload};
use crate::source::Place;

/// An autoscaler, wherever it is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scaler<'a> {
    /// One of the stream.
    Rendered(&'a Autoscaler),
    /// One that the cluster alone holds.
    Running(&'a LiveAutoscaler),
}

impl<'a> Scaler<'a> {
    pub(crate) fn object(self) -> &'a ObjectRef {
        match self {
            Self::Rendered(autoscaler) => &autoscaler.object,
            Self::Running(autoscaler) => &autoscaler.object,
        }
    }

    /// Where it names its target; none if no text of the run holds it.
    pub(crate) fn place(self) -> Option<Place> {
        match self {
            Self::Rendered(autoscaler) => Some(autoscaler.place()),
            Self::Running(_) => None,
        }
    }

    /// The fewest replicas, where that is certain.
    pub(crate) fn min(self) -> Option<u32> {
        match self {
            Self::Rendered(autoscaler) => bound(&autoscaler.min),
            Self::Running(autoscaler) => autoscaler.min,
        }
    }

    /// The most replicas, where that is certain.
    pub(crate) fn max(self) -> Option<u32> {
        match self {
            Self::Rendered(autoscaler) => bound(&autoscaler.max),
            Self::Running(autoscaler) => autoscaler.max,
        }
    }

    /// How fast it may scale in, or what makes that unreadable.
    pub(crate) fn scale_down(self) -> Result<&'a ScaleDown, &'a Hazard> {
        match self {
            Self::Rendered(autoscaler) => autoscaler.scale_down.as_ref(),
            Self::Running(autoscaler) => Ok(&autoscaler.scale_down),
        }
    }

    /// A span of the text that holds it, as a place.
    pub(crate) fn place_of(self, span: &std::ops::Range<usize>) -> Option<Place> {
        match self {
            Self::Rendered(autoscaler) => Some(Place::new(autoscaler.source, span.clone())),
            Self::Running(_) => None,
        }
    }
}

fn bound(field: &Field) -> Option<u32> {
    field.count.written().filter(|_| field.doubt.is_none())
}

/// The workloads of a stream by folder, kind and name.
type ByName<'a> = HashMap<(Option<&'a str>, &'a str, &'a str), ByNamespace<'a, &'a Workload>>;

/// Autoscalers by the workloads that they scale.
pub(super) struct Scaling<'a> {
    by_workload: HashMap<*const Workload, Vec<Scaler<'a>>>,
    /// Those of the stream whose target is not in it.
    pub(super) orphans: Vec<&'a Autoscaler>,
}

impl<'a> Scaling<'a> {
    /// Of the autoscalers of a stream, and of those that only the cluster holds.
    pub(super) fn of(manifest: &'a Manifest, running: &'a [LiveAutoscaler]) -> Self {
        let mut by_name = ByName::new();
        let is_any = !manifest.autoscalers.is_empty() || !running.is_empty();
        for workload in manifest.workloads.iter().filter(|_| is_any) {
            let object = &workload.object;
            let key = (workload.folder.as_deref(), &*object.kind, &*object.name);
            let named = by_name.entry(key).or_default();
            named.add(object.namespace.as_deref(), workload);
        }
        let mut scaling = Self {
            by_workload: HashMap::new(),
            orphans: Vec::new(),
        };
        for autoscaler in &manifest.autoscalers {
            let folder = autoscaler.folder.as_deref();
            let (kind, name) = (&*autoscaler.target_kind, &*autoscaler.target_name);
            let scaler = Scaler::Rendered(autoscaler);
            if !scaling.add(&by_name, scaler, (folder, kind, name)) {
                scaling.orphans.push(autoscaler);
            }
        }
        for autoscaler in running {
            let (kind, name) = (&*autoscaler.target_kind, &*autoscaler.target_name);
            scaling.add(&by_name, Scaler::Running(autoscaler), (None, kind, name));
        }
        scaling
    }

    /// Adds an autoscaler to the workloads that it scales; false where there are none.
    fn add(
        &mut self,
        by_name: &ByName<'a>,
        scaler: Scaler<'a>,
        target: (Option<&str>, &str, &str),
    ) -> bool {
        let named = by_name.get(&target);
        let namespace = scaler.object().namespace.as_deref();
        let targets = named.map_or(&[][..], |named| named.find(namespace));
        for target in targets {
            let own = self.by_workload.entry(ptr::from_ref(*target));
            own.or_default().push(scaler);
        }
        !targets.is_empty()
    }

    /// The autoscalers of a workload.
    pub(super) fn take(&mut self, workload: &Workload) -> Vec<Scaler<'a>> {
        let own = self.by_workload.remove(&ptr::from_ref(workload));
        own.unwrap_or_default()
    }
}
