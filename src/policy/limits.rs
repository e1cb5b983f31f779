//! The limits of a scale-in: a component's own over those of `spec`, and those over its catalogue's, field by field.

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
    settle([&spec.max_components], DEFAULT_MAX_COMPONENTS)
}

/// Whether a scale-in waits until the release is settled. It does, unless a policy says otherwise.
pub(super) fn require_settled(spec: &ScaleIn) -> Given<bool> {
    let given = spec.require_settled.given().cloned();
    given.map_or_else(
        || Given::by_default(true),
        |given| given.map(Option::unwrap_or_default),
    )
}

/// A component's limits: its own, else those of `spec`, else those of its catalogue, else the defaults.
pub(super) fn of_component(
    own: &ComponentScaleIn,
    spec: &ScaleIn,
    catalogue: &ScaleIn,
) -> super::ScaleIn {
    let max_replicas = [
        &own.max_replicas,
        &spec.max_replicas,
        &catalogue.max_replicas,
    ];
    let max_percent = [&own.max_percent, &spec.max_percent, &catalogue.max_percent];
    let floor = [&own.floor, &spec.floor, &catalogue.floor];
    super::ScaleIn {
        max_replicas: settle(max_replicas, DEFAULT_MAX_REPLICAS),
        max_percent: settle(max_percent, DEFAULT_MAX_PERCENT),
        floor: settle(floor, DEFAULT_FLOOR).map(Option::unwrap_or_default),
    }
}

/// The first that is given.
fn settle<const N: usize, const LEAST: u32, const MOST: u32>(
    limits: [&Limit<LEAST, MOST>; N],
    default: Option<u32>,
) -> Given<Option<u32>> {
    let given = limits.into_iter().find_map(Slot::given).cloned();
    given.map_or_else(
        || Given::by_default(default),
        |given| given.map(|limit| limit.map(|number| number.0)),
    )
}
