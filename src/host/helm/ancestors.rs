//! Whether Helm is among the processes that this one descends from, on Linux, through `/proc`.

use std::fs;
use std::path::Path;

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
    args: Vec<String>,
}

/// Whether a process of this chain, the parent first, is Helm.
pub(super) fn is_helm_above(parent: u32) -> bool {
    let mut process = parent;
    for _ in 0..=MOST_WRAPPERS {
        let about = Process::read(process);
        if about.is_helm() {
            return true;
        }
        let Some(next) = parent_of(process).filter(|_| about.is_wrapper()) else {
            return false;
        };
        process = next;
    }
    false
}

/// Field 4 of `/proc/PID/stat`, after the name, which is in parentheses and may hold anything.
pub(super) fn parent_of(process: u32) -> Option<u32> {
    let about = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = about.rsplit_once(')')?;
    fields.split_whitespace().nth(1)?.parse().ok()
}

impl Process {
    fn read(process: u32) -> Self {
        let program = fs::read_link(format!("/proc/{process}/exe")).unwrap_or_default();
        let args = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        let args = args.strip_suffix(&[0]).unwrap_or(&args);
        Self {
            program: file_name(&program.to_string_lossy()),
            args: args
                .split(|byte| *byte == 0)
                .map(|arg| String::from_utf8_lossy(arg).into_owned())
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
            let rest = arg.strip_prefix("--post-renderer");
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        });
        let is_around = self
            .names()
            .any(|name| AROUND_HELM.contains(&name.as_str()));
        self.names().any(|name| is_helms_name(&name))
            || (is_told && !is_around && !self.is_wrapper())
    }

    fn is_wrapper(&self) -> bool {
        let version = |c: char| c.is_ascii_digit() || c == '.';
        self.names().any(|name| {
            let name = name.trim_start_matches('-').trim_end_matches(version);
            WRAPPERS.contains(&name)
        })
    }
}

/// `helm`, `helm3`, `helm-v3.18.0`, `.helm-wrapped`, `helm.exe`; not `helmfile`, `helmsman` or `helm-docs`.
fn is_helms_name(name: &str) -> bool {
    let name = name.trim_start_matches('.').to_ascii_lowercase();
    let Some(rest) = name.strip_prefix("helm") else {
        return false;
    };
    let rest = [".exe", "-wrapped", " (deleted)"]
        .iter()
        .fold(rest, |rest, end| rest.trim_end_matches(*end));
    rest.chars()
        .all(|c| c.is_ascii_digit() || ".-_v".contains(c))
}

fn file_name(path: &str) -> String {
    let name = Path::new(path).file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(program: &str, args: &[&str]) -> Process {
        Process {
            program: file_name(program),
            args: args.iter().map(|&arg| arg.to_owned()).collect(),
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

    #[test]
    fn nobody_is_no_helm() {
        assert!(!is_helm_above(u32::MAX));
        assert!(!Process::default().is_helm());
    }
}
