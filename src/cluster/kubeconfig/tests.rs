//! What a kubeconfig and the options over it come to.

#![allow(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{Chosen, Kubeconfig, choose, read};
use crate::access::{Access, Told};
use crate::environment::Environment;

const PROD: &str = r#"
apiVersion: v1
kind: Config
current-context: prod
contexts:
- {name: prod, context: {cluster: prod, user: admin, namespace: milvus}}
clusters:
- name: prod
  cluster: {server: "https://prod:6443", certificate-authority: ca.crt, tls-server-name: api}
users:
- {name: admin, user: {tokenFile: token, exec: {command: ./login, args: [a]}}}
"#;

const DEV: &str = r#"
current-context: dev
contexts:
- {name: dev, context: {cluster: dev, user: dev}}
- {name: prod, context: {cluster: dev, user: dev}}
- {name: odd, context: {cluster: nowhere, user: nobody}}
- {name: bare}
clusters:
- {name: dev, cluster: {server: "https://dev", insecure-skip-tls-verify: true, extra: 1}}
users:
- {name: dev, user: {token: hush, as: someone}}
- {name: admin, user: {token: other}}
"#;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// A kubeconfig of the files of a folder, as `KUBECONFIG` lists them.
fn listed(folder: &Path, names: &[&str]) -> Result<Kubeconfig, Vec<String>> {
    let paths = names.iter().map(|name| match *name {
        "" => PathBuf::new(),
        name => folder.join(name),
    });
    let list = std::env::join_paths(paths).unwrap();
    kubeconfig(&Access::default(), &[("KUBECONFIG", list)])
}

fn kubeconfig(
    access: &Access,
    environment: &[(&str, OsString)],
) -> Result<Kubeconfig, Vec<String>> {
    let variables = environment.iter();
    let environment: Environment = variables
        .map(|(name, value)| (OsString::from(name), value.clone()))
        .collect();
    read(access, &environment).map_err(messages)
}

fn messages(diagnostics: Vec<crate::diagnostic::Diagnostic>) -> Vec<String> {
    diagnostics
        .into_iter()
        .map(|it| it.message.to_string())
        .collect()
}

#[allow(clippy::unnecessary_wraps, reason = "as a field has it")]
fn told<T>(value: T) -> Option<Told<T>> {
    let from = "--option";
    Some(Told { value, from })
}

fn context(name: &str) -> Access {
    Access {
        context: told(name.to_owned()),
        ..Access::default()
    }
}

fn chosen(kubeconfig: &Kubeconfig, access: &Access) -> Chosen {
    choose(kubeconfig, access).unwrap().unwrap()
}

#[test]
fn of_a_list_the_first_file_that_says_something_counts() {
    let files = folder(&[("prod", PROD), ("dev", DEV)]);
    let both = listed(files.path(), &["prod", "", "missing", "dev", "prod"]).unwrap();
    assert_eq!(
        both.read,
        [files.path().join("prod"), files.path().join("dev")]
    );
    assert_eq!(both.missing, [files.path().join("missing")]);
    let current = chosen(&both, &Access::default());
    assert_eq!(current.context.as_deref(), Some("prod"));
    assert_eq!(current.server.url.as_deref(), Some("https://prod:6443"));
    assert_eq!(current.namespace.as_deref(), Some("milvus"));
    let from = format!(
        "the current context of {}",
        files.path().join("prod").display()
    );
    assert_eq!(current.known_from, from);
    // Nothing of the second file's entry of the same name is mixed in.
    assert_eq!(current.user.token, None);
    let dev = chosen(&both, &context("dev"));
    assert_eq!(dev.known_from, "--option");
    assert_eq!(dev.user.token.as_deref(), Some("hush"));
}

#[test]
fn an_empty_current_context_says_nothing() {
    let empty = "current-context: \"\"\nclusters: null\nusers:\n";
    let files = folder(&[("empty", empty), ("nothing", " \n"), ("dev", DEV)]);
    let all = listed(files.path(), &["empty", "nothing", "dev"]).unwrap();
    assert_eq!(
        chosen(&all, &Access::default()).context.as_deref(),
        Some("dev")
    );
}

