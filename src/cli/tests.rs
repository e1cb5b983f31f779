//! What the options come to, with the environment and with the Helm that runs trimtab.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::ffi::OsString;
use std::time::Duration;

use super::baseline::{Chosen, auto};
use super::{Cli, Options};
use crate::baseline_source::BaselineSource;
use crate::diagnostic::Diagnostic;
use crate::environment::Environment;
use crate::host::Host;
use crate::host::helm::command_line::HelmCall;
use crate::policy::{Policy, PolicyOptions};
use crate::source::Sources;

fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables = variables.iter();
    variables
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

/// How a Helm was called; nobody with an empty line.
fn helm(line: &str, variables: &[(&str, &str)]) -> Option<HelmCall> {
    let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
    match line {
        "" => None,
        "hidden" => Some(HelmCall::Hidden),
        _ => Some(HelmCall::read(&words, &environment(variables))),
    }
}

/// The options of a command line, under a Helm that inherits the same variables.
fn options(
    line: &str,
    variables: &[(&str, &str)],
    helms: &str,
) -> Result<Options, Vec<Diagnostic>> {
    let words = ["trimtab"].into_iter().chain(line.split_whitespace());
    let words: Vec<OsString> = words.map(OsString::from).collect();
    let cli = Cli::read(&words, false).unwrap();
    let mut problems = Vec::new();
    let helm = helm(helms, variables);
    let environment = environment(variables);
    let options = cli
        .stream
        .options(&environment, helm.as_ref(), &mut problems);
    if problems.is_empty() {
        Ok(options)
    } else {
        Err(problems)
    }
}

fn messages(problems: Vec<Diagnostic>) -> Vec<String> {
    problems
        .into_iter()
        .map(|it| it.message.to_string())
        .collect()
}

/// Context and namespace, each with what gave it.
fn place(line: &str, variables: &[(&str, &str)], helms: &str) -> Result<[String; 2], Vec<String>> {
    let options = options(line, variables, helms).map_err(messages)?;
    let access = options.place.access;
    Ok([access.context, access.namespace]
        .map(|told| told.map_or_else(String::new, |told| format!("{} {}", told.value, told.from))))
}

const HELMS: [(&str, &str); 2] = [("HELM_KUBECONTEXT", "hc"), ("HELM_NAMESPACE", "hn")];

#[test]
fn without_helm_only_its_namespace_counts() {
    let own = [("TRIMTAB_CONTEXT", "tc"), ("TRIMTAB_NAMESPACE", "tn")];
    let argo = [("ARGOCD_APP_NAMESPACE", "an")];
    for (line, variables, expected) in [
        ("", &[][..], ["", ""]),
        ("", &HELMS, ["", "hn HELM_NAMESPACE"]),
        ("", &argo, ["", "an ARGOCD_APP_NAMESPACE"]),
        ("", &own, ["tc TRIMTAB_CONTEXT", "tn TRIMTAB_NAMESPACE"]),
        ("--context c -n n", &own, ["c --context", "n --namespace"]),
        (
            "--context= -n=",
            &own,
            ["tc TRIMTAB_CONTEXT", "tn TRIMTAB_NAMESPACE"],
        ),
    ] {
        assert_eq!(place(line, variables, ""), Ok(expected.map(str::to_owned)));
    }
}

#[test]
fn under_helm_its_place_counts() {
    let flags = "helm upgrade r c --kube-context fc -n fn";
    let from_flags = ["fc Helm's --kube-context", "fn Helm's --namespace"];
    let from_variables = ["hc HELM_KUBECONTEXT", "hn HELM_NAMESPACE"];
    for (line, helms, expected) in [
        ("", flags, from_flags),
        ("--context fc -n fn", flags, from_flags),
        ("", "helm upgrade r c", from_variables),
        ("--context hc -n hn", "helm upgrade r c", from_variables),
        (
            "",
            "helm upgrade r c --kube-context= --namespace=",
            ["", ""],
        ),
        (
            "--context c -n n",
            "helm upgrade r c --kube-context= --namespace=",
            ["c --context", "n --namespace"],
        ),
        // Without its command line, its variables count under the options.
        ("", "hidden", from_variables),
        (
            "--context c",
            "hidden",
            ["c --context", "hn HELM_NAMESPACE"],
        ),
        (
            "-n n",
            "helm upgrade r c --nothing",
            ["hc HELM_KUBECONTEXT", "n --namespace"],
        ),
    ] {
        let expected = expected.map(str::to_owned);
        assert_eq!(place(line, &HELMS, helms), Ok(expected), "{line} | {helms}");
    }
}

#[test]
fn what_differs_from_helm_is_refused_with_both_places() {
    for (line, variables, helms, expected) in [
        (
            "--context c",
            &[][..],
            "helm upgrade r c --kube-context d",
            "--context is `c`, but Helm's --kube-context is `d`",
        ),
        (
            "-n a",
            &[],
            "helm template r c -n b",
            "--namespace is `a`, but Helm's --namespace is `b`",
        ),
        (
            "",
            &[("TRIMTAB_NAMESPACE", "a"), ("HELM_NAMESPACE", "b")],
            "helm upgrade r c",
            "TRIMTAB_NAMESPACE is `a`, but HELM_NAMESPACE is `b`",
        ),
        (
            "--kubeconfig a",
            &[],
            "helm upgrade r c --kubeconfig b",
            "--kubeconfig is `a`, but Helm's --kubeconfig is `b`",
        ),
    ] {
        let refused = place(line, variables, helms).unwrap_err();
        assert_eq!(refused, [expected]);
    }
}

