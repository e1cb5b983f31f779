//! The rules: one file each, one table that lists them.
//!
//! A rule is a pure function from the `Context` to findings. `judge` asks all of them, applies the waivers and the mode
//! to what they found, and puts it into the order of the stream.

mod ambiguous_workload;
mod autoscaled;
mod autoscaler_conflict;
mod autoscaler_on_coordinator;
mod autoscaler_orphaned;
mod autoscaler_reset;
mod autoscaler_unguarded;
mod baseline_empty;
mod baseline_unknown;
mod below_floor;
mod coordinator_removed;
mod coordinator_scaled;
mod count_used_elsewhere;
mod cuts;
mod disruption_budget;
mod duplicate_object;
mod empty_stream;
mod fixed;
mod invalid_replicas;
mod kin;
mod losses;
mod nothing_recognised;
mod own_count;
mod ownership_conflict;
mod release_removed;
mod removed;
mod replicas_dropped;
pub(crate) mod resemblance;
mod restored;
mod scale_in_too_large;
mod scale_in_unsettled;
mod scale_in_with_rollout;
mod singleton_scaled;
mod target_drift;
mod turnover;
mod unmatched_target;
mod unrecognised_workload;
mod unsafe_edit;
mod waiver_expired;
mod waivers;
mod worker_removed;

pub(crate) use turnover::what_goes;
pub(crate) use waivers::Waivers;

use std::collections::HashSet;

use clap::ValueEnum;

use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, ObjectRef, Severity};
use crate::host::Host;
use crate::host::helm::command_line::Values;
use crate::manifest::Workload;
use crate::plan::{Member, Plan, Purpose, Release};
use crate::policy::Policy;
use crate::rule::Rule;
use crate::source::SourceId;
use crate::word::{Word, Words};

type Check = fn(&Context<'_>) -> Vec<Finding>;

/// Lists each rule once, as a row and as a check.
macro_rules! table {
    ($($rule:ident),* $(,)?) => {
        /// Every rule, in the order of the documentation.
        pub static RULES: &[&Rule] = &[$(&$rule::RULE),*];

        /// The check of each rule.
        static CHECKS: &[Check] = &[$($rule::check),*];
    };
}

table![
    coordinator_scaled,
    singleton_scaled,
    scale_in_too_large,
    below_floor,
    scale_in_unsettled,
    scale_in_with_rollout,
    worker_removed,
    coordinator_removed,
    release_removed,
    replicas_dropped,
    baseline_unknown,
    ownership_conflict,
    baseline_empty,
    unmatched_target,
    target_drift,
    count_used_elsewhere,
    nothing_recognised,
    unrecognised_workload,
    ambiguous_workload,
    duplicate_object,
    invalid_replicas,
    unsafe_edit,
    empty_stream,
    autoscaler_conflict,
    autoscaler_reset,
    autoscaler_on_coordinator,
    autoscaler_unguarded,
    autoscaler_orphaned,
    disruption_budget,
    waiver_expired,
];

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// Why a workload that matches no component looks like one of the system's, if it does.
pub(crate) fn resemblance(policy: &Policy, workload: &Workload) -> Option<String> {
    resemblance::of(policy, workload).map(|it| it.describe())
}

/// How strictly findings are treated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// Errors refuse.
    #[default]
    Enforce,
    /// Errors that can be waived become warnings.
    Warn,
}

/// Everything that a rule can see.
pub(crate) struct Context<'c> {
    pub(crate) plan: &'c Plan<'c>,
    pub(crate) waivers: &'c Waivers<'c>,
    /// Whether standard input was read and was empty.
    pub(crate) is_empty: bool,
    /// `--scale-in step` was given.
    pub(crate) is_stepping: bool,
    /// The host, which decides what a person can do about a finding.
    pub(crate) host: Host,
    /// What the Helm that runs it starts from.
    pub(crate) values: Values,
    /// Whether the manifests are files, which a person edits; there may be no chart.
    pub(crate) reads_files: bool,
    /// The texts of the findings.
    pub(crate) words: &'c Words,
}

/// Runs all rules.
///
/// The findings come in the order of the stream; those without a place in it come last.
pub(crate) fn judge(context: &Context<'_>, mode: Mode) -> Vec<Finding> {
    let mut findings = Vec::new();
    for check in CHECKS {
        findings = joined(findings, check(context));
    }
    context.waivers.apply_to(&mut findings);
    if mode == Mode::Warn {
        for finding in findings.iter_mut().filter(|finding| finding.rule.waivable) {
            finding.severity = Severity::Warning;
        }
    }
    let texts: HashSet<SourceId> = context.plan.manifest.sources.iter().copied().collect();
    let place = |finding: &Finding| {
        let places = finding.diagnostic.labels.iter().map(|label| &label.place);
        places
            .filter(|place| texts.contains(&place.source))
            .min()
            .cloned()
    };
    findings.sort_by_cached_key(|finding| {
        let place = place(finding);
        (place.is_none(), place)
    });
    findings
}

