//! The counts as values of the chart that rendered them, by the catalogue's `valuesKey`.
//!
//! What rendered a workload says where its values are: `a/charts/b/templates/c.yaml` is of the sub-chart, or the alias, `b`,
//! whose values are under that name (Helm's `pkg/chart`, `ChartFullPath`).

use std::collections::BTreeMap;

use serde_yaml::{Mapping, Value};

use super::{Set, comment, remark, set};
use crate::diagnostic::Diagnostic;
use crate::report::{ReleaseCounts, Rendering, Report, WorkloadCounts};

const OTHERWISE: &str =
    "or let trimtab write the counts: as the post-renderer, or with -o kustomize";

/// The values file, ending in a line feed.
pub(super) fn print(report: &Report) -> Result<String, Vec<Diagnostic>> {
    let releases = report.releases.iter();
    let releases: Vec<&ReleaseCounts> = releases.filter(|it| set(it).next().is_some()).collect();
    if releases.len() > 1 {
        return Err(vec![several(&releases)]);
    }
    let mut made = Made::default();
    for release in releases {
        made.add(release);
    }
    if !made.problems.is_empty() {
        return Err(made.problems);
    }
    let yaml = serde_yaml::to_string(&made.values);
    let yaml = yaml.map_err(|error| vec![Diagnostic::new(format!("internal error: {error}"))])?;
    let remarks = made.remarks.iter().map(|it| remark(it));
    Ok(comment(report) + &remarks.collect::<String>() + &yaml)
}

fn several(releases: &[&ReleaseCounts]) -> Diagnostic {
    let name = |release: &&ReleaseCounts| {
        let name = release.instance.as_deref().unwrap_or("one without a name");
        let namespace = release.namespace.as_ref();
        namespace.map_or_else(|| name.to_owned(), |it| format!("{name} in {it}"))
    };
    let names: Vec<String> = releases.iter().map(name).collect();
    let message = format!(
        "a values file is for one release, and there are {}: {}",
        releases.len(),
        names.join(", ")
    );
    Diagnostic::new(message).help("plan what is rendered of each release on its own")
}

/// Values on the way.
#[derive(Default)]
struct Made {
    values: Mapping,
    /// What is right without them.
    remarks: Vec<String>,
    problems: Vec<Diagnostic>,
}

impl Made {
    fn add(&mut self, release: &ReleaseCounts) {
        let mut by_key: BTreeMap<String, Vec<Set<'_>>> = BTreeMap::new();
        let mut keys = Vec::new();
        for set in set(release) {
            match key(set.rendering) {
                Some(key) => {
                    if !by_key.contains_key(&key) {
                        keys.push(key.clone());
                    }
                    by_key.entry(key).or_default().push(set);
                }
                None => self.without_a_key(&set),
            }
        }
        for key in &keys {
            let sets = by_key.get(key).map_or(&[][..], Vec::as_slice);
            self.with_a_key(key, sets, release);
        }
    }

    fn without_a_key(&mut self, set: &Set<'_>) {
        let component = &set.component.component;
        let name = &set.workload.object.name;
        if !set.workload.is_changed() {
            let remark = format!("{component}: {name} is rendered with {} already", set.count);
            self.remarks.push(remark);
            return;
        }
        let message = format!(
            "it is not known which value sets the replicas of {component} ({name}), which are to be {}",
            set.count
        );
        let help = format!(
            "name it in the policy, under `spec`: `components: {{{component}: {{valuesKey: ...}}}}`"
        );
        let problem = Diagnostic::new(message).help(help).help(OTHERWISE);
        self.problems.push(problem);
    }

    /// Adds a value, where all that it sets is to have the same count.
    fn with_a_key(&mut self, key: &str, sets: &[Set<'_>], release: &ReleaseCounts) {
        let Some(first) = sets.first() else {
            return;
        };
        let untargeted = release.workloads().filter(|it| {
            let is_of_key = it.rendering.as_deref().and_then(self::key);
            it.target.is_none() && is_of_key.as_deref() == Some(key)
        });
        let counts = sets.iter().map(|set| (set.workload, Some(set.count)));
        let counts = counts.chain(untargeted.map(|it| (it, it.rendered.written())));
        let counts: Vec<(&WorkloadCounts, Option<u32>)> = counts.collect();
        if counts.iter().all(|(_, count)| *count == Some(first.count)) {
            if insert(&mut self.values, key, first.count).is_err() {
                let message = format!("the value `{key}` and another one exclude each other");
                let help = "correct `valuesKey` in the policy";
                self.problems.push(Diagnostic::new(message).help(help));
            }
            return;
        }
        let told = counts.iter().map(|(workload, count)| {
            let count = count.map_or_else(|| workload.rendered.to_string(), |it| it.to_string());
            format!("{} at {count}", workload.object.name)
        });
        let told = told.collect::<Vec<_>>().join(", ");
        if sets.iter().any(|set| set.workload.is_changed()) {
            let message = format!("the one value `{key}` cannot set different counts: {told}");
            let help = "use values that the chart has for each of them, if it has any";
            let problem = Diagnostic::new(message).help(help).help(OTHERWISE);
            self.problems.push(problem);
        } else {
            self.remarks
                .push(format!("{key}: as rendered already: {told}"));
        }
    }
}

/// The whole key of the value that a workload's count is taken from.
fn key(rendering: &Rendering) -> Option<String> {
    let own = rendering.values_key.as_deref()?;
    let mut charts = rendering.template.as_deref().unwrap_or_default().split('/');
    let mut whole = Vec::new();
    charts.next();
    while let (Some("charts"), Some(chart)) = (charts.next(), charts.next()) {
        whole.push(chart);
    }
    let sub_charts = whole.join(".");
    // A policy may be for the umbrella chart, and name the whole key itself.
    if sub_charts.is_empty() || own.starts_with(&format!("{sub_charts}.")) {
        return Some(own.to_owned());
    }
    Some(format!("{sub_charts}.{own}"))
}

/// Inserts a count under keys with dots between; fails where a key on the way is a count, or where there is a mapping.
fn insert(values: &mut Mapping, key: &str, count: u32) -> Result<(), ()> {
    match key.split_once('.') {
        None => match values.insert(Value::from(key), Value::from(count)) {
            None => Ok(()),
            Some(_) => Err(()),
        },
        Some((first, rest)) => {
            let inner = values.entry(Value::from(first));
            let inner = inner.or_insert_with(|| Value::Mapping(Mapping::new()));
            insert(inner.as_mapping_mut().ok_or(())?, rest, count)
        }
    }
}
