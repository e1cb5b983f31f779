//! The effective policy: what a policy comes to with all that it extends, each value with where it comes from.
//!
//! It is a policy of its own that extends nothing, and has the same effect. Waivers of the command line are for one run, so
//! they are only told: nobody should save one unawares.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::node::{Content, Mapping, Node};
use super::origin::Origin;
use super::yaml::{self, Unprintable};
use crate::access::Pinned;
use crate::policy::{
    Component, Given, KEEP, Labels, Override, Policy, ScaleIn, Selector, Target, Text, Waiver,
    Wanted,
};
use crate::report::json_document;
use crate::source::{Place, Source, Sources};

/// The policy as YAML.
///
/// # Errors
/// An internal error of the YAML library.
pub(crate) fn as_yaml(policy: &Policy, sources: &Sources) -> Result<String, Unprintable> {
    let showing = Showing::of(policy, sources);
    yaml::print(&showing.head(), &showing.document())
}

/// The policy as JSON, and where each value comes from by its JSON pointer (RFC 6901).
pub(crate) fn as_json(policy: &Policy, sources: &Sources) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Printed<'p> {
        policy: &'p Node,
        origins: BTreeMap<String, &'p Origin>,
        waivers_of_this_run: Node,
    }
    let showing = Showing::of(policy, sources);
    let document = showing.document();
    let mut origins = BTreeMap::new();
    point(&document, "", &mut origins);
    json_document(&Printed {
        policy: &document,
        origins,
        waivers_of_this_run: showing.waivers(|it| it.is_for_this_run),
    })
}

/// Finds the origins below a node, which this pointer leads to.
fn point<'n>(node: &'n Node, pointer: &str, origins: &mut BTreeMap<String, &'n Origin>) {
    if let Some(origin) = &node.origin {
        origins.insert(pointer.to_owned(), origin);
    }
    match &node.content {
        Content::List(items) => {
            for (at, item) in items.iter().enumerate() {
                point(item, &format!("{pointer}/{at}"), origins);
            }
        }
        Content::Mapping(entries) => {
            for (key, node) in entries {
                let key = key.replace('~', "~0").replace('/', "~1");
                point(node, &format!("{pointer}/{key}"), origins);
            }
        }
        _ => {}
    }
}

/// A policy that is shown.
struct Showing<'p> {
    policy: &'p Policy,
    sources: &'p Sources,
    /// The limits that most components have: they go under `spec`, and only those that differ go with their component.
    limits: Option<ScaleIn>,
}

impl<'p> Showing<'p> {
    fn of(policy: &'p Policy, sources: &'p Sources) -> Self {
        let all = || policy.components.iter().map(|it| &it.scale_in);
        let limits = (!policy.components.is_empty()).then_some(());
        let limits = limits.and_then(|()| {
            Some(ScaleIn {
                max_replicas: most_frequent(all().map(|it| &it.max_replicas))?,
                max_percent: most_frequent(all().map(|it| &it.max_percent))?,
                floor: most_frequent(all().map(|it| &it.floor))?,
            })
        });
        Self {
            policy,
            sources,
            limits,
        }
    }

    fn head(&self) -> Vec<String> {
        let files: Vec<&str> = self.sources.policies().map(Source::name).collect();
        let what = match files.as_slice() {
            [] => "all built-in catalogues".to_owned(),
            [own] => own.to_string(),
            [own, others @ ..] => format!("{own} with {}", others.join(", ")),
        };
        let mut head = vec![
            format!("The effective policy of {what}."),
            "It extends nothing; each value is followed by where it comes from.".to_owned(),
        ];
        let of_this_run = self.policy.waivers.iter().filter(|it| it.is_for_this_run);
        head.extend(of_this_run.map(|waiver| {
            let origin = self.origin(Some(&waiver.place));
            let option = self.sources.get(waiver.place.source).text();
            format!("For one run only, and not part of it: the waiver {option} ({origin}).")
        }));
        head
    }

    fn document(&self) -> Node {
        let mut metadata = Mapping::default();
        let name = self.policy.name.as_ref().filter(|_| !self.policy.builtin);
        metadata.add_some("name", name.map(|name| self.text(name)));
        let mut document = Mapping::default();
        document.add("apiVersion", Node::new("trimtab.dev/v1alpha1"));
        document.add("kind", Node::new("ReplicaPolicy"));
        document.add("metadata", metadata.finish());
        // A policy needs a `spec`, even an empty one.
        document.add_always("spec", self.spec());
        document.finish()
    }

