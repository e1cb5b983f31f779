//! A draft for a stream that built-in catalogues know, or would know under another name.

use std::collections::{HashMap, HashSet};

use super::draft::{Draft, DraftSelector};
use super::objects::named;
use crate::manifest::Workload;
use crate::plan::Plan;
use crate::policy::{self, Component, Selector};
use crate::rules::resemblance::{self, NAME, Resemblance};

/// More selectors than fit into a policy: the draft is refused then, whatever else there is.
const MOST: usize = 1000;

/// A workload that is almost one of a component.
struct Alike<'p> {
    workload: &'p Workload,
    component: &'p Component,
    selector: &'p Selector,
    /// Its `app.kubernetes.io/name`.
    name: &'p str,
}

/// The draft; none where no catalogue has anything to do with the stream.
pub(super) fn draft(plan: &Plan<'_>) -> Option<Draft> {
    let alike = alike(plan);
    let extends = systems(plan, &alike);
    if extends.is_empty() {
        return None;
    }
    let mut draft = Draft {
        extends,
        ..Draft::default()
    };
    match only_name(plan, &draft, &alike) {
        Some(name) => draft.match_labels = vec![(NAME.to_owned(), name.to_owned())],
        None => add_workloads(&mut draft, plan, &alike),
    }
    Some(draft)
}

fn alike<'p>(plan: &'p Plan<'_>) -> Vec<Alike<'p>> {
    let unrecognised = plan.unrecognised.iter();
    let alike = unrecognised.filter_map(|workload| match resemblance::of(plan.policy, workload)? {
        Resemblance::AllButName {
            component,
            selector,
            name,
        } => Some(Alike {
            workload,
            component,
            selector,
            name,
        }),
        Resemblance::Chart(_) => None,
    });
    alike.collect()
}

/// The catalogues that recognise a workload, or almost, in their order. Of a workload that several recognise only those
/// count that recognise another one; the first of them where there is no other.
fn systems(plan: &Plan<'_>, alike: &[Alike<'_>]) -> Vec<&'static str> {
    let members = plan.members().filter_map(|member| member.component.system);
    let alike = alike.iter().filter_map(|it| it.component.system);
    let mut sure: Vec<&str> = members.chain(alike).collect();
    for contested in &plan.contested {
        let claimants = || contested.components.iter().filter_map(|it| it.system);
        if !claimants().any(|system| sure.contains(&system)) {
            sure.extend(claimants().next());
        }
    }
    policy::built_in_names()
        .filter(|name| sure.contains(name))
        .collect()
}

/// The one name that all workloads of the one system have, which none has under its usual name.
fn only_name<'p>(plan: &Plan<'_>, draft: &Draft, alike: &[Alike<'p>]) -> Option<&'p str> {
    let first = alike.first()?.name;
    let is_usual = !plan.releases.is_empty() || !plan.contested.is_empty();
    let is_one = alike.iter().all(|it| it.name == first) && draft.extends.len() == 1;
    (is_one && !is_usual).then_some(first)
}

/// Names what is almost recognised with the names that it has: the sub-charts of an alias.
fn add_workloads(draft: &mut Draft, plan: &Plan<'_>, alike: &[Alike<'_>]) {
    let mut workloads: HashMap<&str, Vec<&Workload>> = HashMap::new();
    for it in alike {
        let of_component = workloads.entry(&it.component.name).or_default();
        of_component.push(it.workload);
    }
    let mut added = HashSet::new();
    for it in alike {
        if !added.insert((std::ptr::from_ref(it.selector), it.name)) {
            continue;
        }
        if added.len() > MOST {
            break;
        }
        let name = name_within(draft, plan, it.component);
        let selector = DraftSelector {
            api_version: it.selector.api_version.to_string(),
            kind: it.selector.kind.to_string(),
            labels: it
                .selector
                .match_labels
                .iter()
                .map(|(key, value)| {
                    let value = if key == NAME { it.name } else { &value.value };
                    (key.to_string(), value.to_owned())
                })
                .collect(),
        };
        let component = draft.component(&name);
        if component.comment.is_empty() {
            let workloads = workloads.remove(&*it.component.name).unwrap_or_default();
            component.comment = vec![format!(
                "{}: under another {NAME} than the chart's, as of an aliased sub-chart.",
                named(workloads)
            )];
        }
        component.workloads.push(selector);
    }
}

/// What a component is called in a policy that extends no more than the draft does: `mimir.querier` may be `querier` there.
fn name_within(draft: &Draft, plan: &Plan<'_>, component: &Component) -> String {
    let Some(system) = component.system else {
        return component.name.to_string();
    };
    let long = component.name.strip_prefix(system);
    let Some(short) = long.and_then(|rest| rest.strip_prefix('.')) else {
        return component.name.to_string();
    };
    let is_shared = draft.extends.iter().any(|other| {
        let name = format!("{other}.{short}");
        *other != system && plan.policy.components.iter().any(|it| it.name == name)
    });
    if is_shared {
        component.name.to_string()
    } else {
        short.to_owned()
    }
}
