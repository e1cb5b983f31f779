//! The catalogue: the components of what is extended, with what the policy adds to it or changes in it.

use super::collections::Named;
use super::fields::{self, ScaleIn, SelectorLabels};
use super::given::{Given, Slot, Text};
use super::merge::{Catalogue, Merged};
use super::problems::Problems;
use super::{Component, INSTANCE_LABEL, Labels, Role, Selector, built_in, kinds, limits};
use crate::diagnostic::Diagnostic;
use crate::names::{self, shown};
use crate::source::Place;
use crate::word::Word;

type Entry = Named<fields::Component>;

/// All components, what is extended first.
pub(super) fn settle(merged: &mut Merged, problems: &mut Problems) -> Vec<Component> {
    let entries = std::mem::take(&mut merged.spec.components).into_value();
    let entries = entries.unwrap_or_default().0;
    judge(&entries, problems);
    let scale_in = merged.spec.scale_in.value().cloned().unwrap_or_default();
    entries
        .into_iter()
        .map(|entry| {
            let instance_label = merged.instance_labels.remove(&entry.name.value);
            let catalogue = merged.catalogue_of(&entry.name);
            component(entry, &scale_in, instance_label, catalogue)
        })
        .collect()
}

/// One component. One without a role has been refused; it counts as a worker for further messages.
fn component(
    entry: Entry,
    scale_in: &ScaleIn,
    instance_label: Option<Given<Text>>,
    catalogue: Option<&Catalogue>,
) -> Component {
    let none = ScaleIn::default();
    let own = entry.value.into_value().unwrap_or_default();
    let system = catalogue.map(|it| it.name);
    let of_all = catalogue.map_or(&none, |it| &it.scale_in);
    let own_scale_in = own.scale_in.into_value().unwrap_or_default();
    Component {
        name: Word::from(&*entry.name.value),
        place: entry.name.place,
        system,
        role: or_default(own.role, Role::Worker),
        replaced_by: own.replaced_by.into_given().and_then(Given::transpose),
        active_standby: or_default(own.active_standby, false),
        set_by_chart: flag(own.set_by),
        values_key: text(own.values_key, |key| key.0),
        instance_label: text(own.instance_label, |label| label.0)
            .or(instance_label)
            .unwrap_or_else(|| Given::by_default(INSTANCE_LABEL.into())),
        targets_refused: flag(own.targets),
        scale_in: limits::of_component(&own_scale_in, scale_in, of_all),
        workloads: selectors(own.workloads.into_value().map_or(Vec::new(), |all| all.0)),
    }
}

fn or_default<T>(slot: Slot<T>, default: T) -> Given<T> {
    slot.into_given()
        .unwrap_or_else(|| Given::by_default(default))
}

/// Whether a word is given that switches something on.
fn flag<T>(word: Slot<Option<T>>) -> Given<bool> {
    let is_given = word.into_given().map(|word| word.map(|it| it.is_some()));
    is_given.unwrap_or_else(|| Given::by_default(false))
}

fn text<T>(slot: Slot<Option<T>>, text: impl FnOnce(T) -> Text) -> Option<Given<Text>> {
    Some(slot.into_given()?.transpose()?.map(text))
}

/// The selectors, each once.
fn selectors(workloads: Vec<Given<fields::Workload>>) -> Vec<Selector> {
    let mut selectors: Vec<Selector> = Vec::new();
    for selector in workloads.into_iter().filter_map(selector) {
        let is_known = selectors.iter().any(|known| is_same(known, &selector));
        if !is_known {
            selectors.push(selector);
        }
    }
    selectors
}

/// None where a part of it was refused.
fn selector(workload: Given<fields::Workload>) -> Option<Selector> {
    let workload = workload.value;
    Some(Selector {
        api_version: workload.api_version.into_given()?,
        kind: workload.kind.into_given()?,
        match_labels: labels(workload.match_labels.into_value()?),
        values_key: workload
            .values_key
            .into_given()
            .map(|key| key.map(|it| it.0)),
    })
}

fn is_same(one: &Selector, other: &Selector) -> bool {
    one.api_version.value == other.api_version.value
        && one.kind.value == other.kind.value
        && one.match_labels.len() == other.match_labels.len()
        && one.match_labels.iter().all(|(key, value)| {
            let mut labels = other.match_labels.iter();
            labels.any(|(known, it)| known == key && it.value == value.value)
        })
}

