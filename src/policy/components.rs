//! The catalogue: what is extended, and what the policy adds to it or changes in it.
//!
//! `spec.matchLabels` is laid over the selectors of what its policy extends, never over those that the same policy
//! writes: there the labels can be written as they are.

use super::layer::{Given, Layer, missing_catalogue};
use super::limits::GivenLimits;
use super::problems::Problems;
use super::raw;
use super::{Component, INSTANCE_LABEL, Role, Selector, given};
use crate::diagnostic::Diagnostic;
use crate::names::{self, shown};
use crate::source::Place;
use crate::yaml::positions::{Entry, Node};

/// A component as it grows, layer by layer.
struct Draft {
    /// The layer that names it first.
    origin: usize,
    name: String,
    place: Place,
    role: Option<Given<Role>>,
    /// Named in some layer, even where that was refused.
    has_role: bool,
    has_workloads: bool,
    replaced_by: Option<Given<Option<String>>>,
    active_standby: Option<Given<bool>>,
    set_by: Option<Given<Option<raw::SetBy>>>,
    values_key: Option<Given<Option<String>>>,
    instance_label: Option<Given<Option<String>>>,
    targets: Option<Given<Option<raw::Targets>>>,
    limits: GivenLimits,
    /// Each with the layer that it is from.
    workloads: Vec<(usize, Selector)>,
}

/// All components, what is extended first.
pub(super) fn lay(
    layers: &[Layer],
    spec_limits: &GivenLimits,
    problems: &mut Problems,
) -> Vec<Component> {
    let mut drafts: Vec<Draft> = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        lay_labels(layer, &mut drafts, problems);
        for entry in layer.entries(&["spec", "components"]) {
            let known = drafts.iter().position(|draft| draft.name == entry.key);
            let at = known.unwrap_or_else(|| {
                drafts.push(Draft::new(index, layer, entry));
                drafts.len() - 1
            });
            if let Some(draft) = drafts.get_mut(at) {
                draft.lay(index, layer, entry, problems);
            }
        }
    }
    judge(&drafts, problems);
    drafts
        .into_iter()
        .map(|draft| {
            let instance_label = spec_instance_label(layers, &draft);
            draft.settle(spec_limits, instance_label)
        })
        .collect()
}

/// `spec.instanceLabel` of the last policy that names the component or extends one that does: it says nothing of other
/// systems in the same list of `extends`.
fn spec_instance_label(layers: &[Layer], draft: &Draft) -> Option<Given<String>> {
    layers.iter().enumerate().rev().find_map(|(index, layer)| {
        let is_about = draft.origin == index || layer.bases.contains(&draft.origin);
        let label = layer.raw.spec.instance_label.clone().filter(|_| is_about)?;
        layer.given(layer.node(&["spec"])?, "instanceLabel", Some(label))
    })
}

/// Lays a layer's `spec.matchLabels` over the selectors of everything that it extends.
fn lay_labels(layer: &Layer, drafts: &mut [Draft], problems: &mut Problems) {
    let labels = &layer.raw.spec.match_labels;
    let node = layer.node(&["spec", "matchLabels"]);
    if let Some(node) = node.filter(|_| layer.bases.is_empty() && !labels.is_empty()) {
        let problem = Diagnostic::new("`spec.matchLabels` has nothing to be laid over")
            .label(layer.place(node), "this policy extends none")
            .help("write these labels into the workloads' own matchLabels");
        problems.push(problem);
    }
    let extended = drafts
        .iter_mut()
        .flat_map(|draft| &mut draft.workloads)
        .filter(|(origin, _)| layer.bases.contains(origin));
    for (_, selector) in extended {
        for (key, value) in labels {
            match selector
                .match_labels
                .iter_mut()
                .find(|(have, _)| have == key)
            {
                Some((_, have)) => have.clone_from(value),
                None => selector.match_labels.push((key.clone(), value.clone())),
            }
        }
    }
}

