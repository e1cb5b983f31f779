//! Workloads that look like the system's but match no component: why they look alike, and how to include them.

use super::Context;
use crate::host::{Host, Setting};
use crate::manifest::Workload;
use crate::policy::{Component, Given, Policy, Selector, Text};

pub(crate) const NAME: &str = "app.kubernetes.io/name";

/// The label in which charts of many systems have the same few words: worker, coordinator, ingester, gateway.
const COMPONENT: &str = "app.kubernetes.io/component";

/// Why a workload looks like one of the system's.
#[derive(Clone, Copy)]
pub(crate) enum Resemblance<'c> {
    /// Kind and selector match a component's but for `app.kubernetes.io/name`: a `nameOverride`, or an aliased sub-chart.
    AllButName {
        component: &'c Component,
        selector: &'c Selector,
        /// Its actual name.
        name: &'c str,
    },
    /// A chart of the catalogue rendered it.
    Chart(&'c str),
}

/// Why a workload that matches no component looks like one of the system's, if it does.
pub(crate) fn of<'c>(policy: &'c Policy, workload: &'c Workload) -> Option<Resemblance<'c>> {
    if workload.hazard.is_some() {
        return None;
    }
    let mut charts = policy.charts.iter();
    let chart = charts.find(|chart| is_of_chart(workload, chart));
    all_but_name(policy, workload, chart).or_else(|| chart.map(|it| Resemblance::Chart(it)))
}

/// The labels that match must say whose they are, or the chart must: one of the policy that has the component.
fn all_but_name<'c>(
    policy: &'c Policy,
    workload: &'c Workload,
    chart: Option<&Given<Text>>,
) -> Option<Resemblance<'c>> {
    let name = workload.match_labels.get(NAME)?;
    let chart = chart.and_then(|chart| chart.place.as_ref());
    policy.components.iter().find_map(|component| {
        let place = component.place.as_ref();
        let is_of_its_chart =
            chart.is_some() && chart.map(|it| it.source) == place.map(|it| it.source);
        let mut selectors = component.workloads.iter();
        let selector = selectors.find(|it| {
            (is_of_its_chart || is_telling(it)) && matches_but_for_the_name(it, workload)
        })?;
        Some(Resemblance::AllButName {
            component,
            selector,
            name,
        })
    })
}

/// Whether no label but the name, if any, keeps a selector from matching.
fn matches_but_for_the_name(selector: &Selector, workload: &Workload) -> bool {
    let object = &workload.object;
    let labels = &selector.match_labels;
    *object.api_version == *selector.api_version.value
        && *object.kind == *selector.kind.value
        && labels.len() > 1
        && labels.iter().all(|(key, value)| {
            key == NAME || workload.match_labels.get(key) == Some(&*value.value)
        })
}

/// Whether the labels of a selector say whose they are without the name.
fn is_telling(selector: &Selector) -> bool {
    let mut labels = selector.match_labels.iter();
    labels.any(|(key, _)| key != NAME && key != COMPONENT)
}

/// Whether the label `helm.sh/chart` is this chart with a version after it.
fn is_of_chart(workload: &Workload, chart: &str) -> bool {
    let version = workload
        .chart
        .as_deref()
        .and_then(|label| label.strip_prefix(chart)?.strip_prefix('-'));
    version.is_some_and(|version| {
        version
            .trim_start_matches('v')
            .starts_with(|first: char| first.is_ascii_digit())
    })
}

/// One name for all similar workloads of one system.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Renamed<'c> {
    name: &'c str,
    system: Option<&'static str>,
}

/// The common name of all similar workloads, if none is recognised: one `matchLabels` line then includes them all.
pub(super) fn only_name<'c>(context: &'c Context<'_>) -> Option<Renamed<'c>> {
    let plan = context.plan;
    if !plan.releases.is_empty() || !plan.contested.is_empty() {
        return None;
    }
    let names = plan.unrecognised.iter();
    let mut names = names.filter_map(|workload| match of(plan.policy, workload)? {
        Resemblance::AllButName {
            name, component, ..
        } => Some(Renamed {
            name,
            system: component.system,
        }),
        Resemblance::Chart(_) => None,
    });
    let first = names.next()?;
    names.all(|it| it == first).then_some(first)
}

