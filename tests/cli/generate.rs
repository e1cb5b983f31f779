//! `generate`: what it prints works in the shells that it is for.

use crate::support::{left_out_here, root, run};
use crate::trimtab;

/// The script for a shell, in a file of the run's folder.
const SCRIPT: &str = "completions";

/// Runs commands in a shell, in a folder with its completions; `None` if the shell is not installed.
fn in_shell(shell: &str, commands: &str) -> Option<String> {
    let mut run_in = trimtab(&["generate", shell]);
    let script = run(&mut run_in.command).ok();
    if run(trimtab(&[]).sh(&format!("command -v {shell}"))).code != Some(0) {
        left_out_here(&format!("there is no `{shell}`"));
        return None;
    }
    std::fs::write(run_in.home.path().join(SCRIPT), script).expect("a file");
    let command = run_in.sh("exec \"$SHELL_UNDER_TEST\" -c \"$COMMANDS\"");
    command.env("SHELL_UNDER_TEST", shell);
    command.env("COMMANDS", commands);
    Some(run(command).ok())
}

/// What bash proposes for the last of some words.
#[track_caller]
fn proposed_by_bash(words: &[&str]) -> Vec<String> {
    let [.., before, last] = words else {
        panic!("a program and a word");
    };
    let words_in_quotes: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let commands = format!(
        "source {SCRIPT}; complete -p trimtab >&2; COMP_WORDS=({}); COMP_CWORD={}; \
         _trimtab trimtab '{last}' '{before}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words_in_quotes.join(" "),
        words.len() - 1,
    );
    let proposed = in_shell("bash", &commands).expect("there is a bash");
    proposed.lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_and_values() {
    for (words, expected) in [
        (&["trimtab", "che"][..], &["check"][..]),
        (&["trimtab", "--mode", ""], &["enforce", "warn"]),
        (&["trimtab", "check", "--scale-in", "s"], &["step"]),
        (
            &["trimtab", "explain", "scale-in-t"],
            &["scale-in-too-large"],
        ),
        (
            &["trimtab", "check", "--allow", "worker"],
            &["worker-removed"],
        ),
        (&["trimtab", "generate", "z"], &["zsh"]),
        (&["trimtab", "policy", "--show", "q"], &["qdrant"]),
    ] {
        assert_eq!(proposed_by_bash(words), expected, "{words:?}");
    }
    let forms = proposed_by_bash(&["trimtab", "check", "--output", ""]);
    for form in ["text", "json", "sarif"] {
        assert!(forms.iter().any(|it| it == form), "{forms:?}");
    }
}

/// A rule that cannot be waived is not proposed.
#[test]
fn bash_proposes_only_rules_that_can_be_waived() {
    assert_eq!(
        proposed_by_bash(&["trimtab", "explain", "unsafe"]),
        ["unsafe-edit"]
    );
    assert_eq!(proposed_by_bash(&["trimtab", "--allow", "unsafe"]), [""]);
}

#[test]
fn zsh_accepts_its_script() {
    let script = format!(
        "zsh -n {SCRIPT} && autoload -Uz compinit && compinit -u && source {SCRIPT} && echo $_comps[trimtab]"
    );
    if let Some(function) = in_shell("zsh", &script) {
        assert_eq!(function, "_trimtab\n");
    }
}

#[test]
fn fish_completes_commands_and_values() {
    for (line, expected) in [
        ("trimtab che", "check"),
        ("trimtab explain scale-in-t", "scale-in-too-large"),
        ("trimtab check --mode w", "warn"),
    ] {
        let script = format!("source {SCRIPT}; complete --do-complete '{line}'");
        let Some(proposed) = in_shell("fish", &script) else {
            return;
        };
        let words: Vec<&str> = proposed
            .lines()
            .filter_map(|line| line.split('\t').next())
            .collect();
        assert_eq!(words, [expected], "{line}");
    }
}

/// What is committed is what comes out, byte by byte.
#[test]
fn documents_are_printed() {
    for (what, path) in [
        ("man", "docs/trimtab.1"),
        ("schema", "docs/policy.schema.json"),
    ] {
        let printed = run(&mut trimtab(&["generate", what]).command).ok();
        let written = std::fs::read_to_string(root().join(path)).expect(path);
        assert!(printed == written, "{path} is not up to date");
    }
}

#[test]
fn nothing_else_is_made() {
    for args in [&["generate"][..], &["generate", "ksh"]] {
        let outcome = run(&mut trimtab(args).command);
        assert_eq!((outcome.code, outcome.stdout), (Some(2), Vec::new()));
        assert!(outcome.stderr.contains("bash"), "{}", outcome.stderr);
    }
}