impl Draft {
    fn new(origin: usize, layer: &Layer, entry: &Entry) -> Self {
        Self {
            origin,
            name: entry.key.clone(),
            place: layer.key_place(entry),
            role: None,
            has_role: false,
            has_workloads: false,
            replaced_by: None,
            active_standby: None,
            set_by: None,
            values_key: None,
            instance_label: None,
            targets: None,
            limits: GivenLimits::default(),
            workloads: Vec::new(),
        }
    }

    /// Lays one layer's entry over what is known so far.
    fn lay(&mut self, index: usize, layer: &Layer, entry: &Entry, problems: &mut Problems) {
        let node = &entry.value;
        self.has_role |= node.entry("role").is_some();
        self.has_workloads |= node
            .at(&["workloads"])
            .is_some_and(|list| !list.items().is_empty());
        let Some(raw) = layer.raw.spec.components.get(&entry.key) else {
            // Refused as a whole, which has been told.
            self.has_role = true;
            self.has_workloads = true;
            return;
        };
        if let Some(role) = layer.given(node, "role", raw.role) {
            self.lay_role(role, problems);
        }
        let over = layer.given(node, "replacedBy", raw.replaced_by.clone());
        self.replaced_by = over.or(self.replaced_by.take());
        let over = layer.given(node, "activeStandby", raw.active_standby);
        self.active_standby = over.or(self.active_standby.take());
        let over = layer.given(node, "setBy", raw.set_by);
        self.set_by = over.or(self.set_by.take());
        let over = layer.given(node, "valuesKey", raw.values_key.clone());
        self.values_key = over.or(self.values_key.take());
        let over = layer.given(node, "instanceLabel", raw.instance_label.clone());
        self.instance_label = over.or(self.instance_label.take());
        let over = layer.given(node, "targets", raw.targets);
        self.targets = over.or(self.targets.take());
        if let Some(limits) = node.at(&["scaleIn"]) {
            self.limits.lay(layer, limits, raw.scale_in);
        }
        let items = node.at(&["workloads"]).into_iter().flat_map(Node::items);
        for (item, raw) in items.zip(&raw.workloads) {
            self.add(index, selector(raw, layer.place(item)));
        }
    }

    /// A role is a fact of the system, which no policy can change.
    fn lay_role(&mut self, role: Given<Role>, problems: &mut Problems) {
        match &self.role {
            None => self.role = Some(role),
            Some(known) if known.value == role.value => {}
            Some(known) => {
                let (name, known_role) = (shown(&self.name), known.value.as_str());
                let message = format!("`{name}` is a {known_role}, and its role cannot be changed");
                let problem = Diagnostic::new(message)
                    .label(role.place, "")
                    .label(known.place.clone(), "its role")
                    .help("remove `role`; what is another system needs a name of its own");
                problems.push(problem);
            }
        }
    }

    /// Adds a workload, unless it is known.
    fn add(&mut self, index: usize, new: Selector) {
        let known = self.workloads.iter().any(|(_, have)| {
            have.api_version == new.api_version
                && have.kind == new.kind
                && have.match_labels == new.match_labels
        });
        if !known {
            self.workloads.push((index, new));
        }
    }

    /// The component. One without a role has been refused; it counts as a worker for further messages.
    fn settle(self, spec_limits: &GivenLimits, instance_label: Option<Given<String>>) -> Component {
        let (limits, limit_places) = self.limits.settle(spec_limits);
        Component {
            name: self.name,
            role: self.role.map_or(Role::Worker, |given| given.value),
            replaced_by: self.replaced_by.and_then(|given| given.value),
            active_standby: self.active_standby.is_some_and(|given| given.value),
            set_by_chart: self
                .set_by
                .map_or(given::Given::by_default(false), |given| {
                    given::Given::at(given.value.is_some(), given.place)
                }),
            values_key: self
                .values_key
                .and_then(|given| Some(given::Given::at(given.value?, given.place))),
            instance_label: self
                .instance_label
                .and_then(|given| Some(given::Given::at(given.value?, given.place)))
                .or(instance_label.map(|given| given::Given::at(given.value, given.place)))
                .unwrap_or_else(|| given::Given::by_default(INSTANCE_LABEL.to_owned())),
            targets_refused: self
                .targets
                .map_or(given::Given::by_default(false), |given| {
                    given::Given::at(given.value.is_some(), given.place)
                }),
            limits,
            limit_places,
            workloads: self
                .workloads
                .into_iter()
                .map(|(_, selector)| selector)
                .collect(),
            place: Some(self.place),
        }
    }
}

