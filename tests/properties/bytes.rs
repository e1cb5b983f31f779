//! Promises 1, 2, 4 and 6: only the counts change, nothing without a target, a second run changes nothing, two runs agree.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::layout::{Written, write};
use super::model::{Count, Stream, WORKERS, stream};
use super::run::filter;

/// A target for each worker, not below its floor, or none.
pub(crate) fn targets() -> impl Strategy<Value = Vec<Option<u32>>> {
    vec(option::of(1_u32..14), WORKERS.len())
}

/// The arguments that give these targets, scale-ins let through.
pub(crate) fn arguments(stream: &Stream, targets: &[Option<u32>]) -> Vec<String> {
    let allowed = ["--allow=scale-in-too-large", "--allow=below-floor"];
    let mut arguments: Vec<String> = allowed.map(str::to_owned).to_vec();
    let present = |component: usize| {
        stream
            .workloads()
            .iter()
            .any(|it| it.component == component)
    };
    for (component, target) in targets.iter().enumerate() {
        let target = target.filter(|_| present(component));
        arguments.extend(target.map(|count| format!("--target={}={count}", WORKERS[component].0)));
    }
    arguments
}

/// For each workload the count that its target puts there, where another one or none is written.
pub(crate) fn wanted(stream: &Stream, targets: &[Option<u32>]) -> Vec<Option<u32>> {
    let workloads = stream.workloads();
    let wanted = workloads.iter().map(|workload| {
        let target = targets.get(workload.component).copied().flatten();
        target.filter(|target| workload.count != Count::Set(*target))
    });
    wanted.collect()
}

fn borrow(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

fn untouched(stream: &Stream, written: &Written) -> String {
    written.bytes(&vec![None; stream.workloads().len()])
}

proptest! {
    #![proptest_config(super::cases(256))]

    #[test]
    fn without_a_target_the_output_is_the_input(stream in stream()) {
        let input = untouched(&stream, &write(&stream));
        let outcome = filter(&["--allow=below-floor"], input.as_bytes());
        prop_assert_eq!(outcome.code, 0, "{}\n{}", outcome.report, input);
        prop_assert_eq!(String::from_utf8(outcome.stdout).unwrap(), input);
        prop_assert!(outcome.changes.is_empty());
    }

    #[test]
    fn with_targets_only_the_counts_differ(stream in stream(), targets in targets()) {
        let written = write(&stream);
        let input = untouched(&stream, &written);
        let arguments = arguments(&stream, &targets);
        let outcome = filter(&borrow(&arguments), input.as_bytes());
        prop_assert_eq!(outcome.code, 0, "{}\n{}", outcome.report, input);
        let expected = written.bytes(&wanted(&stream, &targets));
        prop_assert_eq!(String::from_utf8(outcome.stdout).unwrap(), expected);
    }

    #[test]
    fn a_second_run_changes_nothing_and_two_runs_agree(stream in stream(), targets in targets()) {
        let input = untouched(&stream, &write(&stream));
        let arguments = arguments(&stream, &targets);
        let first = filter(&borrow(&arguments), input.as_bytes());
        let again = filter(&borrow(&arguments), input.as_bytes());
        prop_assert_eq!(&first.stdout, &again.stdout);
        prop_assert_eq!(&first.report, &again.report);
        let second = filter(&borrow(&arguments), &first.stdout);
        prop_assert_eq!(second.code, 0, "{}", second.report);
        prop_assert!(second.changes.is_empty(), "{:?}", second.changes);
        prop_assert_eq!(second.stdout, first.stdout);
    }
}
