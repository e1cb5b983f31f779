//! `disruption-budget`: a `PodDisruptionBudget` that the desired count can never satisfy.

use std::collections::{BTreeSet, HashMap};

use super::{Context, Rule, in_stream};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::manifest::{Allowance, Budget, Share, Workload};
use crate::plan::Member;
use crate::source::Place;

pub(super) static RULE: Rule = Rule {
    id: "disruption-budget",
    severity: Severity::Warning,
    waivable: true,
    summary: "a PodDisruptionBudget that the desired count can never satisfy",
    page: include_str!("../../docs/rules/disruption-budget.md"),
};

/// Workloads that one finding shows.
const SHOWN: usize = 8;

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let budgets = &context.plan.manifest.budgets;
    if budgets.is_empty() {
        return Vec::new();
    }
    let pods = Pods::of(context);
    let is_certain = |budget: &&Budget| budget.hazard.is_none() && !budget.has_expressions;
    let budgets = budgets.iter().filter(is_certain);
    budgets
        .filter_map(|budget| finding(&pods, budget))
        .collect()
}

/// The workloads of a stream by each label of their selectors, which their pods have too.
struct Pods<'p> {
    all: Vec<Workloads<'p>>,
    /// Indices into all, by folder and label.
    by_label: HashMap<(Option<&'p str>, &'p str, &'p str), Vec<usize>>,
}

/// A workload with the count that it would have.
struct Workloads<'p> {
    workload: &'p Workload,
    /// None where the catalogue does not know it.
    member: Option<&'p Member<'p>>,
    /// None where nobody can say, or where an autoscaler does.
    count: Option<u32>,
}

impl<'p> Pods<'p> {
    fn of(context: &'p Context<'_>) -> Self {
        let known = context.plan.members().map(|member| Workloads {
            workload: member.workload,
            member: Some(member),
            count: context
                .plan
                .judged(member)
                .filter(|_| member.autoscalers.is_empty()),
        });
        let others = context.plan.unrecognised.iter().map(|workload| Workloads {
            workload,
            member: None,
            count: workload.replicas.count.effective(),
        });
        let all: Vec<_> = known.chain(others).collect();
        let mut by_label: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, pods) in all.iter().enumerate() {
            let folder = pods.workload.folder.as_deref();
            for (key, value) in &pods.workload.match_labels {
                let label = (folder, key.as_str(), value.as_str());
                by_label.entry(label).or_default().push(index);
            }
        }
        Self { all, by_label }
    }

    /// The workloads whose pods a budget selects, as far as their selectors tell.
    fn selected_by(&self, budget: &Budget) -> Vec<&Workloads<'p>> {
        let Some(labels) = &budget.match_labels else {
            return Vec::new();
        };
        let folder = budget.folder.as_deref();
        let lists = labels.iter().map(|(key, value)| {
            let label = (folder, key.as_str(), value.as_str());
            self.by_label.get(&label).map_or(&[][..], Vec::as_slice)
        });
        let Some(rarest) = lists.min_by_key(|list| list.len()) else {
            return Vec::new();
        };
        let has_all = |pods: &&Workloads<'_>| {
            let own = &pods.workload.match_labels;
            labels
                .iter()
                .all(|(key, value)| own.get(key) == Some(value))
        };
        let is_near = |pods: &&Workloads<'_>| {
            let namespaces = (&pods.workload.object.namespace, &budget.object.namespace);
            matches!(namespaces, (None, _) | (_, None)) || namespaces.0 == namespaces.1
        };
        let candidates = rarest.iter().filter_map(|index| self.all.get(*index));
        candidates.filter(is_near).filter(has_all).collect()
    }
}

fn finding(pods: &Pods<'_>, budget: &Budget) -> Option<Finding> {
    let (min, max) = (&budget.min_available, &budget.max_unavailable);
    let is_none = |it: &&Allowance| matches!(it.share, Share::Pods(0) | Share::Percent(0));
    let none = max.as_ref().filter(is_none);
    if none.is_none() && min.is_none() {
        return None;
    }
    let selected = pods.selected_by(budget);
    let members: Vec<_> = selected.iter().filter_map(|it| it.member).collect();
    let first = *members.first()?;
    let names: BTreeSet<_> = members.iter().map(|it| &*it.component.name).collect();
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    let object = &budget.object;
    let (allowance, message, help) = if let Some(none) = none {
        let message = format!(
            "{} {} lets no pod of {names} go: no node that runs one can be drained",
            object.kind, object.name
        );
        (none, message, "set `maxUnavailable` to 1".to_owned())
    } else {
        let allowance = min.as_ref()?;
        let counts = selected.iter().map(|it| it.count.map(u64::from));
        let total = counts.sum::<Option<u64>>().filter(|total| *total > 0)?;
        let wanted = wanted(allowance.share, total);
        if wanted <= total {
            return None;
        }
        let message = format!(
            "{} {} wants {wanted} pods of {names} available, and there would be {total}: no node that runs one can be drained",
            object.kind, object.name
        );
        let less = total - 1;
        (
            allowance,
            message,
            format!("lower `minAvailable` to {less}, or use `maxUnavailable: 1`"),
        )
    };
    let place = Place::new(budget.source, allowance.span.clone());
    let mut diagnostic = Diagnostic::new(message).label(place, "the budget");
    for member in members.iter().take(SHOWN) {
        diagnostic = in_stream(diagnostic, member);
    }
    if let Some(template) = &budget.template {
        diagnostic = diagnostic.note(format!("the budget is rendered by {template}"));
    }
    let finding = RULE.finding(diagnostic.help(help)).about(first);
    Some(Finding {
        object: Some(object.clone()),
        ..finding
    })
}

/// How many pods must be available; Kubernetes rounds a share up (`pkg/controller/disruption/disruption.go`).
fn wanted(share: Share, total: u64) -> u64 {
    match share {
        Share::Pods(pods) => u64::from(pods),
        Share::Percent(percent) => (total * u64::from(percent)).div_ceil(100),
    }
}
