//! How converge reads its command line, and how it ends if it never has to wait; no cluster is asked.

use std::fs;

use crate::{Outcome, Run, fails, trimtab};

const KUBECONFIG: &str = "\
apiVersion: v1
kind: Config
current-context: test
contexts:
- {name: test, context: {cluster: test, user: test, namespace: milvus}}
clusters:
- {name: test, cluster: {server: 'http://127.0.0.1:1'}}
users:
- {name: test, user: {}}
";

/// converge with a kubeconfig of a server that nobody asks.
fn converge(args: &[&str]) -> Run {
    let mut all = vec!["converge"];
    all.extend(args);
    let run = trimtab(&all).env("KUBECONFIG", "kubeconfig");
    fs::write(run.home.path().join("kubeconfig"), KUBECONFIG).expect("a kubeconfig");
    run
}

fn ended(args: &[&str]) -> Outcome {
    converge(args).on("")
}

/// The lines of the script's environment that are for trimtab, or say where the cluster is.
fn variables(mut run: Run) -> Vec<String> {
    let outcome = run.on("");
    let stdout = String::from_utf8_lossy(&outcome.stdout).into_owned();
    assert!(
        outcome.stderr.contains("COMMAND did not run trimtab"),
        "{}",
        outcome.stderr
    );
    let home = run.home.path().canonicalize().expect("a folder");
    let home = home.to_str().expect("a plain path");
    let ours = stdout
        .lines()
        .filter(|line| line.starts_with("TRIMTAB_") || line.starts_with("KUBECONFIG="));
    let mut ours: Vec<String> = ours.map(|line| line.replace(home, "HOME")).collect();
    ours.sort();
    ours
}

#[test]
fn it_says_what_it_needs() {
    let behind =
        "= help: what to run comes after `--`: trimtab converge [OPTIONS] -- helm upgrade ...";
    for (args, why) in [
        (
            &["converge"][..],
            "error: converge requires a command to run\n",
        ),
        (
            &["converge", "--"],
            "error: converge requires a command to run\n",
        ),
        (
            &["converge", "helm", "upgrade"],
            "error: unexpected argument `helm`\n",
        ),
    ] {
        fails(trimtab(args), why);
        fails(trimtab(args), behind);
    }
    let nowhere = trimtab(&["converge", "--", "true"]).on("").stderr;
    assert!(nowhere.contains("cannot locate the cluster"), "{nowhere}");
    assert!(!nowhere.contains("--baseline rendered"), "{nowhere}");
}

