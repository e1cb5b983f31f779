//! The targets: field by field over what is extended, and the command line's over all.

use std::ops::Range;

use super::components;
use super::layer::{Given, Layer};
use super::problems::Problems;
use super::raw;
use super::scalar::decimal;
use super::{Component, Override, Role, Target};
use crate::argument::Argument;
use crate::diagnostic::Diagnostic;
use crate::field::MAX_REPLICAS;
use crate::names::shown;
use crate::source::{Place, Sources};
use crate::yaml::positions::{Entry, Node};

/// A target as it grows.
pub(super) struct Draft {
    component: String,
    /// Where its component is named.
    place: Place,
    replicas: Option<Given<u32>>,
    /// Some layer says something in place of `replicas` that was refused.
    refused: bool,
    overrides: Vec<Override>,
    optional: bool,
    /// The option or the variable that gave the count.
    given_by: Option<&'static str>,
}

/// The targets of all layers, in the order in which they are first named.
pub(super) fn lay(layers: &[Layer]) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    for layer in layers {
        for entry in layer.entries(&["spec", "targets"]) {
            let place = layer.key_place(entry);
            let draft = named(&mut drafts, &entry.key, place);
            if let Some(draft) = draft {
                draft.lay(layer, entry);
            }
        }
    }
    drafts
}

/// The draft of a component, a new one if need be.
fn named<'d>(drafts: &'d mut Vec<Draft>, name: &str, place: Place) -> Option<&'d mut Draft> {
    let known = drafts.iter().position(|draft| draft.component == name);
    let at = known.unwrap_or_else(|| {
        drafts.push(Draft {
            component: name.to_owned(),
            place,
            replicas: None,
            refused: false,
            overrides: Vec::new(),
            optional: false,
            given_by: None,
        });
        drafts.len() - 1
    });
    drafts.get_mut(at)
}

impl Draft {
    fn lay(&mut self, layer: &Layer, entry: &Entry) {
        let node = &entry.value;
        let raw = layer.raw.spec.targets.get(&entry.key);
        let replicas = raw.and_then(|raw| raw.replicas);
        let says = ["replicas", "minReplicas", "maxReplicas"];
        self.refused |= raw.is_none()
            || (replicas.is_none() && says.iter().any(|key| node.entry(key).is_some()));
        let Some(raw) = raw else {
            return;
        };
        if let Some(given) = layer.given(node, "replicas", replicas) {
            self.replicas = Some(given);
        }
        if let Some(overrides) = &raw.overrides {
            self.overrides = overridden(layer, entry, overrides);
        }
        self.optional = raw.optional.unwrap_or(self.optional);
    }
}

fn overridden(layer: &Layer, entry: &Entry, raw: &[raw::Override]) -> Vec<Override> {
    let items = entry
        .value
        .at(&["overrides"])
        .into_iter()
        .flat_map(Node::items);
    items
        .zip(raw)
        .filter_map(|(item, raw)| {
            let replicas = layer.given(item, "replicas", raw.replicas)?;
            let labels = raw.match_labels.iter();
            Some(Override {
                match_labels: labels.map(|(k, v)| (k.clone(), v.clone())).collect(),
                replicas: replicas.value,
                place: replicas.place,
            })
        })
        .collect()
}

