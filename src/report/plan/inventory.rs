//! What is recognised, workload by workload, and the findings about each.

use std::collections::{HashMap, HashSet};

use super::UNSETTLED;
use crate::finding::{Finding, ObjectRef};
use crate::plan::Before;
use crate::report::{ComponentCounts, ReleaseCounts, Report, ScaledBy, WorkloadCounts};
use crate::source::SourceId;

/// A workload of a release, in words.
pub(in crate::report) struct Entry<'r> {
    pub(in crate::report) component: &'r str,
    pub(in crate::report) role: &'static str,
    pub(in crate::report) object: &'r ObjectRef,
    pub(in crate::report) rendered: String,
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
    let rendering = workload.rendering.iter();
    let scaled_by = rendering.flat_map(|it| &it.autoscalers).map(scaled_by);
    Entry {
        component: &component.component,
        role: component.role.as_str(),
        object: &workload.object,
        rendered: workload.rendered.to_string(),
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
    report: &'r Report,
    objects: HashMap<&'r ObjectRef, Vec<&'r Finding>>,
    /// Those about a component as a whole.
    components: HashMap<&'r str, Vec<&'r Finding>>,
    /// The texts of all workloads.
    sources: HashSet<SourceId>,
}

impl<'r> About<'r> {
    pub(in crate::report) fn of(report: &'r Report) -> Self {
        let workloads = report.releases.iter().flat_map(ReleaseCounts::workloads);
        let sources = workloads.filter_map(|it| Some(it.rendering.as_ref()?.source));
        let mut about = Self {
            report,
            objects: HashMap::new(),
            components: HashMap::new(),
            sources: sources.collect(),
        };
        for finding in &report.findings {
            match (&finding.object, &finding.component) {
                (Some(object), _) => about.objects.entry(object).or_default().push(finding),
                (None, Some(component)) => {
                    let own = about.components.entry(component).or_default();
                    own.push(finding);
                }
                (None, None) => {}
            }
        }
        about
    }

    /// Whether the next release is refused for a component.
    pub(super) fn refuses(&self, component: &ComponentCounts) -> bool {
        let workloads = component.workloads.iter();
        let own = workloads.flat_map(|workload| self.of_workload(workload));
        let mut all = own.chain(self.of_component(component));
        all.any(|it| self.report.refuses(it) && it.rule.id != UNSETTLED)
    }

    /// Those about one workload: of two folders' objects of one name, about that in its own text.
    fn of_workload(&self, workload: &WorkloadCounts) -> impl Iterator<Item = &'r Finding> {
        let own = self.objects.get(&workload.object).into_iter().flatten();
        let source = workload.rendering.as_ref().map(|it| it.source);
        own.copied().filter(move |finding| {
            let labels = finding.diagnostic.labels.iter();
            let mut named = labels.map(|it| it.place.source);
            let is_in = |it: SourceId| Some(it) == source;
            named.clone().any(is_in) || !named.any(|it| self.sources.contains(&it))
        })
    }

    fn of_component(&self, component: &ComponentCounts) -> impl Iterator<Item = &'r Finding> {
        let all = self.components.get(&*component.component);
        all.into_iter().flatten().copied()
    }

    /// The rules with a finding about a workload, each once.
    fn rules(&self, component: &ComponentCounts, workload: &WorkloadCounts) -> Vec<String> {
        let mut rules: Vec<String> = Vec::new();
        for finding in self
            .of_workload(workload)
            .chain(self.of_component(component))
        {
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

#[cfg(test)]
mod tests {
    use super::super::super::tests::{Texts, release};
    use super::*;
    use crate::field::FieldPath;
    use crate::report::{Command, Rendering};

    /// Of each release, whether a finding concerns its first component.
    fn concerned(report: &Report) -> Vec<bool> {
        let about = About::of(report);
        let components = report
            .releases
            .iter()
            .filter_map(|it| it.components.first());
        components.map(|it| about.refuses(it)).collect()
    }

    /// Two folders hold objects of the same name; a finding about one is not about the other.
    #[test]
    fn a_finding_is_about_the_workload_of_its_text() {
        let finding = Texts::new().scale_in();
        let sources = finding.diagnostic.labels.iter().map(|it| it.place.source);
        let sources: Vec<_> = sources.collect();
        let mut report = Texts::report(Command::Plan, Vec::new());
        report.releases.push(release());
        report.findings = vec![finding];
        for (release, source) in report.releases.iter_mut().zip(sources) {
            let workloads = release
                .components
                .iter_mut()
                .flat_map(|it| &mut it.workloads);
            for workload in workloads {
                workload.rendering = Some(Box::new(Rendering {
                    source,
                    path: FieldPath::in_spec("replicas"),
                    names_namespace: true,
                    template: None,
                    values_key: None,
                    autoscalers: Vec::new(),
                }));
            }
        }
        assert_eq!(concerned(&report), [true, true]);
        for finding in &mut report.findings {
            let first = finding.diagnostic.labels.first().cloned();
            finding.diagnostic.labels = first.into_iter().collect();
        }
        assert_eq!(concerned(&report), [true, false]);
    }
}
