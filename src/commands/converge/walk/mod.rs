//! The way down as a state machine: run COMMAND, read what that came to, wait, and run it again until nothing remains.
//!
//! Nothing here runs or asks anything itself: how COMMAND is run and how the release is waited for are passed in.

#[cfg(test)]
mod tests;

use super::said::{Said, Verdict, WorkloadSaid};
use crate::diagnostic::Diagnostic;
use crate::finding::ObjectRef;

/// What one run of COMMAND came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ran {
    pub(super) code: u8,
    /// Ctrl-C was pressed meanwhile.
    pub(super) is_interrupted: bool,
    /// What the trimtab in it said; nothing if none ran.
    pub(super) said: Option<Said>,
}

/// What is waited for between two runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wait<'w> {
    pub(super) step: Step,
    pub(super) said: &'w Said,
}

/// Which release this is on the way to the targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    /// Counted from 1.
    pub(super) number: usize,
    /// How many there are, as far as is known.
    pub(super) of: Option<usize>,
}

/// What waiting came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Waited {
    /// Everything is settled; `at_once` if it already was.
    Settled {
        at_once: bool,
    },
    /// A count is not what this step made it.
    Moved(Moved),
    /// These are not settled yet, each with what it waits for.
    TimedOut(Vec<String>),
    /// The cluster cannot be asked, or is another than COMMAND's.
    Undecided(Vec<Diagnostic>),
    Interrupted,
}

/// A count that is not what the step made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moved {
    pub(super) object: ObjectRef,
    pub(super) expected: u32,
    /// `None` if the object is gone.
    pub(super) found: Option<u32>,
}

/// How the way ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct End {
    /// The step at which it ended.
    pub(super) step: Step,
    pub(super) why: Why,
}

/// Why the way ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Why {
    /// At the targets.
    Done,
    /// COMMAND failed, with this exit code.
    CommandFailed(u8),
    /// The trimtab in COMMAND refused; the exit code is COMMAND's.
    Refused(u8),
    /// The trimtab in COMMAND could not decide; the exit code is COMMAND's.
    Failed(u8),
    /// No trimtab ran in COMMAND.
    NoTrimtab,
    /// The trimtab in COMMAND compared with this, which is not the cluster.
    NotLive(String),
    /// A count is not what the step made it.
    Moved(Moved),
    /// This was not settled in time.
    TimedOut(Vec<String>),
    /// Releases remain, and yet this one changed nothing.
    Stuck,
    Undecided(Vec<Diagnostic>),
    /// By Ctrl-C.
    Interrupted {
        /// While COMMAND ran, rather than while its release was waited for.
        in_command: bool,
    },
}

/// Goes the whole way.
pub(super) fn walk(
    mut run: impl FnMut(Step) -> Result<Ran, Vec<Diagnostic>>,
    mut wait: impl FnMut(Wait<'_>) -> Waited,
) -> End {
    let mut way = Way::new();
    loop {
        let step = way.step;
        let next = run(step).map_err(Why::Undecided);
        let next = next.and_then(|ran| way.after(ran)).and_then(|said| {
            let waited = wait(Wait {
                step: way.step,
                said: &said,
            });
            way.settled(&said, waited)
        });
        if let Err(why) = next {
            let step = way.step;
            return End { step, why };
        }
    }
}

/// How far the way was gone.
struct Way {
    step: Step,
    /// What the last release that passed said.
    last: Option<Said>,
    /// The last run was refused although all was settled.
    was_settled: bool,
}

impl Way {
    fn new() -> Self {
        let step = Step {
            number: 1,
            of: None,
        };
        Self {
            step,
            last: None,
            was_settled: false,
        }
    }

    /// What must be waited for after a run, or why the way ends with it.
    fn after(&mut self, ran: Ran) -> Result<Said, Why> {
        let in_command = true;
        let said = match ran.said {
            _ if ran.is_interrupted => return Err(Why::Interrupted { in_command }),
            Some(said) => said,
            None if ran.code != 0 => return Err(Why::CommandFailed(ran.code)),
            None => return Err(Why::NoTrimtab),
        };
        let mut baselines = said.baselines.iter();
        let other = baselines.find(|it| it.source != "cluster");
        match (said.verdict, other) {
            (Verdict::Failed, _) => Err(Why::Failed(ran.code)),
            (Verdict::Refused, _) => Err(Why::Refused(ran.code)),
            (Verdict::Unsettled, None) => Ok(said),
            (Verdict::Passed, _) if ran.code != 0 => Err(Why::CommandFailed(ran.code)),
            (Verdict::Passed, None) => self.passed(said),
            (_, Some(other)) => Err(Why::NotLive(other.source.clone())),
        }
    }

    fn passed(&mut self, said: Said) -> Result<Said, Why> {
        self.step.of = Some(self.step.number + said.remaining);
        let before = self.last.replace(said.clone());
        let is_stuck = before.is_some_and(|before| {
            before.remaining <= said.remaining && before.counts().eq(said.counts())
        });
        if is_stuck && said.remaining > 0 {
            return Err(Why::Stuck);
        }
        Ok(said)
    }

    /// Whether to go on once it was waited.
    fn settled(&mut self, said: &Said, waited: Waited) -> Result<(), Why> {
        let at_once = match waited {
            Waited::Settled { at_once } => at_once,
            Waited::Moved(moved) => return Err(Why::Moved(moved)),
            Waited::TimedOut(pending) => return Err(Why::TimedOut(pending)),
            Waited::Undecided(problems) => return Err(Why::Undecided(problems)),
            Waited::Interrupted => {
                let in_command = false;
                return Err(Why::Interrupted { in_command });
            }
        };
        match said.verdict {
            Verdict::Passed if said.remaining == 0 => return Err(Why::Done),
            Verdict::Passed => {
                self.step.number += 1;
                self.was_settled = false;
            }
            // Refused for what is settled as far as can be seen here: it will be so again.
            _ if at_once && self.was_settled => return Err(Why::Refused(1)),
            _ => self.was_settled = at_once,
        }
        Ok(())
    }
}

impl Said {
    fn counts(&self) -> impl Iterator<Item = &WorkloadSaid> {
        let workloads = self.workloads.iter();
        workloads.filter(|workload| workload.count.is_some())
    }
}
