//! Workloads that look alike for one and the same reason: in one release, one other name in the place of the catalogue's.
//!
//! A `nameOverride` renames all workloads of a release at once, so it is said once, whatever rules it concerns.

use std::collections::HashMap;
use std::rc::Rc;

use super::resemblance::{self, NAME, Renamed, Resemblance};
use super::{Context, first_of};
use crate::manifest::Workload;
use crate::policy::Component;

/// Components that a message names.
const NAMED: usize = 8;

/// Workloads with one reason; never empty.
pub(super) struct Kin<'c> {
    members: Vec<(&'c Workload, Resemblance<'c>)>,
    /// What the whole stream shows, found once: there may be very many kin.
    stream: Rc<Stream<'c>>,
}

/// What the remedy depends on beside the workloads themselves.
struct Stream<'c> {
    /// The one name in the place of the catalogue's, if all that look alike have it.
    renamed: Option<Renamed<'c>>,
    /// The systems of what is recognised.
    systems: Vec<&'static str>,
}

/// What the workloads of a release that have another name share: it, their system, release and namespace.
#[derive(PartialEq, Eq, Hash)]
struct Reason<'c> {
    name: &'c str,
    system: Option<&'static str>,
    release: Option<&'c str>,
    namespace: Option<&'c str>,
}

/// The unrecognised workloads of the stream that look like the system's, in its order.
pub(super) fn of<'c>(context: &'c Context<'_>) -> Vec<Kin<'c>> {
    let plan = context.plan;
    let stream = Rc::new(Stream::of(context));
    let mut places: HashMap<Reason<'c>, usize> = HashMap::new();
    let mut all: Vec<Kin<'c>> = Vec::new();
    for workload in plan.unrecognised.iter().copied() {
        let Some(resemblance) = resemblance::of(plan.policy, workload) else {
            continue;
        };
        let reason = Reason::of(workload, resemblance);
        let at = reason.map_or(all.len(), |it| *places.entry(it).or_insert(all.len()));
        match all.get_mut(at) {
            Some(kin) => kin.members.push((workload, resemblance)),
            None => all.push(Kin {
                members: vec![(workload, resemblance)],
                stream: Rc::clone(&stream),
            }),
        }
    }
    all
}

impl<'c> Stream<'c> {
    fn of(context: &'c Context<'_>) -> Self {
        let members = context.plan.members();
        let mut systems = Vec::new();
        for system in members.filter_map(|member| member.component.system) {
            if !systems.contains(&system) {
                systems.push(system);
            }
        }
        Self {
            renamed: resemblance::only_name(context),
            systems,
        }
    }
}

impl<'c> Reason<'c> {
    /// None for a workload that is alone with its reason.
    fn of(workload: &'c Workload, resemblance: Resemblance<'c>) -> Option<Self> {
        let Resemblance::AllButName {
            component, name, ..
        } = resemblance
        else {
            return None;
        };
        Some(Self {
            name,
            system: component.system,
            release: workload.match_labels.get(&component.instance_label.value),
            namespace: workload.object.namespace.as_deref(),
        })
    }
}

impl<'c> Kin<'c> {
    /// The one that represents all of them.
    pub(super) fn first(&self) -> Option<&'c Workload> {
        self.members.first().map(|(workload, _)| *workload)
    }

    /// Whether it is the only one.
    pub(super) fn is_single(&self) -> bool {
        self.members.len() == 1
    }

    /// The first of them that looks like a component.
    pub(super) fn like(&self, component: &Component) -> Option<&'c Workload> {
        let mut members = self.members.iter();
        let alike = members.find(|(_, resemblance)| {
            matches!(resemblance, Resemblance::AllButName { component: it, .. } if it.name == component.name)
        });
        alike.map(|(workload, _)| *workload)
    }

    fn components(&self) -> impl Iterator<Item = &'c Component> {
        let members = self.members.iter();
        members.filter_map(|(_, resemblance)| match resemblance {
            Resemblance::AllButName { component, .. } => Some(*component),
            Resemblance::Chart(_) => None,
        })
    }

    /// `2 workloads look like dataNode, proxy, but their app.kubernetes.io/name is vecdb`
    pub(super) fn describe(&self) -> String {
        let Some((first, resemblance)) = self.members.first() else {
            return String::new();
        };
        let (true, Resemblance::AllButName { name, .. }) = (!self.is_single(), resemblance) else {
            let object = &first.object;
            return format!("{} {} {}", object.kind, object.name, resemblance.describe());
        };
        let mut names: Vec<&str> = Vec::new();
        for component in self.components().map(|it| &*it.name) {
            if !names.contains(&component) {
                names.push(component);
            }
        }
        let (count, shown) = (self.members.len(), first_of(&names, NAMED));
        format!("{count} workloads look like {shown}, but their {NAME} is {name}")
    }

    /// The catalogues that a policy has to extend to know these and all that is known now.
    fn extended(&self) -> Option<String> {
        let mut systems = self.stream.systems.clone();
        for system in self.components().filter_map(|it| it.system) {
            if !systems.contains(&system) {
                systems.push(system);
            }
        }
        match systems.as_slice() {
            [] => None,
            [only] => Some((*only).to_owned()),
            several => Some(format!("[{}]", several.join(", "))),
        }
    }

    /// What makes all of them known.
    pub(super) fn remedy(&self, context: &Context<'_>) -> String {
        let renamed = self.stream.renamed;
        match self.members.first() {
            Some((_, Resemblance::AllButName { .. })) if renamed.is_some() => renamed
                .map(|it| resemblance::match_labels(context.plan.policy, it, context.host))
                .unwrap_or_default(),
            Some((_, Resemblance::Chart(_))) => resemblance::NAME_IT.to_owned(),
            _ => {
                let extended = self.extended();
                let extended = extended.filter(|_| context.plan.policy.builtin);
                let all = self.members.iter().map(|(_, it)| it);
                resemblance::entries(all, extended.as_deref(), context.host)
            }
        }
    }
}