/// Where Helm goes to the cluster, both have to lead to one place; where it does not, there is only one.
#[test]
fn what_helm_leaves_open_is_held_against_the_kubeconfig() {
    let helms = |line, helms| {
        let access = options(line, &[], helms).unwrap().place.access;
        access.helms.map(|it| *it)
    };
    let all = "--kubeconfig k --context c -n n";
    assert!(helms(all, "helm upgrade r c").is_some());
    assert_eq!(helms("", "helm upgrade r c"), None);
    assert_eq!(helms("-n n", "helm upgrade r c -n n"), None);
    assert_eq!(helms(all, "helm template r c"), None);
    assert_eq!(helms(all, ""), None);
}

#[test]
fn one_kubeconfig_can_have_two_names() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config");
    std::fs::write(&file, "").unwrap();
    let (one, other) = (file.display(), folder.path().join("./x/../config"));
    std::fs::create_dir(folder.path().join("x")).unwrap();
    let line = format!("--kubeconfig {one}");
    let helms = format!("helm upgrade r c --kubeconfig {}", other.display());
    let access = options(&line, &[], &helms).unwrap().place.access;
    assert_eq!(access.kubeconfig.unwrap().from, "Helm's --kubeconfig");
}

#[test]
fn a_timeout_is_a_duration_as_in_go() {
    let timeout = |line: &str| options(line, &[], "").map(|it| it.place.timeout);
    for (text, seconds) in [
        ("10s", 10.0),
        ("2m", 120.0),
        ("1h30m", 5400.0),
        ("5m0s", 300.0),
        ("1.5h", 5400.0),
        ("250ms", 0.25),
    ] {
        let expected = Some(Duration::from_secs_f64(seconds));
        assert_eq!(
            timeout(&format!("--timeout {text}")).unwrap(),
            expected,
            "{text}"
        );
    }
    for text in ["10", "0s", "0", "-5s", "1d", "soon", "", "1e9h"] {
        let refused = messages(timeout(&format!("--timeout={text}")).unwrap_err());
        let expected = format!(
            "invalid value `{text}` for --timeout, expected a duration such as `10s`, `2m` or `1h30m`"
        );
        assert_eq!(refused, [expected]);
    }
    assert_eq!(timeout("").unwrap(), None);
    let variable = options("", &[("TRIMTAB_TIMEOUT", "1m")], "").unwrap();
    assert_eq!(variable.place.timeout, Some(Duration::from_mins(1)));
    let refused = options("", &[("TRIMTAB_TIMEOUT", "1")], "").unwrap_err();
    assert!(messages(refused).concat().contains("for TRIMTAB_TIMEOUT,"));
}

/// The source that `auto` is, or the message and the note of a refusal.
fn auto_under(helms: &str) -> Result<Chosen, [String; 2]> {
    let chosen = auto(helm(helms, &[]).as_ref());
    chosen.map_err(|refused| [refused.message.to_string(), refused.notes.concat()])
}

#[test]
fn auto_is_the_cluster_where_helm_changes_it() {
    for (helms, expected) in [
        ("", BaselineSource::Rendered),
        ("helm template r c", BaselineSource::Rendered),
        (
            "helm template r c --dry-run=server",
            BaselineSource::Rendered,
        ),
        ("helm template r c --nothing", BaselineSource::Rendered),
        ("helm upgrade r c --dry-run", BaselineSource::Rendered),
        (
            "helm install r c --dry-run=client",
            BaselineSource::Rendered,
        ),
        ("hidden", BaselineSource::Rendered),
        ("helm install r c", BaselineSource::Cluster),
        ("helm upgrade -i r c", BaselineSource::Cluster),
        ("helm upgrade r c --dry-run=server", BaselineSource::Cluster),
        ("helm upgrade r c --dry-run=none", BaselineSource::Cluster),
    ] {
        assert_eq!(auto_under(helms).unwrap().source, expected, "{helms}");
    }
    assert!(auto_under("hidden").unwrap().note.is_some());
    assert_eq!(
        auto_under("helm template r c --nothing").unwrap().note,
        None
    );
}

#[test]
fn auto_is_no_guess() {
    let message = "it cannot be told whether the baseline is `cluster` or `rendered`: Helm's command line is not understood";
    for (helms, why) in [
        (
            "helm upgrade r c --nothing",
            "the flag `--nothing` is unknown",
        ),
        (
            "helm --nothing template r c",
            "its command is not `install`, `upgrade` or `template`, which run a post-renderer",
        ),
    ] {
        let refused = auto_under(helms).unwrap_err();
        assert_eq!(refused, [message, why], "{helms}");
    }
}

#[test]
fn the_cluster_has_to_be_named_where_helm_is_not_understood() {
    let policy = Policy::load(&mut Sources::default(), &PolicyOptions::default()).unwrap();
    let chosen = |line: &str, helms: &str| {
        let options = options(&format!("-b cluster {line}"), &HELMS, helms).unwrap();
        let chosen = options.baseline(&policy, helm(helms, &[]).as_ref(), Host::Helm3);
        chosen.map(|it| it.source).map_err(messages)
    };
    let unknown = "helm upgrade r c --nothing";
    let message = "the baseline `cluster` needs a context and a namespace here: Helm's command line is not understood";
    for line in ["", "--context c", "-n n", "--kubeconfig k"] {
        assert_eq!(
            chosen(line, unknown),
            Err(vec![message.to_owned()]),
            "{line}"
        );
    }
    assert_eq!(
        chosen("--context c -n n", unknown),
        Ok(BaselineSource::Cluster)
    );
    for helms in ["", "hidden", "helm upgrade r c", "helm template r c"] {
        assert_eq!(chosen("", helms), Ok(BaselineSource::Cluster), "{helms}");
    }
}
