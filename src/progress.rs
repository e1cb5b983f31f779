//! A sign of life on a terminal, for work that takes more than a moment. Nothing of it stays on the screen.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::call::Call;
use crate::host::Host;

/// How long the work takes before anything is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often what is shown changes.
const TICK: Duration = Duration::from_millis(200);

/// Shows that the program is at work, until it is dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    /// Dropped, it ends the thread.
    work: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// One for a person who looks at the terminal; none for a job, or where nothing is wanted.
    pub(crate) fn of(call: &Call, is_quiet: bool, what: &'static str) -> Option<Self> {
        let is_watched = call.terminals.stderr
            && !is_quiet
            && call.host == Host::Shell
            && call.environment.get("CI").is_none()
            && call.environment.get("PRE_COMMIT").is_none();
        is_watched.then(|| Self::start(what))
    }

    fn start(what: &'static str) -> Self {
        let (work, ended) = mpsc::channel();
        let thread = thread::spawn(move || {
            if ended.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let bar = bar(what);
            // Nothing is ever sent: it ends when the sender is dropped.
            _ = ended.recv();
            bar.finish_and_clear();
        });
        Self {
            work: Some(work),
            thread: Some(thread),
        }
    }
}

impl Drop for Progress {
    /// What follows is written to a clean line.
    fn drop(&mut self) {
        drop(self.work.take());
        // A thread that cannot draw has nothing to clear.
        _ = self.thread.take().map(JoinHandle::join);
    }
}

fn bar(what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {msg}, {elapsed}");
    let style = style.map(|style| style.tick_chars("-\\|/ "));
    // The template is ours; if it were wrong, the default one would do.
    let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
    let bar = ProgressBar::new_spinner()
        .with_style(style)
        .with_message(what)
        .with_elapsed(PATIENCE);
    bar.enable_steady_tick(TICK);
    bar
}
