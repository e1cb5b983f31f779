//! The workloads of a report, each with its findings: what a list of test cases shows.

use std::collections::HashMap;
use std::path::Path;

use super::repository::FileName;
use super::spot::{Spot, Spots};
use super::{Report, Setting};
use crate::finding::{Finding, ObjectRef};

/// A workload, another object that a finding names, or a rule that found something about no object.
#[derive(Debug)]
pub(super) struct Case<'r> {
    /// The component, if it belongs to one.
    pub(super) component: Option<&'r str>,
    pub(super) name: String,
    /// The file of its findings, as a path from the repository's root.
    pub(super) file: Option<String>,
    pub(super) findings: Vec<&'r Finding>,
}

/// The cases of a report: its workloads in the order of the stream, then what else the findings name.
pub(super) fn cases<'r>(report: &'r Report, setting: &Setting<'_>) -> Vec<Case<'r>> {
    let spots = Spots::new(setting, None, report.places());
    let mut cases = Cases::default();
    for release in &report.releases {
        let folder = release.folder.as_deref();
        for component in &release.components {
            for workload in &component.workloads {
                cases.add(&component.component, &workload.object, folder, setting);
            }
        }
    }
    for finding in &report.findings {
        let exact = spots.exact(&finding.diagnostic);
        let first = exact.iter().find(|spot| spot.file.is_inside());
        let at = cases.of(finding, &exact);
        if let Some(case) = cases.all.get_mut(at) {
            let file = || first.map(|spot| spot.file.path());
            case.file = case.file.take().or_else(file);
            case.findings.push(finding);
        }
    }
    cases.all
}

#[derive(Default)]
struct Cases<'r> {
    all: Vec<Case<'r>>,
    /// Where the cases of an object are, each with its folder: several folders may hold the same names.
    known: HashMap<&'r ObjectRef, Vec<(Option<FileName>, usize)>>,
}

impl<'r> Cases<'r> {
    fn add(
        &mut self,
        component: &'r str,
        object: &'r ObjectRef,
        folder: Option<&str>,
        setting: &Setting<'_>,
    ) {
        let name = match folder.filter(|folder| *folder != ".") {
            Some(folder) => format!("{object} in {folder}"),
            None => object.to_string(),
        };
        let folder = folder.and_then(|folder| setting.repository.name(Path::new(folder)));
        let at = (folder, self.all.len());
        self.known.entry(object).or_default().push(at);
        self.all.push(Case {
            component: Some(component),
            name,
            file: None,
            findings: Vec::new(),
        });
    }

    /// The case that a finding belongs to; a new one, if it is about nothing known.
    fn of(&mut self, finding: &'r Finding, exact: &[Spot<'_>]) -> usize {
        let object = finding.object.as_ref();
        let places = object.and_then(|object| self.known.get(object));
        let at = places.and_then(|places| {
            let is_in = |folder: &FileName| exact.iter().any(|spot| spot.file.is_in(folder));
            let here = places
                .iter()
                .find(|(folder, _)| folder.as_ref().is_some_and(is_in));
            here.or_else(|| places.first())
        });
        let at = at.map_or(self.all.len(), |(_, at)| *at);
        if at == self.all.len() {
            if let Some(object) = object {
                self.known.entry(object).or_default().push((None, at));
            }
            self.all.push(Case {
                component: finding.component.as_deref(),
                name: object.map_or_else(|| finding.rule.id.to_owned(), ToString::to_string),
                file: None,
                findings: Vec::new(),
            });
        }
        at
    }
}
