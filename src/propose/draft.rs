//! A proposed policy before it is printed.

use crate::export::policy::{Mapping, Node, print};
use crate::manifest::Manifest;
use crate::plan::ReleaseId;
use crate::policy::Role;

use super::Survey;

/// The most lines that a list in a comment takes.
const LISTED: usize = 20;

/// A proposed policy.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    /// The release, if there is one.
    pub(super) name: Option<String>,
    /// What it was made of, as a sentence has it.
    pub(super) from: String,
    pub(super) is_live: bool,
    /// What to tell first.
    pub(super) notes: Vec<String>,
    /// The built-in catalogues.
    pub(super) extends: Vec<&'static str>,
    /// Over all selectors of the catalogues.
    pub(super) match_labels: Labels,
    pub(super) targets: Vec<DraftTarget>,
    /// Why other components have no target.
    pub(super) untargeted: Vec<String>,
    pub(super) components: Vec<DraftComponent>,
    /// What the policy is not about.
    pub(super) uncovered: Vec<String>,
}

/// Labels in their order.
pub(super) type Labels = Vec<(String, String)>;

#[derive(Debug, Clone)]
pub(super) struct DraftTarget {
    pub(super) component: String,
    pub(super) comment: String,
    pub(super) replicas: u32,
    pub(super) overrides: Vec<(Labels, u32)>,
}

/// An entry under `spec.components`: a new one, or what is added to one of a catalogue.
#[derive(Debug, Clone, Default)]
pub(super) struct DraftComponent {
    pub(super) name: String,
    pub(super) comment: Vec<String>,
    pub(super) role: Option<Role>,
    pub(super) active_standby: bool,
    pub(super) floor: Option<u32>,
    pub(super) workloads: Vec<DraftSelector>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct DraftSelector {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) labels: Labels,
}

impl Draft {
    /// The same with what is to be said of the stream.
    pub(super) fn about(self, survey: &Survey, manifest: &Manifest) -> Self {
        let mut names: Vec<&str> = manifest
            .workloads
            .iter()
            .filter_map(|workload| workload.match_labels.get(crate::policy::INSTANCE_LABEL))
            .collect();
        names.sort_unstable();
        names.dedup();
        let one = match names.as_slice() {
            [one] if !one.is_empty() => Some((*one).to_owned()),
            _ => None,
        };
        Self {
            name: one,
            from: survey.from.clone(),
            is_live: survey.is_live,
            ..self
        }
    }

