//! A stream with a policy and a baseline: what a run of the guard is given.

use std::fmt::Write;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use tempfile::TempDir;

use super::model::{Stream, WORKERS, Workload, stream};
use super::naive::Limits;
use super::run::{Outcome, filter};

/// What the baseline holds of a workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    Known(u32),
    New,
    /// There is no count.
    Unknown,
    /// There is one that cannot be read with certainty.
    Odd,
}

/// A policy's numbers: a target and an override for resource group 0, the limits, and each component's floor.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub(crate) targets: Vec<Option<(u32, Option<u32>)>>,
    pub(crate) limits: Limits,
    pub(crate) floors: Vec<Option<u32>>,
    pub(crate) max_components: Option<u32>,
}

#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) stream: Stream,
    pub(crate) policy: Policy,
    pub(crate) before: Vec<Before>,
    pub(crate) is_live: bool,
}

pub(crate) fn limit(least: u32, most: u32) -> impl Strategy<Value = Option<u32>> {
    prop_oneof![3 => (least..=most).prop_map(Some), 1 => Just(None)]
}

pub(crate) fn policy() -> impl Strategy<Value = Policy> {
    let target = option::weighted(0.8, (0_u32..10, option::of(0_u32..10)));
    let limits = (limit(0, 3), limit(1, 100), 0_u32..3);
    let floors = vec(option::weighted(0.2, 0_u32..4), WORKERS.len());
    (vec(target, WORKERS.len()), limits, floors, limit(0, 3)).prop_map(
        |(targets, limits, floors, max_components)| Policy {
            targets,
            limits: Limits {
                max_replicas: limits.0,
                max_percent: limits.1,
                floor: limits.2,
            },
            floors,
            max_components,
        },
    )
}

pub(crate) fn case() -> impl Strategy<Value = Case> {
    let before = prop_oneof![8 => (0_u32..12).prop_map(Before::Known), 1 => Just(Before::New), 1 => Just(Before::Unknown), 1 => Just(Before::Odd)];
    (stream(), policy(), vec(before, 32), any::<bool>()).prop_map(
        |(stream, mut policy, mut before, is_live)| {
            // The first worker's count is known, so that the baseline is never without any.
            let workloads = stream.workloads();
            let first = workloads.iter().position(|it| it.is_worker()).unwrap();
            if before[first] == Before::New {
                before[first] = Before::Known(3);
            }
            before.truncate(workloads.len());
            for (component, target) in policy.targets.iter_mut().enumerate() {
                let mut ours = workloads.iter().filter(|it| it.component == component);
                let is_grouped = ours.any(|it| it.group == Some(0));
                if let Some(target) = target.as_mut().filter(|_| !is_grouped) {
                    target.1 = None;
                }
            }
            policy.lower_floors();
            Case {
                stream,
                policy,
                before,
                is_live,
            }
        },
    )
}

impl Policy {
    /// No floor above its target: such a policy is refused.
    fn lower_floors(&mut self) {
        for (floor, target) in self.floors.iter_mut().zip(&self.targets) {
            let most =
                target.map(|(replicas, special)| special.map_or(replicas, |it| it.max(replicas)));
            let own = floor.unwrap_or(self.limits.floor);
            if let Some(most) = most.filter(|most| *most < own) {
                *floor = Some(most);
            }
        }
    }

    pub(crate) fn yaml(&self) -> String {
        let number = |limit: Option<u32>| limit.map_or("null".to_owned(), |it| it.to_string());
        let mut text = format!(
            "apiVersion: trimtab.dev/v1alpha1\nkind: ReplicaPolicy\nmetadata: {{name: test}}\nspec:\n  extends: milvus\n  \
             scaleIn: {{maxReplicas: {}, maxPercent: {}, floor: {}, maxComponents: {}}}\n  targets:\n",
            number(self.limits.max_replicas),
            number(self.limits.max_percent),
            self.limits.floor,
            number(self.max_components),
        );
        text.push_str("    indexNode: {replicas: 2, optional: true}\n");
        for ((name, _), target) in WORKERS.iter().zip(&self.targets) {
            let Some((replicas, special)) = target else {
                continue;
            };
            write!(text, "    {name}: {{optional: true, replicas: {replicas}").unwrap();
            if let Some(special) = special {
                write!(text, ", overrides: [{{matchLabels: {{milvus.io/resource-group: rg0}}, replicas: {special}}}]").unwrap();
            }
            text.push_str("}\n");
        }
        text.push_str("  components:\n    mixCoord: {activeStandby: false}\n");
        for ((name, _), floor) in WORKERS.iter().zip(&self.floors) {
            if let Some(floor) = floor {
                writeln!(text, "    {name}: {{scaleIn: {{floor: {floor}}}}}").unwrap();
            }
        }
        text
    }

    pub(crate) fn limits(&self, component: usize) -> Limits {
        let floor = self.floors[component].unwrap_or(self.limits.floor);
        Limits {
            floor,
            ..self.limits
        }
    }

    pub(crate) fn target(&self, workload: &Workload) -> Option<u32> {
        let (replicas, special) = (*self.targets.get(workload.component)?)?;
        Some(
            special
                .filter(|_| workload.group == Some(0))
                .unwrap_or(replicas),
        )
    }
}

/// A baseline with these counts, as a manifest or as a listing of live objects.
pub(crate) fn baseline(stream: &Stream, before: &[Before], is_live: bool) -> String {
    let mut text = String::new();
    for (index, workload) in stream.workloads().iter().enumerate() {
        let replicas = match before[index] {
            Before::New => continue,
            Before::Known(count) => format!("replicas: {count}, "),
            Before::Unknown => String::new(),
            Before::Odd => "replicas: 5e0, ".to_owned(),
        };
        let namespace = workload
            .namespace(stream.has_namespaces)
            .map_or(String::new(), |it| format!(", namespace: {it}"));
        let status = if is_live {
            "status: {observedGeneration: 1}\n"
        } else {
            ""
        };
        write!(
            text,
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {}{namespace}}}\n\
             spec: {{{replicas}selector: {{matchLabels: {{app.kubernetes.io/name: milvus, app.kubernetes.io/instance: release{}, component: {}}}}}}}\n{status}",
            name(workload, index),
            workload.release,
            workload.names().1,
        )
        .unwrap();
    }
    text
}

pub(crate) fn name(workload: &Workload, index: usize) -> String {
    format!("r{}-{}-{index}", workload.release, workload.names().1)
}

impl Case {
    /// Runs the filter in a folder with the policy and the baseline.
    pub(crate) fn run(
        &self,
        folder: &TempDir,
        input: &str,
        baseline: &str,
        is_stepping: bool,
    ) -> Outcome {
        let (policy, before) = (
            folder.path().join("policy.yaml"),
            folder.path().join("before.yaml"),
        );
        std::fs::write(&policy, self.policy.yaml()).unwrap();
        std::fs::write(&before, baseline).unwrap();
        let policy = format!("--policy={}", policy.display());
        let before = format!("--baseline=file:{}", before.display());
        let step = if is_stepping {
            "--scale-in=step"
        } else {
            "--scale-in=refuse"
        };
        // A release of new workers alone is refused otherwise, and is not what is looked at here.
        let arguments = [&policy, &before, step, "--allow=baseline-empty"];
        filter(&arguments, input.as_bytes())
    }
}
