//! What keeps it from telling whether an object is a managed one, or holds one.

use std::borrow::Cow;

use super::Hidden;
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
) -> Option<(Hidden, Hazard, Cow<'static, str>)> {
    let of_its_kind = kind(object, list, kinds)
        .or_else(|| perhaps_of_the_list(object, list, kinds))
        .map(|hazard| (Hidden::Kind, hazard));
    let found = of_its_kind
        .or_else(|| of_an_autoscaler(object, list, kinds))
        .or_else(|| Some((Hidden::Kind, taken_for_a_list(object, list, kinds)?)))
        .or_else(|| Some((Hidden::Kind, read_too_early(object, list, kinds)?)));
    if let Some((what, hazard)) = found {
        let remedy = hazard.kind.remedy();
        return Some((what, hazard, remedy.into()));
    }
    let meant = kinds.in_other_case(object.kind.value()?)?;
    let hazard = Hazard::new(HazardKind::Case, object.kind.span()?);
    Some((Hidden::Kind, hazard, format!("write `{meant}`").into()))
}

/// What hides the kind of an object.
fn kind(object: &Object, list: Option<(&str, &str)>, kinds: &Kinds) -> Option<Hazard> {
    let (_, kind) = object.kind_within(list);
    let group = object.api_version.hazard();
    let hidden = object.unreadable.or(object.kind.hazard());
    hidden.or(group.filter(|_| kinds.knows(of_items(&kind))))
}

/// What hides the workload that an autoscaler scales: its reference, or the namespace, which is the autoscaler's own.
fn of_an_autoscaler(
    object: &Object,
    list: Option<(&str, &str)>,
    kinds: &Kinds,
) -> Option<(Hidden, Hazard)> {
    let (_, kind) = object.kind_within(list);
    let is_judged = kinds.manages(&kind) || kind == POD_DISRUPTION_BUDGET;
    let spec = object.spec.as_ref()?;
    if is_judged || !kinds.knows(of_items(&kind)) {
        return None;
    }
    let metadata = &object.metadata;
    let name = metadata.name.value().map(|name| format!("{kind} {name}"));
    let name = name.unwrap_or_else(|| kind.clone()).into();
    let autoscaling = spec.autoscaling.as_ref();
    let target = autoscaling.and_then(|it| it.target.as_ref());
    let reference = target.and_then(|target| target.hazard);
    if let Some(hazard) = reference.or(spec.selector.hazard) {
        return Some((Hidden::Scaled(name), hazard));
    }
    let hazard = target.and(metadata.hazard)?;
    let what = if metadata.name.hazard() == Some(hazard) {
        Hidden::Name(kind.into())
    } else {
        Hidden::Namespace(name)
    };
    Some((what, hazard))
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
    Some(Hazard::new(HazardKind::NotAString, span))
}

/// The key `items` of a managed object: it makes a list of it, whatever its kind, to Kubernetes
/// (`k8s.io/apimachinery/pkg/apis/meta/v1/unstructured/helpers.go`), and not to every host.
fn taken_for_a_list(object: &Object, list: Option<(&str, &str)>, kinds: &Kinds) -> Option<Hazard> {
    let items = object.has_items?;
    let (_, kind) = object.kind_within(list);
    let is_known = kinds.knows(&kind);
    is_known.then_some(Hazard::new(HazardKind::Items, items))
}

/// Items of a list of managed objects that were not kept, since its kind was not known yet, or was another.
fn read_too_early(object: &Object, list: Option<(&str, &str)>, kinds: &Kinds) -> Option<Hazard> {
    let item = object.dropped?;
    let (_, kind) = object.kind_within(list);
    let is_known = kinds.knows(of_items(&kind));
    is_known.then_some(Hazard::new(HazardKind::KindOfTheList, item))
}
