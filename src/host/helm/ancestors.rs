//! The processes that this one descends from, on Linux, through `/proc`: whether one of them is Helm, and how that was
//! called.
//!
//! Only programs that run scripts are passed over on the way up. A process is Helm by its name, or else, for its call to be
//! known, because it was told to run this program as its post-renderer.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::process::parent_id;
use std::path::{Path, PathBuf};

use super::command_line::{Doubt, HelmCall, HelmCommand, Verb};
use super::is_helms_name;
use crate::environment::Environment;

/// The most processes, such as shells, that can be between Helm and this program.
pub(super) const MOST_WRAPPERS: usize = 4;

/// Programs that run a post-renderer's script, by their names without a version.
const WRAPPERS: [&str; 13] = [
    "sh", "bash", "dash", "ash", "busybox", "zsh", "ksh", "env", "timeout", "python", "perl",
    "ruby", "node",
];

/// Programs that accept Helm's option and run Helm themselves, and also run hooks that are not post-renderers.
const AROUND_HELM: [&str; 1] = ["helmfile"];

/// What is known of a process.
#[derive(Debug, Default)]
struct Process {
    /// The executable; empty if it cannot be read.
    program: String,
    /// Its arguments, the program's name first.
    args: Vec<OsString>,
}

/// A Helm that this process descends from.
pub(super) struct Ancestor {
    id: u32,
    helm: Process,
    /// This process, then those between it and Helm.
    below: Vec<Process>,
}

/// The Helm that this process descends from.
pub(super) fn helm_above() -> Option<Ancestor> {
    helm_from(parent_id())
}

/// A process if it is Helm, or the Helm that it descends from. Reading a file of `/proc` takes a part of a small run that can
/// be measured, so only those that are needed are read.
fn helm_from(mut id: u32) -> Option<Ancestor> {
    let mut wrappers = Vec::new();
    for _ in 0..=MOST_WRAPPERS {
        let process = Process::read(id);
        if process.is_helm() {
            let mut below = vec![Process::read(std::process::id())];
            below.append(&mut wrappers);
            return Some(Ancestor {
                id,
                helm: process,
                below,
            });
        }
        if !process.is_wrapper() {
            return None;
        }
        wrappers.push(process);
        id = parent_of(id)?;
    }
    None
}

/// Field 4 of `/proc/PID/stat`, after the name, which is in parentheses and may hold anything.
pub(super) fn parent_of(process: u32) -> Option<u32> {
    let about = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = about.rsplit_once(')')?;
    fields.split_whitespace().nth(1)?.parse().ok()
}

impl Ancestor {
    /// How Helm was called; `inherited` are the variables of this process.
    pub(super) fn call(&self, inherited: &Environment) -> HelmCall {
        match self.command(inherited) {
            Ok(command) => HelmCall::Known(Box::new(command)),
            Err(doubt) => HelmCall::Unknown {
                doubt,
                verb: Verb::of(&self.helm.args).filter(|_| self.helm.is_called_helm()),
            },
        }
    }

    fn command(&self, inherited: &Environment) -> Result<HelmCommand, Doubt> {
        let environment = match environment_of(self.id) {
            Some(environment) => environment,
            None if self.below.len() == 1 => inherited.clone(),
            // What is between could have changed the variables.
            None => return Err(Doubt::NoEnvironment),
        };
        let command = HelmCommand::read(&self.helm.args, &environment)?;
        if !self.is_certain(&command) {
            return Err(Doubt::OtherProgram);
        }
        match folder_of(self.id) {
            Some(folder) => command.in_folder(&folder),
            None => Ok(command),
        }
    }

    /// Whether it is Helm beyond doubt.
    fn is_certain(&self, command: &HelmCommand) -> bool {
        let told = command.post_renderer.as_deref().map(OsStr::new);
        let told = told.map(file_name);
        self.helm.is_called_helm()
            || told.is_some_and(|told| self.below.iter().any(|it| it.is_called(&told)))
    }
}

/// The variables that a process started with.
fn environment_of(process: u32) -> Option<Environment> {
    let variables = fs::read(format!("/proc/{process}/environ")).ok()?;
    // Of two with one name, Go takes the first.
    let variables = variables.split(|byte| *byte == 0).rev();
    let pair = |variable: &[u8]| {
        let at = variable.iter().position(|byte| *byte == b'=')?;
        let (name, value) = (variable.get(..at)?, variable.get(at + 1..)?);
        Some((
            OsString::from_vec(name.to_vec()),
            OsString::from_vec(value.to_vec()),
        ))
    };
    Some(variables.filter_map(pair).collect())
}

/// The working folder of a process, if it is not that of this one.
fn folder_of(process: u32) -> Option<PathBuf> {
    let folder = fs::read_link(format!("/proc/{process}/cwd")).ok()?;
    let own = std::env::current_dir().ok();
    (own.as_ref() != Some(&folder)).then_some(folder)
}

impl Process {
    fn read(process: u32) -> Self {
        let program = fs::read_link(format!("/proc/{process}/exe")).unwrap_or_default();
        let args = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        let args = args.strip_suffix(&[0]).unwrap_or(&args);
        Self {
            program: file_name(program.as_os_str()),
            args: args
                .split(|byte| *byte == 0)
                .map(|arg| OsString::from_vec(arg.to_vec()))
                .collect(),
        }
    }

    fn names(&self) -> impl Iterator<Item = String> {
        let called = self.args.first().map(|name| file_name(name));
        [self.program.clone()].into_iter().chain(called)
    }

