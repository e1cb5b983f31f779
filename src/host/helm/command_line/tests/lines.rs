//! Command lines: what pflag and cobra make of them.

use proptest::prelude::*;

use super::*;

/// The namespace of a command line.
#[track_caller]
fn namespace(line: &str) -> Option<String> {
    known(line).access.namespace.map(|told| told.value)
}

#[test]
fn a_flag_is_written_in_many_ways() {
    for line in [
        "helm upgrade r c -n x",
        "helm upgrade r c -nx",
        "helm upgrade r c -n=x",
        "helm upgrade r c --namespace x",
        "helm upgrade r c --namespace=x",
        "helm upgrade -n x r c",
        "helm upgrade r -n x c",
        "helm -n x upgrade r c",
        "helm -nx upgrade r c",
        "helm --namespace x upgrade r c",
        "helm --debug -n x upgrade r c",
        "helm -v 4 -n x upgrade r c",
        "helm --dry-run=server -n x upgrade r c",
        // Shorthands combine, and the last takes the rest.
        "helm upgrade r c -inx",
        "helm upgrade r c -in x",
        "helm upgrade r c -in=x",
        // The last one wins.
        "helm -n a upgrade r c -n b --namespace x",
        "helm upgrade r c -n ''  -n x",
        // `--` ends the flags.
        "helm upgrade -n x -- r c",
        "helm upgrade -n x r -- c",
    ] {
        assert_eq!(namespace(line).as_deref(), Some("x"), "{line}");
    }
}

#[test]
fn an_equals_sign_belongs_to_a_short_value_that_has_nothing_else() {
    assert_eq!(namespace("helm upgrade r c -n=").as_deref(), Some("="));
    assert_eq!(namespace("helm upgrade r c -n==").as_deref(), Some("="));
    assert_eq!(namespace("helm upgrade r c --namespace="), None);
}

#[test]
fn what_looks_like_a_flag_can_be_a_value() {
    let command = known("helm upgrade r c -n --debug");
    assert_eq!(command.access.namespace.unwrap().value, "--debug");
    let command = known("helm upgrade r c --post-renderer-args -n -n x");
    assert_eq!(command.access.namespace.unwrap().value, "x");
    let command = known("helm upgrade r c --kube-context -- -n x");
    assert_eq!(command.access.context.unwrap().value, "--");
    // Behind `--`, nothing is a flag.
    assert_eq!(read("helm upgrade r c -- -n x"), Err(Doubt::Positionals));
    assert_eq!(namespace("helm upgrade -- r -n"), None);
}

#[track_caller]
fn read(line: &str) -> Result<HelmCommand, Doubt> {
    HelmCommand::read(&words(line), &Environment::default())
}

/// Helm reads its arguments a first time without the flags of the command, and keeps what it finds.
#[test]
fn what_helm_takes_for_a_flag_at_first_counts() {
    for (line, expected) in [
        (
            "helm upgrade r c --post-renderer-args --namespace=x",
            Some("x"),
        ),
        ("helm upgrade r c --set -nx", Some("x")),
        ("helm upgrade r c --set -nx -n y", Some("y")),
        // The letters of a file's name are shorthands.
        ("helm upgrade r c -fenv.yaml", Some("v.yaml")),
        (
            "helm upgrade r c -fcommon/values.yaml",
            Some("/values.yaml"),
        ),
        ("helm upgrade r c --description -n --set x", Some("--set")),
        ("helm upgrade -fn r c", Some("r")),
        // `-v` sets a number, and an error ends the first reading.
        ("helm upgrade r c -fvalues.yaml --set -nx", None),
        ("helm upgrade r c -fprod/values/n.yaml", None),
        ("helm upgrade r c -fv2 --set -nx", Some("x")),
        ("helm upgrade r c -fh --set -nx", None),
        ("helm upgrade r c --set --=x --set -nx", None),
        ("helm upgrade r c --set --debug=x --set -nx", None),
        ("helm upgrade r c --help=false --set -nx", None),
    ] {
        assert_eq!(namespace(line).as_deref(), expected, "{line}");
    }
}

#[test]
fn switches_take_a_value_only_behind_an_equals_sign() {
    let command = known("helm upgrade --wait --dry-run --atomic --debug r c");
    assert_eq!(command.dry_run, DryRun::Client);
    assert_eq!(command.release.as_deref(), Some("r"));
    assert_eq!(
        read("helm upgrade --dry-run server r c"),
        Err(Doubt::Positionals)
    );
    let command = known("helm upgrade --wait=legacy --force=false --install=T r c");
    assert!(!command.force_replace && command.installs_if_missing);
}

