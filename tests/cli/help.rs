//! The help of each command, and options that mean nothing to it.

use crate::support::run;
use crate::{QUERY_NODE, fails, trimtab};

const COMMANDS: [&str; 9] = [
    "", "check", "fix", "plan", "policy", "init", "converge", "explain", "generate",
];

fn help_of(command: &str) -> String {
    let args: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
    run(&mut trimtab(&args).command).ok()
}

/// The long options that a page lists, each at the beginning of its line.
fn listed(page: &str) -> Vec<&str> {
    let lines = page.lines().map(str::trim_start);
    let options = lines.filter(|line| line.starts_with('-'));
    let words = options.flat_map(|line| line.split([' ', ',']).take(3));
    words.filter(|word| word.starts_with("--")).collect()
}

#[test]
fn every_page_has_an_example_and_the_exit_codes_in_100_columns() {
    for command in COMMANDS {
        let page = help_of(command);
        assert!(page.contains("\nExample"), "{page}");
        assert!(page.contains(&format!("trimtab {command}")), "{page}");
        assert!(page.contains("\nExit codes: 0 "), "{page}");
        let widest = page.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(100), "{page}");
        // The continuation lines of an example do not begin with its two spaces.
        let examples = page.lines().skip_while(|line| !line.starts_with("Example"));
        let examples = examples.take_while(|line| !line.starts_with("Exit codes"));
        for line in examples.skip(1) {
            assert!(line.is_empty() || line.starts_with("  "), "{page}");
        }
    }
}

#[test]
fn a_page_lists_what_means_something_to_its_command() {
    let filter = help_of("");
    let filter = listed(&filter);
    let has = |option| filter.contains(&option);
    assert!(has("--target") && has("--baseline") && has("--version"));
    assert_eq!(listed(&help_of("check")), filter[..filter.len() - 1]);
    assert_eq!(listed(&help_of("explain")), ["--color", "--help"]);
    let plan = help_of("plan");
    assert!(listed(&plan).contains(&"--exit-code") && !listed(&plan).contains(&"--scale-in"));
    let converge = help_of("converge");
    for option in ["--baseline", "--scale-in", "--deny-warnings", "--output"] {
        assert!(!listed(&converge).contains(&option), "{option}");
    }
}

/// Options whose description would be wrong for another command.
#[test]
fn the_words_fit_the_command() {
    for (command, said, not_said) in [
        ("", "text, json or github", "git:REV"),
        ("check", "git:REV", "helm upgrade"),
        ("plan", "form of the report: text", "sarif or"),
        ("converge", "How long a step may take", "TRIMTAB_TIMEOUT"),
    ] {
        let page = help_of(command);
        assert!(page.contains(said) && !page.contains(not_said), "{page}");
    }
    assert_eq!(help_of("check -h"), help_of("check"));
}

#[test]
fn an_option_that_a_command_does_not_take_is_refused() {
    let elsewhere = "\n = help: it is an option of trimtab without a command, `check`, ";
    for args in [
        &["explain", "--target", "queryNode=3"][..],
        &["--target", "queryNode=3", "explain"],
        &["explain", "-b", "cluster"],
        &["explain", "--deny-warnings"],
    ] {
        fails(trimtab(args), "error: `trimtab explain` does not accept --");
        fails(trimtab(args), elsewhere);
    }
    let coloured = run(&mut trimtab(&["--color", "never", "explain"]).command);
    assert_eq!(coloured.code, Some(0), "{}", coloured.stderr);
}

#[test]
fn options_before_the_command_count_with_those_after_it() {
    let drifted = |args: &[&str]| {
        let outcome = trimtab(args).on(QUERY_NODE);
        assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
        String::from_utf8_lossy(&outcome.stdout).into_owned()
    };
    for args in [
        &["--target=queryNode=3", "check"][..],
        &["check", "--target=queryNode=3"],
        &["--target=queryNode=3", "--mode", "enforce", "check", "-"],
    ] {
        assert!(drifted(args).contains("target-drift"), "{args:?}");
    }
    let both = drifted(&["--target=queryNode=3", "check", "--target=proxy=2"]);
    assert!(both.contains("target-drift") && both.contains("unmatched-target"));
    fails(
        trimtab(&["-p", "a.yaml", "check", "-p", "b.yaml"]),
        "--policy is given more than once",
    );
    fails(
        trimtab(&["-q", "check", "-v"]),
        "--quiet and --verbose cannot be used together",
    );
}

/// Helm takes what a command prints for the manifests, so what is wrong with the command's options comes second.
#[test]
fn under_helm_a_command_is_refused_whatever_its_options() {
    for command in COMMANDS.iter().skip(1) {
        for option in ["-q", "--target=queryNode=3", "--nothing-of-this-name", "-h"] {
            let mut call = trimtab(&[command, option]);
            call.command.env("HELM_PLUGIN_NAME", "trimtab");
            let outcome = run(&mut call.command);
            assert_eq!(outcome.code, Some(2), "{command} {option}");
            assert!(outcome.stdout.is_empty(), "{command} {option}");
            let told = "under Helm, trimtab runs only as a post-renderer, without a command";
            assert!(outcome.stderr.contains(told), "{}", outcome.stderr);
        }
    }
}
