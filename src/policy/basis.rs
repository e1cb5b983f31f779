//! A policy with all that it extends, and what the command line adds to it.

use super::claims::Claims;
use super::fields::Waiver;
use super::given::{Given, Text};
use super::layer::Layer;
use super::problems::Problems;
use super::systems::Names;
use super::targets::{self, Targets};
use super::{
    Component, Policy, PolicyOptions, baseline, built_in, cluster, components, fields, limits,
    merge, waivers,
};
use crate::access::ClusterPin;
use crate::baseline_source::BaselineSource;
use crate::source::Sources;

/// The name of all built-in policies together, which hold where no policy is given.
const ALL_SYSTEMS: &str = "all systems";

/// A policy before the command line adds targets and waivers.
#[derive(Debug)]
pub(super) struct Basis {
    name: Option<Given<Text>>,
    builtin: bool,
    baseline: Option<Given<BaselineSource>>,
    pub(super) charts: Vec<Given<Text>>,
    pub(super) components: Vec<Component>,
    /// Nothing more need be said about missing components.
    is_refused: bool,
    names: Names,
    targets: Targets,
    pub(super) max_components: Given<Option<u32>>,
    require_settled: Given<bool>,
    cluster: Option<ClusterPin>,
    waivers: Vec<Given<Waiver>>,
}

impl Basis {
    /// All built-in policies, from the form that is embedded; none where that is not of their texts.
    pub(super) fn built_in(sources: &mut Sources) -> Option<Self> {
        let settled = built_in::settled(sources)?;
        let scale_in = fields::ScaleIn::default();
        let default = || limits::max_components(&scale_in);
        Some(Self {
            name: Some(Given::by_default(ALL_SYSTEMS.into())),
            builtin: true,
            baseline: None,
            charts: settled.charts,
            names: Names::of_components(&settled.components),
            components: settled.components,
            is_refused: false,
            targets: Targets::default(),
            max_components: settled.max_components.unwrap_or_else(default),
            require_settled: limits::require_settled(&scale_in),
            cluster: None,
            waivers: Vec::new(),
        })
    }

    /// Merges the layers. The result is good only if no problem was found.
    pub(super) fn of(mut layers: Vec<Layer>, problems: &mut Problems) -> Self {
        let top = layers.last();
        // A policy of the user's is always above what it extends.
        let builtin = top.is_some_and(|top| top.system.is_some());
        let name = if builtin {
            Some(Given::by_default(ALL_SYSTEMS.into()))
        } else {
            top.and_then(|top| top.name.clone())
        };
        let names = Names::settle(&mut layers, problems);
        let baseline = baseline::settle(&layers, problems);
        let mut merged = merge::merge(layers, problems);
        let is_refused = merged.spec.components.is_refused();
        let components = components::settle(&mut merged, problems);
        let spec = merged.spec;
        let scale_in = spec.scale_in.into_value().unwrap_or_default();
        Self {
            name,
            builtin,
            baseline,
            charts: spec.charts.into_value().map_or(Vec::new(), |all| all.0),
            components,
            is_refused,
            names,
            targets: spec.targets.into_value().unwrap_or_default(),
            max_components: limits::max_components(&scale_in),
            require_settled: limits::require_settled(&scale_in),
            cluster: cluster::settle(spec.cluster, problems),
            waivers: spec.waivers.into_value().map_or(Vec::new(), |all| all.0),
        }
    }

    /// The policy, with what the command line adds. It is good only if no problem was found.
    pub(super) fn with(
        mut self,
        sources: &mut Sources,
        options: &PolicyOptions<'_>,
        problems: &mut Problems,
    ) -> Policy {
        let (names, components) = (&self.names, &self.components);
        targets::add_arguments(&mut self.targets, sources, options.targets, names, problems);
        if components.is_empty() && !self.is_refused {
            problems.extend(targets::without_catalogue(&self.targets));
        }
        let targets = targets::settle(self.targets, components, problems);
        let mut waivers = waivers::settle(self.waivers, options.rules, components, problems);
        let of_this_run = waivers::of_arguments(sources, options, names, components, problems);
        waivers.extend(of_this_run);
        Policy {
            name: self.name,
            builtin: self.builtin,
            baseline: self.baseline,
            charts: self.charts,
            claims: Claims::of(&self.components),
            components: self.components,
            targets,
            max_components: self.max_components,
            require_settled: self.require_settled,
            cluster: self.cluster,
            waivers,
        }
    }
}
