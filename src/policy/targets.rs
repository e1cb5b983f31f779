//! The targets: those of the layers, overridden by those of the command line.

use std::ops::Range;

use super::collections::{CountOr, Map, Named};
use super::fields::{self, Override as OverrideFields};
use super::given::{Given, Slot, Text};
use super::problems::Problems;
use super::scalar::decimal;
use super::systems::Names;
use super::values::{KEEP, Replicas, Value as _};
use super::{Component, Override, Role, Target, Wanted, built_in, components};
use crate::argument::Argument;
use crate::diagnostic::Diagnostic;
use crate::field::MAX_REPLICAS;
use crate::names::{self, shown};
use crate::source::{Place, Sources};

/// Targets by component, in the order in which they are first named.
pub(super) type Targets = Map<CountOr<fields::Target>>;

/// Puts each `COMPONENT=N` in the place of the policy's target: its count, without overrides. Of arguments with different
/// origins the later one wins.
pub(super) fn add_arguments(
    targets: &mut Targets,
    sources: &mut Sources,
    arguments: &[Argument],
    names: &Names,
    problems: &mut Problems,
) {
    let mut first: Vec<(&str, &str, Place)> = Vec::new();
    for Argument { from, text } in arguments {
        let source = sources.add(*from, text.as_str());
        let place = |span| Place::new(source, span);
        let parsed = parse(from, text, place).and_then(|(name, count)| {
            let found = names.find(name, &place(0..name.len()))?;
            Ok((name.len(), found, count))
        });
        let (length, name, count) = match parsed {
            Ok(parsed) => parsed,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        let is_again = |(origin, known, _): &&(&str, &str, Place)| origin == from && *known == name;
        if let Some((.., place_of_first)) = first.iter().find(is_again) {
            let problem = Diagnostic::new(format!("two targets for `{}`", shown(name)))
                .label(place(0..text.len()), "")
                .label(place_of_first.clone(), "the first one");
            problems.push(problem);
            continue;
        }
        first.push((from, name, place(0..text.len())));
        let target = fields::Target {
            replicas: Slot::Given(count),
            overrides: Slot::Given(Given::by_default(Vec::new())),
            ..fields::Target::default()
        };
        targets.merge(Map(vec![Named {
            name: Given::at(name.to_owned().into(), place(0..length)),
            value: Slot::Given(Given::at(CountOr(target), place(0..text.len()))),
        }]));
    }
}

/// The component's name and the count of a target on the command line.
fn parse<'t>(
    from: &str,
    text: &'t str,
    place: impl Fn(Range<usize>) -> Place,
) -> Result<(&'t str, Given<Replicas>), Diagnostic> {
    let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let Some((name, count)) = pair else {
        let message = format!(
            "invalid value `{}` for `{from}`, expected COMPONENT=N",
            shown(text)
        );
        return Err(Diagnostic::new(message)
            .label(place(0..text.len()), "")
            .help(in_another_form(text)));
    };
    let place = place(name.len() + 1..text.len());
    let count_of = |text| decimal(text).filter(|count| *count <= MAX_REPLICAS);
    let wanted = match count {
        KEEP => Some(Wanted::Keep),
        _ => count_of(count).map(Wanted::Replicas),
    };
    if let Some(wanted) = wanted {
        return Ok((name, Given::at(Replicas(wanted), place)));
    }
    let problem = Diagnostic::new(format!(
        "invalid count `{}` for `{}`, expected a plain integer from 0 to {MAX_REPLICAS}, or `keep`",
        shown(count),
        shown(name),
    ));
    let bare = count_of(count.trim()).filter(|_| count != count.trim());
    let meant = bare.map(|count| format!("did you mean `{}={count}`?", shown(name.trim())));
    let problem = problem.label(place, "");
    Err(meant.into_iter().fold(problem, Diagnostic::help))
}

