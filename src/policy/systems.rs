//! The names of components where a policy extends several built-in catalogues.
//!
//! Where two of them have a component of one name it is `mimir.ingester`, and `ingester` alone is refused: it must not mean
//! one system today and another one tomorrow. With the name of the catalogue in front a component is found in any case.

use std::collections::HashMap;

use super::Component;
use super::collections::{Map, Named};
use super::fields::{self, Spec};
use super::given::{Given, Slot, Text};
use super::layer::Layer;
use super::problems::Problems;
use super::values::in_words;
use crate::diagnostic::Diagnostic;
use crate::names::shown;
use crate::source::{Place, SourceId};

/// The components of the built-in catalogues that a policy extends. There are about a hundred, and few are asked for.
#[derive(Debug, Default)]
pub(super) struct Names(Vec<Known>);

#[derive(Debug)]
struct Known {
    /// The catalogue's text, and its name.
    source: SourceId,
    system: &'static str,
    /// The name in the catalogue.
    short: Text,
    /// The name in the policy.
    name: Text,
}

impl Names {
    /// Names the components of the catalogues, and corrects what the other layers call them.
    pub(super) fn settle(layers: &mut [Layer], problems: &mut Problems) -> Self {
        let names = Self::of(layers);
        for layer in layers {
            let known = |known: &Known| match layer.system {
                Some(_) => known.source == layer.source,
                None => layer.bases.contains(&known.source),
            };
            let mut correction = Correction {
                names: &names,
                is_known: &known,
                problems,
            };
            correction.spec(&mut layer.spec);
        }
        names
    }

    fn of(layers: &[Layer]) -> Self {
        let catalogues = layers
            .iter()
            .filter_map(|layer| Some((layer, layer.system?)));
        let short = catalogues.flat_map(|(layer, system)| {
            let components = layer.spec.components.value().map_or(&[][..], |map| &map.0);
            let names = components.iter().map(|component| &component.name.value);
            names.map(move |short| (layer.source, system, short))
        });
        let short: Vec<_> = short.collect();
        let is_alone = |name: &Text| short.iter().filter(|it| it.2 == name).count() == 1;
        let known = short.iter().map(|&(source, system, short)| Known {
            source,
            system,
            short: short.clone(),
            name: if is_alone(short) {
                short.clone()
            } else {
                long(system, short).into()
            },
        });
        Self(known.collect())
    }

    /// The names of components that have been settled.
    pub(super) fn of_components(components: &[Component]) -> Self {
        let known = components.iter().filter_map(|component| {
            let (system, place) = (component.system?, component.place.as_ref()?);
            let name = component.name.as_str();
            let short = name
                .strip_prefix(system)
                .and_then(|it| it.strip_prefix('.'));
            Some(Known {
                source: place.source,
                system,
                short: short.unwrap_or(name).to_owned().into(),
                name: name.to_owned().into(),
            })
        });
        Self(known.collect())
    }

    /// The component that an option means; the name itself, where no catalogue has it.
    ///
    /// # Errors
    /// A name that several have.
    pub(super) fn find<'n>(&'n self, name: &'n str, place: &Place) -> Result<&'n str, Diagnostic> {
        let found = self.among(name, &|_| true);
        found.map_err(|several| several.label(place.clone(), ""))
    }

    fn among<'n>(
        &'n self,
        name: &'n str,
        is_known: &dyn Fn(&Known) -> bool,
    ) -> Result<&'n str, Diagnostic> {
        let long = name.split_once('.');
        let found = self.0.iter().filter(|known| {
            let is_long = || long == Some((known.system, &*known.short));
            (known.short == name || is_long()) && is_known(known)
        });
        let found: Vec<&Known> = found.collect();
        match found.as_slice() {
            [] => Ok(name),
            [known] => Ok(&known.name),
            several => Err(ambiguous(name, several)),
        }
    }
}

/// Corrects the names of one layer.
struct Correction<'c> {
    names: &'c Names,
    /// Whether the layer extends the catalogue of a component.
    is_known: &'c dyn Fn(&Known) -> bool,
    problems: &'c mut Problems,
}

impl Correction<'_> {
    fn spec(&mut self, spec: &mut Spec) {
        if let Some(components) = spec.components.as_mut_value() {
            self.keys(components);
            let components = components.0.iter_mut();
            for component in components.filter_map(|it| it.value.as_mut_value()) {
                self.replaced_by(component);
            }
        }
        if let Some(targets) = spec.targets.as_mut_value() {
            self.keys(targets);
        }
        let waivers = spec.waivers.as_mut_value();
        for waiver in waivers.into_iter().flat_map(|waivers| &mut waivers.0) {
            let component = &mut waiver.value.component;
            if let Slot::Given(name) = component
                && !self.name(name)
            {
                *component = Slot::Refused;
            }
        }
    }

    /// The keys of a mapping; one that is refused goes.
    fn keys<T, const SOME: bool>(&mut self, map: &mut Map<T, SOME>) {
        map.0.retain_mut(|entry| self.name(&mut entry.name));
        let mut known: HashMap<&str, &Given<Text>> = HashMap::new();
        for Named { name, .. } in &map.0 {
            let Some(first) = known.insert(&name.value, name) else {
                continue;
            };
            let message = format!("`{}` is there twice, under both of its names", shown(name));
            let problem = Diagnostic::new(message)
                .label_opt(name.place.clone(), "")
                .label_opt(first.place.clone(), "the first one");
            self.problems.push(problem);
        }
    }

    fn replaced_by(&mut self, component: &mut fields::Component) {
        if let Slot::Given(successor) = &mut component.replaced_by
            && let Some(value) = successor.value.take()
        {
            let mut name = Given {
                value,
                place: successor.place.clone(),
            };
            successor.value = self.name(&mut name).then_some(name.value);
        }
    }

    /// Whether it is a name, known or not.
    fn name(&mut self, name: &mut Given<Text>) -> bool {
        match self.names.among(&name.value, self.is_known) {
            Ok(found) if found == name.value => true,
            Ok(found) => {
                name.value = found.to_owned().into();
                true
            }
            Err(problem) => {
                let problem = problem.label_opt(name.place.clone(), "");
                self.problems.push(problem);
                false
            }
        }
    }
}

/// The name of a component that several catalogues have, in the policy.
pub(super) fn long(system: &str, short: &str) -> String {
    format!("{system}.{short}")
}

fn ambiguous(name: &str, several: &[&Known]) -> Diagnostic {
    let systems: Vec<&str> = several.iter().map(|known| known.system).collect();
    let names: Vec<&str> = several.iter().map(|known| &*known.name).collect();
    let message = format!(
        "`{}` is a component of several systems: {}",
        shown(name),
        systems.join(", ")
    );
    Diagnostic::new(message).help(format!("write {}", in_words(&names)))
}
