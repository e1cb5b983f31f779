//! Whatever comes in: no panic, an exit code of 0, 1 or 2, and nothing written on 1 and 2.

use proptest::collection::vec;
use proptest::prelude::*;

use super::layout::write;
use super::model::stream;
use super::mutation::{PIECES, mutate, mutation};
use super::run::{Outcome, filter};

fn holds(outcome: &Outcome, input: &[u8], has_target: bool) -> Result<(), TestCaseError> {
    prop_assert!(
        !outcome.report.contains("internal error"),
        "{}\n{}",
        outcome.report,
        String::from_utf8_lossy(input)
    );
    match outcome.code {
        0 if has_target => {}
        0 => prop_assert_eq!(&outcome.stdout, input),
        1 | 2 => prop_assert!(outcome.stdout.is_empty()),
        code => prop_assert!(false, "exit code {}", code),
    }
    Ok(())
}

const TARGETS: [&str; 5] = [
    "--target=proxy=5",
    "--target=queryNode=6",
    "--target=dataNode=7",
    "--allow=unmatched-target",
    "--allow=scale-in-too-large",
];

proptest! {
    #![proptest_config(super::cases(512))]

    #[test]
    fn any_bytes_end_well(bytes in vec(any::<u8>(), 0..300)) {
        holds(&filter(&[], &bytes), &bytes, false)?;
        holds(&filter(&TARGETS, &bytes), &bytes, true)?;
    }

    #[test]
    fn any_pieces_end_well(pieces in vec(0..PIECES.len(), 0..40)) {
        let text: String = pieces.iter().map(|piece| PIECES[*piece]).collect();
        holds(&filter(&[], text.as_bytes()), text.as_bytes(), false)?;
        holds(&filter(&TARGETS, text.as_bytes()), text.as_bytes(), true)?;
    }

    #[test]
    fn mutated_streams_end_well(stream in stream(), mutations in vec(mutation(), 1..4)) {
        let mut bytes = write(&stream).bytes(&vec![None; stream.workloads().len()]).into_bytes();
        for mutation in &mutations {
            mutate(&mut bytes, mutation);
        }
        holds(&filter(&[], &bytes), &bytes, false)?;
        let outcome = filter(&TARGETS, &bytes);
        holds(&outcome, &bytes, true)?;
        if outcome.code == 0 {
            let again = filter(&TARGETS, &outcome.stdout);
            prop_assert_eq!(again.code, 0, "{}", again.report);
            prop_assert!(again.changes.is_empty(), "{:?}", again.changes);
            prop_assert_eq!(again.stdout, outcome.stdout);
        }
    }

    #[test]
    fn a_mutated_baseline_ends_well(stream in stream(), mutations in vec(mutation(), 0..4)) {
        let text = write(&stream).bytes(&vec![None; stream.workloads().len()]);
        let mut bytes = text.clone().into_bytes();
        for mutation in &mutations {
            mutate(&mut bytes, mutation);
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &bytes).unwrap();
        let baseline = format!("--baseline=file:{}", file.path().display());
        for scale_in in ["--scale-in=refuse", "--scale-in=step"] {
            let arguments: Vec<&str> = [scale_in, baseline.as_str()].into_iter().chain(TARGETS).collect();
            holds(&filter(&arguments, text.as_bytes()), text.as_bytes(), true)?;
        }
    }

    #[test]
    fn a_mutated_policy_ends_well(stream in stream(), mutations in vec(mutation(), 0..4)) {
        let text = write(&stream).bytes(&vec![None; stream.workloads().len()]);
        let mut bytes = include_bytes!("../../policies/examples/production.yaml").to_vec();
        for mutation in &mutations {
            mutate(&mut bytes, mutation);
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &bytes).unwrap();
        let policy = format!("--policy={}", file.path().display());
        holds(&filter(&[&policy], text.as_bytes()), text.as_bytes(), true)?;
    }
}
