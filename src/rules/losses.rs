//! What the rules on scale-ins share: the workloads of a component that lose replicas, and the way down that its limits
//! allow.

use super::{Context, Rule, in_stream, replicas};
use crate::baseline::Baseline;
use crate::diagnostic::Diagnostic;
use crate::plan::{Group, LadderEnd, Member, Move, Purpose};
use crate::policy::Limits;

/// The judged moves of a component's workloads.
pub(super) struct Losses<'g> {
    pub(super) members: Vec<&'g Member<'g>>,
    /// As many as members, in their order.
    pub(super) moves: Vec<Move>,
}

/// The workloads of a component with a count before and after.
pub(super) fn of<'g>(context: &'g Context<'_>, group: &'g Group<'g>) -> Losses<'g> {
    let (members, moves) = context.plan.moves(group).into_iter().unzip();
    Losses { members, moves }
}

impl<'g> Losses<'g> {
    /// The workloads that lose replicas.
    pub(super) fn losers(&self) -> impl Iterator<Item = (&'g Member<'g>, Move)> {
        let moves = self.members.iter().zip(&self.moves);
        let moves = moves.map(|(member, it)| (*member, *it));
        moves.filter(|(_, it)| it.after < it.before)
    }

    /// Adds the targets, then each workload that loses, with what it had.
    pub(super) fn shown(&self, context: &Context<'_>, mut diagnostic: Diagnostic) -> Diagnostic {
        let targets = self.losers().filter_map(|(member, _)| member.target);
        let mut places: Vec<_> = targets.map(|target| target.place.clone()).collect();
        places.sort();
        places.dedup();
        if context.plan.purpose == Purpose::Write {
            for place in places {
                diagnostic = diagnostic.label(place, "the target");
            }
        }
        for (member, _) in self.losers() {
            diagnostic = in_stream(diagnostic, member);
        }
        for (member, it) in self.losers() {
            diagnostic = diagnostic.note(had(context, member, it.before));
        }
        diagnostic
    }

    /// Adds what to do next: the ladder, or a baseline to compare with.
    pub(super) fn advice(
        &self,
        context: &Context<'_>,
        diagnostic: Diagnostic,
        group: &Group<'_>,
    ) -> Diagnostic {
        if matches!(context.plan.baseline, Baseline::Rendered) {
            return diagnostic.help(context.better_baseline()).help(format!(
                "without one, lower {} with the target, one replica in a release: a larger loss is not seen there",
                context.own_count()
            ));
        }
        let ladder = group.limits().ladder(&self.moves);
        if ladder.totals.is_empty() {
            return diagnostic.help("its limits allow no step down: change the target, or the limits in the policy's `scaleIn`");
        }
        let first = self.first_step(context, group.limits());
        let diagnostic = diagnostic.help(format!("{first} {}", rungs(&ladder.totals, ladder.end)));
        let is_targeted = self.members.iter().any(|member| member.target.is_some());
        if is_targeted && context.plan.purpose == Purpose::Write && !context.is_stepping {
            diagnostic.help("or let each run take the next step by itself: --scale-in step")
        } else {
            diagnostic
        }
    }

    /// `set the target to`
    fn first_step(&self, context: &Context<'_>, limits: Limits) -> String {
        match self.members.as_slice() {
            [_] if context.plan.purpose == Purpose::Check => "let the manifest go to".to_owned(),
            [member] if member.target.is_some() => "set the target to".to_owned(),
            [_] => format!("set {} to", context.own_count()),
            _ => format!(
                "allowed now: {}; their sum goes to",
                self.next_counts(limits)
            ),
        }
    }

    /// `demo-milvus-querynode-rg1 at 2, demo-milvus-querynode-rg2 at 3`
    fn next_counts(&self, limits: Limits) -> String {
        let counts = self.members.iter().zip(limits.step(&self.moves));
        let counts =
            counts.map(|(member, count)| format!("{} at {count}", member.workload.object.name));
        counts.collect::<Vec<_>>().join(", ")
    }
}

/// `baseline file:last.yaml: 3 replicas of demo-milvus-datanode`
pub(super) fn had(context: &Context<'_>, member: &Member<'_>, count: u32) -> String {
    let baseline = context.plan.baseline.name();
    let name = &member.workload.object.name;
    format!("baseline {baseline}: {} of {name}", replicas(count))
}

/// `4 now, then 3, then 2, each once the one before is available`
fn rungs(totals: &[u64], end: LadderEnd) -> String {
    /// More rungs than a person wants to read.
    const SHOWN: usize = 8;
    let shown = totals.iter().take(SHOWN).enumerate();
    let rung = |(index, total): (usize, &u64)| {
        if index == 0 {
            format!("{total} now")
        } else {
            format!("then {total}")
        }
    };
    let mut text = shown.map(rung).collect::<Vec<_>>().join(", ");
    if totals.len() > SHOWN {
        text.push_str(", and so on");
    }
    if totals.len() > 1 {
        text.push_str(", each once the one before is available");
    }
    if end == LadderEnd::Stuck {
        text.push_str("; the limits allow no step below that");
    }
    text
}

/// Adds how to let it pass all the same.
pub(super) fn emergency(
    context: &Context<'_>,
    diagnostic: Diagnostic,
    rule: &Rule,
    name: &str,
) -> Diagnostic {
    let warning = if context.may_be_post_renderer() {
        " (do not drop --post-renderer: the targets would go with it)"
    } else {
        ""
    };
    let id = rule.id;
    diagnostic.help(format!("in an emergency: --allow {id}={name}{warning}"))
}
