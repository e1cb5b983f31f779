//! A program called `helm` with all that trimtab looks at in the Helm that runs it: name, command line and variables.
//!
//! It is this test program under another name.

use std::env;
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::support::{self, TRIMTAB};

/// The variable that holds what trimtab is called with.
const ARGS: &str = "CASE_ARGS";

/// A command that runs `helm` with a command line, which runs trimtab with some arguments.
pub(crate) fn command(folder: &Path, home: &Path, line: &[String], args: &[String]) -> Command {
    let helm = folder.join("helm");
    let own = env::current_exe().expect("a program");
    if !helm.exists() && std::fs::hard_link(&own, &helm).is_err() {
        std::fs::copy(&own, &helm).expect("a copy");
    }
    let mut command = support::command(helm, home, &[]);
    command.args(line).env(ARGS, args.join("\n"));
    command
}

/// What the program does if it was started as `helm`.
pub(crate) fn main() -> Option<ExitCode> {
    let name = env::args_os().next()?;
    if Path::new(&name).file_name()? != "helm" {
        return None;
    }
    let args = env::var(ARGS).unwrap_or_default();
    let args = args.split('\n').filter(|arg| !arg.is_empty());
    let status = Command::new(TRIMTAB).args(args).env_remove(ARGS).status();
    let code = status.ok().and_then(|status| status.code());
    Some(code.map_or(ExitCode::FAILURE, |code| {
        ExitCode::from(u8::try_from(code).unwrap_or(u8::MAX))
    }))
}
