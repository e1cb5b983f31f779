//! Wrong command lines under Helm: nothing is taken for manifests, and the person is told.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use crate::helm::Helm;
use crate::support;

pub(crate) const TESTS: &[crate::UnderHelm] = tests![
    only_the_filter_runs,
    only_the_filter_runs_in_a_script,
    what_is_wrong_is_told,
    a_variable_that_is_wrong_is_told,
    a_report_shows_no_earlier_run,
];

/// Helm must not take what another command prints, or that it prints nothing, for the release.
#[track_caller]
fn assert_not_taken(helm: &Helm, args: &[&str], why: &str) {
    let outcome = helm.template(&[]).trimmed(args);
    assert_eq!(outcome.code, Some(1), "{args:?}: {}", outcome.stderr);
    assert_eq!(String::from_utf8_lossy(&outcome.stdout), "", "{args:?}");
    assert_eq!(
        outcome.stderr.matches(why).count(),
        1,
        "{args:?}: {}",
        outcome.stderr
    );
}

fn only_the_filter_runs(helm: &Helm) {
    for args in [
        &["check", "-q"][..],
        &["check", "--output=json"],
        &["check", "."],
        &["fix", "testdata/charts"],
        &["plan"],
        &["plan", "testdata/charts"],
        &["explain"],
        &["explain", "scale-in-too-large"],
        &["policy"],
        &["init", "testdata/charts"],
        &["policy", "--show", "milvus"],
        &["generate", "bash"],
        &["--version"],
        &["-V"],
        &["--help"],
        &["check", "--help"],
    ] {
        assert_not_taken(
            helm,
            args,
            "under Helm, trimtab runs only as a post-renderer",
        );
    }
}

/// A post-renderer of Helm 3 may be a script, so that a shell is between Helm and trimtab.
fn only_the_filter_runs_in_a_script(helm: &Helm) {
    if helm.major == 4 {
        return;
    }
    let folder = TempDir::new().expect("a temporary folder");
    let script = folder.path().join("render");
    fs::write(&script, "#!/bin/sh\n(trimtab check -q \"$@\")\n").expect("a script");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("a program");
    let mut command = helm.command();
    command.args(["template", "my-release", "testdata/charts/vectors"]);
    let outcome = support::run(command.arg("--post-renderer").arg(&script));
    assert_eq!((outcome.code, outcome.stdout), (Some(1), Vec::new()));
    let why = "under Helm, trimtab runs only as a post-renderer";
    assert!(outcome.stderr.contains(why), "{}", outcome.stderr);
}

fn what_is_wrong_is_told(helm: &Helm) {
    for (args, why) in [
        (&["--targt=queryNode=3"][..], "unknown option `--targt`"),
        (
            &["--target queryNode=3"],
            "unknown option `--target queryNode=3`",
        ),
        (
            &["--baseline", "bogus"],
            "--baseline: unknown baseline `bogus`",
        ),
        (&["--target", "queryNod=3"], "did you mean `queryNode`?"),
        (&["chekc"], "unknown command `chekc`"),
        (&["-o", "sarif"], "has no form `sarif`"),
    ] {
        assert_not_taken(helm, args, why);
    }
}

fn a_variable_that_is_wrong_is_told(helm: &Helm) {
    for (name, value, why) in [
        (
            "TRIMTAB_MODE",
            "foo",
            "invalid value `foo` for TRIMTAB_MODE, expected `enforce` or `warn`",
        ),
        ("TRIMTAB_POLCY", "x.yaml", "unknown variable TRIMTAB_POLCY"),
        ("TRIMTAB_POLICY", "", "TRIMTAB_POLICY is set but empty"),
    ] {
        let outcome = helm.template(&[]).env(name, value).trimmed(&[]);
        assert_eq!((outcome.code, outcome.stdout), (Some(1), Vec::new()));
        assert_eq!(outcome.stderr.matches(why).count(), 1, "{}", outcome.stderr);
    }
}

fn a_report_shows_no_earlier_run(helm: &Helm) {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("report.json");
    let report = path.to_str().expect("a plain path");
    let read = || fs::read_to_string(&path).expect("a report");
    helm.template(&[]).trimmed(&["--report", report]).ok();
    assert!(read().contains("\"passed\""));
    for args in [
        &["--report", report, "--targt=queryNode=3"][..],
        &["check", "--report", report],
        &["--baseline=bogus", "--report", report],
    ] {
        fs::write(&path, "").expect("an empty file");
        assert_eq!(helm.template(&[]).trimmed(args).code, Some(1));
        assert!(read().contains("\"failed\""), "{args:?}: {}", read());
    }
    let by_variable = helm.template(&[]).env("TRIMTAB_REPORT", report);
    fs::write(&path, "").expect("an empty file");
    assert_eq!(by_variable.trimmed(&["--targt"]).code, Some(1));
    assert!(read().contains("\"failed\""), "{}", read());
}
