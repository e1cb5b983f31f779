//! What is recognised, workload by workload, and the findings about each.

use std::collections::{HashMap, HashSet};

use super::UNSETTLED;
use crate::finding::{Finding, ObjectRef};
use crate::plan::Before;
use crate::report::{ComponentCounts, ReleaseCounts, Report, ScaledBy, WorkloadCounts};

/// A workload of a release, in words.
pub(in crate::report) struct Entry<'r> {
    pub(in crate::report) component: &'r str,
    pub(in crate::report) role: &'static str,
    pub(in crate::report) object: &'r ObjectRef,
    pub(in crate::report) rendered: &'r str,
    /// The count that it had, or what is known of it instead.
    pub(in crate::report) baseline: String,
    pub(in crate::report) target: String,
    /// `HPA 1-5`; empty if nothing scales it.
    pub(in crate::report) autoscaler: String,
    /// The rules with a finding about it, with commas.
    pub(in crate::report) findings: String,
}

/// The workloads of a release, in the order of its components.
pub(in crate::report) fn entries<'r>(
    release: &'r ReleaseCounts,
    about: &About<'r>,
) -> Vec<Entry<'r>> {
    let components = release.components.iter();
    let entries = components.flat_map(|component| {
        let workloads = component.workloads.iter();
        workloads.map(move |workload| entry(component, workload, about))
    });
    entries.collect()
}

fn entry<'r>(
    component: &'r ComponentCounts,
    workload: &'r WorkloadCounts,
    about: &About<'r>,
) -> Entry<'r> {
    let target = workload.target.map(|target| target.to_string());
    let scaled_by = workload.autoscalers.iter().map(scaled_by);
    Entry {
        component: &component.component,
        role: component.role.as_str(),
        object: &workload.object,
        rendered: &workload.written,
        baseline: before(workload.before),
        target: match target {
            Some(count) if workload.keeps => format!("keep {count}"),
            Some(count) => count,
            None => "-".to_owned(),
        },
        autoscaler: scaled_by.collect::<Vec<_>>().join(", "),
        findings: about.rules(component, workload).join(", "),
    }
}

/// `5`, or why there is no such count.
pub(super) fn before(before: Before) -> String {
    match before {
        Before::Known(count) => count.to_string(),
        Before::New => "new".to_owned(),
        Before::Unset => "unset".to_owned(),
        Before::Unknown => "unknown".to_owned(),
    }
}

/// `HPA 1-5`, `ScaledObject 0-?`
fn scaled_by(autoscaler: &ScaledBy) -> String {
    let kind = match &*autoscaler.kind {
        "HorizontalPodAutoscaler" => "HPA",
        kind => kind,
    };
    let bound = |count: Option<u32>| count.map_or_else(|| "?".to_owned(), |it| it.to_string());
    format!("{kind} {}-{}", bound(autoscaler.min), bound(autoscaler.max))
}

/// The findings by what they are about.
pub(in crate::report) struct About<'r> {
    objects: HashMap<&'r ObjectRef, Vec<&'r Finding>>,
    /// Those about a component as a whole.
    components: HashMap<&'r str, Vec<&'r Finding>>,
    /// What may not go on as it is; a release that is not settled yet will.
    refused_objects: HashSet<&'r ObjectRef>,
    refused_components: HashSet<&'r str>,
}

impl<'r> About<'r> {
    pub(in crate::report) fn of(report: &'r Report) -> Self {
        let mut about = Self {
            objects: HashMap::new(),
            components: HashMap::new(),
            refused_objects: HashSet::new(),
            refused_components: HashSet::new(),
        };
        for finding in &report.findings {
            let is_to_mend = report.refuses(finding) && finding.rule.id != UNSETTLED;
            match (&finding.object, &finding.component) {
                (Some(object), _) => {
                    about.objects.entry(object).or_default().push(finding);
                    about.refused_objects.extend(is_to_mend.then_some(object));
                }
                (None, Some(component)) => {
                    let own = about.components.entry(component).or_default();
                    own.push(finding);
                    let refused = is_to_mend.then_some(&**component);
                    about.refused_components.extend(refused);
                }
                (None, None) => {}
            }
        }
        about
    }

    /// Whether the next release is refused for a component.
    pub(super) fn refuses(&self, component: &ComponentCounts) -> bool {
        let mut workloads = component.workloads.iter();
        self.refused_components.contains(&*component.component)
            || workloads.any(|workload| self.refused_objects.contains(&workload.object))
    }

    /// The rules with a finding about a workload, each once.
    fn rules(&self, component: &ComponentCounts, workload: &WorkloadCounts) -> Vec<String> {
        let own = self.objects.get(&workload.object).into_iter().flatten();
        let all = self.components.get(&*component.component);
        let mut rules: Vec<String> = Vec::new();
        for finding in own.chain(all.into_iter().flatten()) {
            let rule = match finding.waived {
                Some(_) => format!("{} (waived)", finding.rule.id),
                None => finding.rule.id.to_owned(),
            };
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        rules
    }
}
