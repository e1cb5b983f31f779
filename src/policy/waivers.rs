//! The waivers: those of all layers, and those of the command line.

use super::components;
use super::layer::Layer;
use super::problems::Problems;
use super::words::date;
use super::{Component, PolicyOptions, Waiver};
use crate::argument::Argument;
use crate::diagnostic::Diagnostic;
use crate::names::{self, shown};
use crate::rule::Rule;
use crate::source::{Place, Sources};

/// The waivers of all layers.
pub(super) fn lay(
    layers: &[Layer],
    rules: &[&'static Rule],
    components: &[Component],
    problems: &mut Problems,
) -> Vec<Waiver> {
    let mut waivers = Vec::new();
    for layer in layers {
        let items = layer.items(&["spec", "waivers"]);
        for (item, raw) in items.iter().zip(&layer.raw.spec.waivers) {
            let place = |key| layer.place(item.at(&[key]).unwrap_or(item));
            if let Some(name) = &raw.component {
                known_component(name, &place("component"), components, problems);
            }
            let rule = raw.rule.as_deref();
            let Some(rule) = rule.and_then(|id| waivable(id, rules, &place("rule"), problems))
            else {
                continue;
            };
            waivers.push(Waiver {
                rule,
                component: raw.component.clone(),
                workload: raw.workload.clone(),
                reason: raw.reason.clone(),
                expires: raw.expires.as_deref().and_then(date),
                place: place("rule"),
                from_command_line: false,
            });
        }
    }
    waivers
}

/// Each `--allow RULE[=COMPONENT[/WORKLOAD]]`, all with the one `--reason`.
pub(super) fn command_line(
    sources: &mut Sources,
    options: &PolicyOptions<'_>,
    components: &[Component],
    problems: &mut Problems,
) -> Vec<Waiver> {
    let mut waivers = Vec::new();
    for Argument { from, text: option } in options.allow {
        let source = sources.add(*from, option.as_str());
        let (id, about) = match option.split_once('=') {
            Some((id, about)) => (id, Some(about)),
            None => (option.as_str(), None),
        };
        let (component, workload) = match about.and_then(|about| about.split_once('/')) {
            Some((component, workload)) => (Some(component), Some(workload)),
            None => (about, None),
        };
        if let Some(name) = component {
            let start = id.len() + 1;
            let place = Place::new(source, start..start + name.len());
            known_component(name, &place, components, problems);
        }
        if workload == Some("") {
            let problem = Diagnostic::new("a waiver needs the name of the workload after the `/`")
                .label(Place::new(source, option.len()..option.len()), "")
                .help("write RULE=COMPONENT/WORKLOAD, or leave the `/` out for all of the component's");
            problems.push(problem);
        }
        let Some(rule) = waivable(
            id,
            options.rules,
            &Place::new(source, 0..id.len()),
            problems,
        ) else {
            continue;
        };
        waivers.push(Waiver {
            rule,
            component: component.map(str::to_owned),
            workload: workload.map(str::to_owned),
            reason: options.reason.map(str::to_owned),
            expires: None,
            place: Place::new(source, 0..option.len()),
            from_command_line: true,
        });
    }
    waivers
}

fn known_component(name: &str, place: &Place, components: &[Component], problems: &mut Problems) {
    let known = components.iter().map(|component| component.name.as_str());
    if !known.clone().any(|component| component == name) {
        problems.push(components::unknown(name, place, known));
    }
}

/// The rule with this id, if a waiver may name it.
fn waivable(
    id: &str,
    rules: &[&'static Rule],
    place: &Place,
    problems: &mut Problems,
) -> Option<&'static Rule> {
    let Some(&rule) = rules.iter().find(|rule| rule.id == id) else {
        let known = rules
            .iter()
            .filter(|rule| rule.waivable)
            .map(|rule| rule.id);
        let message = format!("there is no rule `{}`", shown(id));
        let mut problem = Diagnostic::new(message).label(place.clone(), "");
        problem.helps.extend(
            names::nearest(id, known)
                .map(|near| format!("did you mean `{near}`?"))
                .or_else(|| Some("trimtab explain lists the rules".to_owned())),
        );
        problems.push(problem);
        return None;
    };
    if !rule.waivable {
        let message = format!("`{id}` cannot be waived");
        let problem = Diagnostic::new(message).label(place.clone(), "");
        problems.push(problem.note(format!("it finds {}", rule.summary)));
        return None;
    }
    Some(rule)
}
