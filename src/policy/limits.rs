//! The limits of a scale-in: a component's own over those of `spec`, each over what is extended, field by field.

use super::fields::{ComponentScaleIn, ScaleIn};
use super::given::{Given, Slot};
use super::values::Number;

/// Without any policy a component loses one replica in a release, and only one component does.
const DEFAULT_MAX_REPLICAS: Option<u32> = Some(1);
const DEFAULT_MAX_PERCENT: Option<u32> = None;
const DEFAULT_MAX_COMPONENTS: Option<u32> = Some(1);
const DEFAULT_FLOOR: Option<u32> = Some(1);

/// A limit as a policy gives it: a number, or null for none.
type Limit<const LEAST: u32, const MOST: u32> = Slot<Option<Number<LEAST, MOST>>>;

/// How many components may lose replicas at once.
pub(super) fn max_components(spec: &ScaleIn) -> Given<Option<u32>> {
    settle(&Slot::Absent, &spec.max_components, DEFAULT_MAX_COMPONENTS)
}

/// Whether a scale-in waits until the release is settled. It does, unless a policy says otherwise.
pub(super) fn require_settled(spec: &ScaleIn) -> Given<bool> {
    let given = spec.require_settled.given().cloned();
    given.map_or_else(
        || Given::by_default(true),
        |given| given.map(Option::unwrap_or_default),
    )
}

/// A component's limits: its own, else those of `spec`, else the defaults.
pub(super) fn of_component(own: &ComponentScaleIn, spec: &ScaleIn) -> super::ScaleIn {
    let floor = settle(&own.floor, &spec.floor, DEFAULT_FLOOR);
    super::ScaleIn {
        max_replicas: settle(&own.max_replicas, &spec.max_replicas, DEFAULT_MAX_REPLICAS),
        max_percent: settle(&own.max_percent, &spec.max_percent, DEFAULT_MAX_PERCENT),
        floor: floor.map(Option::unwrap_or_default),
    }
}

fn settle<const LEAST: u32, const MOST: u32>(
    own: &Limit<LEAST, MOST>,
    spec: &Limit<LEAST, MOST>,
    default: Option<u32>,
) -> Given<Option<u32>> {
    let given = own.given().or_else(|| spec.given()).cloned();
    given.map_or_else(
        || Given::by_default(default),
        |given| given.map(|limit| limit.map(|number| number.0)),
    )
}
