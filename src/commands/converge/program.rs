//! COMMAND itself: it has this process's streams, and its exit code is passed on.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus};

use crate::diagnostic::Diagnostic;
use crate::names::shown;

/// Runs a command with more variables, and gives its exit code; 128 and more, as in a shell, where a signal ended it.
///
/// # Errors
/// When it cannot be started.
pub(super) fn run(
    command: &[OsString],
    variables: &[(&'static str, OsString)],
) -> Result<u8, Diagnostic> {
    let (program, args) = command
        .split_first()
        .ok_or_else(|| Diagnostic::new("there is no COMMAND to run"))?;
    let mut process = Command::new(program);
    process.args(args).envs(variables.iter().cloned());
    let status = process.status().map_err(|error| not_run(program, &error))?;
    Ok(code(status))
}

fn code(status: ExitStatus) -> u8 {
    /// What a program cannot say: it failed.
    const FAILED: u8 = 255;
    let code = status.code().or_else(|| ended_by(status)).unwrap_or(1);
    u8::try_from(code).unwrap_or(FAILED)
}

#[cfg(unix)]
fn ended_by(status: ExitStatus) -> Option<i32> {
    use std::os::unix::process::ExitStatusExt as _;
    status.signal().map(|signal| 128 + signal)
}

#[cfg(not(unix))]
fn ended_by(_: ExitStatus) -> Option<i32> {
    None
}

fn not_run(program: &OsStr, error: &io::Error) -> Diagnostic {
    let name = program.to_string_lossy();
    let is_path = Path::new(program).components().count() > 1;
    let why = match error.kind() {
        io::ErrorKind::NotFound if is_path => "there is no such file".to_owned(),
        io::ErrorKind::NotFound => "it is not on the PATH".to_owned(),
        _ => error.to_string(),
    };
    let problem = Diagnostic::new(format!("cannot run `{}`: {why}", shown(&name)));
    if name.contains(char::is_whitespace) {
        problem
            .help("COMMAND is several words, not one: trimtab converge -- helm upgrade ...")
            .help("a pipe needs a shell: trimtab converge -- sh -c '...'")
    } else {
        problem
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(line: &str) -> Result<u8, String> {
        let command: Vec<OsString> = line.split('|').map(OsString::from).collect();
        let told = |problem: Diagnostic| {
            let lines = [&[problem.message][..], &problem.helps].concat();
            lines.join(" / ")
        };
        super::run(&command, &[("TRIMTAB_REASON", "a reason".into())]).map_err(told)
    }

    #[test]
    fn its_code_is_passed_on() {
        for (script, code) in [
            ("exit 0", 0),
            ("exit 7", 7),
            ("kill -TERM $$", 143),
            ("kill -INT $$", 130),
            ("[ \"$TRIMTAB_REASON\" = 'a reason' ]", 0),
        ] {
            assert_eq!(run(&format!("sh|-c|{script}")), Ok(code), "{script}");
        }
    }

    #[test]
    fn what_cannot_be_run_is_said() {
        for (line, why) in [
            ("", "cannot run ``: it is not on the PATH"),
            ("hlem|upgrade", "cannot run `hlem`: it is not on the PATH"),
            ("./no/such", "cannot run `./no/such`: there is no such file"),
            ("/", "cannot run `/`: Permission denied (os error 13)"),
            (
                "helm upgrade a b",
                "cannot run `helm upgrade a b`: it is not on the PATH / COMMAND is several words, not one: trimtab \
                 converge -- helm upgrade ... / a pipe needs a shell: trimtab converge -- sh -c '...'",
            ),
        ] {
            assert_eq!(run(line), Err(why.to_owned()), "{line}");
        }
    }
}
