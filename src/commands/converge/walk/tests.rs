//! Every way in which it can end.

#![allow(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic fails the test, as it should"
)]

use std::cell::RefCell;

use super::super::said::BaselineSaid;
use super::*;

/// What happens, in order.
#[derive(Debug, Clone)]
enum Event {
    Run(Ran),
    Wait(Waited),
}

use Event::{Run, Wait as Await};

const SETTLED: Event = Await(Waited::Settled { at_once: false });
const WAS_SETTLED: Event = Await(Waited::Settled { at_once: true });

fn said(verdict: Verdict, remaining: usize, count: u32) -> Said {
    let object = ObjectRef {
        api_version: "apps/v1".into(),
        kind: "Deployment".into(),
        namespace: Some("milvus".into()),
        name: "querynode".into(),
    };
    Said {
        verdict,
        remaining,
        baselines: vec![BaselineSaid {
            source: "cluster".to_owned(),
            cluster: None,
        }],
        workloads: vec![WorkloadSaid {
            object,
            count: (verdict == Verdict::Passed).then_some(count),
        }],
    }
}

fn ran(code: u8, said: Option<Said>) -> Event {
    Run(Ran {
        code,
        is_interrupted: false,
        said,
    })
}

fn passed(remaining: usize, count: u32) -> Event {
    ran(0, Some(said(Verdict::Passed, remaining, count)))
}

fn refused(verdict: Verdict) -> Event {
    ran(1, Some(said(verdict, 0, 0)))
}

/// Walks along the events, which must be used up.
fn walked(events: impl IntoIterator<Item = Event>) -> End {
    let events: Vec<Event> = events.into_iter().collect();
    let events = RefCell::new(events.into_iter());
    let end = walk(
        |step| match events.borrow_mut().next() {
            Some(Run(ran)) => Ok(ran),
            other => panic!("run at {step:?}, instead of {other:?}"),
        },
        |wait| match events.borrow_mut().next() {
            Some(Await(waited)) => waited,
            other => panic!("wait at {:?}, instead of {other:?}", wait.step),
        },
    );
    assert!(events.into_inner().next().is_none(), "it ends early");
    end
}

#[track_caller]
fn ends(events: impl IntoIterator<Item = Event>, number: usize, of: Option<usize>, why: Why) {
    let step = Step { number, of };
    assert_eq!(walked(events), End { step, why });
}

#[test]
fn it_goes_on_until_nothing_remains_and_all_is_settled() {
    let down = [
        passed(2, 4),
        SETTLED,
        passed(1, 3),
        SETTLED,
        passed(0, 2),
        SETTLED,
    ];
    ends(down, 3, Some(3), Why::Done);
    ends([passed(0, 2), WAS_SETTLED], 1, Some(1), Why::Done);
}

#[test]
fn the_last_step_is_waited_for_as_well() {
    let pending = vec!["1 pod is still terminating".to_owned()];
    let late = Await(Waited::TimedOut(pending.clone()));
    let why = Why::TimedOut(pending);
    ends([passed(1, 3), SETTLED, passed(0, 2), late], 2, Some(2), why);
}

#[test]
fn a_command_without_trimtab_ends_it_at_once() {
    ends([ran(0, None)], 1, None, Why::NoTrimtab);
    ends([ran(7, None)], 1, None, Why::CommandFailed(7));
    let later = [passed(1, 3), SETTLED, ran(0, None)];
    ends(later, 2, Some(2), Why::NoTrimtab);
}

#[test]
fn a_command_that_fails_ends_it_with_its_code() {
    let failed = ran(3, Some(said(Verdict::Passed, 2, 4)));
    ends([failed.clone()], 1, None, Why::CommandFailed(3));
    ends(
        [passed(2, 4), SETTLED, failed],
        2,
        Some(3),
        Why::CommandFailed(3),
    );
}

