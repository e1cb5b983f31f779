//! How the way ended, for the person who started it: what happened, at which step, and how to go on.

use std::time::Duration;

use super::settled::lasting;
use super::walk::{End, Moved, Step, Why};
use crate::diagnostic::Diagnostic;
use crate::names::shown;

const GO_ON: &str = "run the same command again: it goes on from what is running";

/// As a shell has it for a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

/// How the way ended, as an exit code with what is told.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// At the targets, with this line.
    Done(String),
    /// Somewhere on the way: 1, or the exit code of COMMAND.
    Stopped(u8, Diagnostic),
    /// What is next cannot be told.
    Undecided(Vec<Diagnostic>),
}

/// Puts it into words; `timeout` is that of one step.
pub(super) fn told(end: End, timeout: Duration) -> Told {
    let step = end.step;
    match end.why {
        Why::Done => Told::Done(match step.number {
            1 => "done: the targets are reached".to_owned(),
            steps => format!("done: the targets are reached, in {steps} steps"),
        }),
        Why::CommandFailed(code) => {
            let message = format!("COMMAND failed at {step}, with exit code {code}");
            Told::Stopped(code, Diagnostic::new(message).help(GO_ON))
        }
        Why::Refused(code) => {
            let message = format!("trimtab refused {step}");
            Told::Stopped(code.max(1), in_command(&message))
        }
        Why::Failed(code) => {
            let message = format!("the trimtab in COMMAND could not decide on {step}");
            Told::Stopped(if code == 0 { 2 } else { code }, in_command(&message))
        }
        Why::Moved(moved) => Told::Stopped(1, other_count(step, &moved)),
        Why::Stuck => Told::Stopped(1, stuck(step)),
        Why::Interrupted { in_command } => {
            Told::Stopped(INTERRUPTED, interrupted(step, in_command))
        }
        Why::NoTrimtab => Told::Undecided(vec![no_trimtab(step)]),
        Why::NotLive(baseline) => Told::Undecided(vec![not_live(step, &baseline)]),
        Why::TimedOut(pending) => Told::Undecided(vec![timed_out(step, pending, timeout)]),
        Why::Undecided(problems) => Told::Undecided(problems),
    }
}

fn in_command(message: &str) -> Diagnostic {
    Diagnostic::new(message)
        .note("COMMAND shows why")
        .help(format!("once that is mended, {GO_ON}"))
}

fn other_count(step: Step, moved: &Moved) -> Diagnostic {
    let object = &moved.object;
    let name = format!("{} {}", object.kind, shown(&object.name));
    let message = match moved.found {
        None => format!("{name} is not there after {step}"),
        Some(found) => format!(
            "{name} is at {found} after {step}, which set it to {}",
            moved.expected
        ),
    };
    Diagnostic::new(message)
        .note("someone else has changed it, or COMMAND did not apply what trimtab gave it")
        .help(GO_ON)
}

fn stuck(step: Step) -> Diagnostic {
    Diagnostic::new(format!(
        "{step} changed nothing, and the targets are not reached"
    ))
    .note("the limits of the policy allow no further step")
    .help("trimtab plan --baseline cluster shows what remains")
}

fn interrupted(step: Step, in_command: bool) -> Diagnostic {
    let message = format!("interrupted at {step}");
    let note = if in_command {
        "COMMAND was running, and may not have ended its work"
    } else {
        "COMMAND had ended; nothing is left half done"
    };
    Diagnostic::new(message).note(note).help(GO_ON)
}

/// What is wrong with a Helm in COMMAND that has no post-renderer.
pub(super) fn no_post_renderer() -> Diagnostic {
    Diagnostic::new("the helm in COMMAND has no --post-renderer, so no trimtab would guard it")
        .note("COMMAND was not run")
        .help("add it: helm upgrade ... --post-renderer trimtab")
}

fn no_trimtab(step: Step) -> Diagnostic {
    Diagnostic::new(format!("COMMAND did not run trimtab at {step}"))
        .note("COMMAND may have changed the cluster without any guard")
        .help("let trimtab be a part of it: helm upgrade ... --post-renderer trimtab")
        .help("or of a pipe: sh -c 'helm template ... | trimtab | kubectl apply -f -'")
}

fn not_live(step: Step, baseline: &str) -> Diagnostic {
    let baseline = shown(baseline);
    Diagnostic::new(format!(
        "at {step}, the trimtab in COMMAND compared with `{baseline}`, which is not the cluster"
    ))
    .note("the next step depends on what is running")
    .help("remove --baseline from COMMAND: trimtab converge sets it")
}

