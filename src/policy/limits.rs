//! The limits of a scale-in: a component's own over those of `spec`, each over what is extended, field by field.

use super::layer::{Given, Layer};
use super::raw::ScaleIn;
use super::{LimitPlaces, Limits};
use crate::source::Place;
use crate::yaml::positions::Node;

/// Without any policy a component loses one replica in a release, and only one component does.
const DEFAULT_MAX_REPLICAS: Option<u32> = Some(1);
const DEFAULT_MAX_PERCENT: Option<u32> = None;
const DEFAULT_MAX_COMPONENTS: Option<u32> = Some(1);
const DEFAULT_FLOOR: Option<u32> = Some(1);

/// One limit: not given, given, or lifted with null.
type Limit = Option<Given<Option<u32>>>;

/// Limits as given so far.
#[derive(Debug, Default)]
pub(super) struct GivenLimits {
    max_replicas: Limit,
    max_percent: Limit,
    max_components: Limit,
    floor: Limit,
}

/// `spec.scaleIn` of all layers.
pub(super) fn spec(layers: &[Layer]) -> GivenLimits {
    let mut limits = GivenLimits::default();
    for layer in layers {
        if let Some(node) = layer.node(&["spec", "scaleIn"]) {
            limits.lay(layer, node, layer.raw.spec.scale_in);
        }
    }
    limits
}

impl GivenLimits {
    /// Lays one `scaleIn` over what is given so far.
    pub(super) fn lay(&mut self, layer: &Layer, node: &Node, raw: ScaleIn) {
        let over = |limit: &mut Limit, key, value| {
            if let Some(given) = layer.given(node, key, value) {
                *limit = Some(given);
            }
        };
        over(&mut self.max_replicas, "maxReplicas", raw.max_replicas);
        over(&mut self.max_percent, "maxPercent", raw.max_percent);
        over(
            &mut self.max_components,
            "maxComponents",
            raw.max_components,
        );
        over(&mut self.floor, "floor", raw.floor);
    }

    /// How many components may lose replicas at once, and where that is written.
    pub(super) fn max_components(&self) -> (Option<u32>, Option<Place>) {
        settled(&self.max_components, &None, DEFAULT_MAX_COMPONENTS)
    }

    /// A component's limits and where they are written: its own, else those of `spec`, else the defaults.
    pub(super) fn settle(&self, spec: &Self) -> (Limits, LimitPlaces) {
        let (max_replicas, max_replicas_place) =
            settled(&self.max_replicas, &spec.max_replicas, DEFAULT_MAX_REPLICAS);
        let (max_percent, max_percent_place) =
            settled(&self.max_percent, &spec.max_percent, DEFAULT_MAX_PERCENT);
        let (floor, floor_place) = settled(&self.floor, &spec.floor, DEFAULT_FLOOR);
        let limits = Limits {
            max_replicas,
            max_percent,
            floor: floor.unwrap_or(0),
        };
        let places = LimitPlaces {
            max_replicas: max_replicas_place,
            max_percent: max_percent_place,
            floor: floor_place,
        };
        (limits, places)
    }
}

fn settled(own: &Limit, spec: &Limit, default: Option<u32>) -> (Option<u32>, Option<Place>) {
    match own.as_ref().or(spec.as_ref()) {
        Some(given) => (given.value, Some(given.place.clone())),
        None => (default, None),
    }
}
