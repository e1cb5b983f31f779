//! What the rules on scale-ins share: the workloads of a component that lose replicas, and the way down that its limits
//! allow.

use super::own_count::may_have_target;
use super::{Context, Rule, in_stream, replicas, replicas_dropped, turnover};
use crate::baseline::{Baseline, Had, Known};
use crate::diagnostic::Diagnostic;
use crate::finding::ObjectRef;
use crate::host::Host;
use crate::host::helm::command_line::Values;
use crate::manifest::Sync;
use crate::plan::{Group, Ladder, LadderEnd, Member, Move, Purpose, Rung, Turnover};

/// The most workloads, or rungs of a ladder, that one finding lists.
pub(super) const SHOWN: usize = 8;

/// The judged moves of a component's workloads.
pub(super) struct Losses<'g> {
    pub(super) members: Vec<&'g Member<'g>>,
    /// One per member, in the same order.
    pub(super) moves: Vec<Move>,
}

/// The workloads of a component with a count before and after.
///
/// What a count that `replicas-dropped` refuses would lose is that rule's matter: once the count is kept, nothing is lost.
pub(super) fn of<'g>(context: &'g Context<'_>, group: &'g Group<'g>) -> Losses<'g> {
    let members = group.members.iter();
    let moves =
        members.filter_map(|member| Some((member, member.move_to(after(context, member))?)));
    let (members, moves) = moves.unzip();
    Losses { members, moves }
}

/// The count that is judged; one that `replicas-dropped` refuses is as good as kept.
fn after(context: &Context<'_>, member: &Member<'_>) -> Option<u32> {
    if replicas_dropped::explains(context, member) {
        member.before.known()
    } else {
        context.plan.judged(member)
    }
}

impl<'g> Losses<'g> {
    /// The same without the losses that a waiver of `rule` lets pass.
    ///
    /// A waiver may name one workload of several: what the others lose is judged as if that one stayed.
    pub(super) fn unwaived(&self, context: &Context<'_>, rule: &Rule) -> Self {
        let moves = self.members.iter().zip(&self.moves);
        let moves = moves.map(|(member, it)| {
            if context.waivers.covers(rule, member) {
                it.without_loss()
            } else {
                *it
            }
        });
        Self {
            moves: moves.collect(),
            members: self.members.clone(),
        }
    }

    /// The workloads that lose replicas.
    pub(super) fn losers(&self) -> impl Iterator<Item = (&'g Member<'g>, Move)> {
        let moves = self.members.iter().zip(&self.moves);
        let moves = moves.map(|(member, it)| (*member, *it));
        moves.filter(|(_, it)| it.after < it.before)
    }

    /// The workloads that Argo CD deletes and creates again.
    fn recreated(&self) -> impl Iterator<Item = &'g Member<'g>> {
        let losers = self.losers().map(|(member, _)| member);
        losers.filter(|member| member.sync == Sync::Recreates)
    }

    /// The workloads whose pods go because their ordinals begin elsewhere.
    pub(super) fn turnovers(
        &self,
        context: &Context<'_>,
    ) -> impl Iterator<Item = (&'g Member<'g>, Turnover)> {
        self.losers().filter_map(|(member, _)| {
            let after = after(context, member).or(member.before.known());
            Some((member, member.turnover(after)?))
        })
    }