/// The target that another notation means: `queryNode:3`, or a component alone.
fn in_another_form(text: &str) -> String {
    let name = |name: &str| if name.is_empty() { "queryNode" } else { name }.to_owned();
    match text.split_once([':', ' ']) {
        Some((component, count)) if decimal(count.trim()).is_some() => {
            format!(
                "did you mean `{}={}`?",
                shown(&name(component)),
                count.trim()
            )
        }
        _ if text.contains('=') => "for example: queryNode=3".to_owned(),
        _ => format!("give a count: {}=3", shown(&name(text))),
    }
}

/// The targets that make sense.
pub(super) fn settle(
    targets: Targets,
    components: &[Component],
    problems: &mut Problems,
) -> Vec<Target> {
    let mut settled = Vec::new();
    for Named { name, value } in targets.0 {
        let mut known = components.iter().enumerate();
        let Some((index, component)) = known.find(|(_, known)| known.name == *name.value) else {
            // If there are none at all, one message says so.
            if !components.is_empty() {
                problems.extend(unknown(&name, components));
            }
            continue;
        };
        let span = value.given().and_then(|target| target.place.clone());
        let target = value.into_value().map(|target| target.0);
        if let Some(problem) = unscalable(&name, target.as_ref(), component) {
            problems.push(problem);
            continue;
        }
        let is_told = span.is_some_and(|span| problems.are_within(&span));
        let target = target.and_then(|target| one(index, &name, target, is_told, problems));
        if let Some(target) = target {
            problems.extend(below_floor(&target, component));
            settled.push(target);
        }
    }
    settled
}

/// A component's target; none where it gives no count, or one that was refused. Nothing is missing where something else is
/// wrong in it.
fn one(
    component: usize,
    name: &Given<Text>,
    target: fields::Target,
    is_told: bool,
    problems: &mut Problems,
) -> Option<Target> {
    if target.replicas.is_absent() && !is_told {
        let message = format!(
            "missing field `replicas` in the target of `{}`",
            shown(name)
        );
        let problem = Diagnostic::new(message).label_opt(name.place.clone(), "");
        problems.push(problem.help(format!("for example: `{}: 3`", shown(name))));
    }
    let replicas = target.replicas.into_given()?;
    let overrides = target.overrides.into_value().unwrap_or_default();
    Some(Target {
        component,
        replicas: replicas.value.0,
        place: replicas.place?,
        overrides: overrides.into_iter().filter_map(exception).collect(),
        optional: target
            .optional
            .into_given()
            .unwrap_or_else(|| Given::by_default(false)),
    })
}

/// None where a part of it was refused.
fn exception(given: Given<OverrideFields>) -> Option<Override> {
    let replicas = given.value.replicas.into_given()?;
    Some(Override {
        match_labels: components::labels(given.value.match_labels.into_value()?),
        replicas: replicas.value.0,
        place: replicas.place?,
    })
}

fn unknown(name: &Given<Text>, components: &[Component]) -> Option<Diagnostic> {
    let names = components.iter().map(|known| known.name.as_str());
    let place = name.place.as_ref()?;
    let mut problem = components::unknown(name, place, names);
    if let Some(help) = meant(name, components) {
        problem.helps = [help.into()].into();
    }
    Some(problem)
}

/// What is meant by a name that is the chart's key of a count, or of a component that cannot have a target.
fn meant(name: &str, components: &[Component]) -> Option<String> {
    let bare = bare(name);
    let names = components.iter().map(|known| known.name.as_str());
    let near = || {
        let near = names::nearest(bare, names);
        components
            .iter()
            .find(|known| Some(known.name.as_str()) == near)
    };
    let of_chart = of_chart(name, components);
    let component = of_chart.or_else(near)?;
    let is = format!("`{}`", component.name);
    let who = match component.role.value {
        Role::Worker if component.targets_refused.value => "a worker that no target may be set for",
        Role::Worker if of_chart.is_some() && component.name != bare => {
            return Some(format!(
                "did you mean {is}? `{}` is its key in the chart's values",
                shown(bare)
            ));
        }
        Role::Worker if bare != name => {
            return Some(format!(
                "did you mean {is}? A target names only the component"
            ));
        }
        Role::Worker => return None,
        Role::Coordinator => "a coordinator: it cannot have a target",
        Role::Singleton => "a singleton: it cannot have a target",
    };
    Some(format!("the nearest component is {is}, {who}"))
}

