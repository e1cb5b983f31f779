//! Options, the variables that replace them, and the commands that read no stream.

use trimtab::rules::RULES;

use crate::support::run;
use crate::{COORDINATOR, PROXY, QUERY_NODE, Run, fails, trimtab};

#[test]
fn variables_stand_in_for_options_and_options_come_first() {
    let targets = |run: Run| {
        let mut run = run;
        run.on(QUERY_NODE).ok()
    };
    let three = QUERY_NODE.replace("replicas: 1", "replicas: 3");
    let four = QUERY_NODE.replace("replicas: 1", "replicas: 4");
    assert_eq!(
        targets(trimtab(&[]).env("TRIMTAB_TARGETS", "queryNode=3")),
        three
    );
    assert_eq!(
        targets(trimtab(&["--target=queryNode=4"]).env("TRIMTAB_TARGETS", "queryNode=3")),
        four
    );
    assert_eq!(
        targets(trimtab(&[]).env("TRIMTAB_TARGETS", " ,queryNode=3 , ")),
        three
    );
    // Component by component: the variable's other targets still hold.
    let both = trimtab(&["--target=proxy=2"])
        .env("TRIMTAB_TARGETS", "queryNode=3,proxy=4")
        .on(&format!("{QUERY_NODE}---\n{PROXY}"));
    assert_eq!(
        both.ok(),
        format!(
            "{three}---\n{}",
            PROXY.replace("replicas: 1", "replicas: 2")
        )
    );
    fails(
        trimtab(&[]).env("TRIMTAB_TARGETS", "queryNod=3"),
        "--> TRIMTAB_TARGETS:1:1",
    );
    fails(
        trimtab(&[]).env("TRIMTAB_ALLOW", "worker-remove"),
        "--> TRIMTAB_ALLOW:1:1",
    );
}

#[test]
fn variables_are_as_strict_as_options() {
    fails(
        trimtab(&[]).env("TRIMTAB_BASELINE", "file:none.yaml"),
        "none.yaml",
    );
    fails(trimtab(&[]).env("TRIMTAB_POLICY", "none.yaml"), "none.yaml");
    fails(
        trimtab(&[]).env("TRIMTAB_SCALE_IN", "step"),
        "--scale-in step requires a baseline other than",
    );
    fails(
        trimtab(&[]).env("TRIMTAB_SCALE_IN", "leap"),
        "invalid value `leap` for TRIMTAB_SCALE_IN, expected `refuse` or `step`",
    );
    fails(
        trimtab(&[]).env("TRIMTAB_MODE", "soft"),
        "invalid value `soft` for TRIMTAB_MODE, expected `enforce` or `warn`",
    );
    fails(
        trimtab(&[]).env("TRIMTAB_OUTPUT", "xml"),
        "invalid value `xml` for TRIMTAB_OUTPUT, expected `text`, `json` or `github`",
    );
    fails(
        trimtab(&[]).env("TRIMTAB_ALLOW", "scale-in"),
        "unknown rule `scale-in`",
    );
    let warned = trimtab(&[]).env("TRIMTAB_MODE", "warn").on(COORDINATOR);
    assert_eq!(warned.code, Some(0), "{}", warned.stderr);
    let strict = trimtab(&["--mode=enforce"])
        .env("TRIMTAB_MODE", "warn")
        .on(COORDINATOR);
    assert_eq!(strict.code, Some(1), "{}", strict.stderr);
}

/// A list in one option reads as in its variable.
#[test]
fn a_space_after_a_comma_is_no_part_of_a_name() {
    let both =
        trimtab(&["--target", "queryNode=3, proxy=2"]).on(&format!("{QUERY_NODE}---\n{PROXY}"));
    assert_eq!(both.code, Some(0), "{}", both.stderr);
    let waived = trimtab(&["--allow", "below-floor, coordinator-scaled=mixCoord"]).on(COORDINATOR);
    assert_eq!(waived.code, Some(0), "{}", waived.stderr);
}

#[test]
fn what_was_probably_meant_is_said() {
    for (name, value, meant) in [
        ("TRIMTAB_MODE", "warning", "warn"),
        ("TRIMTAB_SCALE_IN", "Step", "step"),
        ("TRIMTAB_OUTPUT", "JSON", "json"),
    ] {
        let meant = format!("= help: did you mean `{meant}`?");
        fails(trimtab(&[]).env(name, value), &meant);
    }
    fails(
        trimtab(&["policy", "prod.yaml"]),
        "= help: did you mean `trimtab policy -p prod.yaml`?",
    );
    fails(
        trimtab(&["plan", "a.yaml", "b.yaml"]),
        "= help: trimtab plan --help lists what it takes",
    );
    fails(
        trimtab(&["--baseline", "clusters"]),
        "= help: use `auto`, `rendered`, `file:PATH`, `cluster` or, for files, `git:REV`",
    );
}