    /// Adds the targets, then the workloads that lose, with what they had; of many only the first.
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
        for (member, _) in self.losers().take(SHOWN) {
            diagnostic = in_stream(diagnostic, member);
        }
        for (member, it) in self.losers().take(SHOWN) {
            diagnostic = diagnostic.note(had(context, member, it.before));
        }
        for member in self.recreated().take(SHOWN) {
            diagnostic = diagnostic.note(format!(
                "Argo CD deletes {}, with its pods, and creates it again: its annotation argocd.argoproj.io/sync-options has Force=true and Replace=true",
                member.workload.object.name
            ));
        }
        for (member, turnover) in self.turnovers(context).take(SHOWN) {
            diagnostic = turnover::shown(diagnostic, member, &turnover);
        }
        match self.losers().skip(SHOWN).count() {
            0 => diagnostic,
            more => diagnostic.note(format!("and {more} more of its workloads")),
        }
    }

    /// Adds what to do next: the ladder, or a baseline to compare with.
    pub(super) fn advice(
        &self,
        context: &Context<'_>,
        diagnostic: Diagnostic,
        group: &Group<'_>,
    ) -> Diagnostic {
        let first = self.members.first();
        if let Some(first) = first.filter(|_| matches!(context.plan.baseline, Baseline::Rendered)) {
            return diagnostic.help(context.better_baseline(first)).help(format!(
                "without one, lower {} together with the target, one replica per release: a larger loss would not be detected",
                context.own_count(first)
            ));
        }
        let of_pods = self.advice_on_pods(context, group);
        if !of_pods.is_empty() {
            return of_pods.into_iter().fold(diagnostic, Diagnostic::help);
        }
        let ladder = group.limits().ladder(&self.moves);
        let Some(rung) = ladder.rungs.first() else {
            let is_none = group.limits().max_replicas == Some(0);
            return diagnostic.help(if is_none {
                "move what the replica holds to the others, and then waive its loss once"
            } else {
                "the limits do not allow any step down: change the target, or the limits in the policy's `scaleIn`"
            });
        };
        let next = group.limits().counts_at(rung, &self.moves);
        let first = self.first_step(context, next);
        let diagnostic = diagnostic.help(format!("{first}{}", rungs(&ladder)));
        let helps = [
            self.in_one_command(context),
            self.step(context),
            self.target_for_a_step(context),
            self.unasked(context),
        ];
        let helps = helps.into_iter().flatten();
        helps.fold(diagnostic, Diagnostic::help)
    }

    /// What to do where pods go whatever the count is; nothing where it is the counts that take them.
    fn advice_on_pods(&self, context: &Context<'_>, group: &Group<'_>) -> Vec<String> {
        if self.recreated().next().is_some() {
            let keep = "remove Force=true from its sync options: Argo CD then keeps the object";
            return vec![keep.to_owned()];
        }
        let moved: Vec<_> = self
            .turnovers(context)
            .map(|(member, turnover)| (member, turnover.shift))
            .collect();
        if moved.is_empty() {
            return Vec::new();
        }
        let keeps_count = moved
            .iter()
            .all(|(member, _)| after(context, member) >= member.before.known());
        let allowed = group.limits().allowed_of(&self.moves);
        let advice = turnover::advice(&moved, allowed, keeps_count);
        let is_missing = |(member, _): &(&Member<'_>, _)| member.workload.start().is_none();
        let unasked = self.unasked(context);
        let unasked = unasked.filter(|_| moved.iter().any(is_missing));
        [Some(advice), unasked].into_iter().flatten().collect()
    }

    /// Adds that waiving a dropped count does not waive the loss that comes with it.
    pub(super) fn not_waived_yet(
        &self,
        context: &Context<'_>,
        diagnostic: Diagnostic,
        is_waived: bool,
    ) -> Diagnostic {
        let is_dropped = |member: &Member<'_>| replicas_dropped::is_found(context, member);
        if is_waived || !self.losers().any(|(member, _)| is_dropped(member)) {
            return diagnostic;
        }
        diagnostic.note(
            "the waiver of replicas-dropped allows the field to go, not this loss: that needs a waiver of its own",
        )
    }

    /// The command that takes all steps.
    fn in_one_command(&self, context: &Context<'_>) -> Option<String> {
        let can_wait = context.plan.baseline.cluster().is_some() && context.host != Host::ArgoCd;
        let member = self.losers().map(|(member, _)| member).next()?;
        if !can_wait
            || context.is_stepping
            || context.plan.purpose == Purpose::Check
            || context.reads_files
        {
            return None;
        }
        let written = member.workload.replicas.count.written();
        let target = match (&member.target, written) {
            (Some(_), _) => String::new(),
            (None, Some(goal)) if may_have_target(member) => {
                format!("--target {}={goal} ", member.component.name)
            }
            (None, _) => return None,
        };
        let command = if context.host.is_helm() {
            "helm upgrade ..."
        } else {
            "COMMAND..."
        };
        Some(format!(
            "or all the way down in one command: trimtab converge {target}-- {command}"
        ))
    }

    fn step(&self, context: &Context<'_>) -> Option<String> {
        let is_targeted = self.members.iter().any(|member| member.target.is_some());
        let step = context.may_step()?;
        (is_targeted && context.plan.purpose == Purpose::Write).then(|| match self.members.len() {
            1 => format!("or take the next step automatically in each run: {step}"),
            _ => format!("a target is for each of these workloads, so let trimtab take the next step in each run: {step}"),
        })
    }

    /// Why no step is taken though steps are asked for.
    fn target_for_a_step(&self, context: &Context<'_>) -> Option<String> {
        let step = context.host.step().filter(|_| context.is_stepping)?;
        let member = self.losers().map(|(member, _)| member).next()?;
        let goal = member.workload.replicas.count.written()?;
        let needs_one = member.target.is_none()
            && may_have_target(member)
            && context.plan.purpose == Purpose::Write;
        needs_one.then(|| {
            let name = &member.component.name;
            format!("{step} takes only components that have a target: give {name} one of {goal}")
        })
    }

    /// What may have happened where nobody asked for it.
    pub(super) fn unasked(&self, context: &Context<'_>) -> Option<String> {
        let is_rendered = |member: &Member<'_>| {
            member.target.is_none() && member.workload.replicas.count.written().is_some()
        };
        let is_untargeted = self.losers().any(|(member, _)| is_rendered(member));
        let is_live = context.plan.baseline.cluster().is_some();
        let may_miss_values =
            is_live && context.host.is_helm() && context.values == Values::OfTheChart;
        (is_untargeted && may_miss_values).then(|| {
            "if you did not ask for it, the values of the last release are missing: --reuse-values keeps them".to_owned()
        })
    }

    /// `set the target to `
    fn first_step(&self, context: &Context<'_>, next: Vec<u32>) -> String {
        match self.members.as_slice() {
            [_] if context.plan.purpose == Purpose::Check => {
                "set the count in the manifest to ".to_owned()
            }
            [member] if member.target.is_some() => "set the target to ".to_owned(),
            [member] => match member.values_key() {
                Some(key) if context.is_helms(member) => format!("--set {}=", key.value),
                _ => format!("set {} to ", context.own_count(member)),
            },
            members => {
                let moving = self.moves.iter().map(|it| it.before != it.after);
                let next = members.iter().copied().zip(next).zip(moving);
                let counts = named_counts(next.filter(|(_, moves)| *moves).map(|(it, _)| it));
                format!("allowed now: {counts}; in total ")
            }
        }
    }
}

