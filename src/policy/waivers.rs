//! The waivers: those of all layers, and those of the command line.

use super::components;
use super::fields;
use super::given::Given;
use super::problems::Problems;
use super::systems::Names;
use super::{Component, PolicyOptions, Waiver};
use crate::argument::Argument;
use crate::diagnostic::Diagnostic;
use crate::names::{self, shown};
use crate::rule::Rule;
use crate::source::{Place, Sources};

/// The waivers of the policy and what it extends.
pub(super) fn settle(
    waivers: Vec<Given<fields::Waiver>>,
    rules: &[&'static Rule],
    components: &[Component],
    problems: &mut Problems,
) -> Vec<Waiver> {
    let mut settled = Vec::new();
    for Given { value: waiver, .. } in waivers {
        if let Some(name) = waiver.component.given()
            && let Some(place) = &name.place
        {
            known_component(name, place, components, problems);
        }
        let rule = waiver.rule.into_given();
        let Some((id, place)) = rule.and_then(|rule| Some((rule.value, rule.place?))) else {
            continue;
        };
        let Some(rule) = waivable(&id, rules, &place, in_fields, problems) else {
            continue;
        };
        settled.push(Waiver {
            rule,
            component: waiver.component.into_given(),
            workload: waiver.workload.into_given(),
            reason: waiver.reason.into_given(),
            expires: waiver.expires.into_given(),
            is_for_this_run: false,
            place,
        });
    }
    settled
}

/// Each `--allow RULE[=COMPONENT[/WORKLOAD]]`, all with the one `--reason`.
pub(super) fn of_arguments(
    sources: &mut Sources,
    options: &PolicyOptions<'_>,
    names: &Names,
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
        let component = component.map(|name| {
            let start = id.len() + 1;
            let place = Place::new(source, start..start + name.len());
            meant(name, &place, names, components, problems)
        });
        if workload == Some("") {
            let problem = Diagnostic::new("missing workload name after the `/`")
                .label(Place::new(source, option.len()..option.len()), "")
                .help(
                    "write RULE=COMPONENT/WORKLOAD, or remove the `/` to waive the whole component",
                );
            problems.push(problem);
        }
        let Some(rule) = waivable(
            id,
            options.rules,
            &Place::new(source, 0..id.len()),
            with_equals,
            problems,
        ) else {
            continue;
        };
        let whole = Place::new(source, 0..option.len());
        waivers.push(Waiver {
            rule,
            component: component.map(|name| Given::at(name.to_owned().into(), whole.clone())),
            workload: workload.map(|name| Given::at(name.to_owned().into(), whole.clone())),
            reason: options
                .reason
                .map(|reason| Given::by_default(reason.to_owned().into())),
            expires: None,
            is_for_this_run: true,
            place: whole,
        });
    }
    waivers
}

/// The component that an option names.
fn meant<'n>(
    name: &'n str,
    place: &Place,
    names: &'n Names,
    components: &[Component],
    problems: &mut Problems,
) -> &'n str {
    if name.is_empty() {
        let problem = Diagnostic::new("missing component name after the `=`")
            .label(place.clone(), "")
            .help("write RULE=COMPONENT, or remove the `=` to waive the rule for all of them");
        problems.push(problem);
        return name;
    }
    match names.find(name, place) {
        Ok(found) => {
            known_component(found, place, components, problems);
            found
        }
        Err(problem) => {
            problems.push(problem);
            name
        }
    }
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
    meant: fn(&str, &str) -> String,
    problems: &mut Problems,
) -> Option<&'static Rule> {
    let Some(&rule) = rules.iter().find(|rule| rule.id == id) else {
        let known = rules
            .iter()
            .filter(|rule| rule.waivable)
            .map(|rule| rule.id);
        let message = format!("unknown rule `{}`", shown(id));
        let help = names::nearest(id, known.clone())
            .map(|near| format!("did you mean `{near}`?"))
            .or_else(|| both(id, known).map(|(rule, component)| meant(rule, component)))
            .unwrap_or_else(|| "trimtab explain lists the rules".to_owned());
        let problem = Diagnostic::new(message).label(place.clone(), "");
        problems.push(problem.help(help));
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

/// The rule and the component of a text that has something else than `=` between them.
fn both(text: &str, mut known: impl Iterator<Item = &'static str>) -> Option<(&str, &str)> {
    let (id, component) = text.split_once([':', ' ', '/', '='])?;
    known.find(|rule| *rule == id)?;
    Some((id, component.trim()))
}

fn with_equals(rule: &str, component: &str) -> String {
    format!("did you mean `{rule}={}`?", shown(component))
}

fn in_fields(rule: &str, component: &str) -> String {
    let component = shown(component);
    format!("the component has a field of its own: `rule: {rule}, component: {component}`")
}
