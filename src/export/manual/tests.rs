//! The manual page is up to date, and `man` and `mandoc` have nothing to say against it.

#![allow(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

use std::fs;
use std::path::PathBuf;
use std::process::Command as Process;

use super::page;
use crate::cli::Cli;

fn document() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/trimtab.1")
}

#[test]
fn the_document_is_up_to_date() {
    let made = page(Cli::command_line());
    if std::env::var_os("BLESS").is_some() {
        fs::write(document(), &made).unwrap();
    }
    let written = fs::read_to_string(document()).unwrap();
    assert!(written == made, "write docs/trimtab.1 anew with BLESS=1");
}

#[test]
fn all_commands_options_and_variables_are_in_it() {
    let made = page(Cli::command_line()).replace("\\-", "-");
    let command_line = Cli::command_line();
    for command in command_line.get_subcommands().chain([&command_line]) {
        let name = command.get_name();
        let names = ["trimtab".to_owned(), format!("trimtab {name}")];
        let heads = names.map(|name| format!("\\fB{name}\\fR"));
        assert!(heads.iter().any(|head| made.contains(head)), "{name}");
        for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
            if let Some(long) = arg.get_long() {
                assert!(made.contains(&format!("--{long}")), "{name} --{long}");
            }
        }
    }
    for variable in crate::environment::KNOWN {
        assert!(made.contains(&format!("\\fB{variable}\\fR")), "{variable}");
    }
}

/// Programs that read manual pages, where they are installed.
#[test]
fn readers_of_manual_pages_find_nothing_wrong() {
    for (program, args) in [
        ("mandoc", &["-T", "lint", "-W", "warning"][..]),
        ("groff", &["-man", "-Tutf8", "-ww", "-z"]),
    ] {
        let Ok(output) = Process::new(program).args(args).arg(document()).output() else {
            let is_required = std::env::var_os("TESTS_REQUIRED").is_some_and(|it| it == "all");
            assert!(!is_required, "there is no {program}");
            continue;
        };
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        let said: Vec<&str> = said.lines().collect();
        // The page is that of a version.
        let is_wrong = |line: &&str| !line.contains("WARNING: missing date");
        let wrong: Vec<_> = said.into_iter().filter(is_wrong).collect();
        assert_eq!(wrong, [""; 0], "{program}");
    }
}
