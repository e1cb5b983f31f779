//! The tables of flags, against the help of real Helm 3 and Helm 4.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use super::super::flags::Flag;
use super::*;

const VERBS: [(Verb, &str); 3] = [
    (Verb::Install, "install"),
    (Verb::Upgrade, "upgrade"),
    (Verb::Template, "template"),
];

/// Flags that no help lists: deprecated ones, and those of the logging library.
const HIDDEN: [&str; 21] = [
    "add-dir-header",
    "alsologtostderr",
    "alsologtostderrthreshold",
    "atomic",
    "force",
    "hide-notes",
    "legacy-stderr-threshold-behavior",
    "log-backtrace-at",
    "log-dir",
    "log-file",
    "log-file-max-size",
    "logtostderr",
    "one-output",
    "recreate-pods",
    "render-subchart-notes",
    "skip-headers",
    "skip-log-headers",
    "stderrthreshold",
    "v",
    "validate",
    "vmodule",
];

/// A flag as the help lists it.
#[derive(Debug, PartialEq)]
struct Listed {
    name: String,
    shorthand: Option<u8>,
    takes_next: bool,
}

/// `  -n, --namespace string   text`, `      --wait WaitStrategy[=watcher]   text`, `      --debug   text`.
fn listed(line: &str) -> Option<Listed> {
    let line = line.strip_prefix("  ")?;
    let (short, long) = line.split_at_checked(4)?;
    let mut words = long.strip_prefix("--")?.split("   ").next()?.split(' ');
    let name = words.next()?.to_owned();
    Some(Listed {
        name,
        shorthand: short.strip_prefix('-').map(|letter| letter.as_bytes()[0]),
        takes_next: words.next().is_some_and(|kind| !kind.contains("[=")),
    })
}

impl From<&Flag> for Listed {
    fn from(flag: &Flag) -> Self {
        Self {
            name: flag.name.to_owned(),
            shorthand: flag.shorthand,
            takes_next: flag.alone.is_none(),
        }
    }
}

/// What a real Helm lists for a command; `None` if it has not been fetched.
fn help(helm: &str, verb: &str) -> Option<Vec<Listed>> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/hosts/bin")
        .join(helm);
    if !program.exists() {
        let is_required = std::env::var_os("TESTS_REQUIRED").is_some_and(|it| it == "all");
        assert!(!is_required, "run tests/hosts/fetch first");
        _ = writeln!(std::io::stderr(), "left out: run tests/hosts/fetch first");
        return None;
    }
    let output = Command::new(program)
        .args([verb, "--help"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().filter_map(listed).collect())
}

#[test]
fn every_flag_of_helm_is_in_the_table() {
    for (verb, name) in VERBS {
        for helm in ["helm3", "helm4"] {
            let Some(all) = help(helm, name) else { return };
            assert!(all.len() > 50, "{helm} {name}: {all:?}");
            for flag in all {
                let own = Flags::of(verb).named(flag.name.as_bytes());
                assert_eq!(own.map(Listed::from), Some(flag), "{helm} {name}");
            }
        }
    }
}

#[test]
fn every_flag_of_the_table_is_helms() {
    for (verb, name) in VERBS {
        let (Some(three), Some(four)) = (help("helm3", name), help("helm4", name)) else {
            return;
        };
        for flag in Flags::of(verb).iter() {
            let is_in = |all: &[Listed]| all.iter().any(|it| it.name == flag.name);
            let is_hidden = HIDDEN.contains(&flag.name);
            assert!(
                is_in(&three) || is_in(&four) || is_hidden,
                "{name}: {}",
                flag.name
            );
        }
    }
}

#[test]
fn a_flag_is_in_the_table_once() {
    for (verb, name) in VERBS {
        let all: Vec<_> = Flags::of(verb).iter().collect();
        for (at, flag) in all.iter().enumerate() {
            let others = &all[at + 1..];
            assert!(
                others.iter().all(|other| other.name != flag.name),
                "{name}: {}",
                flag.name
            );
            let is_alone =
                |other: &&Flag| other.shorthand.is_none() || other.shorthand != flag.shorthand;
            assert!(
                others.iter().copied().all(|other| is_alone(&other)),
                "{name}: {}",
                flag.name
            );
        }
    }
}