/// As it is copied from a report.
#[test]
fn a_rule_is_explained_by_what_a_finding_begins_with() {
    let page = |rule: &str| run(&mut trimtab(&["explain", rule]).command).ok();
    assert_eq!(page("error[target-drift]"), page("target-drift"));
    assert_eq!(
        page("warning[disruption-budget]:"),
        page("disruption-budget")
    );
    fails(
        trimtab(&["explain", "error[target-drif]"]),
        "did you mean `target-drift`?",
    );
}

#[test]
fn empty_variables_of_others_are_unset() {
    let mut run = trimtab(&["--target=queryNode=3"]);
    for name in [
        "HELM_NAMESPACE",
        "ARGOCD_APP_NAMESPACE",
        "ARGOCD_APP_NAME",
        "NO_COLOR",
        "CLICOLOR_FORCE",
    ] {
        run = run.env(name, "");
    }
    let outcome = run.on(QUERY_NODE);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(
        outcome.stderr,
        "queryNode q 1 -> 3\nbaseline: rendered; live counts not checked\n"
    );
}

/// `TRIMTAB_POLCY=production.yaml` must not mean "no policy", and neither must an empty `TRIMTAB_POLICY`.
#[test]
fn variables_that_name_nothing_are_refused() {
    for (wrong, meant) in [
        ("TRIMTAB_POLCY", "TRIMTAB_POLICY"),
        ("TRIMTAB_TARGET", "TRIMTAB_TARGETS"),
        ("TRIMTAB_BASELINES", "TRIMTAB_BASELINE"),
    ] {
        let hint = format!("unknown variable {wrong}\n |\n = help: did you mean {meant}?");
        fails(trimtab(&[]).env(wrong, "x"), &hint);
        fails(trimtab(&["check"]).env(wrong, "x"), &hint);
    }
    for name in [
        "POLICY",
        "TARGETS",
        "BASELINE",
        "NAMESPACE",
        "SCALE_IN",
        "MODE",
        "ALLOW",
        "REASON",
        "OUTPUT",
        "REPORT",
        "LOG",
    ] {
        let name = format!("TRIMTAB_{name}");
        fails(
            trimtab(&[]).env(&name, ""),
            &format!("{name} is set but empty"),
        );
    }
}

#[test]
fn options_that_contradict_each_other_or_do_not_exist() {
    fails(
        trimtab(&["--mode=warn", "--deny-warnings"]),
        "--mode warn and --deny-warnings cannot be used together",
    );
    fails(
        trimtab(&["--deny-warnings"]).env("TRIMTAB_MODE", "warn"),
        "cannot be used together",
    );
    fails(
        trimtab(&["--scale-in=step"]),
        "--scale-in step requires a baseline other than",
    );
    let argo =
        trimtab(&["--scale-in=step", "--baseline=file:x.yaml"]).env("ARGOCD_APP_NAME", "milvus");
    fails(argo, "ARGOCD_APP_NAME");
    fails(trimtab(&["--targets=queryNode=3"]), "--target");
    fails(trimtab(&["--mode=soft"]), "enforce");
    fails(trimtab(&["--baseline="]), "file:PATH");
    fails(trimtab(&["--policy="]), "--policy");
    fails(trimtab(&["chekc"]), "check");
    fails(
        trimtab(&["--target=queryNode=3", "--target=queryNode=4"]),
        "two targets",
    );
    fails(trimtab(&["--target="]), "");
    fails(trimtab(&["--allow="]), "");
}

#[test]
fn check_reads_one_thing_at_a_time() {
    fails(
        trimtab(&["check", "-", "x.yaml"]),
        "cannot be checked together",
    );
    fails(
        trimtab(&["check", "no-such-file.yaml"]),
        "no-such-file.yaml",
    );
    let stdin = trimtab(&["check", "-"]).on(QUERY_NODE);
    assert_eq!((stdin.code, stdin.stderr.as_str()), (Some(0), ""));
}

