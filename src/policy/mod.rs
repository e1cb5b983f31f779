//! The policy: the components, their targets, and how fast they can be scaled in.
//!
//! A policy file is read as a tree with places (`yaml::positions`), and that into the records of one table of fields
//! (`fields`), in which each value keeps its place. The records are merged with those of what the policy
//! extends (`merge`), and settle into a [`Policy`] (`basis`), which cannot hold nonsense. Without a policy, all built-in ones
//! hold, in a form that was settled when trimtab was built (`built_in`). All problems are reported at once, each with
//! its frame; a policy with a problem is refused as a whole.

mod baseline;
mod basis;
mod built_in;
mod catalogue;
mod claims;
mod cluster;
mod collections;
mod components;
mod fields;
mod file;
mod given;
mod hints;
mod kinds;
mod layer;
mod limits;
mod merge;
mod problems;
mod reader;
mod record;
mod scalar;
mod systems;
mod targets;
#[cfg(test)]
mod tests;
mod values;
mod waivers;
mod wrong_file;

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use self::basis::Basis;
pub(crate) use self::built_in::{
    catalogue_of, names as built_in_names, page as catalogue, summaries,
};
use self::catalogue::contained;
pub(crate) use self::catalogue::{Component, Labels, Limits, Role, ScaleIn, Selector};
use self::claims::Claims;
pub(crate) use self::file::{MAX_BYTES, ReadError};
pub(crate) use self::given::{Given, Text};
use self::problems::Problems;
pub(crate) use self::record::Field;
pub(crate) use self::scalar::Kind;
pub(crate) use self::scalar::is_surely_a_string;
pub(crate) use self::values::KEEP;
pub(crate) use self::values::Shape;
use crate::access::ClusterPin;
use crate::argument::Argument;
use crate::baseline_source::BaselineSource;
use crate::diagnostic::Diagnostic;
use crate::finding::ObjectRef;
use crate::labels::MatchLabels;
use crate::rule::Rule;
use crate::source::{Place, Sources};

/// The label of a selector that tells releases apart, where neither a component nor the policy names another.
pub(crate) const INSTANCE_LABEL: &str = "app.kubernetes.io/instance";

/// A policy that makes sense: every name in it is known, every count is one.
#[derive(Debug)]
pub(crate) struct Policy {
    /// `metadata.name` of the policy itself, not of what it extends; `all systems` where none was given.
    pub(crate) name: Option<Given<Text>>,
    /// No policy file was given: all built-in ones, with the targets and waivers of the command line.
    pub(crate) builtin: bool,
    /// `spec.baseline`: the source of the counts before this change, unless the command line names one.
    pub(crate) baseline: Option<Given<BaselineSource>>,
    /// The charts whose workloads should all be known: `helm.sh/chart` without its version.
    pub(crate) charts: Vec<Given<Text>>,
    /// The catalogue: what is extended in its order, then what the policy adds.
    pub(crate) components: Vec<Component>,
    /// In the policy's order, what is extended first, then those of the command line.
    pub(crate) targets: Vec<Target>,
    /// How many components of a release may lose replicas at once; `None` means no limit.
    pub(crate) max_components: Given<Option<u32>>,
    /// Whether a scale-in waits until the release is settled.
    pub(crate) require_settled: Given<bool>,
    /// The cluster that it is for.
    pub(crate) cluster: Option<ClusterPin>,
    /// The policy's waivers, what is extended first, then those of the command line.
    pub(crate) waivers: Vec<Waiver>,
    claims: Claims,
}

/// What a target declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// This many replicas.
    Replicas(u32),
    /// Those that are running (`keep`).
    Keep,
}

impl fmt::Display for Wanted {
    /// As a policy has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replicas(count) => count.fmt(f),
            Self::Keep => f.write_str(values::KEEP),
        }
    }
}

/// The count that the policy declares for a component.
#[derive(Debug)]
pub(crate) struct Target {
    /// The index of a worker in [`Policy::components`].
    pub(crate) component: usize,
    /// The replicas of each of the component's workloads that no override matches.
    pub(crate) replicas: Wanted,
    /// The number, in the policy or in the option.
    pub(crate) place: Place,
    /// The first one that matches a workload holds for it.
    pub(crate) overrides: Vec<Override>,
    /// The component may be absent from the stream.
    pub(crate) optional: Given<bool>,
}

/// A count for some of a component's workloads.
#[derive(Debug)]
pub(crate) struct Override {
    /// Labels that must all be in the workload's `spec.selector.matchLabels`; never empty.
    pub(crate) match_labels: Labels,
    /// The replicas of each of them.
    pub(crate) replicas: Wanted,
    /// The number.
    pub(crate) place: Place,
}

impl Override {
    /// Whether it is for a workload; `labels` are its `spec.selector.matchLabels`.
    pub(crate) fn matches(&self, labels: &MatchLabels) -> bool {
        contained(&self.match_labels, labels)
    }
}