    /// By its name, or because it was given a post-renderer.
    fn is_helm(&self) -> bool {
        let is_told = self.args.iter().any(|arg| {
            let rest = arg.as_bytes().strip_prefix(b"--post-renderer");
            rest.is_some_and(|rest| matches!(rest, [] | [b'=', ..]))
        });
        let is_around = self
            .names()
            .any(|name| AROUND_HELM.contains(&name.as_str()));
        self.is_called_helm() || (is_told && !is_around && !self.is_wrapper())
    }

    fn is_called_helm(&self) -> bool {
        self.names().any(|name| is_helms_name(&name))
    }

    /// Whether it is a program or a script of this name.
    fn is_called(&self, name: &str) -> bool {
        let mut script = self.args.iter().skip(1).take(1);
        self.names().any(|own| own == name)
            || (self.is_wrapper() && script.any(|arg| file_name(arg) == name))
    }

    fn is_wrapper(&self) -> bool {
        let version = |c: char| c.is_ascii_digit() || c == '.';
        self.names().any(|name| {
            let name = name.trim_start_matches('-').trim_end_matches(version);
            WRAPPERS.contains(&name)
        })
    }
}

fn file_name(path: &OsStr) -> String {
    let name = Path::new(path).file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test")]

    use std::process::Command;

    use super::*;

    fn process(program: &str, args: &[&str]) -> Process {
        Process {
            program: file_name(program.as_ref()),
            args: args.iter().map(OsString::from).collect(),
        }
    }

    #[test]
    fn helm_is_known_by_its_name() {
        for name in [
            "helm",
            "helm3",
            "helm-v3.18.0",
            "helm_4",
            ".helm-wrapped",
            "helm (deleted)",
        ] {
            assert!(
                process(&format!("/usr/bin/{name}"), &[]).is_helm(),
                "{name}"
            );
        }
        for name in ["helmfile", "helmsman", "helm-docs", "whelm", "trimtab"] {
            assert!(
                !process(&format!("/usr/bin/{name}"), &[]).is_helm(),
                "{name}"
            );
        }
        // Where the program may not be seen, what it was called by is.
        assert!(process("", &["/usr/local/bin/helm", "upgrade"]).is_helm());
    }

    #[test]
    fn helm_is_known_by_its_option() {
        for option in [&["--post-renderer", "trimtab"][..], &["--post-renderer=x"]] {
            let args = [&["h", "upgrade"], option].concat();
            assert!(process("/opt/h", &args).is_helm());
            let helmfile = [&["helmfile", "apply"], option].concat();
            assert!(!process("/opt/helmfile", &helmfile).is_helm());
            let script = [&["bash", "deploy.sh"], option].concat();
            assert!(!process("/usr/bin/bash", &script).is_helm());
        }
        assert!(!process("/opt/h", &["h", "--post-renderer-args", "x"]).is_helm());
    }

    /// The command of a process above this one.
    fn command(helm: Process, below: Vec<Process>) -> Result<HelmCommand, Doubt> {
        let id = std::process::id();
        Ancestor { id, helm, below }.command(&Environment::default())
    }

    #[test]
    fn a_call_is_certain_by_the_name_of_the_program_or_by_what_it_was_told() {
        let trimtab = || process("/usr/bin/trimtab", &["trimtab"]);
        let line = ["h", "upgrade", "r", "c", "--post-renderer", "./bin/trimtab"];
        let release = |found: Result<HelmCommand, Doubt>| found.map(|it| it.release);
        let known = Ok(Some("r".to_owned()));
        let helm = process("/opt/helm", &["x", "upgrade", "r", "c"]);
        assert_eq!(release(command(helm, vec![trimtab()])), known);
        let told = || process("/opt/h", &line);
        assert_eq!(release(command(told(), vec![trimtab()])), known);
        let other = process("/usr/bin/cat", &["cat"]);
        assert_eq!(command(told(), vec![other]), Err(Doubt::OtherProgram));
        // The script of a shell is named by its first argument.
        let line = ["h", "upgrade", "r", "c", "--post-renderer", "wrap.sh"];
        let told = || process("/opt/h", &line);
        let script = |name| process("/usr/bin/bash", &["bash", name]);
        let below = vec![trimtab(), script("/home/me/wrap.sh")];
        assert_eq!(release(command(told(), below)), known);
        let below = vec![trimtab(), script("/home/me/other.sh")];
        assert_eq!(command(told(), below), Err(Doubt::OtherProgram));
    }

    #[test]
    fn variables_are_those_that_helm_started_with() {
        let own = environment_of(std::process::id()).unwrap();
        let path = std::env::var_os("PATH");
        assert_eq!(own.path("PATH"), path.as_deref());
        assert!(environment_of(u32::MAX).is_none());
        let helm = || process("/opt/helm", &["helm", "upgrade", "r", "c"]);
        let gone = |below| Ancestor {
            id: u32::MAX,
            helm: helm(),
            below,
        };
        let inherited = [("HELM_NAMESPACE".into(), "x".into())]
            .into_iter()
            .collect();
        let direct = gone(vec![Process::default()]).command(&inherited).unwrap();
        assert_eq!(direct.access.namespace.unwrap().value, "x");
        let behind = gone(vec![Process::default(), Process::default()]);
        assert_eq!(behind.command(&inherited), Err(Doubt::NoEnvironment));
    }

    #[test]
    fn a_folder_is_known_if_it_is_another() {
        assert_eq!(folder_of(std::process::id()), None);
        let mut child = Command::new("sleep")
            .arg("60")
            .current_dir("/")
            .spawn()
            .unwrap();
        let folder = folder_of(child.id());
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(folder.as_deref(), Some(Path::new("/")));
    }

    #[test]
    fn nobody_is_no_helm() {
        assert!(helm_from(u32::MAX).is_none());
        assert!(!Process::default().is_helm());
    }
}