#[test]
fn paths_are_relative_to_their_file() {
    let files = folder(&[("prod", PROD)]);
    let prod = chosen(
        &listed(files.path(), &["prod"]).unwrap(),
        &Access::default(),
    );
    assert_eq!(
        prod.server.certificate_authority,
        Some(files.path().join("ca.crt"))
    );
    assert_eq!(prod.user.token_file, Some(files.path().join("token")));
    let command = prod.user.exec.unwrap().command.unwrap();
    assert_eq!(Path::new(&command), files.path().join("./login"));
}

#[test]
fn the_file_of_an_option_is_the_only_one_and_has_to_be_there() {
    let files = folder(&[("prod", PROD), ("dev", DEV)]);
    let of = |name: &str| Access {
        kubeconfig: told(files.path().join(name).into_os_string()),
        ..Access::default()
    };
    let list = [("KUBECONFIG", files.path().join("dev").into_os_string())];
    let prod = kubeconfig(&of("prod"), &list).unwrap();
    assert_eq!(
        chosen(&prod, &Access::default()).context.as_deref(),
        Some("prod")
    );
    let missing = files.path().join("missing");
    assert_eq!(
        kubeconfig(&of("missing"), &list).unwrap_err(),
        [format!(
            "--option: {}: no such file or directory",
            missing.display()
        )]
    );
}

#[test]
fn without_a_list_it_is_the_one_in_the_home_folder() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join(".kube")).unwrap();
    fs::write(home.path().join(".kube/config"), DEV).unwrap();
    let variables = ["HOME", "USERPROFILE"].map(|name| (name, home.path().into()));
    let found = kubeconfig(&Access::default(), &variables).unwrap();
    assert_eq!(
        chosen(&found, &Access::default()).context.as_deref(),
        Some("dev")
    );
    let nothing = kubeconfig(&Access::default(), &[]).unwrap();
    assert!(choose(&nothing, &Access::default()).unwrap().is_none());
}

#[test]
fn all_files_that_cannot_be_read_are_told_and_no_text_of_them() {
    let twice = "users: [{name: a, user: {token: hush}}, {name: a}]";
    let shapes = [
        "users: hush",
        "users: [{name: a, user: hush}]",
        "a: \"hush",
        "- hush",
    ];
    let mut files = vec![("twice".to_owned(), twice)];
    files.extend(
        shapes
            .iter()
            .enumerate()
            .map(|(at, text)| (at.to_string(), *text)),
    );
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, *text)).collect();
    let folder = folder(&files);
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    let problems = listed(folder.path(), &names).unwrap_err();
    assert_eq!(problems.len(), files.len());
    let all = problems.join("\n");
    assert!(all.contains("two entries are named `a`"), "{all}");
    assert!(
        all.contains("0: line 1, column 8: not valid YAML, or not"),
        "{all}"
    );
    assert!(!all.contains("hush"), "{all}");
}

#[test]
fn what_is_not_there_is_told_by_its_name() {
    let files = folder(&[("dev", DEV)]);
    let dev = listed(files.path(), &["dev", "missing"]).unwrap();
    let problems = |access: &Access| messages(choose(&dev, access).unwrap_err());
    assert_eq!(
        problems(&context("odd")),
        [
            "context `odd` names the cluster `nowhere`, and the kubeconfig has none of that name",
            "context `odd` names the user `nobody`, and the kubeconfig has none of that name",
        ]
    );
    assert_eq!(
        problems(&context("bare")),
        ["the cluster of context `bare` has no `server`"]
    );
    let unknown = choose(&dev, &context("porod")).unwrap_err();
    let unknown = unknown.first().unwrap();
    assert_eq!(unknown.message, "--option: there is no context `porod`");
    assert_eq!(*unknown.helps, ["did you mean `prod`?"]);
    let (read, missing) = (files.path().join("dev"), files.path().join("missing"));
    let note = format!(
        "the kubeconfig is {}; not there: {}",
        read.display(),
        missing.display()
    );
    assert_eq!(*unknown.notes, [note]);
}