    fn spec(&self) -> Node {
        let policy = self.policy;
        let mut spec = Mapping::default();
        let baseline = policy.baseline.as_ref();
        spec.add_some(
            "baseline",
            baseline.map(|it| self.given(it, |it| it.to_string().as_str().into())),
        );
        spec.add("cluster", self.cluster());
        let charts = policy.charts.iter().map(|chart| self.text(chart));
        spec.add("charts", Node::new(charts.collect::<Vec<_>>()));
        spec.add("targets", self.targets());
        spec.add("scaleIn", self.scale_in());
        spec.add("components", self.components());
        spec.add("waivers", self.waivers(|it| !it.is_for_this_run));
        spec.finish()
    }

    fn cluster(&self) -> Node {
        let mut cluster = Mapping::default();
        if let Some(pin) = &self.policy.cluster {
            for (key, pinned) in [("context", &pin.context), ("server", &pin.server)] {
                let node = |it: &Pinned| self.node(it.value.as_str().into(), it.place.as_ref());
                cluster.add_some(key, pinned.as_ref().map(node));
            }
        }
        cluster.finish()
    }

    fn targets(&self) -> Node {
        let mut targets = Mapping::default();
        for target in &self.policy.targets {
            if let Some(component) = self.policy.components.get(target.component) {
                targets.add(&component.name, self.target(target));
            }
        }
        targets.finish()
    }

    fn target(&self, target: &Target) -> Node {
        let replicas = self.wanted(target.replicas, &target.place);
        if target.overrides.is_empty() && target.optional.place.is_none() {
            return replicas;
        }
        let mut mapping = Mapping::default();
        mapping.add("replicas", replicas);
        let overrides = target.overrides.iter().map(|it| self.exception(it));
        mapping.add("overrides", Node::new(overrides.collect::<Vec<_>>()));
        mapping.add_some("optional", self.if_given(&target.optional, Content::Flag));
        mapping.finish()
    }

    fn exception(&self, exception: &Override) -> Node {
        let mut mapping = Mapping::default();
        mapping.add("matchLabels", self.labels(&exception.match_labels));
        mapping.add(
            "replicas",
            self.wanted(exception.replicas, &exception.place),
        );
        mapping.finish()
    }

    fn wanted(&self, wanted: Wanted, place: &Place) -> Node {
        let content = match wanted {
            Wanted::Replicas(count) => count.into(),
            Wanted::Keep => KEEP.into(),
        };
        self.node(content, Some(place))
    }

    fn scale_in(&self) -> Node {
        let policy = self.policy;
        let mut scale_in = Mapping::default();
        if let Some(limits) = &self.limits {
            scale_in.add("maxReplicas", self.limit(&limits.max_replicas));
            scale_in.add("maxPercent", self.limit(&limits.max_percent));
        }
        scale_in.add("maxComponents", self.limit(&policy.max_components));
        if let Some(limits) = &self.limits {
            scale_in.add("floor", self.given(&limits.floor, |floor| (*floor).into()));
        }
        scale_in.add(
            "requireSettled",
            self.given(&policy.require_settled, |flag| (*flag).into()),
        );
        scale_in.finish()
    }

    fn components(&self) -> Node {
        let mut components = Mapping::default();
        for component in &self.policy.components {
            components.add(&component.name, self.component(component));
        }
        components.finish()
    }

    fn component(&self, component: &Component) -> Node {
        let mut mapping = Mapping::default();
        mapping.add(
            "role",
            self.given(&component.role, |role| role.as_str().into()),
        );
        let replaced_by = component.replaced_by.as_ref();
        mapping.add_some("replacedBy", replaced_by.map(|it| self.text(it)));
        let standby = self.if_given(&component.active_standby, Content::Flag);
        mapping.add_some("activeStandby", standby);
        let word = |word| move |is_set| if is_set { word } else { Content::Null };
        let set_by = self.if_given(&component.set_by_chart, word("chart".into()));
        mapping.add_some("setBy", set_by);
        let values_key = component.values_key.as_ref();
        mapping.add_some("valuesKey", values_key.map(|key| self.text(key)));
        let label = Some(&component.instance_label).filter(|label| label.place.is_some());
        mapping.add_some("instanceLabel", label.map(|label| self.text(label)));
        let targets = self.if_given(&component.targets_refused, word("refused".into()));
        mapping.add_some("targets", targets);
        mapping.add("scaleIn", self.own_scale_in(&component.scale_in));
        let workloads = component.workloads.iter().map(|it| self.selector(it));
        mapping.add("workloads", Node::new(workloads.collect::<Vec<_>>()));
        mapping.finish()
    }

