//! Standard input that is a terminal: trimtab does not wait, and says what to give it.

use crate::support::{TRIMTAB, left_out_here, run};
use crate::{Outcome, trimtab};

/// Runs a line on a terminal, which shows all that is printed.
fn on_a_terminal(line: &str) -> Option<Outcome> {
    if run(trimtab(&[]).sh("command -v script")).code != Some(0) {
        left_out_here("there is no `script` to make a terminal with");
        return None;
    }
    let mut shell = trimtab(&[]);
    let command = shell.sh("exec script --quiet --return --command \"$LINE\" /dev/null");
    Some(run(command
        .env("LINE", line)
        .env("SHELL", "/bin/bash")
        .env("NO_COLOR", "1")))
}

#[test]
fn a_filter_with_nothing_to_read_shows_the_short_help() {
    for args in ["", "--target=queryNode=3", "-q", "--policy p.yaml"] {
        let Some(outcome) = on_a_terminal(&format!("'{TRIMTAB}' {args} > out; wc -c < out")) else {
            return;
        };
        let shown = String::from_utf8_lossy(&outcome.stdout).replace("\r\n", "\n");
        let why = "error: nothing to read: standard input is a terminal\n";
        assert!(shown.starts_with(why), "{shown}");
        assert!(
            shown.contains("Usage: trimtab") && shown.ends_with("\n0\n"),
            "{shown}"
        );
        let code = on_a_terminal(&format!("'{TRIMTAB}' {args}"));
        assert_eq!(code.and_then(|outcome| outcome.code), Some(2));
    }
}

#[test]
fn a_check_of_nothing_says_what_to_name() {
    for args in ["check", "check -", "check --target=queryNode=3", "-q check"] {
        let Some(outcome) = on_a_terminal(&format!("'{TRIMTAB}' {args}")) else {
            return;
        };
        let shown = String::from_utf8_lossy(&outcome.stdout);
        assert_eq!(outcome.code, Some(2), "{shown}");
        let why = "error: nothing to check: standard input is a terminal";
        assert!(
            shown.contains(why) && shown.contains("trimtab check manifests"),
            "{shown}"
        );
    }
}

#[test]
fn a_plan_of_nothing_says_what_to_name() {
    for args in ["plan", "plan -", "plan --exit-code --target=queryNode=3"] {
        let Some(outcome) = on_a_terminal(&format!("'{TRIMTAB}' {args}")) else {
            return;
        };
        let shown = String::from_utf8_lossy(&outcome.stdout);
        assert_eq!(outcome.code, Some(2), "{shown}");
        let why = "error: nothing to plan: standard input is a terminal";
        assert!(
            shown.contains(why) && shown.contains("| trimtab plan"),
            "{shown}"
        );
    }
}

/// Bars are blocks where a terminal shows Unicode, and ASCII elsewhere.
#[test]
fn bars_are_what_the_reader_can_show() {
    let manifest = |count: u32| {
        format!(
            "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: q}}, spec: {{replicas: {count}, selector: \
             {{matchLabels: {{app.kubernetes.io/name: milvus, component: querynode}}}}}}}}"
        )
    };
    let plan = "plan -b file:live.json --target=queryNode=2 render.json";
    for (variables, to, bar) in [
        ("LC_ALL=C.UTF-8", "", "step 1     2 ██"),
        ("LC_ALL= LC_CTYPE= LANG=de_DE.utf8", "", "step 1     2 ██"),
        ("LC_ALL=C LANG=C.UTF-8", "", "step 1     2 ##"),
        ("LC_ALL= LC_CTYPE= LANG=", "", "step 1     2 ##"),
        ("LC_ALL=C.UTF-8", "| cat", "step 1     2 ##"),
    ] {
        let line = format!(
            "echo '{}' > render.json; echo '{}' > live.json; {variables} '{TRIMTAB}' {plan} {to}",
            manifest(1),
            manifest(3)
        );
        let Some(outcome) = on_a_terminal(&line) else {
            return;
        };
        let shown = String::from_utf8_lossy(&outcome.stdout);
        assert!(shown.contains(bar), "{variables} {to}: {shown}");
    }
}

/// Files are read, whatever standard input is.
#[test]
fn files_are_checked_from_a_terminal() {
    let line = format!("echo '{{}}' > m.json; '{TRIMTAB}' check m.json");
    let Some(outcome) = on_a_terminal(&line) else {
        return;
    };
    let shown = String::from_utf8_lossy(&outcome.stdout);
    assert!(shown.contains("checked 0 workloads"), "{shown}");
}

/// A page is laid out for a person, and Markdown for a program.
#[test]
fn a_page_is_rendered_on_a_terminal() {
    let Some(outcome) = on_a_terminal(&format!("'{TRIMTAB}' explain scale-in-too-large")) else {
        return;
    };
    let shown = String::from_utf8_lossy(&outcome.stdout).replace("\r\n", "\n");
    assert!(
        shown.starts_with("scale-in-too-large\n\nA component"),
        "{shown}"
    );
    assert!(shown.contains("\nWhat it finds\n\n- A worker"), "{shown}");
    for raw in ["`", "**", "## ", "\u{1b}"] {
        assert!(!shown.contains(raw), "{raw:?} in {shown}");
    }
    let colored = run(&mut trimtab(&["--color=always", "explain", "scale-in-too-large"]).command);
    let colored = colored.ok();
    assert!(
        colored.starts_with("\u{1b}[1mscale-in-too-large\u{1b}[0m\n"),
        "{colored}"
    );
    let line = format!("'{TRIMTAB}' explain scale-in-too-large | cat");
    let piped = on_a_terminal(&line).expect("as above");
    assert!(piped.stdout.starts_with(b"# scale-in-too-large"));
}

/// After a second of silence there is a sign of life, which is erased later; a job in CI gets none.
#[test]
fn a_long_check_shows_that_it_is_at_work() {
    let slow = format!("export TERM=xterm; (sleep 1.6; echo '{{}}') | {{ '{TRIMTAB}' check");
    let clears_the_line = "\u{1b}[2K";
    let shown = |args: &str, before: &str| {
        let outcome = on_a_terminal(&format!("{before} {slow} {args}; }}"))?;
        Some(String::from_utf8_lossy(&outcome.stdout).into_owned())
    };
    let Some(watched) = shown("", "") else {
        return;
    };
    let (before, after) = watched
        .rsplit_once(clears_the_line)
        .unwrap_or_else(|| panic!("{watched:?}"));
    assert!(before.contains("checking, 1s"), "{watched:?}");
    assert!(after.contains("checked 0 workloads") && !after.contains("checking"));
    for (args, before) in [
        ("-q", ""),
        ("", "export CI=true;"),
        ("", "export PRE_COMMIT=1;"),
        ("2> err; cat err", ""),
    ] {
        let unwatched = shown(args, before).unwrap_or_default();
        assert!(!unwatched.contains("checking"), "{unwatched:?}");
    }
}
