//! What is told on the way: on a terminal a bar with what is waited for, elsewhere one line for each change of state.

use std::io::Write;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::settled::{Unsettled, lasting};
use super::walk::Step;

/// How often the bar shows how long it has taken.
const TICK: Duration = Duration::from_secs(1);

/// The most workloads that one line names.
const NAMED: usize = 3;

/// Tells how far it has come.
pub(super) struct Progress<'w> {
    to: &'w mut dyn Write,
    is_quiet: bool,
    /// Whether to show a bar.
    is_terminal: bool,
    waiting: Option<Waiting>,
}

/// A release that is waited for.
struct Waiting {
    step: Step,
    since: Instant,
    /// What was told last.
    told: String,
    bar: Option<ProgressBar>,
}

impl<'w> Progress<'w> {
    pub(super) fn new(to: &'w mut dyn Write, is_quiet: bool, is_terminal: bool) -> Self {
        Self {
            to,
            is_quiet,
            is_terminal,
            waiting: None,
        }
    }

    /// COMMAND is run.
    pub(super) fn runs(&mut self, step: Step) {
        self.line(&step.to_string());
    }

    /// The release of a step is waited for.
    pub(super) fn waits(&mut self, step: Step) {
        self.waiting = Some(Waiting {
            step,
            since: Instant::now(),
            told: String::new(),
            bar: None,
        });
    }

    /// The cluster was looked at.
    pub(super) fn sees(&mut self, unsettled: &[Unsettled]) {
        let Some(waiting) = self.waiting.as_mut() else {
            return;
        };
        if unsettled.is_empty() {
            return;
        }
        let what = named(unsettled);
        if self.is_terminal && !self.is_quiet {
            let bar = waiting.bar.get_or_insert_with(|| bar(waiting.step));
            bar.set_message(what);
        } else if waiting.told != what {
            let line = format!("{} waits for {what}", waiting.step);
            waiting.told = what;
            self.line(&line);
        }
    }

    /// The wait is over; `is_settled` if the release is.
    pub(super) fn waited(&mut self, is_settled: bool) {
        let Some(waiting) = self.waiting.take() else {
            return;
        };
        if let Some(bar) = &waiting.bar {
            bar.finish_and_clear();
        }
        if is_settled {
            let lasted = lasting(waiting.since.elapsed());
            self.line(&format!("{} is settled after {lasted}", waiting.step));
        }
    }

    /// Best effort: what cannot be told ends nothing.
    pub(super) fn line(&mut self, line: &str) {
        if !self.is_quiet {
            _ = writeln!(self.to, "trimtab: {line}").and_then(|()| self.to.flush());
        }
    }
}

impl std::fmt::Display for Step {
    /// `step 2 of 3`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "step {}", self.number)?;
        match self.of {
            Some(of) => write!(f, " of {of}"),
            None => Ok(()),
        }
    }
}

/// The first workloads, each with what it waits for.
fn named(unsettled: &[Unsettled]) -> String {
    let named = unsettled.iter().take(NAMED).map(Unsettled::line);
    let named = named.collect::<Vec<_>>().join("; ");
    match unsettled.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named}; and {more} more"),
    }
}

fn bar(step: Step) -> ProgressBar {
    let all = u64::try_from(step.of.unwrap_or(step.number)).unwrap_or(u64::MAX);
    let done = u64::try_from(step.number - 1).unwrap_or_default();
    let style =
        ProgressStyle::with_template("[{bar:20}] {prefix}, {elapsed}\n  waits for {wide_msg}");
    let style = style.map(|style| style.progress_chars("=> "));
    let bar = ProgressBar::new(all).with_position(done);
    // The template is ours; if it were wrong, the default one would do.
    let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let bar = bar.with_prefix(step.to_string());
    bar.enable_steady_tick(TICK);
    bar
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baseline::live::{Pending, Wait};
    use crate::finding::ObjectRef;

    const STEP: Step = Step {
        number: 2,
        of: Some(3),
    };

    fn unsettled(name: &str, terminating: u32) -> Unsettled {
        Unsettled {
            object: ObjectRef {
                api_version: "apps/v1".into(),
                kind: "Deployment".into(),
                namespace: Some("milvus".into()),
                name: name.into(),
            },
            pending: vec![Pending {
                wait: Wait::Terminating(terminating),
                since: None,
            }],
        }
    }

    fn told(is_quiet: bool, tell: impl FnOnce(&mut Progress<'_>)) -> String {
        let mut told = Vec::new();
        tell(&mut Progress::new(&mut told, is_quiet, false));
        String::from_utf8_lossy(&told).into_owned()
    }

    fn whole_step(progress: &mut Progress<'_>) {
        progress.runs(STEP);
        progress.waits(STEP);
        progress.sees(&[unsettled("a", 2)]);
        progress.sees(&[unsettled("a", 2)]);
        progress.sees(&[unsettled("a", 1)]);
        progress.sees(&[]);
        progress.waited(true);
    }

    #[test]
    fn each_change_of_state_is_one_line() {
        assert_eq!(
            told(false, whole_step),
            "trimtab: step 2 of 3\n\
             trimtab: step 2 of 3 waits for Deployment a: 2 pods are still terminating\n\
             trimtab: step 2 of 3 waits for Deployment a: 1 pod is still terminating\n\
             trimtab: step 2 of 3 is settled after 0s\n"
        );
        assert_eq!(told(true, whole_step), "");
    }

    #[test]
    fn of_many_only_some_are_named() {
        let many = ["a", "b", "c", "d", "e"].map(|name| unsettled(name, 1));
        let told = told(false, |progress| {
            progress.waits(Step {
                number: 1,
                of: None,
            });
            progress.sees(&many);
            progress.waited(false);
        });
        let pod = "1 pod is still terminating";
        assert_eq!(
            told,
            format!(
                "trimtab: step 1 waits for Deployment a: {pod}; Deployment b: {pod}; Deployment c: {pod}; and 2 more\n"
            )
        );
    }
}
