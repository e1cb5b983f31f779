//! How the program was called: the arguments, the environment, the host and the terminals, determined once.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _};

use crate::cli::{Display, loosely_read};
use crate::environment::Environment;
use crate::host::Host;
use crate::host::helm::command_line::HelmCall;
use crate::report::{Command, Form};

/// How this program was called.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// The arguments, the program's name first.
    pub args: Vec<OsString>,
    /// The variables that it inherits.
    pub environment: Environment,
    /// The host.
    pub host: Host,
    /// How the Helm that runs it was called.
    pub(crate) helm: Option<HelmCall>,
    /// Which of its streams are terminals.
    pub terminals: Terminals,
}

/// Which of the program's streams are terminals.
#[derive(Debug, Clone, Copy, Default)]
#[allow(missing_docs, reason = "the streams go by their names")]
pub struct Terminals {
    pub stdin: bool,
    pub stdout: bool,
    pub stderr: bool,
}

impl Call {
    /// What is read even from an invalid command line: the command, and how to show its outcome.
    pub(crate) fn loosely_read(&self) -> (Command, Display) {
        let (command, mut display) = loosely_read(&self.args, &self.environment);
        // Helm would take a report on standard output for manifests.
        let command = if self.host.is_helm() {
            Command::Filter
        } else {
            command
        };
        if !command.forms().contains(&display.form) {
            display.form = Form::default();
        }
        (command, display)
    }

    /// A call with arguments, the program's name first, and no variables.
    pub fn new(args: Vec<OsString>) -> Self {
        Self {
            args,
            ..Self::default()
        }
    }

    /// How this process was called.
    pub fn of_this_process() -> Self {
        let environment: Environment = std::env::vars_os().collect();
        let (host, helm) = Host::of_this_process(&environment);
        Self {
            args: std::env::args_os().collect(),
            host,
            helm,
            environment,
            terminals: Terminals {
                stdin: io::stdin().is_terminal(),
                stdout: io::stdout().is_terminal(),
                stderr: io::stderr().is_terminal(),
            },
        }
    }
}