    /// Says what a policy for several releases at once is good for.
    pub(super) fn note_releases(&mut self, releases: &[ReleaseId<'_>]) {
        if releases.len() < 2 {
            return;
        }
        let names: Vec<String> = releases
            .iter()
            .take(LISTED)
            .map(ToString::to_string)
            .collect();
        self.notes.push(format!(
            "It is for {} releases together: {}.",
            releases.len(),
            names.join("; ")
        ));
        let helm = "Helm renders one release at a time: for a policy of each, run `trimtab init` on the render of each.";
        self.notes.push(helm.to_owned());
    }

    /// The component of this name, which is added if it is missing.
    pub(super) fn component(&mut self, name: &str) -> &mut DraftComponent {
        let at = self.components.iter().position(|it| it.name == name);
        let at = at.unwrap_or_else(|| {
            self.components.push(DraftComponent {
                name: name.to_owned(),
                ..DraftComponent::default()
            });
            self.components.len() - 1
        });
        #[allow(clippy::indexing_slicing, reason = "it was found, or added just now")]
        &mut self.components[at]
    }

    /// The policy as YAML, with its comments.
    pub(super) fn print(&self) -> Result<String, String> {
        let mut metadata = Mapping::default();
        metadata.add_some("name", self.name.as_deref().map(Node::new));
        let mut document = Mapping::default();
        document.add("apiVersion", Node::new("trimtab.dev/v1alpha1"));
        document.add("kind", Node::new("ReplicaPolicy"));
        document.add("metadata", metadata.finish());
        document.add_always("spec", self.spec());
        print(&self.head(), &document.finish()).map_err(|error| error.to_string())
    }

    fn head(&self) -> Vec<String> {
        let counts = if self.is_live {
            "those that run"
        } else {
            "those of today's manifests"
        };
        let mut head = vec![
            "yaml-language-server: $schema=policy.schema.json".to_owned(),
            "$schema: policy.schema.json".to_owned(),
            "(That file is for editors: trimtab generate schema > policy.schema.json)".to_owned(),
            String::new(),
            format!("Made by `trimtab init` of {}. It changes nothing yet: its counts are {counts}.", self.from),
            "Review it, set the counts that you want, and see what they lead to; FILE is where you saved it:".to_owned(),
            "  helm template my-release CHART -n NAMESPACE | trimtab plan -p FILE".to_owned(),
        ];
        if !self.notes.is_empty() {
            head.push(String::new());
            head.extend(self.notes.iter().cloned());
        }
        if self.targets.is_empty() && !self.untargeted.is_empty() {
            head.push(String::new());
            head.extend(self.untargeted_lines());
        }
        if !self.uncovered.is_empty() {
            head.push(String::new());
            head.push("It does not cover, and trimtab leaves alone:".to_owned());
            head.extend(listed(&self.uncovered).map(|line| format!("  {line}")));
        }
        head.push(String::new());
        head
    }

    fn spec(&self) -> Node {
        let mut spec = Mapping::default();
        spec.add("extends", self.extended());
        let mut labels = labels(&self.match_labels);
        labels.above = vec![
            "The name in the selectors is another one than the chart's: it has a `nameOverride`."
                .to_owned(),
        ];
        spec.add("matchLabels", labels);
        let mut targets = self.targets();
        targets.above = vec!["How many replicas each workload of a component has.".to_owned()];
        targets.above.extend(self.untargeted_lines());
        spec.add("targets", targets);
        if self.extends.is_empty() {
            spec.add("scaleIn", limits());
        }
        spec.add("components", self.components());
        spec.finish()
    }

    fn untargeted_lines(&self) -> Vec<String> {
        listed(&self.untargeted)
            .map(|why| format!("No target for {why}"))
            .collect()
    }

    fn extended(&self) -> Node {
        let mut node = match self.extends.as_slice() {
            [one] => Node::new(*one),
            several => {
                let names = several.iter().map(|name| Node::new(*name));
                Node::new(names.collect::<Vec<_>>())
            }
        };
        node.above = self
            .extends
            .iter()
            .map(|name| {
                format!("Who is a worker and who is a coordinator: trimtab policy --show {name}")
            })
            .collect();
        node
    }

    fn targets(&self) -> Node {
        let mut targets = Mapping::default();
        for target in &self.targets {
            let mut node = Node::new(target.replicas);
            if !target.overrides.is_empty() {
                let overrides = target.overrides.iter().map(|(own, count)| {
                    let mut exception = Mapping::default();
                    exception.add("matchLabels", labels(own));
                    exception.add("replicas", Node::new(*count));
                    exception.finish()
                });
                let mut mapping = Mapping::default();
                mapping.add("replicas", node);
                mapping.add("overrides", Node::new(overrides.collect::<Vec<_>>()));
                node = mapping.finish();
            }
            node.above = vec![target.comment.clone()];
            targets.add(&target.component, node);
        }
        targets.finish()
    }

    fn components(&self) -> Node {
        let mut components = Mapping::default();
        for component in &self.components {
            components.add(&component.name, component.node());
        }
        let mut components = components.finish();
        if self.extends.is_empty() {
            components.above = vec![
                "No built-in catalogue knows these workloads: each is treated as a worker. Review every one.".to_owned(),
                "A component of which only one copy may run is a `singleton`, one that leads others is a `coordinator`:".to_owned(),
                "write that as its role, and remove its target.".to_owned(),
            ];
        }
        components
    }
}

impl DraftComponent {
    fn node(&self) -> Node {
        let mut mapping = Mapping::default();
        mapping.add_some("role", self.role.map(|role| Node::new(role.as_str())));
        if self.active_standby {
            mapping.add("activeStandby", Node::new(true));
        }
        if let Some(floor) = self.floor {
            let mut scale_in = Mapping::default();
            scale_in.add("floor", Node::new(floor));
            mapping.add("scaleIn", scale_in.finish());
        }
        let workloads = self.workloads.iter().map(|it| {
            let mut selector = Mapping::default();
            selector.add("apiVersion", Node::new(it.api_version.as_str()));
            selector.add("kind", Node::new(it.kind.as_str()));
            selector.add("matchLabels", labels(&it.labels));
            selector.finish()
        });
        mapping.add("workloads", Node::new(workloads.collect::<Vec<_>>()));
        let mut node = mapping.finish();
        node.above.clone_from(&self.comment);
        node
    }
}

/// The limits that hold without a policy, to be seen and changed.
fn limits() -> Node {
    let mut limits = Mapping::default();
    for key in ["maxReplicas", "maxComponents", "floor"] {
        limits.add(key, Node::new(1));
    }
    let mut limits = limits.finish();
    limits.above = vec![
        "In one release a component loses at most one replica, one component does, and none goes below one.".to_owned(),
    ];
    limits
}

fn labels(labels: &Labels) -> Node {
    let mut mapping = Mapping::default();
    for (key, value) in labels {
        mapping.add(key, Node::new(value.as_str()));
    }
    mapping.finish()
}

/// The first lines of a list; the rest counted.
pub(super) fn listed(lines: &[String]) -> impl Iterator<Item = String> + '_ {
    let more = lines.len().saturating_sub(LISTED);
    let rest = (more > 0).then(|| format!("... and {more} more"));
    lines.iter().take(LISTED).cloned().chain(rest)
}
