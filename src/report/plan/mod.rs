//! The report of `plan`: what is recognised, and the releases that lead to the targets. One file a form; as JSON it is the
//! report of all commands.

pub(in crate::report) mod bars;
mod export;
pub(in crate::report) mod inventory;
pub(in crate::report) mod ladder;
mod rows;
mod table;
#[cfg(test)]
mod tests;
mod text;
pub(in crate::report) mod unrecognised;

pub(crate) use export::Export;
pub(crate) use text::told;
pub(super) use text::{name, text};

use super::{Report, UNDECIDED, WorkloadCounts, counted};
use crate::finding::{Finding, Severity};

/// The rule whose findings pass by themselves.
pub(crate) const UNSETTLED: &str = "scale-in-unsettled";

/// The most columns of a line.
const WIDTH: usize = 100;

/// What is to be done until the targets are reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Done,
    /// This many releases, at least.
    Steps(usize),
    /// As many, but none before the release is settled.
    Waits(usize),
    /// No release before this many findings are gone.
    Mend(usize),
}

/// What is to be done, in words.
pub(super) fn sentence(report: &Report) -> String {
    match report.state() {
        State::Mend(findings) => format!(
            "{} to fix before the next step",
            counted(findings, "finding")
        ),
        State::Done if !report.is_compared() => {
            "nothing to change in the rendered counts".to_owned()
        }
        State::Done => "nothing to change".to_owned(),
        State::Steps(1) => "1 step to go".to_owned(),
        State::Steps(steps) => {
            format!("{steps} steps to go; start each once the previous one has settled")
        }
        State::Waits(0 | 1) => "1 step to go, once the last one has settled".to_owned(),
        State::Waits(steps) => {
            format!(
                "{steps} steps to go; start each once the previous one has settled (the last one has not yet)"
            )
        }
    }
}

impl Report {
    /// Whether there is something to compare with other than the stream itself.
    pub(super) fn is_compared(&self) -> bool {
        self.baseline.source != "rendered"
    }

    pub(super) fn state(&self) -> State {
        let refuses = |finding: &&Finding| self.refuses(finding);
        let (unsettled, others): (Vec<_>, Vec<_>) = self
            .findings
            .iter()
            .filter(refuses)
            .partition(|finding| finding.rule.id == UNSETTLED);
        let steps = self.steps();
        match (others.len(), unsettled.len(), steps) {
            (0, 0, 0) => State::Done,
            (0, 0, _) => State::Steps(steps),
            (0, ..) => State::Waits(steps),
            (mend, ..) => State::Mend(mend),
        }
    }

    /// The exit code of `plan`: 0, or 2 where an export is withheld. With `--exit-code` it is 3 while steps remain, and 1
    /// where something must be fixed first.
    pub(super) fn plan_code(&self) -> u8 {
        match self.state() {
            _ if !self.has_exit_code && self.is_withheld() => UNDECIDED,
            _ if !self.has_exit_code => 0,
            State::Done => 0,
            State::Steps(_) | State::Waits(_) => 3,
            State::Mend(_) => 1,
        }
    }

    /// The releases until all is as it is meant, this one included; 0 when it changes nothing.
    fn steps(&self) -> usize {
        let further = self.releases.iter().map(|release| release.remaining);
        let further = further.max().unwrap_or(0);
        let is_due = self.releases.iter().any(|release| {
            let mut workloads = release.workloads();
            workloads.any(WorkloadCounts::is_due)
        });
        further + usize::from(is_due || further > 0)
    }

    /// Whether a finding is one that the run is refused for.
    pub(super) fn refuses(&self, finding: &Finding) -> bool {
        let is_mended = self.export.is_some_and(|it| it.mends(finding.rule));
        let is_strict = finding.severity == Severity::Error || self.denies_warnings;
        finding.waived.is_none() && is_strict && !is_mended
    }
}

impl WorkloadCounts {
    /// Whether this release gives it another count than it had, or one where that is unknown.
    fn is_due(&self) -> bool {
        self.count.is_some() && self.count != self.before.known()
    }
}
