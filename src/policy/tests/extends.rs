//! Policies over policies.

use super::*;

#[test]
fn targets_merge_field_by_field_in_the_order_of_what_is_extended() {
    let folder = Folder::new(&[
        (
            "base.yaml",
            &milvus(
                "targets: {queryNode: {replicas: 3, optional: true, overrides: [{matchLabels: {a: b}, replicas: 9}]}, proxy: 2}",
            ),
        ),
        (
            "top.yaml",
            &policy(
                "extends: ./base.yaml\ntargets: {dataNode: 4, proxy: {optional: true}, queryNode: 5}",
            ),
        ),
    ]);
    let policy = folder.load("top.yaml").unwrap();
    assert_eq!(
        targets(&policy),
        ["queryNode?=5 a=b:9", "proxy?=2", "dataNode=4"]
    );
}

#[test]
fn a_components_own_limit_is_nearer_than_the_specs_of_the_policy_above() {
    let folder = Folder::new(&[
        (
            "base.yaml",
            &milvus(
                "components: {queryNode: {scaleIn: {maxReplicas: 2}}, proxy: {scaleIn: {maxReplicas: 2}}}",
            ),
        ),
        (
            "top.yaml",
            &policy(
                "extends: base.yaml\nscaleIn: {maxReplicas: 5, floor: 3}\ncomponents: {proxy: {scaleIn: {maxReplicas: null}}}",
            ),
        ),
    ]);
    let policy = folder.load("top.yaml").unwrap();
    assert_eq!(limits(&policy, "queryNode"), "2 - 3");
    assert_eq!(limits(&policy, "proxy"), "- - 3");
    assert_eq!(limits(&policy, "dataNode"), "5 - 3");
}

#[test]
fn a_list_is_laid_in_its_order_and_each_policy_once() {
    let folder = Folder::new(&[
        (
            "a.yaml",
            &milvus("scaleIn: {maxReplicas: 3}\nwaivers: [{rule: worker-removed, reason: a}]"),
        ),
        (
            "b.yaml",
            &milvus("matchLabels: {app.kubernetes.io/name: b}\nscaleIn: {floor: 2}"),
        ),
        (
            "top.yaml",
            &policy(
                "extends: [./a.yaml, b.yaml, milvus]\nwaivers: [{rule: worker-removed, reason: top}]",
            ),
        ),
    ]);
    let policy = folder.load("top.yaml").unwrap();
    assert_eq!(limits(&policy, "queryNode"), "3 - 2");
    assert_eq!(policy.components.len(), 14);
    assert_eq!(component(&policy, "queryNode").workloads.len(), 3);
    let reasons: Vec<_> = policy
        .waivers
        .iter()
        .map(|w| told(w.reason.as_ref()).unwrap())
        .collect();
    assert_eq!(reasons, ["a", "top"]);
    let b = ("app.kubernetes.io/name", "b");
    assert_eq!(
        recognised(&policy, "Deployment", &[b, ("component", "proxy")]),
        ["proxy"]
    );
}

#[test]
fn workloads_are_added_and_a_known_one_is_not_added_twice() {
    let again = "{apiVersion: apps/v1, kind: Deployment, matchLabels: {component: proxy, app.kubernetes.io/name: milvus}}";
    let new = "{apiVersion: apps/v1, kind: Deployment, matchLabels: {component: proxy, app.kubernetes.io/name: eu}}";
    let policy = valid(&milvus(&format!(
        "components: {{proxy: {{workloads: [{again}, {new}, {new}]}}}}"
    )));
    assert_eq!(component(&policy, "proxy").workloads.len(), 3);
}

#[test]
fn a_circle_is_shown_as_one() {
    let folder = Folder::new(&[
        ("a.yaml", &policy("extends: [milvus, ./b.yaml]")),
        ("b.yaml", &policy("extends: sub/c.yaml")),
        ("sub/c.yaml", &policy("extends: ../a.yaml")),
    ]);
    assert_eq!(
        folder.load("a.yaml").unwrap_err(),
        ["sub/c.yaml:4:12 '../a.yaml' `extends` forms a cycle: \
          a.yaml -> ./b.yaml -> sub/c.yaml -> sub/../a.yaml"]
    );
}

#[test]
fn what_cannot_be_extended_is_told_where_it_is_named() {
    let folder = Folder::new(&[
        (
            "a.yaml",
            &policy("extends: [Milvus, ./none.yaml, other]\ntargets: {nobody: 3}"),
        ),
        ("b.yaml", &policy("extends: bad.yaml")),
        ("bad.yaml", "a: [\n"),
        ("self.yaml", &policy("extends: ./self.yaml")),
    ]);
    assert_eq!(
        folder.load("a.yaml").unwrap_err(),
        [
            "a.yaml:4:13 'Milvus' unknown policy `Milvus` | a path contains `/` or ends in .yaml | did you mean `milvus`?",
            "a.yaml:4:21 './none.yaml' cannot read ./none.yaml: no such file or directory",
            "a.yaml:4:34 'other' unknown policy `other` | a path contains `/` or ends in .yaml | known built-in policies: `milvus`, `druid`, `loki`, `mimir`, `presto`, `qdrant`, `trino`",
        ]
    );
    let problems = folder.load("b.yaml").unwrap_err();
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0].starts_with("bad.yaml:1:4 '' malformed YAML: "),
        "{problems:?}"
    );
    assert!(folder.load("self.yaml").unwrap_err()[0].contains("self.yaml -> ./self.yaml"));
}

#[test]
fn a_long_chain_ends() {
    let files: Vec<(String, String)> = (0..40)
        .map(|at| {
            (
                format!("{at}.yaml"),
                policy(&format!("extends: {}.yaml", at + 1)),
            )
        })
        .collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(n, t)| (n.as_str(), t.as_str()))
        .collect();
    let problems = Folder::new(&files).load("0.yaml").unwrap_err();
    assert_eq!(
        problems,
        ["31.yaml:4:12 '32.yaml' a policy may extend at most 32 others"]
    );
}