fn selector(raw: &raw::Workload, place: Place) -> Selector {
    Selector {
        api_version: raw.api_version.clone(),
        kind: raw.kind.clone(),
        match_labels: raw
            .match_labels
            .iter()
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
        place,
    }
}

/// What makes no sense about components as a whole.
fn judge(drafts: &[Draft], problems: &mut Problems) {
    let names: Vec<&str> = drafts.iter().map(|draft| draft.name.as_str()).collect();
    for draft in drafts {
        judge_name(draft, problems);
        judge_new(draft, &names, problems);
        judge_replaced(draft, &names, problems);
        judge_standby(draft, problems);
    }
}

/// Names go into `--target NAME=3` and `--allow RULE=NAME`, several of them with commas between.
fn judge_name(draft: &Draft, problems: &mut Problems) {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !draft.name.chars().all(plain) {
        let message = format!("`{}` is no name for a component", shown(&draft.name));
        let problem = Diagnostic::new(message)
            .label(draft.place.clone(), "")
            .help("use letters, digits, `-`, `_` and `.`");
        problems.push(problem);
    }
}

fn judge_new(draft: &Draft, names: &[&str], problems: &mut Problems) {
    let lacking = match (draft.has_role, draft.has_workloads) {
        (true, true) => return,
        (false, false) => "`role` and `workloads`",
        (false, true) => "`role`",
        (true, false) => "at least one entry in `workloads`",
    };
    let name = shown(&draft.name);
    let message = format!("`{name}` is not in the catalogue, and a new component needs {lacking}");
    let mut problem = Diagnostic::new(message).label(draft.place.clone(), "");
    let others = names.iter().copied().filter(|other| *other != draft.name);
    let near = names::nearest(&draft.name, others).map(|near| format!("did you mean `{near}`?"));
    let help = near.or_else(|| missing_catalogue(&draft.name));
    problem.helps.extend(help);
    problems.push(problem);
}

fn judge_replaced(draft: &Draft, names: &[&str], problems: &mut Problems) {
    let Some((name, place)) = draft
        .replaced_by
        .as_ref()
        .and_then(|given| Some((given.value.as_deref()?, &given.place)))
    else {
        return;
    };
    if name == draft.name {
        let message = format!("`{}` cannot be replaced by itself", shown(name));
        problems.push(Diagnostic::new(message).label(place.clone(), ""));
    } else if !names.contains(&name) {
        problems.push(unknown(name, place, names.iter().copied()));
    }
}

fn judge_standby(draft: &Draft, problems: &mut Problems) {
    let (Some(role), Some(given)) = (&draft.role, &draft.active_standby) else {
        return;
    };
    if role.value != Role::Coordinator {
        let name = shown(&draft.name);
        let message = format!(
            "`activeStandby` is for coordinators, and `{name}` is a {}",
            role.value.as_str()
        );
        problems.push(Diagnostic::new(message).label(given.place.clone(), ""));
    }
}

/// A name that should be a component's and is not.
pub(super) fn unknown<'n>(
    name: &str,
    place: &Place,
    known: impl IntoIterator<Item = &'n str> + Clone,
) -> Diagnostic {
    let mut problem = Diagnostic::new(format!("there is no component `{}`", shown(name)))
        .label(place.clone(), "not in the catalogue");
    let near = names::nearest(name, known.clone());
    let help = match near.map_or_else(|| missing_catalogue(name), |_| None) {
        None => names::help(name, "components", known),
        missing => missing,
    };
    problem.helps.extend(help);
    problem
}
