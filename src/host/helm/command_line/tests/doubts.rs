//! Command lines that are not known, and what is said of them.

use super::*;

fn doubt(line: &str) -> String {
    match read_in(line, &[]) {
        HelmCall::Unknown { doubt, .. } => doubt.to_string(),
        known => panic!("{line}: {known:?}"),
    }
}

#[test]
fn a_doubt_is_said_without_an_argument() {
    for (line, said) in [
        (
            "helm upgrade r c --hook-timeout 5m",
            "the flag `--hook-timeout` is unknown",
        ),
        (
            "helm upgrade r c --kube-tokenabc",
            "one of its flags is unknown",
        ),
        (
            "helm upgrade r c --passwordabc=d",
            "one of its flags is unknown",
        ),
        ("helm upgrade r c --a1b2c3", "one of its flags is unknown"),
        (
            "helm upgrade r c -xsecret",
            "one of its shorthand flags is unknown",
        ),
        (
            "helm upgrade r c --kube-token",
            "the flag `--kube-token` has no value",
        ),
        ("helm upgrade r c -n", "the flag `--namespace` has no value"),
        (
            "helm upgrade r c --debug=secret",
            "the value of `--debug` is invalid",
        ),
        (
            "helm upgrade r c --qps=secret",
            "the value of `--qps` is invalid",
        ),
        (
            "helm upgrade r c ---x",
            "one of its arguments begins with `--=` or `---`",
        ),
        ("helm upgrade r c --help", "it asks for help"),
        (
            "helm secret",
            "its command is not `install`, `upgrade` or `template`, which run a post-renderer",
        ),
    ] {
        assert_eq!(doubt(line), said, "{line}");
    }
}

#[test]
fn a_flag_of_another_command_is_unknown() {
    for line in [
        "helm upgrade r c --generate-name",
        "helm install r c --reuse-values",
        "helm install r c -i",
        "helm template r c --hide-secret",
        "helm upgrade r c --validate",
    ] {
        assert!(doubt(line).contains("unknown"), "{line}");
    }
}

/// Where the reading depends on what only Helm knows, nothing is known.
#[test]
fn what_depends_on_the_version_is_unknown() {
    for line in [
        "helm upgrade r c --set --stderrthreshold=x --set -nx",
        "helm upgrade r c -fvn --set -nx",
    ] {
        assert_eq!(doubt(line), Doubt::Ambiguous.to_string(), "{line}");
    }
    assert_eq!(
        known("helm upgrade r c --color never").access.namespace,
        None
    );
    assert_eq!(
        known("helm --stderrthreshold 1 upgrade r c").verb,
        Verb::Upgrade
    );
}

#[cfg(unix)]
#[test]
fn what_is_not_utf_8_matters_only_where_it_is_used() {
    use std::os::unix::ffi::OsStringExt as _;

    let odd = || OsString::from_vec(b"\xff".to_vec());
    let read = |args: &[OsString]| HelmCommand::read(args, &Environment::default());
    let with = |words: &[&str]| {
        let words = words.iter().map(OsString::from);
        words.chain([odd()]).collect::<Vec<_>>()
    };
    let known = read(&with(&["helm", "upgrade", "r", "c", "--description"]));
    assert!(known.is_ok());
    for (args, name) in [
        (
            with(&["helm", "upgrade", "r", "c", "-n"]),
            "Helm's --namespace",
        ),
        (
            with(&["helm", "upgrade", "r", "c", "--kubeconfig"]),
            "Helm's --kubeconfig",
        ),
        (
            with(&["helm", "upgrade", "r", "c", "--kube-as-group"]),
            "Helm's --kube-as-group",
        ),
    ] {
        assert_eq!(read(&args), Err(Doubt::NotUtf8(name)));
    }
    let variables = [("HELM_KUBECONTEXT".into(), odd())];
    let args = words("helm upgrade r c");
    let variables: Environment = variables.into_iter().collect();
    let doubt = Doubt::NotUtf8("HELM_KUBECONTEXT");
    assert_eq!(HelmCommand::read(&args, &variables), Err(doubt.clone()));
    assert_eq!(super::variables(&variables), Err(doubt));
}

#[test]
fn the_command_can_be_certain_all_the_same() {
    let verb = |line: &str| match read_in(line, &[]) {
        HelmCall::Unknown { verb, .. } => verb,
        known => panic!("{line}: {known:?}"),
    };
    assert_eq!(verb("helm -n x template c --nothing"), Some(Verb::Template));
    assert_eq!(verb("helm upgrade r c --nothing"), Some(Verb::Upgrade));
    // An unknown flag before the command can have a value.
    assert_eq!(verb("helm --nothing x template c"), None);
    assert_eq!(verb("helm --nothing=x template c"), None);
    assert_eq!(verb("helm rollback r"), None);
}
