//! What autoscalers take away as soon as they are applied: a count above their maximum comes down to it in one step, and so
//! does a paused one to its count, whatever `behavior` says.
//!
//! Kubernetes does that before it looks at any metric (`pkg/controller/podautoscaler/horizontal.go`, "Current number of
//! replicas above Spec.MaxReplicas").

use super::{Context, autoscaled, replicas};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::manifest::JumpWhy;
use crate::plan::{Excess, Group, Member, Move, Scaler};
use crate::policy::Limits;
use crate::rule::Rule;

/// KEDA's `maxReplicaCount` where none is given (`keda.sh/docs`, specification of a `ScaledObject`).
pub(super) const KEDA_MOST: u32 = 100;

/// An autoscaler that brings a worker below what the release leaves it.
struct Cut<'c> {
    scaler: Scaler<'c>,
    member: &'c Member<'c>,
    from: u32,
    to: u32,
    is_paused: bool,
}

/// The components of which the release and their autoscalers together take more than the policy allows.
pub(super) fn findings(context: &Context<'_>, rule: &'static Rule) -> Vec<Finding> {
    let workers = context.plan.groups().filter(|group| group.is_worker());
    workers
        .filter_map(|group| finding(context, rule, group))
        .collect()
}

fn finding(context: &Context<'_>, rule: &'static Rule, group: &Group<'_>) -> Option<Finding> {
    let mut moves = Vec::new();
    let mut lowest: Option<Cut<'_>> = None;
    for member in &group.members {
        let Some(before) = member.before.known() else {
            continue;
        };
        let left = context.plan.judged(member).unwrap_or(before);
        let cut = cut(member, before, left);
        let after = cut.as_ref().map_or(left, |cut| cut.to);
        moves.push(Move { before, after });
        let loss = |cut: &Cut<'_>| cut.from.saturating_sub(cut.to);
        lowest = lowest.into_iter().chain(cut).max_by_key(|cut| {
            (
                loss(cut),
                std::cmp::Reverse(&*cut.member.workload.object.name),
            )
        });
    }
    let cut = lowest?;
    let limits = Limits {
        floor: 0,
        ..group.limits()
    };
    let excess = limits.excess(&moves)?;
    Some(cut.finding(context, rule, &excess))
}

/// The autoscaler of a worker that leaves it fewest of the replicas that the release leaves it.
fn cut<'c>(member: &'c Member<'c>, from: u32, left: u32) -> Option<Cut<'c>> {
    let cuts = member.autoscalers.iter().filter_map(|scaler| {
        let pace = scaler.pace().ok()?;
        let is_keda = scaler.object().kind == "ScaledObject";
        let paused = pace.jump.filter(|(_, why, _)| *why == JumpWhy::Paused);
        let (is_paused, paused) = (paused.is_some(), paused.map(|(to, _, _)| to));
        let to = paused.or(pace.max).or(is_keda.then_some(KEDA_MOST))?;
        (to < left).then_some(Cut {
            scaler: *scaler,
            member,
            from,
            to,
            is_paused,
        })
    });
    cuts.min_by_key(|cut| cut.to)
}

impl Cut<'_> {
    /// The count that it may bring the worker down to, beside what the others of the component lose.
    fn least(&self, excess: &Excess) -> u64 {
        let own = u64::from(self.from.saturating_sub(self.to));
        let of_others = excess.loss.saturating_sub(own);
        let may_go = excess.allowed.saturating_sub(of_others);
        u64::from(self.from).saturating_sub(may_go)
    }

    fn finding(&self, context: &Context<'_>, rule: &'static Rule, excess: &Excess) -> Finding {
        let (owner, name) = (
            autoscaled::name(self.scaler.object()),
            &self.member.component.name,
        );
        let to = self.to;
        let (why, what) = if self.is_paused {
            (format!("{owner} is paused at {to}"), "the paused count")
        } else {
            (format!("{owner} has a maximum of {to}"), "the maximum")
        };
        let message = format!(
            "{name} would lose {} of {} at once, because {why}; the policy allows {} in one release",
            excess.loss,
            count(excess.of),
            excess.allowed
        );
        let diagnostic = match self.scaler.cut_place() {
            Some(place) => Diagnostic::new(message).label(place, what),
            None => autoscaled::shown(Diagnostic::new(message), self.scaler, "its target"),
        };
        let workload = self.member.workload;
        let diagnostic = diagnostic
            .label(workload.place(workload.name), name.as_str())
            .note("a count above the maximum of an autoscaler, or above its paused count, is lowered in one step, whatever `behavior` says");
        let least = self.least(excess);
        let diagnostic = diagnostic
            .help(format!("set {what} of {owner} to {least} or more for now"))
            .help(format!(
                "if this is intended: {}",
                context.waiver(rule, Some(name))
            ));
        Finding {
            severity: Severity::Error,
            ..context
                .finding(
                    rule,
                    autoscaled::rendered(diagnostic, self.scaler, self.member),
                )
                .about(self.member)
        }
    }
}

fn count(of: u64) -> String {
    u32::try_from(of).map_or_else(|_| format!("{of} replicas"), replicas)
}