    /// The limits of a component that most others do not have.
    fn own_scale_in(&self, own: &ScaleIn) -> Node {
        let mut mapping = Mapping::default();
        let Some(most) = &self.limits else {
            return mapping.finish();
        };
        if own.max_replicas != most.max_replicas {
            mapping.add("maxReplicas", self.limit(&own.max_replicas));
        }
        if own.max_percent != most.max_percent {
            mapping.add("maxPercent", self.limit(&own.max_percent));
        }
        if own.floor != most.floor {
            mapping.add("floor", self.given(&own.floor, |floor| (*floor).into()));
        }
        mapping.finish()
    }

    fn selector(&self, selector: &Selector) -> Node {
        let mut mapping = Mapping::default();
        mapping.add("apiVersion", self.text(&selector.api_version));
        mapping.add("kind", self.text(&selector.kind));
        mapping.add("matchLabels", self.labels(&selector.match_labels));
        let values_key = selector.values_key.as_ref();
        mapping.add_some("valuesKey", values_key.map(|key| self.text(key)));
        mapping.finish()
    }

    fn labels(&self, labels: &Labels) -> Node {
        let mut mapping = Mapping::default();
        for (key, value) in labels {
            mapping.add(key, self.text(value));
        }
        mapping.finish()
    }

    fn waivers(&self, is_shown: impl Fn(&&Waiver) -> bool) -> Node {
        let waivers = self.policy.waivers.iter().filter(is_shown);
        Node::new(
            waivers
                .map(|waiver| self.waiver(waiver))
                .collect::<Vec<_>>(),
        )
    }

    fn waiver(&self, waiver: &Waiver) -> Node {
        let mut mapping = Mapping::default();
        mapping.add(
            "rule",
            self.node(waiver.rule.id.into(), Some(&waiver.place)),
        );
        for (key, given) in [
            ("component", &waiver.component),
            ("workload", &waiver.workload),
            ("reason", &waiver.reason),
        ] {
            mapping.add_some(key, given.as_ref().map(|it| self.text(it)));
        }
        let expires = waiver.expires.as_ref();
        let day = |it: &Given<Date>| self.given(it, |day| day.to_string().as_str().into());
        mapping.add_some("expires", expires.map(day));
        mapping.finish()
    }

    fn limit(&self, limit: &Given<Option<u32>>) -> Node {
        self.given(limit, |limit| (*limit).into())
    }

    fn text(&self, text: &Given<Text>) -> Node {
        self.given(text, |text| (&**text).into())
    }

    /// A flag; nothing where it is a default.
    fn if_given(&self, flag: &Given<bool>, content: impl FnOnce(bool) -> Content) -> Option<Node> {
        flag.place.as_ref()?;
        Some(self.given(flag, |flag| content(*flag)))
    }

    fn given<T>(&self, given: &Given<T>, content: impl FnOnce(&T) -> Content) -> Node {
        self.node(content(&given.value), given.place.as_ref())
    }

    fn node(&self, content: Content, place: Option<&Place>) -> Node {
        Node {
            origin: Some(self.origin(place)),
            ..Node::new(content)
        }
    }

    fn origin(&self, place: Option<&Place>) -> Origin {
        Origin::of(place, self.sources)
    }
}

/// The value that most have; the first of them where several do.
fn most_frequent<'g, T: PartialEq + Clone + 'g>(all: impl Iterator<Item = &'g T>) -> Option<T> {
    let mut counted: Vec<(&T, usize)> = Vec::new();
    for value in all {
        match counted.iter_mut().find(|(known, _)| *known == value) {
            Some((_, count)) => *count += 1,
            None => counted.push((value, 1)),
        }
    }
    let (most, _) = counted.into_iter().rev().max_by_key(|(_, count)| *count)?;
    Some(most.clone())
}
