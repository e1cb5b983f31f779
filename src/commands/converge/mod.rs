//! `converge`: runs COMMAND, waits until its release is settled, and runs it again, until the targets are reached.
//!
//! COMMAND has this process's streams, and a trimtab in it, which takes one step in each run and says in a report what
//! that came to. This process decides nothing about counts: it waits, and stops at whatever is not as the step left it.

mod place;
mod program;
mod progress;
mod said;
mod settled;
mod told;
mod walk;

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use self::progress::Progress;
use self::said::Said;
use self::settled::Unsettled;
use self::told::{Told, told};
use self::walk::{Ran, Step, Wait, Waited, walk};
use crate::cli::{Options, StreamArgs, Variable};
use crate::cluster::Cluster;
use crate::diagnostic::Diagnostic;
use crate::ending::Done;
use crate::environment::Environment;
use crate::host::helm::command_line::HelmCall;
use crate::interrupt::on_ctrl_c;
use crate::run::load_policy;
use crate::source::Sources;

/// How long the release of one step may take to settle, if that is not said.
const STEP: Duration = Duration::from_hours(1);

/// What is asked for.
pub(super) struct Asked<'a> {
    pub(super) command: &'a [OsString],
    /// The options, together with what COMMAND says of the place.
    pub(super) options: &'a Options,
    pub(super) stream: &'a StreamArgs,
    /// The variables that COMMAND inherits.
    pub(super) environment: &'a Environment,
    pub(super) is_quiet: bool,
    /// Whether standard error is a terminal.
    pub(super) is_terminal: bool,
}

/// All that is needed to set out.
struct Walker<'a> {
    command: &'a [OsString],
    /// What COMMAND inherits besides.
    variables: Vec<Variable>,
    /// Where the trimtab in COMMAND leaves its reports.
    folder: TempDir,
    cluster: Arc<Cluster>,
    timeout: Duration,
    messages: (Sender<Message>, Receiver<Message>),
}

/// What happens while nothing but waiting is done.
enum Message {
    Interrupted,
    Seen(Vec<Unsettled>),
    Waited(Waited),
}

/// Goes the whole way. What happens on it is told to `stderr`, beside what COMMAND itself says there.
pub(super) fn converge(asked: &Asked<'_>, sources: &mut Sources, stderr: &mut dyn Write) -> Done {
    if is_unguarded(asked) {
        return Done::undecided(vec![told::no_post_renderer()]);
    }
    let walker = match Walker::new(asked, sources) {
        Ok(walker) => walker,
        Err(problems) => return Done::undecided(problems),
    };
    let progress = Progress::new(stderr, asked.is_quiet, asked.is_terminal);
    let progress = RefCell::new(progress);
    let end = walk(
        |step| walker.run(step, &mut progress.borrow_mut()),
        |wait| walker.wait(&wait, &mut progress.borrow_mut()),
    );
    match told(end, walker.timeout) {
        Told::Done(line) => {
            progress.into_inner().line(&line);
            Done::stopped(0, None)
        }
        Told::Stopped(code, problem) => Done::stopped(code, Some(problem)),
        Told::Undecided(problems) => Done::undecided(problems),
    }
}

/// Whether COMMAND is a Helm that certainly runs no trimtab: it would change the cluster before anyone could say so.
fn is_unguarded(asked: &Asked<'_>) -> bool {
    let Some(HelmCall::Known(helm)) = HelmCall::of_command(asked.command, asked.environment) else {
        return false;
    };
    helm.post_renderer.is_none_or(|it| it.is_empty())
}

impl<'a> Walker<'a> {
    fn new(asked: &Asked<'a>, sources: &mut Sources) -> Result<Self, Vec<Diagnostic>> {
        let Asked {
            options, stream, ..
        } = asked;
        let folder = tempfile::Builder::new().prefix("trimtab-").tempdir();
        let folder = folder.map_err(|error| {
            let message = format!("cannot make a folder for reports: {error}");
            vec![Diagnostic::new(message)]
        })?;
        let report = folder.path().join("{pid}.json");
        let variables = stream.handed_on(asked.environment, &report)?;
        let policy = load_policy(options, None, sources)?;
        let (step, call) = stream.timeouts(asked.environment);
        let place = &options.place;
        let cluster = Cluster::locate(
            &place.access,
            &place.environment,
            call.unwrap_or(Cluster::TIMEOUT),
            policy.cluster.as_ref(),
        );
        let cluster = cluster.map_err(|unreached| unreached.diagnostics)?;
        let messages = channel();
        let pressed: Sender<Message> = messages.0.clone();
        on_ctrl_c(move || _ = pressed.send(Message::Interrupted));
        Ok(Self {
            command: asked.command,
            variables,
            folder,
            cluster: Arc::new(cluster),
            timeout: step.unwrap_or(STEP),
            messages,
        })
    }

    fn run(&self, step: Step, progress: &mut Progress<'_>) -> Result<Ran, Vec<Diagnostic>> {
        progress.runs(step);
        let code = program::run(self.command, &self.variables);
        let code = code.map_err(|problem| vec![problem])?;
        let said = Said::take(self.folder.path()).map_err(|why| {
            let message = "cannot read the report of the trimtab in COMMAND";
            vec![Diagnostic::new(message).note(why)]
        })?;
        // Nothing else is sent while COMMAND runs.
        let is_interrupted = self.messages.1.try_recv().is_ok();
        Ok(Ran {
            code,
            is_interrupted,
            said,
        })
    }

    fn wait(&self, wait: &Wait<'_>, progress: &mut Progress<'_>) -> Waited {
        let differences = place::differences(self.cluster.about(), &wait.said.baselines);
        if !differences.is_empty() {
            return Waited::Undecided(differences);
        }
        progress.waits(wait.step);
        self.look(wait);
        let waited = loop {
            match self.messages.1.recv() {
                Ok(Message::Seen(unsettled)) => progress.sees(&unsettled),
                Ok(Message::Waited(waited)) => break waited,
                Ok(Message::Interrupted) | Err(_) => break Waited::Interrupted,
            }
        };
        progress.waited(matches!(waited, Waited::Settled { .. }));
        waited
    }

    /// Looks at the cluster in a thread of its own, which ends with the process where Ctrl-C is quicker.
    fn look(&self, wait: &Wait<'_>) {
        let cluster = Arc::clone(&self.cluster);
        let workloads = wait.said.workloads.clone();
        let deadline = Instant::now() + self.timeout;
        let sender = self.messages.0.clone();
        thread::spawn(move || {
            let see = |unsettled: &[Unsettled]| _ = sender.send(Message::Seen(unsettled.to_vec()));
            let waited = settled::wait(&cluster, &workloads, deadline, see);
            _ = sender.send(Message::Waited(waited));
        });
    }
}