/// `getCluster` and `getAuthInfo` in `k8s.io/client-go/tools/clientcmd/client_config.go`.
#[test]
fn options_lie_over_the_context() {
    let files = folder(&[("prod", PROD), ("dev", DEV)]);
    let both = listed(files.path(), &["prod", "dev"]).unwrap();
    let server = chosen(
        &both,
        &Access {
            server: told("https://other".to_owned()),
            ..Access::default()
        },
    );
    assert_eq!(server.server.url.as_deref(), Some("https://other"));
    assert_eq!(server.server.tls_server_name, None);
    assert!(server.server.certificate_authority.is_some());
    assert!(server.user.token_file.is_some());
    assert_eq!(server.known_from, "--option, with the user of context prod");

    let authority = chosen(
        &both,
        &Access {
            ca_file: told("other.crt".into()),
            tls_server_name: told("name".to_owned()),
            ..context("dev")
        },
    );
    assert!(!authority.server.insecure_skip_tls_verify);
    assert_eq!(
        authority.server.certificate_authority,
        Some("other.crt".into())
    );
    assert_eq!(authority.server.tls_server_name.as_deref(), Some("name"));

    let insecure = |value| Access {
        insecure_skip_tls_verify: told(value),
        ..Access::default()
    };
    let insecure_server = chosen(&both, &insecure(true)).server;
    assert!(insecure_server.insecure_skip_tls_verify);
    assert_eq!(insecure_server.certificate_authority, None);
    assert!(
        chosen(&both, &insecure(false))
            .server
            .certificate_authority
            .is_some()
    );
}

#[test]
fn options_say_who_asks() {
    let files = folder(&[("dev", DEV)]);
    let dev = listed(files.path(), &["dev"]).unwrap();
    let user = chosen(
        &dev,
        &Access {
            token: told("mine".to_owned()),
            as_user: told(String::new()),
            as_groups: told(vec!["a".to_owned(), "b".to_owned()]),
            ..Access::default()
        },
    )
    .user;
    assert_eq!(user.token.as_deref(), Some("mine"));
    assert_eq!(user.acts_as.as_deref(), Some("someone"));
    assert_eq!(user.as_groups, ["a", "b"]);
}

#[test]
fn options_alone_can_be_enough() {
    let access = Access {
        server: told("https://other".to_owned()),
        token: told("mine".to_owned()),
        ..Access::default()
    };
    let alone = chosen(&Kubeconfig::default(), &access);
    assert_eq!((alone.context, &*alone.known_from), (None, "--option"));
    let files = folder(&[("dev", DEV)]);
    let dev = listed(files.path(), &["dev"]).unwrap();
    let odd = Access {
        context: told("odd".to_owned()),
        ..access
    };
    assert_eq!(
        chosen(&dev, &odd).server.url.as_deref(),
        Some("https://other")
    );
}

#[test]
fn that_nothing_is_said_is_told_with_what_was_looked_at() {
    let files = folder(&[("contexts", "contexts: [{name: a, context: {cluster: b}}]")]);
    let unsaid = listed(files.path(), &["contexts"])
        .unwrap()
        .without_context();
    assert_eq!(
        unsaid.message,
        "cannot locate the cluster: the kubeconfig names no current context"
    );
    let missing = listed(files.path(), &["missing"])
        .unwrap()
        .without_context();
    assert_eq!(
        missing.message,
        "cannot locate the cluster: no kubeconfig found"
    );
    let missing_file = files.path().join("missing");
    let note = format!(
        "no kubeconfig was found; not there: {}",
        missing_file.display()
    );
    assert_eq!(*missing.notes, [note]);
    assert_eq!(
        *missing.helps,
        ["name a kubeconfig with `--kubeconfig` or KUBECONFIG"]
    );
}
