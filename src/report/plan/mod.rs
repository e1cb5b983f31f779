//! The report of `plan`: what is recognised, and the releases that lead to the targets. One file a form; as JSON it is the
//! report of all commands.

mod rows;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub(super) use text::text;

use super::{Report, WorkloadCounts};
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

    /// The exit code of `plan`: 0, or with `--exit-code` also 3 while releases are to go and 1 where something must be mended first.
    pub(super) fn plan_code(&self) -> u8 {
        match self.state() {
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
        finding.waived.is_none() && (finding.severity == Severity::Error || self.denies_warnings)
    }
}

impl WorkloadCounts {
    /// Whether this release gives it another count than it had, or one where that is unknown.
    fn is_due(&self) -> bool {
        self.count.is_some() && self.count != self.before.known()
    }
}