/// Puts each `COMPONENT=N` in the place of the policy's target: its count, without overrides.
pub(super) fn command_line(
    drafts: &mut Vec<Draft>,
    sources: &mut Sources,
    options: &[Argument],
    problems: &mut Problems,
) {
    for Argument { from, text: option } in options {
        let source = sources.add(*from, option.as_str());
        let place = |span| Place::new(source, span);
        let (name, replicas) = match parse(option, place) {
            Ok(parsed) => parsed,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        let Some(draft) = named(drafts, name, place(0..name.len())) else {
            continue;
        };
        if let Some(first) = draft
            .replicas
            .as_ref()
            .filter(|_| draft.given_by == Some(*from))
        {
            let message = format!("two targets for `{}`", shown(name));
            let problem = Diagnostic::new(message)
                .label(place(0..option.len()), "")
                .label(first.place.clone(), "the first one");
            problems.push(problem);
            continue;
        }
        draft.replicas = Some(replicas);
        draft.overrides.clear();
        draft.given_by = Some(*from);
    }
}

/// The component's name and the count of a `--target`.
fn parse(
    option: &str,
    place: impl Fn(Range<usize>) -> Place,
) -> Result<(&str, Given<u32>), Diagnostic> {
    let pair = option.split_once('=').filter(|(name, _)| !name.is_empty());
    let (name, count) = pair.ok_or_else(|| {
        Diagnostic::new(format!("`{}` is no target", shown(option)))
            .label(place(0..option.len()), "")
            .help("write COMPONENT=N, as in queryNode=3")
    })?;
    let place = place(name.len() + 1..option.len());
    if count == KEEP {
        return Err(keep(place));
    }
    match decimal(count).filter(|count| *count <= MAX_REPLICAS) {
        Some(value) => Ok((name, Given { value, place })),
        None => Err(Diagnostic::new(format!(
            "the target of `{}` must be a plain integer from 0 to {MAX_REPLICAS}, found \"{}\"",
            shown(name),
            shown(count)
        ))
        .label(place, "")),
    }
}

/// The target that leaves the count as it runs.
pub(super) const KEEP: &str = "keep";

/// Why [`KEEP`] is refused.
pub(super) fn keep(place: Place) -> Diagnostic {
    Diagnostic::new("the target `keep` is not supported yet")
        .label(place, "")
        .help("give the count that runs, or no target")
}

/// The targets that make sense.
pub(super) fn settle(
    drafts: Vec<Draft>,
    components: &[Component],
    problems: &mut Problems,
) -> Vec<Target> {
    let mut targets = Vec::new();
    for draft in drafts {
        let known = components
            .iter()
            .position(|known| known.name == draft.component);
        let Some((index, component)) = known.and_then(|at| Some((at, components.get(at)?))) else {
            let names = components.iter().map(|known| known.name.as_str());
            problems.push(components::unknown(&draft.component, &draft.place, names));
            continue;
        };
        if let Some(problem) = unscalable(&draft, component) {
            problems.push(problem);
            continue;
        }
        match draft.replicas {
            Some(replicas) => {
                let target = Target {
                    component: index,
                    replicas: replicas.value,
                    place: replicas.place,
                    overrides: draft.overrides,
                    optional: draft.optional,
                };
                if let Some(problem) = below_floor(&target, component) {
                    problems.push(problem);
                }
                targets.push(target);
            }
            None if draft.refused => {}
            None => {
                let message = format!("the target of `{}` needs `replicas`", component.name);
                problems.push(Diagnostic::new(message).label(draft.place, "missing here"));
            }
        }
    }
    targets
}

/// Why a component may have no target.
fn unscalable(draft: &Draft, component: &Component) -> Option<Diagnostic> {
    let place = draft
        .replicas
        .as_ref()
        .map_or(&draft.place, |given| &given.place);
    let (why, help) = match component.role {
        Role::Worker if component.targets_refused.value => {
            let message = format!("`{}` may have no target", component.name);
            let problem = Diagnostic::new(message)
                .label(place.clone(), "this target")
                .label_opt(component.targets_refused.place.clone(), "refused here")
                .help("remove the target: the component is guarded without one");
            return Some(problem);
        }
        Role::Worker => return None,
        Role::Coordinator => (
            "is a coordinator, and cannot be scaled",
            "remove the target; where active-standby is on, allow a second copy with \
             components: {NAME: {activeStandby: true}}",
        ),
        Role::Singleton => (
            "is a singleton, and has one copy by design",
            "remove the target",
        ),
    };
    let problem = Diagnostic::new(format!("`{}` {why}", component.name))
        .label(place.clone(), "a target is for workers")
        .help(help.replace("NAME", &component.name));
    Some(problem)
}

/// Why a target can never be reached: all its counts are below the component's floor.
fn below_floor(target: &Target, component: &Component) -> Option<Diagnostic> {
    let floor = component.limits.floor;
    let counts = target.overrides.iter().map(|it| it.replicas);
    let most = counts.fold(target.replicas, u32::max);
    (most < floor).then(|| {
        let name = &component.name;
        let message = format!("the target of `{name}` is {most}, below its floor of {floor}");
        Diagnostic::new(message)
            .label(target.place.clone(), "the target")
            .label_opt(component.limit_places.floor.clone(), "the floor")
            .help(format!(
                "raise the target, or lower the floor with components: {{{name}: {{scaleIn: {{floor: {most}}}}}}}"
            ))
    })
}