/// Two lists in one; where one is empty, without the room of both.
fn joined(mut first: Vec<Finding>, rest: Vec<Finding>) -> Vec<Finding> {
    if first.is_empty() {
        return rest;
    }
    first.extend(rest);
    first
}

/// The findings of a rule that looks at one recognised workload at a time.
fn of_each_member(
    context: &Context<'_>,
    finding: fn(&Context<'_>, &Member<'_>) -> Option<Finding>,
) -> Vec<Finding> {
    let members = context.plan.members();
    one_of_each(context, members.filter_map(|it| finding(context, it)))
}

/// A list of at most one finding for each member, which has room for all of them: a list that grows is in memory twice.
fn one_of_each(context: &Context<'_>, findings: impl Iterator<Item = Finding>) -> Vec<Finding> {
    let mut all = Vec::with_capacity(context.plan.members().count());
    all.extend(findings);
    all
}

/// Adds the template that rendered a workload, if known.
fn rendered_by(diagnostic: Diagnostic, workload: &Workload) -> Diagnostic {
    let note = workload
        .template
        .as_ref()
        .map(|template| Word::from(format!("rendered by {template}")));
    match note.filter(|note| !diagnostic.notes.contains(note)) {
        Some(note) => diagnostic.note(note),
        None => diagnostic,
    }
}

/// Adds the place of a member's count, and where it was rendered.
fn in_stream(diagnostic: Diagnostic, member: &Member<'_>) -> Diagnostic {
    let diagnostic = diagnostic.label(
        member.workload.replicas_place(),
        describe(&member.workload.object),
    );
    rendered_by(diagnostic, member.workload)
}

/// `1 replica`, `2 replicas`
fn replicas(count: u32) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} replica{plural}")
}

/// `proxy, queryNode`; of more than so many the first: `proxy, queryNode, ...`
fn first_of(names: &[&str], most: usize) -> String {
    match names.get(..most) {
        Some(first) if first.len() < names.len() => format!("{}, ...", first.join(", ")),
        _ => names.join(", "),
    }
}

/// `Deployment milvus/my-release-milvus-proxy`
fn describe(object: &ObjectRef) -> String {
    object.to_string()
}

/// The releases that must be installed for the first time.
pub(crate) fn first_installs<'p>(plan: &'p Plan<'_>) -> Vec<&'p Release<'p>> {
    baseline_empty::first_installs(plan)
}

/// Whether a waiver allows a workload to lose any number of replicas.
pub(crate) fn may_scale_in(waivers: &Waivers<'_>, member: &Member<'_>) -> bool {
    waivers.covers(&scale_in_too_large::RULE, member)
}

/// Whether a workload takes no step: it may lose any number of replicas, or keeps them, since the count that it
/// would lose them by is refused.
pub(crate) fn takes_no_step(waivers: &Waivers<'_>, member: &Member<'_>, purpose: Purpose) -> bool {
    let is_refused = || replicas_dropped::refuses(waivers, member, purpose);
    may_scale_in(waivers, member) || (member.target.is_none() && is_refused())
}

impl Finding {
    fn about(self, member: &Member<'_>) -> Self {
        Self {
            component: Some(member.component.name.clone()),
            object: Some(member.workload.object.clone()),
            ..self
        }
    }
}

impl Context<'_> {
    /// A finding of a rule; the texts that it has in common with others are in memory once.
    fn finding(&self, rule: &'static Rule, mut diagnostic: Diagnostic) -> Finding {
        diagnostic.share(self.words);
        rule.finding(diagnostic)
    }
}

impl Rule {
    fn finding(&'static self, diagnostic: Diagnostic) -> Finding {
        Finding {
            rule: self,
            severity: self.severity,
            component: None,
            object: None,
            diagnostic,
            waived: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::first_of;

    #[test]
    fn dots_stand_for_names_that_are_left_out_and_for_nothing_else() {
        assert_eq!(first_of(&[], 2), "");
        assert_eq!(first_of(&["proxy"], 2), "proxy");
        assert_eq!(first_of(&["proxy", "queryNode"], 2), "proxy, queryNode");
        assert_eq!(
            first_of(&["proxy", "queryNode", "cdc"], 2),
            "proxy, queryNode, ..."
        );
    }
}
