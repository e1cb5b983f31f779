//! Whatever comes in: no panic, an exit code of 0, 1 or 2, and nothing written on 1 and 2.

use proptest::collection::vec;
use proptest::prelude::*;

use super::layout::write;
use super::model::stream;
use super::run::{Outcome, filter};

/// Pieces that mean something to a reader of YAML.
const PIECES: &[&str] = &[
    "---\n",
    "...\n",
    "\n",
    "\r",
    "\u{feff}",
    "\u{2028}",
    "\u{85}",
    "\t",
    "  ",
    "# ",
    "&a ",
    "*a",
    "<<: *a\n",
    "!!binary ",
    "!x ",
    "? ",
    ": ",
    "- ",
    "| ",
    ">\n",
    "'",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\\",
    "%TAG ! x\n",
    "kind: List\n",
    "items:\n",
    "spec:\n",
    "replicas:\n",
    "replicas: 3\n",
    "null",
    "~",
    "kind: Deployment\n",
    "component: proxy\n",
    "0x1",
    "\0",
    "é",
    "🚢",
];

/// A change of the bytes: where, how many go, and what comes.
#[derive(Debug, Clone)]
enum Mutation {
    Insert(usize, usize),
    Remove(usize, usize),
    /// A line once more, or not at all, or in another place.
    Line {
        at: usize,
        to: Option<usize>,
    },
    Byte(usize, u8),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        4 => (any::<usize>(), 0..PIECES.len()).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
        2 => (any::<usize>(), 1..20_usize).prop_map(|(at, length)| Mutation::Remove(at, length)),
        3 => (any::<usize>(), proptest::option::of(any::<usize>())).prop_map(|(at, to)| Mutation::Line { at, to }),
        1 => (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Byte(at, byte)),
    ]
}

fn mutate(bytes: &mut Vec<u8>, mutation: &Mutation) {
    let place = |at: usize| at % (bytes.len() + 1);
    match *mutation {
        Mutation::Insert(at, piece) => {
            let at = place(at);
            bytes.splice(at..at, PIECES[piece].bytes());
        }
        Mutation::Remove(at, length) => {
            let at = place(at);
            let end = (at + length).min(bytes.len());
            bytes.drain(at..end);
        }
        Mutation::Line { at, to } => {
            let mut lines: Vec<Vec<u8>> = bytes
                .split_inclusive(|byte| *byte == b'\n')
                .map(<[u8]>::to_vec)
                .collect();
            if lines.is_empty() {
                return;
            }
            let line = lines.remove(at % lines.len());
            if let Some(to) = to {
                let (first, second) = (at % (lines.len() + 1), to % (lines.len() + 1));
                lines.insert(first, line.clone());
                lines.insert(second, line);
            }
            *bytes = lines.concat();
        }
        Mutation::Byte(at, byte) => {
            let at = place(at);
            bytes.splice(at..at, [byte]);
        }
    }
}

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
