//! The expected outcome of a case, compared byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::Outcome;

type Files = BTreeMap<String, Vec<u8>>;

/// Words that begin the lines of findings and errors.
const HEADINGS: [&str; 5] = ["note", "error", "warning", "waived", "refused"];

/// The outcome that a case's folder describes.
pub(crate) enum Expected<'f> {
    Patched {
        stdout: &'f [u8],
        stderr: Option<&'f [u8]>,
    },
    /// Nothing on standard output, this exit code, and this on standard error.
    Nothing { code: i32, stderr: &'f [u8] },
    Report {
        code: i32,
        stdout: &'f [u8],
        stderr: &'f [u8],
    },
}

impl<'f> Expected<'f> {
    /// The one outcome that the files describe.
    pub(crate) fn of(files: &'f Files) -> Result<Self, String> {
        let file = |name: &str| files.get(name).map(Vec::as_slice);
        let mut found = Vec::new();
        if let Some(stdout) = file("expected.yaml") {
            found.push(Self::Patched {
                stdout,
                stderr: file("stderr.txt"),
            });
        } else if files.contains_key("stderr.txt") && !files.contains_key("report.txt") {
            return Err("`stderr.txt` goes with `expected.yaml` or `report.txt`".to_owned());
        }
        for (name, code) in [("refused.txt", 1), ("failed.txt", 2)] {
            found.extend(file(name).map(|stderr| Self::Nothing { code, stderr }));
        }
        if let Some(stdout) = file("report.txt") {
            let code =
                file("exit").and_then(|text| std::str::from_utf8(text).ok()?.trim().parse().ok());
            let code = code.ok_or("`exit` must be there, and hold a number")?;
            let stderr = file("stderr.txt").unwrap_or_default();
            found.push(Self::Report {
                code,
                stdout,
                stderr,
            });
        }
        match (found.pop(), found.is_empty()) {
            (Some(expected), true) => Ok(expected),
            (None, _) => Err("no file says what must come".to_owned()),
            _ => Err("more than one file says what must come".to_owned()),
        }
    }

    /// Fails with the first difference.
    pub(crate) fn compare(&self, outcome: &Outcome) -> Result<(), String> {
        let stderr = outcome.stderr.as_bytes();
        match self {
            Self::Patched {
                stdout,
                stderr: told,
            } => {
                exit_code(0, outcome)?;
                difference("stdout", stdout, &outcome.stdout)?;
                match told {
                    Some(told) => difference("stderr", told, stderr),
                    None if tells_findings(&outcome.stderr) => {
                        Err(format!("`stderr.txt` is missing for\n{}", outcome.stderr))
                    }
                    None => Ok(()),
                }
            }
            Self::Nothing { code, stderr: told } => {
                exit_code(*code, outcome)?;
                difference("stdout", b"", &outcome.stdout)?;
                difference("stderr", told, stderr)
            }
            Self::Report {
                code,
                stdout,
                stderr: told,
            } => {
                exit_code(*code, outcome)?;
                difference("stdout", stdout, &outcome.stdout)?;
                difference("stderr", told, stderr)
            }
        }
    }
}

fn exit_code(wanted: i32, outcome: &Outcome) -> Result<(), String> {
    if outcome.code == Some(wanted) {
        return Ok(());
    }
    Err(format!(
        "exit {:?} instead of {wanted}:\n{}",
        outcome.code, outcome.stderr
    ))
}

fn tells_findings(stderr: &str) -> bool {
    stderr
        .lines()
        .any(|line| HEADINGS.iter().any(|word| line.starts_with(word)))
}

/// Fails when bytes differ, with both texts.
pub(crate) fn difference(what: &str, wanted: &[u8], found: &[u8]) -> Result<(), String> {
    if wanted == found {
        return Ok(());
    }
    let at = wanted
        .iter()
        .zip(found)
        .take_while(|(one, other)| one == other)
        .count();
    let line = wanted
        .iter()
        .take(at)
        .filter(|byte| **byte == b'\n')
        .count()
        + 1;
    let shown = |bytes: &[u8]| bytes.escape_ascii().to_string().replace("\\n", "\n");
    Err(format!(
        "{what} differs from line {line} on; wanted:\n{}\nfound:\n{}",
        shown(wanted),
        shown(found)
    ))
}

/// Replaces the outcome in a folder; returns the names of the files that changed.
pub(crate) fn bless(
    folder: &Path,
    files: &Files,
    reports: bool,
    outcome: &Outcome,
) -> Result<Vec<String>, String> {
    let stderr = outcome.stderr.as_bytes();
    let code = outcome.code.ok_or("a signal ended it")?;
    let mut wanted: Files = Files::new();
    let mut want = |name: &str, bytes: &[u8]| drop(wanted.insert(name.to_owned(), bytes.to_vec()));
    match code {
        1 if !reports => want("refused.txt", stderr),
        2 => want("failed.txt", stderr),
        _ if reports => {
            want("report.txt", &outcome.stdout);
            want("exit", format!("{code}\n").as_bytes());
            if !stderr.is_empty() {
                want("stderr.txt", stderr);
            }
        }
        _ => {
            want("expected.yaml", &outcome.stdout);
            if tells_findings(&outcome.stderr) || files.contains_key("stderr.txt") {
                want("stderr.txt", stderr);
            }
        }
    }
    let kinds = [
        "expected.yaml",
        "stderr.txt",
        "refused.txt",
        "failed.txt",
        "report.txt",
        "exit",
    ];
    let mut changed = Vec::new();
    for name in kinds {
        let path = folder.join(name);
        let (before, after) = (files.get(name), wanted.get(name));
        if before == after {
            continue;
        }
        match after {
            Some(bytes) => fs::write(&path, bytes),
            None => fs::remove_file(&path),
        }
        .map_err(|error| format!("{name}: {error}"))?;
        changed.push(name.to_owned());
    }
    Ok(changed)
}
