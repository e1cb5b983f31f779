//! What a run came to: the changes, notes and findings that a report lists.

use super::Ask;
use super::texts::Texts;
use crate::diagnostic::Diagnostic;
use crate::finding::Finding;
use crate::options::Options;
use crate::output::Output;
use crate::plan::{Group, Member, Plan};
use crate::report::{BaselineRef, Change, Command, PolicyRef, Report, Step, Verdict};
use crate::source::Sources;

/// What a run came to; with [`Sources`] it is a [`Report`].
#[derive(Debug)]
pub struct Judged {
    command: Command,
    policy: PolicyRef,
    baseline: BaselineRef,
    workloads: usize,
    releases: usize,
    changes: Vec<Change>,
    findings: Vec<Finding>,
    notes: Vec<String>,
    verdict: Verdict,
    /// What to write; nothing when it was refused, but for a KRM function.
    pub output: Option<Output>,
}

/// What there is to tell of a plan and what was found in it.
pub(super) fn judged(
    ask: &Ask,
    options: &Options,
    plan: &Plan<'_>,
    texts: &Texts,
    findings: Vec<Finding>,
    verdict: Verdict,
    output: Option<Output>,
) -> Judged {
    let command = ask.command();
    let path = options
        .policy
        .as_ref()
        .map(|path| path.display().to_string());
    Judged {
        command,
        policy: PolicyRef {
            name: plan.policy.name.clone(),
            path,
        },
        baseline: BaselineRef {
            source: plan.baseline.name().to_owned(),
            live: plan.baseline.is_live(),
        },
        workloads: plan.members().count(),
        releases: plan.releases.len(),
        changes: if command.writes() {
            changes(plan)
        } else {
            Vec::new()
        },
        findings,
        notes: [texts.notes.clone(), waiting(plan)].concat(),
        verdict,
        output,
    }
}

impl Judged {
    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Replaces the files that are to be patched; does nothing when there are none.
    ///
    /// # Errors
    /// When one cannot be replaced.
    pub fn replace_files(self, sources: &Sources) -> Result<Self, Vec<Diagnostic>> {
        if let Some(output) = &self.output {
            output
                .replace_files(sources)
                .map_err(|problem| vec![problem])?;
        }
        Ok(self)
    }

    /// The run as a report.
    pub fn report<'a>(&self, sources: &'a Sources) -> Report<'a> {
        Report {
            sources,
            command: self.command,
            policy: self.policy.clone(),
            baseline: self.baseline.clone(),
            workloads: self.workloads,
            releases: self.releases,
            changes: self.changes.clone(),
            findings: self.findings.clone(),
            notes: self.notes.clone(),
            verdict: self.verdict,
        }
    }
}

/// The components that would lose replicas and stay where they are, since another one goes first.
fn waiting(plan: &Plan<'_>) -> Vec<String> {
    let waits = |group: &&Group<'_>| group.step.as_ref().is_some_and(|step| step.waits);
    let notes = plan.groups().filter(waits).map(|group| {
        let counts = group.members.iter().filter_map(|member| {
            let (before, goal) = (member.before.known()?, member.goal?);
            (goal < before).then(|| format!("{} at {before}", member.workload.object.name))
        });
        let counts: Vec<_> = counts.collect();
        format!(
            "{} waits for its turn to scale in, and stays as it is: {}",
            group.component.name,
            counts.join(", ")
        )
    });
    notes.collect()
}

/// The workloads whose count is written, in the order of the stream.
fn changes(plan: &Plan<'_>) -> Vec<Change> {
    let members = plan.in_stream_order().into_iter();
    members
        .filter(|member| member.is_changed())
        .filter_map(change)
        .collect()
}

fn change(member: &Member<'_>) -> Option<Change> {
    let workload = member.workload;
    let step = member.steps.split_first().map(|(_, next)| Step {
        number: 1,
        of: member.steps.len(),
        next: next.to_vec(),
    });
    Some(Change {
        component: member.component.name.clone(),
        object: workload.object.clone(),
        release: member.release.instance.map(str::to_owned),
        place: Some(workload.replicas_place()),
        template: workload.template.clone(),
        baseline: member.before.known(),
        from: workload.replicas.count.written(),
        written: workload.replicas.count.to_string(),
        to: member.this_release?,
        target: member.target.map(|target| target.replicas),
        step,
    })
}
