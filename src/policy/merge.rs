//! Merges the policy with what it extends, field by field: the later one wins.
//!
//! `spec.matchLabels` and `spec.instanceLabel` are about the components of the policies that theirs extends, never about
//! another system in the same list of `extends`; and labels never change the selectors of the policy that gives them,
//! where they can be written as they are.

use std::collections::BTreeMap;
use std::mem;

use super::collections::{Map, Named};
use super::fields::{Component, Labels, ScaleIn, Spec};
use super::given::{Given, Slot, Text};
use super::layer::Layer;
use super::problems::Problems;
use super::record::Record as _;
use super::values::Value as _;
use crate::diagnostic::Diagnostic;
use crate::names::shown;
use crate::source::SourceId;

/// All layers, merged.
#[derive(Debug, Default)]
pub(super) struct Merged {
    /// The fields. Those that each layer means for itself (`extends`, `baseline`, `matchLabels`, `instanceLabel`) are to
    /// be taken from elsewhere.
    pub(super) spec: Spec,
    /// `spec.instanceLabel`, by the component that it is for.
    pub(super) instance_labels: BTreeMap<Text, Given<Text>>,
    /// What each built-in catalogue says of all of its own components.
    pub(super) catalogues: Vec<Catalogue>,
}

/// A built-in catalogue, as far as each of its components has to know it.
#[derive(Debug)]
pub(super) struct Catalogue {
    /// Its text.
    source: SourceId,
    pub(super) name: &'static str,
    /// Its `spec.scaleIn`, which is about none but its own components.
    pub(super) scale_in: ScaleIn,
}

/// Merges each layer into those before it.
pub(super) fn merge(layers: Vec<Layer>, problems: &mut Problems) -> Merged {
    let mut merged = Merged::default();
    for mut layer in layers {
        if let Slot::Given(labels) = &layer.spec.match_labels {
            relabel(&mut merged.spec, &layer, labels, problems);
        }
        if let Some(own) = layer.spec.components.as_mut_value() {
            keep_roles(&merged.spec, own, problems);
        }
        if let Some(name) = layer.system {
            let catalogue = Catalogue::take(layer.source, name, &mut layer.spec);
            merged.catalogues.push(catalogue);
        }
        let label = layer.spec.instance_label.given().cloned();
        let (own, bases) = (layer.source, layer.bases);
        merged.spec.merge_fields(layer.spec);
        let Some(label) = label.map(|label| label.map(|name| name.0)) else {
            continue;
        };
        for component in components(&merged.spec) {
            let origin = component.name.place.as_ref().map(|place| place.source);
            if origin.is_some_and(|origin| origin == own || bases.contains(&origin)) {
                let name = component.name.value.clone();
                merged.instance_labels.insert(name, label.clone());
            }
        }
    }
    merged
}

impl Merged {
    /// The built-in catalogue that has a component: the one that names it first.
    pub(super) fn catalogue_of(&self, component: &Given<Text>) -> Option<&Catalogue> {
        let place = component.place.as_ref()?;
        self.catalogues.iter().find(|it| it.source == place.source)
    }
}

impl Catalogue {
    /// Takes the limits out of a catalogue; what is counted over all components stays.
    fn take(source: SourceId, name: &'static str, spec: &mut Spec) -> Self {
        let mut scale_in = ScaleIn::default();
        if let Some(own) = spec.scale_in.as_mut_value() {
            scale_in.max_replicas = mem::take(&mut own.max_replicas);
            scale_in.max_percent = mem::take(&mut own.max_percent);
            scale_in.floor = mem::take(&mut own.floor);
        }
        Self {
            source,
            name,
            scale_in,
        }
    }
}

fn components(spec: &Spec) -> &[Named<Component>] {
    spec.components.value().map_or(&[], |map| &map.0)
}

/// Puts a layer's labels into the selectors of everything that it extends.
fn relabel(spec: &mut Spec, layer: &Layer, labels: &Given<Labels>, problems: &mut Problems) {
    if layer.bases.is_empty() && !labels.value.0.is_empty() {
        let problem = Diagnostic::new("`spec.matchLabels` has no effect here")
            .label_opt(
                labels.place.clone(),
                "this policy does not extend another one",
            )
            .help("add these labels to the `matchLabels` of the workloads");
        problems.push(problem);
    }
    let Slot::Given(components) = &mut spec.components else {
        return;
    };
    let components = components.value.0.iter_mut();
    let workloads = components.filter_map(|component| match &mut component.value {
        Slot::Given(component) => component.value.workloads.as_mut_value(),
        _ => None,
    });
    for workload in workloads.flat_map(|workloads| &mut workloads.0) {
        let origin = workload.place.as_ref().map(|place| place.source);
        let own = workload.value.match_labels.as_mut_value();
        if let Some(own) = own.filter(|_| origin.is_some_and(|it| layer.bases.contains(&it))) {
            own.merge(Map(labels.value.0.clone()));
        }
    }
}

/// A role is a fact of the system, which a policy cannot change: a different one is refused and dropped.
fn keep_roles(known: &Spec, own: &mut Map<Component>, problems: &mut Problems) {
    for entry in &mut own.0 {
        let name = &*entry.name.value;
        let known = known.components.value().and_then(|map| map.get(name));
        let known = known.and_then(|known| known.value.value()?.role.given());
        let role = entry.value.as_mut_value().map(|own| &mut own.role);
        let (Some(known), Some(slot)) = (known, role) else {
            continue;
        };
        let other = slot.given().filter(|role| role.value != known.value);
        if let Some(role) = other {
            let message = format!(
                "`{}` is a {}, and its role cannot be changed",
                shown(name),
                known.value.as_str()
            );
            let problem = Diagnostic::new(message)
                .label_opt(role.place.clone(), "")
                .label_opt(known.place.clone(), "its role")
                .help("remove `role`; a component of another system needs its own name");
            problems.push(problem);
            *slot = Slot::Absent;
        }
    }
}