impl Resemblance<'_> {
    /// `looks like queryNode, but its app.kubernetes.io/name is vecdb`
    pub(super) fn describe(&self) -> String {
        match self {
            Self::AllButName {
                component, name, ..
            } => format!("looks like {}, but its {NAME} is {name}", component.name),
            Self::Chart(chart) => format!("comes from the chart {chart}, but matches no component"),
        }
    }

    /// The component that it looks like, and a selector that is its own.
    fn entry(&self) -> Option<(&str, String)> {
        let Self::AllButName {
            component,
            selector,
            name,
        } = self
        else {
            return None;
        };
        let labels = selector.match_labels.iter().map(|(key, value)| {
            let value = if key == NAME { name } else { &*value.value };
            format!("{key}: {}", in_flow(value))
        });
        let selector = format!(
            "{{apiVersion: {}, kind: {}, matchLabels: {{{}}}}}",
            &*selector.api_version,
            &*selector.kind,
            labels.collect::<Vec<_>>().join(", ")
        );
        Some((&component.name, selector))
    }
}

/// What to do about a workload of which only the chart is known.
pub(super) const NAME_IT: &str =
    "name it in the policy, under `spec.components`, with a role and its `workloads`";

/// The line that adds what looks alike to the components, without taking the catalogue's own name from any that has it.
///
/// Without a policy, `extended` is what a new one has to extend.
pub(super) fn entries<'r>(
    all: impl Iterator<Item = &'r Resemblance<'r>>,
    extended: Option<&str>,
    host: Host,
) -> String {
    let mut components: Vec<(&str, Vec<String>)> = Vec::new();
    for (name, selector) in all.filter_map(Resemblance::entry) {
        match components.iter_mut().find(|(known, _)| *known == name) {
            Some((_, selectors)) if selectors.contains(&selector) => {}
            Some((_, selectors)) => selectors.push(selector),
            None => components.push((name, vec![selector])),
        }
    }
    let one = components.len() == 1;
    let components = components
        .into_iter()
        .map(|(name, selectors)| format!("{name}: {{workloads: [{}]}}", selectors.join(", ")));
    let components = components.collect::<Vec<_>>().join(", ");
    let (it, is) = if one { ("it", "is") } else { ("they", "are") };
    match extended {
        Some(extended) => format!(
            "if {it} {is} yours, write a policy that says so (`{}`): `spec: {{extends: {extended}, components: {{{components}}}}}`",
            host.setting(Setting::Policy)
        ),
        None => format!(
            "if {it} {is} yours, add to the policy, under `spec`: `components: {{{components}}}`"
        ),
    }
}

/// The line that makes all known, under the one name that they have.
pub(super) fn match_labels(policy: &Policy, renamed: Renamed<'_>, host: Host) -> String {
    let line = format!("matchLabels: {{{NAME}: {}}}", in_flow(renamed.name));
    match renamed.system.filter(|_| policy.builtin) {
        Some(system) => format!(
            "if they are yours, write a policy that says so (`{}`): `spec: {{extends: {system}, {line}}}`",
            host.setting(Setting::Policy)
        ),
        None => format!("if they are yours, add to the policy, under `spec`: `{line}`"),
    }
}

/// A label's value inside a flow mapping, in quotes unless it is surely a string without them.
fn in_flow(value: &str) -> String {
    const WORDS: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let is_plain = value.starts_with(|first: char| first.is_ascii_alphabetic())
        && value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && !WORDS.iter().any(|word| value.eq_ignore_ascii_case(word));
    if is_plain {
        value.to_owned()
    } else {
        serde_json::Value::from(value).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::in_flow;

    #[test]
    fn a_value_stays_the_string_that_it_is() {
        for (value, written) in [
            ("vecdb", "vecdb"),
            ("vec-db_2.x", "vec-db_2.x"),
            ("on", "\"on\""),
            ("Null", "\"Null\""),
            ("5", "\"5\""),
            ("1e3", "\"1e3\""),
            ("", "\"\""),
            ("a, b: c", "\"a, b: c\""),
        ] {
            assert_eq!(in_flow(value), written);
        }
    }
}