#[test]
fn what_leaves_no_steps_runs_nothing() {
    let touch = ["--", "touch", "ran"];
    for (args, why) in [
        (
            &["-b", "rendered"][..],
            "converge compares with the cluster",
        ),
        (
            &["-b", "file:live.yaml"],
            "converge compares with the cluster",
        ),
        (&["--scale-in", "refuse"], "--scale-in refuse allows none"),
        (
            &["--deny-warnings"],
            "--deny-warnings cannot be handed on to COMMAND",
        ),
        (&["-o", "json"], "trimtab converge has no form `json`"),
        (&["--timeout", "soon"], "invalid value `soon` for --timeout"),
        (&["--target", "queryNodes=2"], "did you mean `queryNode`?"),
        (
            &["--policy", "no-such.yaml"],
            "cannot read the policy no-such.yaml",
        ),
        (&["--report", "a,b.json"], "there is a comma in its path"),
        (&["--context", "other"], "other"),
    ] {
        let mut run = converge(&[args, &touch[..]].concat());
        let outcome = run.on("");
        assert_eq!(outcome.code, Some(2), "{args:?}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(why), "{args:?}: {}", outcome.stderr);
        assert!(!run.home.path().join("ran").exists(), "{args:?}");
    }
    let variable = converge(&touch).env("TRIMTAB_BASELINE", "git:HEAD");
    fails(variable, "converge compares with the cluster");
    // `auto` is the cluster here.
    let auto = ended(&["-b", "auto", "--", "sh", "-c", "exit 9"]);
    assert_eq!(auto.code, Some(9), "{}", auto.stderr);
}

#[test]
fn a_command_ends_it_with_its_code() {
    for code in [1, 2, 7, 255] {
        let outcome = ended(&["--", "sh", "-c", &format!("exit {code}")]);
        assert_eq!(outcome.code, Some(code));
        assert_eq!(
            outcome.stderr,
            format!(
                "trimtab: step 1\nerror: COMMAND failed at step 1, with exit code {code}\n |\n \
                 = help: run the same command again: it goes on from what is running\n"
            )
        );
    }
    let outcome = ended(&["-q", "--", "sh", "-c", "kill -TERM $$"]);
    assert_eq!(outcome.code, Some(143));
    assert!(
        outcome.stderr.starts_with("error: COMMAND failed"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_command_that_cannot_be_run_is_said() {
    fails(
        converge(&["--", "hlem", "upgrade"]),
        "cannot run `hlem`: it is not on the PATH",
    );
    let pipe = "helm template a b | trimtab";
    fails(
        converge(&["--", pipe]),
        "a pipe needs a shell: trimtab converge -- sh -c '...'",
    );
}

#[test]
fn a_command_without_trimtab_changes_the_cluster_unguarded() {
    let outcome = ended(&["--", "true"]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(
        outcome
            .stderr
            .contains("error: COMMAND did not run trimtab at step 1\n"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_helm_without_a_post_renderer_is_not_run() {
    for line in [
        "helm upgrade r chart --reuse-values",
        "helm template r chart",
        "/opt/helm3 install r chart --post-renderer=",
    ] {
        let words: Vec<&str> = ["--"].into_iter().chain(line.split(' ')).collect();
        fails(
            converge(&words),
            "error: the helm in COMMAND has no --post-renderer, so no trimtab would guard it\n",
        );
    }
    // This one is run, or would be: there is no such program.
    fails(
        converge(&[
            "--",
            "/none/helm",
            "upgrade",
            "r",
            "c",
            "--post-renderer",
            "x",
        ]),
        "cannot run `/none/helm`",
    );
}

#[test]
fn the_streams_are_the_commands() {
    let mut run = converge(&["--", "sh", "-c", "cat; echo said >&2"]);
    let outcome = run.on("read\n");
    assert_eq!(outcome.stdout, b"read\n");
    assert!(
        outcome.stderr.starts_with("trimtab: step 1\nsaid\nerror: "),
        "{}",
        outcome.stderr
    );
}

#[test]
fn options_are_handed_on_as_variables() {
    let plain = converge(&["--", "env"]);
    let report = |lines: Vec<String>| -> Vec<String> {
        let short = |line: String| match line.split_once("/trimtab-") {
            Some((before, rest)) => {
                let end = rest.rsplit('/').next().unwrap_or_default();
                format!("{before}/.../{end}")
            }
            None => line,
        };
        let tmp = std::env::temp_dir().display().to_string();
        let lines = lines.into_iter().map(short);
        lines.map(|line| line.replace(&tmp, "TMP")).collect()
    };
    assert_eq!(
        report(variables(plain)),
        [
            "KUBECONFIG=kubeconfig",
            "TRIMTAB_BASELINE=cluster",
            "TRIMTAB_REPORT=TMP/.../{pid}.json",
            "TRIMTAB_SCALE_IN=step"
        ]
    );
    let args = [
        "--policy=p.yaml",
        "--target=queryNode=2,proxy=1",
        "--allow=below-floor",
        "--reason=a, b",
        "-nother",
        "--mode=warn",
        "--kubeconfig=kubeconfig",
        "--context=test",
        "--report=r.json",
        "--log=run.log",
        "--timeout=2h",
        "--",
        "env",
    ];
    let full = converge(&args)
        .env("TRIMTAB_TARGETS", "dataNode=3")
        .env("TRIMTAB_ALLOW", "worker-removed")
        .env("TRIMTAB_REPORT", "all-{pid}.txt");
    fs::copy(
        crate::support::root().join("policies/examples/production.yaml"),
        full.home.path().join("p.yaml"),
    )
    .expect("a policy");
    assert_eq!(
        report(variables(full)),
        [
            "KUBECONFIG=HOME/kubeconfig",
            "TRIMTAB_ALLOW=worker-removed,below-floor",
            "TRIMTAB_BASELINE=cluster",
            "TRIMTAB_CONTEXT=test",
            "TRIMTAB_LOG=HOME/run.log",
            "TRIMTAB_MODE=warn",
            "TRIMTAB_NAMESPACE=other",
            "TRIMTAB_POLICY=HOME/p.yaml",
            "TRIMTAB_REASON=a, b",
            "TRIMTAB_REPORT=HOME/all-{pid}.txt,HOME/r.json,TMP/.../{pid}.json",
            "TRIMTAB_SCALE_IN=step",
            "TRIMTAB_TARGETS=dataNode=3,queryNode=2,proxy=1",
        ]
    );
}

/// Where the command line of a Helm leads elsewhere, nothing is run.
#[test]
fn a_helm_that_goes_elsewhere_is_not_run() {
    let helm = [
        "--",
        "./helm",
        "upgrade",
        "a",
        "b",
        "--kube-context",
        "prod",
    ];
    let args = [&["--context", "test"], &helm[..]].concat();
    fails(
        converge(&args),
        "--context is `test`, but Helm's --kube-context is `prod`",
    );
}

#[test]
fn a_step_that_is_only_rendered_is_not_waited_for() {
    let script = format!("'{}' < in.yaml", crate::support::TRIMTAB);
    let run = converge(&["--", "sh", "-c", &script]);
    fs::write(run.home.path().join("in.yaml"), crate::QUERY_NODE).expect("a stream");
    // The server that it asks is not there.
    fails(run, "the trimtab in COMMAND could not decide on step 1");
}