fn timed_out(step: Step, pending: Vec<String>, timeout: Duration) -> Diagnostic {
    let message = format!("{step} is not settled after {}", lasting(timeout));
    let problem = Diagnostic::new(message);
    let problem = pending.into_iter().fold(problem, Diagnostic::note);
    problem
        .note("COMMAND had ended; nothing is left half done")
        .help(format!("to wait on, {GO_ON}"))
        .help("to wait longer for each step: --timeout 3h")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::ObjectRef;

    const HOUR: Duration = Duration::from_hours(1);

    /// The exit code and the lines of an end at the second of three steps.
    fn lines(why: Why) -> (u8, String) {
        let step = Step {
            number: 2,
            of: Some(3),
        };
        let (code, problems) = match told(End { step, why }, HOUR) {
            Told::Done(line) => return (0, line),
            Told::Stopped(code, problem) => (code, vec![problem]),
            Told::Undecided(problems) => (2, problems),
        };
        let lines = problems.iter().flat_map(|it| {
            let notes = it.notes.iter().map(|note| format!("note: {note}"));
            let helps = it.helps.iter().map(|help| format!("help: {help}"));
            [it.message.to_string()]
                .into_iter()
                .chain(notes)
                .chain(helps)
        });
        (code, lines.collect::<Vec<_>>().join("\n"))
    }

    #[track_caller]
    fn begins(why: Why, code: u8, text: &str) {
        let (found, lines) = lines(why);
        assert_eq!(found, code, "{lines}");
        assert!(lines.starts_with(text), "{lines}");
    }

    #[test]
    fn each_end_has_its_code_and_its_words() {
        begins(Why::Done, 0, "done: the targets are reached, in 2 steps");
        begins(
            Why::CommandFailed(7),
            7,
            "COMMAND failed at step 2 of 3, with exit code 7\nhelp: run the same command again",
        );
        begins(
            Why::Refused(1),
            1,
            "trimtab refused step 2 of 3\nnote: COMMAND shows why",
        );
        // The shell of a pipe may hide it.
        begins(Why::Refused(0), 1, "trimtab refused step 2 of 3");
        begins(
            Why::Failed(0),
            2,
            "the trimtab in COMMAND could not decide on step 2 of 3",
        );
        begins(
            Why::Failed(1),
            1,
            "the trimtab in COMMAND could not decide on step 2 of 3",
        );
        begins(
            Why::NoTrimtab,
            2,
            "COMMAND did not run trimtab at step 2 of 3",
        );
        begins(
            Why::NotLive("rendered".to_owned()),
            2,
            "at step 2 of 3, the trimtab in COMMAND compared with `rendered`, which is not the cluster",
        );
        begins(
            Why::Stuck,
            1,
            "step 2 of 3 changed nothing, and the targets are not reached",
        );
    }

    #[test]
    fn what_is_pending_is_listed() {
        let pending = vec!["Deployment a: 1 pod is still terminating, for 1h".to_owned()];
        begins(
            Why::TimedOut(pending),
            2,
            "step 2 of 3 is not settled after 1h\n\
             note: Deployment a: 1 pod is still terminating, for 1h\n\
             note: COMMAND had ended; nothing is left half done\n\
             help: to wait on, run the same command again",
        );
    }

    #[test]
    fn a_count_that_moved_is_named() {
        let moved = |found| {
            Why::Moved(Moved {
                object: ObjectRef {
                    api_version: "apps/v1".into(),
                    kind: "Deployment".into(),
                    namespace: None,
                    name: "a".into(),
                },
                expected: 4,
                found,
            })
        };
        begins(
            moved(Some(6)),
            1,
            "Deployment a is at 6 after step 2 of 3, which set it to 4\nnote: someone else",
        );
        begins(
            moved(None),
            1,
            "Deployment a is not there after step 2 of 3\n",
        );
    }

    #[test]
    fn after_ctrl_c_it_says_what_was_running() {
        let why = |in_command| Why::Interrupted { in_command };
        begins(
            why(true),
            130,
            "interrupted at step 2 of 3\nnote: COMMAND was running, and may not have ended its work",
        );
        begins(
            why(false),
            130,
            "interrupted at step 2 of 3\nnote: COMMAND had ended; nothing is left half done\nhelp: run the same",
        );
    }
}
