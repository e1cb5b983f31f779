//! The cases: each folder of `testdata/cases` is a test under its own name.
//!
//! `input.yaml` goes to standard input, unless `args` names it; `args` is the command line, one argument a line, run in
//! the folder; `env` sets variables, `NAME=value` a line. The expected outcome is one of these:
//!
//! | file | meaning |
//! | --- | --- |
//! | `expected.yaml` | exit 0 and exactly these bytes; `stderr.txt` may hold the exact standard error |
//! | `refused.txt` | exit 1, nothing on standard output, exactly this on standard error |
//! | `failed.txt` | the same with exit 2 |
//! | `report.txt` and `exit` | of `check` and `plan`: exactly this report, and this exit code; `stderr.txt` holds the standard error |
//!
//! `cluster.yaml` is a cluster: a `List` that a server on loopback serves, with a kubeconfig for it. `forbidden`
//! lists the resources that it refuses to show, and `asked` all that it is asked for. With `helm`, trimtab is run by
//! a program of that name with this command line, one argument a line.
//!
//! Without `stderr.txt` a success reports changes and its baseline, and no findings. A patched stream is run again, which
//! changes nothing, and checked, which finds no `target-drift`. Other files must be named by `args` or by the policy.
//! The helps of a case with findings are checked on every host: only what can be done there, and never a way round first.
//! `BLESS=1 cargo test --test cases` writes what comes out and prints which files that changed; read them.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by a panic, and blessing tells what it did"
)]

#[path = "../support/api_server.rs"]
mod api_server;
mod case;
mod helm;
mod hosts;
mod outcome;
mod rules;
#[path = "../support/mod.rs"]
mod support;

use std::process::ExitCode;
use std::{env, fs};

use libtest_mimic::{Arguments, Trial};

use case::Case;

fn main() -> ExitCode {
    if let Some(code) = helm::main() {
        return code;
    }
    let folder = support::root().join("testdata/cases");
    let entries = fs::read_dir(&folder).expect("testdata/cases");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let bless = env::var_os("BLESS").is_some_and(|value| !value.is_empty());
    let mut trials: Vec<Trial> = paths
        .into_iter()
        .map(|path| {
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            Trial::test(name, move || {
                let case = Case::read(&path)?;
                if bless {
                    case.bless()?;
                }
                Ok(case.run()?)
            })
        })
        .collect();
    trials.push(Trial::test("every-rule-has-its-files-and-a-case", || {
        Ok(rules::agree()?)
    }));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