#[test]
fn a_refusal_ends_it_whatever_the_command_makes_of_it() {
    ends([refused(Verdict::Refused)], 1, None, Why::Refused(1));
    ends([refused(Verdict::Failed)], 1, None, Why::Failed(1));
    let hidden = ran(0, Some(said(Verdict::Refused, 0, 0)));
    ends([hidden], 1, None, Why::Refused(0));
    let later = [passed(1, 3), SETTLED, refused(Verdict::Refused)];
    ends(later, 2, Some(2), Why::Refused(1));
}

#[test]
fn what_is_not_settled_is_waited_for_and_run_again() {
    let unsettled = refused(Verdict::Unsettled);
    let resumed = [
        unsettled.clone(),
        SETTLED,
        passed(1, 3),
        SETTLED,
        passed(0, 2),
        SETTLED,
    ];
    ends(resumed, 2, Some(2), Why::Done);
    let again = [
        unsettled.clone(),
        SETTLED,
        unsettled.clone(),
        SETTLED,
        passed(0, 2),
        SETTLED,
    ];
    ends(again, 1, Some(1), Why::Done);
    let between = [
        unsettled.clone(),
        WAS_SETTLED,
        passed(1, 3),
        SETTLED,
        unsettled.clone(),
        WAS_SETTLED,
    ];
    ends(
        between.into_iter().chain([passed(0, 2), SETTLED]),
        2,
        Some(2),
        Why::Done,
    );
    // It is refused again and again, for something that cannot be seen from here.
    let unseen = [unsettled.clone(), WAS_SETTLED, unsettled, WAS_SETTLED];
    ends(unseen, 1, None, Why::Refused(1));
}

#[test]
fn a_count_that_moves_ends_it() {
    let moved = Moved {
        object: said(Verdict::Passed, 0, 0).workloads.remove(0).object,
        expected: 4,
        found: Some(5),
    };
    let why = Why::Moved(moved.clone());
    ends([passed(2, 4), Await(Waited::Moved(moved))], 1, Some(3), why);
}

#[test]
fn a_baseline_that_is_not_live_ends_it() {
    for verdict in [Verdict::Passed, Verdict::Unsettled] {
        let mut said = said(verdict, 0, 2);
        "rendered".clone_into(&mut said.baselines[0].source);
        let why = Why::NotLive("rendered".to_owned());
        ends([ran(0, Some(said))], 1, None, why);
    }
}

#[test]
fn a_step_that_changes_nothing_ends_it() {
    let stuck = [passed(1, 3), SETTLED, passed(1, 3)];
    ends(stuck, 2, Some(3), Why::Stuck);
    let upward = [passed(1, 3), SETTLED, passed(2, 3)];
    ends(upward, 2, Some(4), Why::Stuck);
    // The policy was changed meanwhile.
    let changed = [
        passed(1, 3),
        SETTLED,
        passed(1, 2),
        SETTLED,
        passed(0, 1),
        SETTLED,
    ];
    ends(changed, 3, Some(3), Why::Done);
}

#[test]
fn ctrl_c_ends_it_where_it_is() {
    let why = |in_command| Why::Interrupted { in_command };
    for (code, answer) in [(130, None), (0, Some(said(Verdict::Passed, 0, 2)))] {
        let interrupted = Run(Ran {
            code,
            is_interrupted: true,
            said: answer,
        });
        ends([interrupted], 1, None, why(true));
    }
    let waiting = [passed(2, 4), Await(Waited::Interrupted)];
    ends(waiting, 1, Some(3), why(false));
}

#[test]
fn a_cluster_that_cannot_be_asked_ends_it() {
    let problems = vec![Diagnostic::new("the server is gone")];
    let gone = Await(Waited::Undecided(problems.clone()));
    ends(
        [passed(2, 4), gone],
        1,
        Some(3),
        Why::Undecided(problems.clone()),
    );
    let end = walk(|_| Err(problems.clone()), |_| panic!("nothing ran"));
    assert_eq!(end.why, Why::Undecided(problems));
}
