//! `disruption-budget`: a `PodDisruptionBudget` that the desired count can never satisfy.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Context, Rule, in_stream};
use crate::diagnostic::Diagnostic;
use crate::field::Hazard;
use crate::finding::{Finding, Severity};
use crate::labels::MatchLabels;
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
    let (unclear, budgets): (Vec<_>, Vec<_>) = context
        .plan
        .manifest
        .budgets
        .iter()
        .partition(|it| it.hazard.is_some());
    let mut by_selector: BTreeMap<_, Vec<&Budget>> = BTreeMap::new();
    for budget in budgets.into_iter().filter(|it| !it.has_expressions) {
        let namespace = budget.object.namespace.as_deref();
        let selector = (budget.folder.as_deref(), namespace, &budget.match_labels);
        by_selector.entry(selector).or_default().push(budget);
    }
    let is_known = context.plan.members().next().is_some();
    let unclear = unclear.into_iter().filter(|_| is_known);
    let unclear =
        unclear.filter_map(|budget| Some(undetermined(context, budget, budget.hazard.as_ref()?)));
    let mut findings: Vec<Finding> = unclear.collect();
    if by_selector.is_empty() {
        return findings;
    }
    let pods = Pods::of(context);
    for budgets in by_selector.values() {
        let selected = budgets.first().and_then(|budget| pods.selected_by(budget));
        if let Some(selected) = selected {
            findings.extend(
                budgets
                    .iter()
                    .filter_map(|budget| finding(context, &selected, budget)),
            );
        }
    }
    findings
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
    /// `None` if it is unknown, or if an autoscaler sets it.
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
            for (key, value) in pods.workload.match_labels.iter() {
                let label = (folder, key, value);
                by_label.entry(label).or_default().push(index);
            }
        }
        Self { all, by_label }
    }

    /// What a budget selects, as far as the selectors of workloads tell; none where it is nothing that is recognised.
    fn selected_by(&self, budget: &Budget) -> Option<Selected<'p>> {
        let labels = budget.match_labels.as_ref()?;
        let folder = budget.folder.as_deref();
        let lists = labels.iter().map(|(key, value)| {
            let label = (folder, key, value);
            self.by_label.get(&label).map_or(&[][..], Vec::as_slice)
        });
        let is_selected = |pods: &&Workloads<'_>| pods.are_selected_by(budget, labels);
        let selected: Vec<_> = match lists.min_by_key(|list| list.len()) {
            Some(rarest) => {
                let candidates = rarest.iter().filter_map(|index| self.all.get(*index));
                candidates.filter(is_selected).collect()
            }
            // An empty selector selects all.
            None => self.all.iter().filter(is_selected).collect(),
        };
        let members: Vec<_> = selected.iter().filter_map(|it| it.member).collect();
        let names: BTreeSet<_> = members.iter().map(|it| &*it.component.name).collect();
        let counts = selected.iter().map(|it| it.count.map(u64::from));
        Some(Selected {
            first: *members.first()?,
            names: names.into_iter().collect::<Vec<_>>().join(", "),
            total: counts.sum(),
            members,
        })
    }
}

impl Workloads<'_> {
    fn are_selected_by(&self, budget: &Budget, labels: &MatchLabels) -> bool {
        let object = &self.workload.object;
        let is_near = match (&object.namespace, &budget.object.namespace) {
            (Some(own), Some(other)) => own == other,
            _ => true,
        };
        let is_beside = self.workload.folder == budget.folder;
        let own = &self.workload.match_labels;
        is_near
            && is_beside
            && labels
                .iter()
                .all(|(key, value)| own.get(key) == Some(value))
    }
}

/// What a budget selects.
struct Selected<'p> {
    first: &'p Member<'p>,
    /// Those that are recognised.
    members: Vec<&'p Member<'p>>,
    /// The names of their components.
    names: String,
    /// The replicas that all of it would have, where that is known.
    total: Option<u64>,
}

/// That it cannot be said whether a budget can be satisfied.
fn undetermined(context: &Context<'_>, budget: &Budget, hazard: &Hazard) -> Finding {
    let object = &budget.object;
    let place = Place::new(budget.source, hazard.span);
    let diagnostic = Diagnostic::new(format!(
        "whether {} {} can be satisfied cannot be determined",
        object.kind, object.name
    ))
    .label(place, hazard.kind.describe())
    .help(hazard.kind.remedy());
    Finding {
        object: Some(object.clone()),
        ..context.finding(&RULE, diagnostic)
    }
}

fn finding(context: &Context<'_>, selected: &Selected<'_>, budget: &Budget) -> Option<Finding> {
    let object = &budget.object;
    if let Some(hazard) = &budget.odd_number {
        let component = Some(selected.first.component.name.clone());
        return Some(Finding {
            component,
            ..undetermined(context, budget, hazard)
        });
    }
    let (allowance, what, help) = lets_none_go(budget)
        .or_else(|| wants_too_many(budget, selected.total.filter(|total| *total > 0)?))?;
    let message = format!(
        "{} {} {what}: no node that runs {} can be drained",
        object.kind, object.name, selected.names
    );
    let place = Place::new(budget.source, allowance.span);
    let mut diagnostic = Diagnostic::new(message).label(place, "the budget");
    for member in selected.members.iter().take(SHOWN) {
        diagnostic = in_stream(diagnostic, member);
    }
    if let Some(template) = &budget.template {
        diagnostic = diagnostic.note(format!("the budget is rendered by {template}"));
    }
    let finding = context
        .finding(&RULE, diagnostic.help(help))
        .about(selected.first);
    Some(Finding {
        object: Some(object.clone()),
        ..finding
    })
}

/// `maxUnavailable: 0`, in words, and what to do.
fn lets_none_go(budget: &Budget) -> Option<(&Allowance, String, String)> {
    let is_none = |it: &&Allowance| matches!(it.share, Share::Pods(0) | Share::Percent(0));
    let none = budget.max_unavailable.as_ref().filter(is_none)?;
    let help = "set `maxUnavailable` to 1".to_owned();
    Some((none, "does not allow any disruption".to_owned(), help))
}

/// A `minAvailable` above so many pods, in words, and what to do.
fn wants_too_many(budget: &Budget, total: u64) -> Option<(&Allowance, String, String)> {
    let allowance = budget.min_available.as_ref()?;
    // A share is never more than all: above 100% it is invalid (`ValidatePodDisruptionBudgetSpec`).
    let Share::Pods(wanted) = allowance.share else {
        return None;
    };
    (u64::from(wanted) > total).then(|| {
        let less = total - 1;
        (
            allowance,
            format!("requires {wanted} available pods, but there would be {total}"),
            format!("lower `minAvailable` to {less}, or use `maxUnavailable: 1`"),
        )
    })
}
