//! A program called `helm` with all that trimtab looks at in the Helm that runs it: name, command line and variables. And one
//! that is not called so, for a Helm that cannot be seen.
//!
//! Both are this test program under another name.

use std::env;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use crate::support::{self, TRIMTAB};

/// The variable that holds what trimtab is called with.
const ARGS: &str = "CASE_ARGS";

/// The names of both.
const HELM: &str = "helm";
const HIDDEN: &str = "hidden-helm";

/// A command that runs `helm` with a command line, which runs trimtab with some arguments.
pub(crate) fn command(folder: &Path, home: &Path, line: &[String], args: &[String]) -> Command {
    let mut command = named(HELM, folder, home, args);
    command.args(line);
    command
}

/// A command that runs trimtab with some arguments, as a Helm does that cannot be seen. Trimtab writes to its standard error.
pub(crate) fn hidden(folder: &Path, home: &Path, args: &[String]) -> Command {
    named(HIDDEN, folder, home, args)
}

fn named(name: &str, folder: &Path, home: &Path, args: &[String]) -> Command {
    let program = folder.join(name);
    let own = env::current_exe().expect("a program");
    if !program.exists() && std::fs::hard_link(&own, &program).is_err() {
        std::fs::copy(&own, &program).expect("a copy");
    }
    let mut command = support::command(program, home, &[]);
    command.env(ARGS, args.join("\n"));
    command
}

/// What the program does if it was started under one of these names.
pub(crate) fn main() -> Option<ExitCode> {
    let name = env::args_os().next()?;
    let name = Path::new(&name).file_name()?;
    let args = env::var(ARGS).unwrap_or_default();
    let args = args.split('\n').filter(|arg| !arg.is_empty());
    let mut trimtab = Command::new(TRIMTAB);
    trimtab.args(args).env_remove(ARGS);
    let is_plugin = env::var_os("HELM_PLUGIN_NAME").is_some();
    let code = match name.to_str()? {
        HELM | HIDDEN if is_plugin => keeping_stderr(&mut trimtab),
        HELM | HIDDEN => trimtab.status().ok().and_then(|status| status.code()),
        _ => return None,
    };
    Some(code.map_or(ExitCode::FAILURE, |code| {
        ExitCode::from(u8::try_from(code).unwrap_or(u8::MAX))
    }))
}

/// Runs a command as Helm runs a plugin, which writes to Helm's standard error past its own.
fn keeping_stderr(command: &mut Command) -> Option<i32> {
    let status = command.stderr(Stdio::null()).status().ok()?;
    status.code()
}
