//! Where Helm goes to, by its flags and its variables.

use std::fmt::Debug;

use super::*;
use crate::access::Told;

#[track_caller]
fn is<T: Debug + PartialEq>(told: Option<Told<T>>, value: T, from: &'static str) {
    let told = told.map(|told| (told.value, told.from));
    assert_eq!(told, Some((value, from)));
}

const ALL: &[(&str, &str)] = &[
    ("HELM_NAMESPACE", "a"),
    ("HELM_KUBECONTEXT", "b"),
    ("HELM_KUBETOKEN", "c"),
    ("HELM_KUBEASUSER", "d"),
    ("HELM_KUBEASGROUPS", ", e, f,"),
    ("HELM_KUBEAPISERVER", "https://g"),
    ("HELM_KUBECAFILE", "h"),
    ("HELM_KUBETLS_SERVER_NAME", "i"),
    ("HELM_KUBEINSECURE_SKIP_TLS_VERIFY", "T"),
    ("KUBECONFIG", "j:k"),
];

#[test]
fn variables_count() {
    let access = known_in("helm upgrade r c", ALL).access;
    is(access.namespace, "a".to_owned(), "HELM_NAMESPACE");
    is(access.context, "b".to_owned(), "HELM_KUBECONTEXT");
    is(access.token, "c".to_owned(), "HELM_KUBETOKEN");
    is(access.as_user, "d".to_owned(), "HELM_KUBEASUSER");
    let groups = vec!["e".to_owned(), " f".to_owned()];
    is(access.as_groups, groups, "HELM_KUBEASGROUPS");
    is(access.server, "https://g".to_owned(), "HELM_KUBEAPISERVER");
    is(access.ca_file, "h".into(), "HELM_KUBECAFILE");
    is(
        access.tls_server_name,
        "i".to_owned(),
        "HELM_KUBETLS_SERVER_NAME",
    );
    let from = "HELM_KUBEINSECURE_SKIP_TLS_VERIFY";
    is(access.insecure_skip_tls_verify, true, from);
    // The list is read with the kubeconfig.
    assert_eq!(access.kubeconfig, None);
}

#[test]
fn flags_count_more() {
    let line = "helm upgrade r c -n A --kube-context B --kube-token C --kube-as-user D --kube-as-group E \
        --kube-as-group F --kube-apiserver G --kube-ca-file H --kube-tls-server-name I \
        --kube-insecure-skip-tls-verify --kubeconfig J:K";
    let access = known_in(line, ALL).access;
    is(access.namespace, "A".to_owned(), "Helm's --namespace");
    is(access.context, "B".to_owned(), "Helm's --kube-context");
    is(access.token, "C".to_owned(), "Helm's --kube-token");
    is(access.as_user, "D".to_owned(), "Helm's --kube-as-user");
    let groups = vec!["E".to_owned(), "F".to_owned()];
    is(access.as_groups, groups, "Helm's --kube-as-group");
    is(access.server, "G".to_owned(), "Helm's --kube-apiserver");
    is(access.ca_file, "H".into(), "Helm's --kube-ca-file");
    let from = "Helm's --kube-tls-server-name";
    is(access.tls_server_name, "I".to_owned(), from);
    let from = "Helm's --kube-insecure-skip-tls-verify";
    is(access.insecure_skip_tls_verify, true, from);
    is(access.kubeconfig, "J:K".into(), "Helm's --kubeconfig");
}

#[test]
fn empty_flags_hide_their_variables() {
    let line = "helm upgrade r c -n x --namespace= --kube-context= --kube-token= --kube-as-user= \
        --kube-apiserver= --kube-ca-file= --kube-tls-server-name= \
        --kube-insecure-skip-tls-verify=false --kubeconfig=";
    let access = known_in(line, ALL).access;
    is(
        access.as_groups.clone(),
        vec!["e".to_owned(), " f".to_owned()],
        "HELM_KUBEASGROUPS",
    );
    assert_eq!(
        Access {
            as_groups: None,
            ..access
        },
        Access::default()
    );
}

#[test]
fn empty_variables_say_nothing() {
    let empty: Vec<(&str, &str)> = ALL.iter().map(|(name, _)| (*name, "")).collect();
    assert_eq!(
        known_in("helm upgrade r c", &empty).access,
        Access::default()
    );
    let odd = [
        ("HELM_KUBEASGROUPS", " , "),
        ("HELM_KUBEINSECURE_SKIP_TLS_VERIFY", "yes"),
        ("HELM_KUBE_CONTEXT", "x"),
        ("TRIMTAB_CONTEXT", "x"),
    ];
    assert_eq!(known_in("helm upgrade r c", &odd).access, Access::default());
}

/// Helm reads its arguments twice, and adds to the groups both times.
#[test]
fn a_group_counts_once() {
    let access =
        known("helm --kube-as-group a upgrade r c --kube-as-group=a --kube-as-group b").access;
    let groups = vec!["a".to_owned(), "b".to_owned()];
    is(access.as_groups, groups, "Helm's --kube-as-group");
}

#[cfg(unix)]
#[test]
fn relative_paths_begin_in_the_folder_of_helm() {
    let folder = Path::new("/home/me");
    let line = "helm upgrade r c --kubeconfig a/b --kube-ca-file ../c";
    let variables = [("KUBECONFIG", "d::/e:f/g")];
    let command = known_in(line, &variables).in_folder(folder).unwrap();
    is(
        command.access.kubeconfig,
        "/home/me/a/b".into(),
        "Helm's --kubeconfig",
    );
    is(
        command.access.ca_file,
        "/home/me/../c".into(),
        "Helm's --kube-ca-file",
    );
    let list = command.environment.get("KUBECONFIG").unwrap();
    assert_eq!(list, "/home/me/d:/e:/home/me/f/g");
    let odd = known_in(line, &variables).in_folder(Path::new("/a:b"));
    assert_eq!(odd, Err(Doubt::Folder));
}