#[test]
fn explain_prints_each_page() {
    for rule in RULES {
        assert_eq!(
            run(&mut trimtab(&["explain", rule.id]).command).ok(),
            rule.page
        );
    }
    let list = run(&mut trimtab(&["explain"]).command).ok();
    assert_eq!(list.lines().count(), RULES.len());
    for (line, rule) in list.lines().zip(RULES) {
        assert!(
            line.contains(rule.id) && line.ends_with(rule.summary),
            "{line}"
        );
    }
    fails(
        trimtab(&["explain", "scale-in-to-large"]),
        "did you mean `scale-in-too-large`?",
    );
    fails(trimtab(&["explain", ""]), "unknown rule ``");
}

#[test]
fn version_and_help() {
    let version = format!("trimtab {}\n", env!("CARGO_PKG_VERSION"));
    for flag in ["--version", "-V"] {
        assert_eq!(run(&mut trimtab(&[flag]).command).ok(), version);
    }
    for args in [
        &["--help"][..],
        &["-h"],
        &["check", "--help"],
        &["explain", "-h"],
    ] {
        assert!(
            run(&mut trimtab(args).command)
                .ok()
                .contains("Usage: trimtab")
        );
    }
}

/// Habits from Helm, kubectl and git, and what does the same here.
#[test]
fn what_people_type_is_answered() {
    for (args, message, help) in [
        (
            &["--replicas", "3"][..],
            "unknown option `--replicas`",
            "name the component, too: --target COMPONENT=3, as in --target queryNode=3",
        ),
        (
            &["--set", "queryNode.replicas=4"],
            "unknown option `--set`",
            "--set is an option of Helm; here the count of a component is --target queryNode=4",
        ),
        (
            &["--set=dataNode.replicas=2"],
            "unknown option `--set`",
            "--set is an option of Helm; here the count of a component is --target dataNode=2",
        ),
        (
            &["-f", "x.yaml"],
            "unknown option `-f`",
            "manifests are read from standard input, or named after a command: trimtab check FILE",
        ),
        (
            &["--dry-run"],
            "unknown option `--dry-run`",
            "trimtab plan shows what would be done, and writes nothing",
        ),
        (
            &["fix", "m.yaml", "--stdout"],
            "unknown option `--stdout`",
            "a stream is patched from standard input to standard output: trimtab < FILE",
        ),
        (
            &["-q", "dev/m.yaml"],
            "unknown command `dev/m.yaml`",
            "files are named after a command, as in: trimtab check dev/m.yaml; to patch one as a stream: trimtab < dev/m.yaml",
        ),
        (
            &["plan", "m.yaml", "--target", "queryNode", "3"],
            "unexpected argument `3`",
            "a target is one word: --target queryNode=3",
        ),
        (
            &["check", "--exit-code"],
            "unknown option `--exit-code`",
            "it is an option of `trimtab plan`",
        ),
        (
            &["help", "check"],
            "unknown command `help`",
            "did you mean `trimtab check --help`?",
        ),
        (&["lint"], "unknown command `lint`", "did you mean `check`?"),
        (
            &["-n", "A b"],
            "--namespace: no namespace is called `A b`",
            "a name has at most 63 lower-case letters, digits and `-`, and none of them `-` at an end",
        ),
        (
            &["--timeout", "10"],
            "invalid value `10` for --timeout, expected a duration such as `10s`, `2m` or `1h30m`",
            "say the unit: did you mean `10s`?",
        ),
        (
            &["--baseline", "live"],
            "--baseline: unknown baseline `live` (did you mean `cluster`?)",
            "use `auto`, `rendered`, `file:PATH`, `cluster` or, for files, `git:REV`",
        ),
        (
            &["--baseline", "HEAD"],
            "--baseline: unknown baseline `HEAD` (did you mean `git:HEAD`?)",
            "use `auto`, `rendered`, `file:PATH`, `cluster` or, for files, `git:REV`",
        ),
    ] {
        fails(
            trimtab(args),
            &format!("error: {message}\n |\n = help: {help}\n"),
        );
    }
    for (args, help) in [
        (
            ["--target", "queryNode.replicas=3"],
            "did you mean `queryNode`? A target names only the component",
        ),
        (["--target", "querynode=3"], "did you mean `queryNode`?"),
        (
            ["--target", "mixCoordinator=1"],
            "the nearest component is `mixCoord`, a coordinator: it cannot have a target",
        ),
        (
            ["--allow", "worker-removed:queryNode"],
            "did you mean `worker-removed=queryNode`?",
        ),
        (["--allow", "foo"], "trimtab explain lists the rules"),
        (
            ["--policy", "milvus"],
            "`milvus` is built in: extend it in a file of your own (`extends: milvus`), or leave --policy out",
        ),
    ] {
        fails(trimtab(&args), &format!(" = help: {help}\n"));
    }
}
