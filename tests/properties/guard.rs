//! The arithmetic of scale-ins through whole runs: the verdict, the step, and that steps arrive.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::layout::write;
use super::model::WORKERS;
use super::run::Outcome;
use super::setting::{Before, baseline, case};

fn rules(outcome: &Outcome) -> BTreeSet<String> {
    let rules = outcome
        .refusals
        .iter()
        .map(|it| it.split('=').next().unwrap().to_owned());
    rules.collect()
}

proptest! {
    #![proptest_config(super::cases(384))]

    #[test]
    fn a_verdict_is_that_of_a_count_by_hand(case in case(), is_stepping: bool) {
        let folder = tempfile::tempdir().unwrap();
        let written = write(&case.stream);
        let input = written.bytes(&vec![None; case.stream.workloads().len()]);
        let before = baseline(&case.stream, &case.before, case.is_live);
        let outcome = case.run(&folder, &input, &before, is_stepping);
        let expected = case.expected(is_stepping);
        prop_assert_eq!(rules(&outcome), expected.refusals.clone(), "{}\n{}", outcome.report, case.policy.yaml());
        prop_assert_eq!(outcome.code, u8::from(!expected.refusals.is_empty()), "{}", outcome.report);
        if outcome.code != 0 {
            prop_assert!(outcome.stdout.is_empty());
            return Ok(());
        }
        let output = String::from_utf8(outcome.stdout).unwrap();
        prop_assert_eq!(&output, &written.bytes(&expected.new));
        let again = case.run(&folder, &output, &before, is_stepping);
        prop_assert_eq!(again.code, 0, "{}", again.report);
        prop_assert_eq!(String::from_utf8(again.stdout).unwrap(), output);
    }
}

proptest! {
    #![proptest_config(super::cases(48))]

    #[test]
    fn steps_repeated_reach_the_targets(mut case in case()) {
        let policy = &mut case.policy;
        policy.limits.floor = policy.limits.floor.min(1);
        policy.floors = vec![None; WORKERS.len()];
        policy.limits.max_replicas = policy.limits.max_replicas.map(|it| it.max(1));
        policy.max_components = policy.max_components.map(|it| it.max(1));
        for target in &mut policy.targets {
            let (replicas, special) = target.unwrap_or((2, None));
            *target = Some((replicas.max(1), special.map(|it| it.max(1))));
        }
        // A target of 1 leaves a missing count missing, and the next run could not compare with it.
        case.stream.set_counts();
        let before = case.before.iter().map(|it| if matches!(it, Before::Unknown | Before::Odd) { Before::New } else { *it });
        case.before = before.collect();
        let workers = case.stream.workloads().iter().position(|it| it.is_worker()).unwrap();
        if case.before[workers] == Before::New {
            case.before[workers] = Before::Known(5);
        }

        let folder = tempfile::tempdir().unwrap();
        let written = write(&case.stream);
        let input = written.bytes(&vec![None; case.stream.workloads().len()]);
        let goal = written.bytes(&case.expected(false).new);
        let mut baseline = baseline(&case.stream, &case.before, case.is_live);
        for _ in 0..200 {
            let outcome = case.run(&folder, &input, &baseline, true);
            prop_assert_eq!(outcome.code, 0, "{}\n{}\n{}", outcome.report, baseline, case.policy.yaml());
            let output = String::from_utf8(outcome.stdout).unwrap();
            if output == goal {
                return Ok(());
            }
            baseline = output;
        }
        prop_assert!(false, "not there after 200 steps");
    }
}