/// A key without the field that holds the count.
fn bare(key: &str) -> &str {
    let fields = [".replicas", ".replicaCount"].into_iter();
    let mut bare = fields.filter_map(|field| key.strip_suffix(field));
    bare.next().unwrap_or(key)
}

/// The one component whose count is under a key of the chart's values.
fn of_chart<'c>(key: &str, components: &'c [Component]) -> Option<&'c Component> {
    let mut having = components.iter().filter(|component| {
        let own = component.values_key.iter();
        let others = component
            .workloads
            .iter()
            .filter_map(|it| it.values_key.as_ref());
        let mut keys = own.chain(others);
        keys.any(|known| bare(&known.value) == bare(key))
    });
    having.next().filter(|_| having.next().is_none())
}

/// That a policy has targets, and knows no component: one problem, whatever they name.
pub(super) fn without_catalogue(targets: &Targets) -> Option<Diagnostic> {
    let first = &targets.0.first()?.name;
    let message =
        "the policy has targets, but knows no component: it has neither `extends` nor `components`";
    let help = built_in::missing(first).unwrap_or_else(|| {
        "add a built-in catalogue under `spec`, as in: extends: milvus".to_owned()
    });
    let problem = Diagnostic::new(message).label_opt(first.place.clone(), "");
    Some(problem.help(help))
}

/// Why a component cannot have a target.
fn unscalable(
    name: &Given<Text>,
    target: Option<&fields::Target>,
    component: &Component,
) -> Option<Diagnostic> {
    let count = target.and_then(|target| target.replicas.given()?.place.clone());
    let place = count.or_else(|| name.place.clone());
    let (why, help) = match component.role.value {
        Role::Worker if component.targets_refused.value => {
            let message = format!("`{}` cannot have a target", component.name);
            let problem = Diagnostic::new(message)
                .label_opt(place, "this target")
                .label_opt(component.targets_refused.place.clone(), "refused here")
                .help("remove the target: the component is guarded without one");
            return Some(problem);
        }
        Role::Worker => return None,
        Role::Coordinator if component.active_standby.value => (
            "is a coordinator, and cannot be scaled",
            "remove the target, and set the count in the chart's values: `activeStandby` allows a second copy there",
        ),
        Role::Coordinator => (
            "is a coordinator, and cannot be scaled",
            "remove the target; if active-standby is enabled, a second copy is allowed by \
             `components: {NAME: {activeStandby: true}}` in the policy",
        ),
        Role::Singleton => (
            "is a singleton, and has one copy by design",
            "remove the target",
        ),
    };
    let problem = Diagnostic::new(format!("`{}` {why}", component.name))
        .label_opt(place, "only workers can have a target")
        .help(help.replace("NAME", &component.name));
    Some(problem)
}

/// Why a target can never be reached: all its counts are below the component's floor. What is kept can be any count.
fn below_floor(target: &Target, component: &Component) -> Option<Diagnostic> {
    let floor = component.scale_in.floor.value;
    let counts = target.overrides.iter().map(|it| it.replicas);
    let counts = counts.chain([target.replicas]).map(|wanted| match wanted {
        Wanted::Replicas(count) => count,
        Wanted::Keep => MAX_REPLICAS,
    });
    let most = counts.max().unwrap_or_default();
    (most < floor).then(|| {
        let name = &component.name;
        let message = format!("the target of `{name}` is {most}, below its floor of {floor}");
        Diagnostic::new(message)
            .label(target.place.clone(), "the target")
            .label_opt(component.scale_in.floor.place.clone(), "the floor")
            .help(format!(
                "raise the target, or lower the floor: `components: {{{name}: {{scaleIn: {{floor: {most}}}}}}}` in the policy"
            ))
    })
}
