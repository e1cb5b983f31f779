//! What autoscalers scale: the workloads of that kind and name in their namespace and folder.

use std::collections::HashMap;
use std::ptr;

use crate::baseline::live::LiveAutoscaler;
use crate::field::{Count, Field, Hazard, HazardKind};
use crate::finding::ObjectRef;
use crate::manifest::{Autoscaler, ByNamespace, JumpWhy, Manifest, ScaleDown, Workload};
use crate::source::{Place, Span};
use crate::word::Word;

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

    /// The template that rendered it, if known.
    pub(crate) fn template(self) -> Option<&'a Word> {
        match self {
            Self::Rendered(autoscaler) => autoscaler.template.as_ref(),
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

    /// All that says how fast it may scale in, or what makes some of that unreadable.
    pub(crate) fn pace(self) -> Result<Pace<'a>, Hazard> {
        match self {
            Self::Rendered(autoscaler) => {
                let jump = autoscaler.jump.transpose()?;
                Ok(Pace {
                    scale_down: autoscaler.scale_down.as_ref().map_err(|it| *it)?,
                    min: certain(&autoscaler.min)?,
                    max: certain(&autoscaler.max)?,
                    jump: jump.map(|it| (it.to, it.why, Some(it.span))),
                })
            }
            Self::Running(autoscaler) => Ok(Pace {
                scale_down: &autoscaler.scale_down,
                min: autoscaler.min,
                max: autoscaler.max,
                jump: autoscaler.jump.map(|(to, why)| (to, why, None)),
            }),
        }
    }

    /// Where it says which count it brings a higher one down to.
    pub(crate) fn cut_place(self) -> Option<Place> {
        let Self::Rendered(autoscaler) = self else {
            return None;
        };
        let span = match &autoscaler.jump {
            Some(Ok(jump)) if jump.why == JumpWhy::Paused => jump.span,
            _ if autoscaler.max.count.written().is_some() => autoscaler.max.span,
            _ => return None,
        };
        self.place_of(span)
    }

    /// A span of the text that holds it, as a place.
    pub(crate) fn place_of(self, span: Span) -> Option<Place> {
        match self {
            Self::Rendered(autoscaler) => Some(Place::new(autoscaler.source, span)),
            Self::Running(_) => None,
        }
    }
}

/// How fast an autoscaler may scale in.
#[derive(Debug)]
pub(crate) struct Pace<'a> {
    pub(crate) scale_down: &'a ScaleDown,
    /// The fewest and the most replicas; none where it does not say.
    pub(crate) min: Option<u32>,
    pub(crate) max: Option<u32>,
    /// The count that KEDA itself sets, when it does, and where that is written.
    pub(crate) jump: Option<(u32, JumpWhy, Option<Span>)>,
}

/// A bound, or what keeps it from being read.
fn certain(field: &Field) -> Result<Option<u32>, Hazard> {
    match (field.doubt, &field.count) {
        (Some(doubt), _) => Err(doubt),
        (None, Count::Set(count)) => Ok(Some(*count)),
        (None, Count::Null | Count::Absent) => Ok(None),
        (None, Count::Invalid(_)) => Err(Hazard::new(HazardKind::NotPlain, field.span)),
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

    /// Adds an autoscaler to the workloads that it scales; false if there are none.
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