#[test]
fn a_command_is_found_as_cobra_finds_it() {
    for (line, expected) in [
        ("helm install r c", Ok((Verb::Install, Some("r")))),
        ("helm install c -g", Ok((Verb::Install, None))),
        ("helm install --generate-name c", Ok((Verb::Install, None))),
        (
            "helm install c --name-template x",
            Ok((Verb::Install, None)),
        ),
        ("helm upgrade -i r c", Ok((Verb::Upgrade, Some("r")))),
        ("helm template c", Ok((Verb::Template, None))),
        ("helm template r c", Ok((Verb::Template, Some("r")))),
        (
            "helm -n upgrade upgrade upgrade c",
            Ok((Verb::Upgrade, Some("upgrade"))),
        ),
        (
            "helm --kube-context=a install r c",
            Ok((Verb::Install, Some("r"))),
        ),
        ("helm", Err(Doubt::NoCommand)),
        ("helm --debug", Err(Doubt::NoCommand)),
        ("helm -- upgrade r c", Err(Doubt::NoCommand)),
        ("helm -n upgrade", Err(Doubt::NoCommand)),
        // Before the command, only the flags of all are known, and any other takes the next argument.
        ("helm --wait upgrade r c", Err(Doubt::OtherCommand)),
        ("helm -i upgrade r c", Err(Doubt::OtherCommand)),
        ("helm rollback r", Err(Doubt::OtherCommand)),
        ("helm diff upgrade r c", Err(Doubt::OtherCommand)),
        ("helm Upgrade r c", Err(Doubt::OtherCommand)),
        ("helm upgr r c", Err(Doubt::OtherCommand)),
        ("helm upgrade r", Err(Doubt::Positionals)),
        ("helm upgrade r c d", Err(Doubt::Positionals)),
        ("helm install r c d", Err(Doubt::Positionals)),
    ] {
        let found = read(line).map(|it| (it.verb, it.release));
        let expected = expected.map(|(verb, release)| (verb, release.map(str::to_owned)));
        assert_eq!(found, expected, "{line}");
    }
}

#[test]
fn a_dry_run_is_known_from_one_that_is_none() {
    for (flag, expected, is_for_the_cluster) in [
        ("", DryRun::No, true),
        ("--dry-run", DryRun::Client, false),
        ("--dry-run=client", DryRun::Client, false),
        ("--dry-run=true", DryRun::Client, false),
        ("--dry-run=1", DryRun::Client, false),
        ("--dry-run=server", DryRun::Server, true),
        ("--dry-run=none", DryRun::No, true),
        ("--dry-run=false", DryRun::No, true),
        ("--dry-run=", DryRun::No, true),
        ("--dry-run=server --dry-run=none", DryRun::No, true),
    ] {
        for verb in ["install", "upgrade"] {
            let command = known(&format!("helm {verb} r c {flag}"));
            assert_eq!(command.dry_run, expected, "{verb} {flag}");
            assert_eq!(command.is_for_the_cluster(), is_for_the_cluster, "{flag}");
        }
    }
    assert!(!known("helm template r c --dry-run=server").is_for_the_cluster());
    let invalid = Err(Doubt::InvalidValue("dry-run"));
    assert_eq!(read("helm upgrade r c --dry-run=Server"), invalid);
}

#[test]
fn the_method_is_a_word_for_upgrade_and_a_switch_for_install() {
    for (line, expected) in [
        ("upgrade r c", Ok(None)),
        ("upgrade r c --server-side auto", Ok(None)),
        ("upgrade r c --server-side true", Ok(Some(true))),
        ("upgrade r c --server-side=false", Ok(Some(false))),
        (
            "upgrade r c --server-side=T",
            Err(Doubt::InvalidValue("server-side")),
        ),
        ("upgrade r --server-side c", Err(Doubt::Positionals)),
        ("install r c", Ok(None)),
        ("install r --server-side c", Ok(Some(true))),
        ("install r c --server-side=F", Ok(Some(false))),
        ("install r c --server-side false", Err(Doubt::Positionals)),
        (
            "install r c --server-side=auto",
            Err(Doubt::InvalidValue("server-side")),
        ),
    ] {
        let found = read(&format!("helm {line}")).map(|it| it.server_side);
        assert_eq!(found, expected, "{line}");
    }
    let command = known("helm upgrade r c --force-conflicts");
    assert!(command.force_conflicts && !command.force_replace);
    assert!(known("helm upgrade r c --force").force_replace);
    assert!(!known("helm upgrade r c --force-replace --force=0").force_replace);
}

#[test]
fn the_post_renderer_is_the_last_that_is_named() {
    let named = |line| known(line).post_renderer;
    assert_eq!(named("helm upgrade r c"), None);
    let line = "helm upgrade r c --post-renderer a --post-renderer=b --post-renderer ''";
    assert_eq!(named(line).as_deref(), Some("b"));
}

/// Pieces of command lines, so that random ones are often nearly right.
const PIECES: [&str; 34] = [
    "upgrade",
    "install",
    "template",
    "r",
    "c",
    "-n",
    "-nx",
    "-n=",
    "--namespace",
    "--namespace=a",
    "-f",
    "-fv",
    "-fn",
    "-i",
    "-in",
    "-",
    "--",
    "---",
    "--=",
    "",
    "=",
    "--set",
    "--kube-context",
    "--kube-as-group",
    "--dry-run",
    "--dry-run=server",
    "--server-side",
    "-v",
    "-h",
    "--help=false",
    "--nothing",
    "-test.v",
    "\u{e9}",
    "-\u{e9}n",
];

proptest! {
    #[test]
    fn no_command_line_panics(args in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..12)) {
        let args: Vec<OsString> = args.into_iter().map(OsString::from).collect();
        HelmCall::read(&args, &Environment::default());
    }

    #[test]
    fn no_text_panics(args in prop::collection::vec(".{0,8}", 0..8)) {
        let line = ["helm", "upgrade"].into_iter().map(str::to_owned).chain(args);
        let args: Vec<OsString> = line.map(OsString::from).collect();
        HelmCall::read(&args, &Environment::default());
    }
}