/// `demo-milvus-querynode-rg1 at 2, demo-milvus-querynode-rg2 at 3`; of many only the first.
pub(super) fn named_counts<'m>(counts: impl Iterator<Item = (&'m Member<'m>, u32)>) -> String {
    let mut counts =
        counts.map(|(member, count)| format!("{} at {count}", member.workload.object.name));
    let shown = counts.by_ref().take(SHOWN).collect::<Vec<_>>().join(", ");
    match counts.count() {
        0 => shown,
        more => format!("{shown}, and {more} more"),
    }
}

/// `baseline file:last.yaml: 3 replicas of demo-milvus-datanode`
pub(super) fn had(context: &Context<'_>, member: &Member<'_>, count: u32) -> String {
    noted(context, &member.workload.object, member.known, count)
}

/// The same of a workload that no text shows: one of a cluster.
pub(super) fn ran(context: &Context<'_>, known: &Known) -> Option<String> {
    let Had::Replicas(count) = known.had else {
        return None;
    };
    let is_shown = known.replicas_place().is_some();
    (!is_shown).then(|| noted(context, &known.object, Some(known), count))
}

fn noted(context: &Context<'_>, object: &ObjectRef, known: Option<&Known>, count: u32) -> String {
    let baseline = context.plan.baseline.name();
    let name = &object.name;
    let state = match known.and_then(Known::seen) {
        Some(seen) if seen.pending(&object.kind).is_empty() => ", all available",
        _ => "",
    };
    format!("baseline {baseline}: {} of {name}{state}", replicas(count))
}

/// `4 now, then 3, then 2, each once the one before is available`
fn rungs(ladder: &Ladder) -> String {
    let shown = ladder.rungs.iter().take(SHOWN).enumerate();
    let rung = |(index, rung): (usize, &Rung)| {
        if index == 0 {
            format!("{} now", rung.total)
        } else {
            format!("then {}", rung.total)
        }
    };
    let mut text = shown.map(rung).collect::<Vec<_>>().join(", ");
    if ladder.rungs.len() > SHOWN {
        text.push_str(", and so on");
    }
    if ladder.rungs.len() > 1 {
        text.push_str(", each once the one before is available");
    }
    if ladder.end == LadderEnd::Stuck {
        text.push_str("; the limits do not allow a further step");
    }
    text
}

/// Adds how to waive it.
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
    let waiver = context.waiver(rule, Some(name));
    diagnostic.help(format!("in an emergency: {waiver}{warning}"))
}
