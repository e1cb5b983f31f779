//! What keeps it from telling whether an object is a managed one, or holds one.

use std::borrow::Cow;

use super::kinds::{Kinds, POD_DISRUPTION_BUDGET, of_items};
use super::object::{Object, Text};
use crate::field::{Hazard, HazardKind};

/// Why an object is refused whatever the policy says, and what to do about it.
///
/// `list` is the apiVersion and the kind that an item without its own has of its list.
pub(super) fn why(
    object: &Object,
    list: Option<(&str, &str)>,
    kinds: &Kinds,
) -> Option<(Hazard, Cow<'static, str>)> {
    let hazard = hidden(object, list, kinds)
        .or_else(|| perhaps_of_the_list(object, list, kinds))
        .or_else(|| taken_for_a_list(object, list, kinds))
        .or_else(|| read_too_early(object, list, kinds));
    if let Some(hazard) = hazard {
        let remedy = hazard.kind.remedy();
        return Some((hazard, remedy.into()));
    }
    let meant = kinds.in_other_case(object.kind.value()?)?;
    let hazard = Hazard {
        kind: HazardKind::Case,
        span: object.kind.span()?,
    };
    Some((hazard, format!("write `{meant}`").into()))
}

/// What hides the kind of an object, or what an autoscaler scales and in which namespace.
fn hidden(object: &Object, list: Option<(&str, &str)>, kinds: &Kinds) -> Option<Hazard> {
    let (_, kind) = object.kind_within(list);
    let spec = object.spec.as_ref();
    let is_judged = kinds.manages(&kind) || kind == POD_DISRUPTION_BUDGET;
    let scale_target = spec.filter(|_| !is_judged).and_then(|spec| {
        let autoscaling = spec.autoscaling.as_ref();
        let target = autoscaling.and_then(|it| it.target.as_ref());
        let named = target.and_then(|target| target.hazard.as_ref());
        let place = target.and(object.metadata.hazard.as_ref());
        named.or(spec.selector.hazard.as_ref()).or(place)
    });
    let own = object.api_version.hazard().or(scale_target);
    let hidden = object.unreadable.as_ref().or(object.kind.hazard());
    hidden
        .or(own.filter(|_| kinds.knows(of_items(&kind))))
        .cloned()
}

/// An item whose `apiVersion` or `kind` may be no string to Kubernetes, which then takes those of the list.
fn perhaps_of_the_list(
    object: &Object,
    list: Option<(&str, &str)>,
    kinds: &Kinds,
) -> Option<Hazard> {
    list.filter(|(_, kind)| kinds.knows(kind))?;
    let texts = [&object.api_version, &object.kind];
    let is_own = texts.into_iter().any(Text::is_surely_a_string);
    let odd = texts.into_iter().find(|text| text.value().is_some());
    let span = odd.filter(|_| !is_own)?.span()?;
    let kind = HazardKind::NotAString;
    Some(Hazard { kind, span })
}

/// The key `items` of a managed object: it makes a list of it, whatever its kind, to Kubernetes
/// (`k8s.io/apimachinery/pkg/apis/meta/v1/unstructured/helpers.go`), and not to every host.
fn taken_for_a_list(object: &Object, list: Option<(&str, &str)>, kinds: &Kinds) -> Option<Hazard> {
    let span = object.has_items.clone()?;
    let (_, kind) = object.kind_within(list);
    let is_known = kinds.knows(&kind);
    let kind = HazardKind::Items;
    is_known.then_some(Hazard { kind, span })
}

/// Items of a list of managed objects that were not kept, since its kind was not known yet, or was another.
fn read_too_early(object: &Object, list: Option<(&str, &str)>, kinds: &Kinds) -> Option<Hazard> {
    let span = object.dropped.clone()?;
    let (_, kind) = object.kind_within(list);
    let is_known = kinds.knows(of_items(&kind));
    let kind = HazardKind::KindOfTheList;
    is_known.then_some(Hazard { kind, span })
}