/// Labels in the order of the text.
pub(super) fn labels(labels: SelectorLabels) -> Labels {
    let labels = labels.0.into_iter();
    labels
        .filter_map(|label| {
            let value = label.value.into_given()?;
            Some((label.name.value, value.map(|label| label.0)))
        })
        .collect()
}

/// What makes no sense about components as a whole.
fn judge(entries: &[Entry], problems: &mut Problems) {
    let names: Vec<&str> = entries.iter().map(|entry| &*entry.name.value).collect();
    for entry in entries {
        judge_name(&entry.name, problems);
        if let Some(component) = entry.value.value() {
            judge_new(&entry.name, component, &names, problems);
            judge_replaced(&entry.name, component, &names, problems);
            judge_standby(&entry.name, component, problems);
            kinds::judge(component, problems);
        }
    }
}

/// Names go into `--target NAME=3` and `--allow RULE=NAME/WORKLOAD`, several of them with commas between.
fn judge_name(name: &Given<Text>, problems: &mut Problems) {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !name.value.chars().all(plain) {
        let message = format!("invalid component name `{}`", shown(name));
        let problem = Diagnostic::new(message)
            .label_opt(name.place.clone(), "")
            .help("use letters, digits, `-`, `_` and `.`");
        problems.push(problem);
    }
}

fn judge_new(
    name: &Given<Text>,
    component: &fields::Component,
    names: &[&str],
    problems: &mut Problems,
) {
    let has_workloads = component.workloads.is_refused()
        || component
            .workloads
            .value()
            .is_some_and(|workloads| !workloads.0.is_empty());
    let lacking = match (component.role.is_absent(), has_workloads) {
        (false, true) => return,
        (true, false) => "`role` and `workloads`",
        (true, true) => "`role`",
        (false, false) => "at least one entry in `workloads`",
    };
    let shown = shown(name);
    let message = format!("`{shown}` is not in the catalogue, and a new component needs {lacking}");
    let problem = Diagnostic::new(message).label_opt(name.place.clone(), "");
    let others = names.iter().copied().filter(|other| *other != name.value);
    let near = names::nearest(name, others).map(|near| format!("did you mean `{near}`?"));
    problems.push(problem.help_opt(near.or_else(|| built_in::missing(name))));
}

fn judge_replaced(
    name: &Given<Text>,
    component: &fields::Component,
    names: &[&str],
    problems: &mut Problems,
) {
    let given = component.replaced_by.given();
    let Some((successor, place)) =
        given.and_then(|given| Some((given.value.as_deref()?, given.place.as_ref()?)))
    else {
        return;
    };
    if successor == name.value {
        let message = format!("`{}` cannot be replaced by itself", shown(name));
        problems.push(Diagnostic::new(message).label(place.clone(), ""));
    } else if !names.contains(&successor) {
        problems.push(unknown(successor, place, names.iter().copied()));
    }
}

fn judge_standby(name: &Given<Text>, component: &fields::Component, problems: &mut Problems) {
    let (Some(role), Some(given)) = (component.role.value(), component.active_standby.given())
    else {
        return;
    };
    if *role != Role::Coordinator {
        let (name, role) = (shown(name), role.as_str());
        let message = format!("`activeStandby` is for coordinators, and `{name}` is a {role}");
        problems.push(Diagnostic::new(message).label_opt(given.place.clone(), ""));
    }
}

/// Where to read the components of which there are too many for a message.
fn how_to_list(name: &str) -> String {
    let system = name.split_once('.').map(|(system, _)| system);
    match system.and_then(built_in::find) {
        Some(known) => format!("trimtab policy --show {} prints its components", known.name),
        None => "trimtab policy --list names the catalogues, and trimtab policy --show NAME prints the components of one".to_owned(),
    }
}

/// A name that should be a component's and is not.
pub(super) fn unknown<'n>(
    name: &str,
    place: &Place,
    known: impl IntoIterator<Item = &'n str> + Clone,
) -> Diagnostic {
    let problem = Diagnostic::new(format!("unknown component `{}`", shown(name)))
        .label(place.clone(), "not in the catalogue");
    let near = names::nearest(name, known.clone());
    let help = match near.map_or_else(|| built_in::missing(name), |_| None) {
        None => names::help(name, "components", known),
        missing => missing,
    };
    problem.help(help.unwrap_or_else(|| how_to_list(name)))
}