/// Lets findings of one rule pass.
#[derive(Debug)]
pub(crate) struct Waiver {
    /// The rule; one that may be waived.
    pub(crate) rule: &'static Rule,
    /// Only findings about this component.
    pub(crate) component: Option<Given<Text>>,
    /// Only findings about the workload of this name.
    pub(crate) workload: Option<Given<Text>>,
    /// Why; always given in a policy.
    pub(crate) reason: Option<Given<Text>>,
    /// The last day on which it holds, in UTC.
    pub(crate) expires: Option<Given<jiff::civil::Date>>,
    /// It is of the command line.
    pub(crate) is_for_this_run: bool,
    /// The rule's name in the policy, or the whole option.
    pub(crate) place: Place,
}

/// What the command line says about the policy.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct PolicyOptions<'a> {
    /// `--policy`.
    pub(crate) file: Option<&'a Path>,
    /// The `functionConfig` of a KRM function, which is the policy when no file is given.
    pub(crate) function_config: Option<&'a str>,
    /// Each `--target`: `queryNode=3`; those of a later source hold over those of an earlier one.
    pub(crate) targets: &'a [Argument],
    /// Each `--allow`: `RULE`, `RULE=COMPONENT` or `RULE=COMPONENT/WORKLOAD`.
    pub(crate) allow: &'a [Argument],
    /// `--reason`.
    pub(crate) reason: Option<&'a str>,
    /// The rules that waivers may name.
    pub(crate) rules: &'a [&'static Rule],
}

/// Why a policy could not be loaded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PolicyError {
    /// The policy file could not be read.
    #[error("cannot read the policy {}: {error}", path.display())]
    Unreadable {
        /// The file, as given.
        path: PathBuf,
        /// Why.
        error: ReadError,
    },
    /// Everything that is wrong with it, in the order of the text.
    #[error("the policy is not valid")]
    Invalid(Vec<Diagnostic>),
}

impl PolicyError {
    /// The error as messages with their places.
    pub(crate) fn into_diagnostics(self) -> Vec<Diagnostic> {
        match self {
            Self::Invalid(diagnostics) => diagnostics,
            Self::Unreadable {
                ref path,
                ref error,
            } => {
                let mut problem = Diagnostic::new(self.to_string());
                if let ReadError::TooLarge = error {
                    problem = problem.help(wrong_file::MANIFESTS);
                }
                if let (Some(name), true) = (layer::built_in_of(path), error.is_absence()) {
                    problem = problem.help(format!(
                        "`{name}` is built in: extend it in a file of your own (`extends: {name}`), or leave --policy out"
                    ));
                }
                vec![problem]
            }
        }
    }
}

/// What a policy file looks like: the table of its fields.
pub(crate) const SHAPE: Shape = <fields::PolicyFile as values::Value>::SHAPE;

/// What some YAML reader takes a scalar for.
pub(crate) fn kind_of(text: &str, plain: bool) -> Kind {
    scalar::kind(text, plain)
}

impl Policy {
    /// Reads the policy, what it extends, and what the command line adds.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, and where anything in it or in the options makes no sense; all of that at once.
    pub(crate) fn load(
        sources: &mut Sources,
        options: &PolicyOptions<'_>,
    ) -> Result<Self, PolicyError> {
        let mut problems = Problems::default();
        let is_given = options.file.is_some() || options.function_config.is_some();
        let built_in = if is_given {
            None
        } else {
            Basis::built_in(sources)
        };
        let basis = match built_in {
            Some(basis) => Some(basis),
            None => layer::load(sources, options, &mut problems)?
                .map(|layers| Basis::of(layers, &mut problems)),
        };
        let policy = basis.map(|basis| basis.with(sources, options, &mut problems));
        match policy {
            Some(policy) if problems.is_empty() => Ok(policy),
            _ => Err(PolicyError::Invalid(problems.into_vec())),
        }
    }

    /// The `apiVersion` and `kind` of all that the catalogue names.
    pub(crate) fn kinds(&self) -> BTreeSet<(&str, &str)> {
        self.components
            .iter()
            .flat_map(|component| &component.workloads)
            .map(|workload| (&**workload.api_version, &**workload.kind))
            .collect()
    }

    /// The components that a workload is of, in their order: one, unless it is unknown or contested.
    pub(crate) fn claimants<'p>(
        &'p self,
        object: &ObjectRef,
        labels: &MatchLabels,
    ) -> impl Iterator<Item = &'p Component> {
        let possible = self.claims.possible(labels).into_iter();
        let possible = possible.filter_map(|index| self.components.get(index));
        possible.filter(|component| component.claims(object, labels))
    }

    /// The position of a component's target among the targets: the order in which components take their turns.
    pub(crate) fn target_order(&self, component: &Component) -> Option<usize> {
        self.targets
            .iter()
            .position(|target| self.is_for(target, component))
    }

    /// The target of a component.
    pub(crate) fn target_of(&self, component: &Component) -> Option<&Target> {
        self.targets
            .iter()
            .find(|target| self.is_for(target, component))
    }

    /// Whether a target is for a component.
    pub(crate) fn is_for(&self, target: &Target, component: &Component) -> bool {
        let own = self.components.get(target.component);
        own.is_some_and(|own| own.name == component.name)
    }
}
