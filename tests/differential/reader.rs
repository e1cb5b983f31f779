//! Where YAML 1.2 and Go's YAML part: Go's reading is the one that counts, or the document is refused.
//!
//! Each example was read with `YAMLOrJSONDecoder` of `k8s.io/apimachinery` 0.36, which finds a Deployment in it.

use crate::run::filter;

/// A coordinator at a count that no run may pass.
fn coordinator() -> String {
    deployment("mixcoord")
}

fn deployment(component: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: hidden}}\nspec:\n  replicas: 5\n  selector: {{matchLabels: {{app.kubernetes.io/name: milvus, component: {component}}}}}\n"
    )
}

/// The same in braces.
fn in_flow(component: &str) -> String {
    format!(
        "apiVersion: apps/v1, kind: Deployment, metadata: {{name: hidden}}, spec: {{replicas: 5, selector: {{matchLabels: {{app.kubernetes.io/name: milvus, component: {component}}}}}}}"
    )
}

fn as_json(component: &str) -> String {
    format!(
        r#"{{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {{"name": "hidden"}}, "spec": {{"replicas": 5, "selector": {{"matchLabels": {{"app.kubernetes.io/name": "milvus", "component": "{component}"}}}}}}}}"#
    )
}

#[test]
fn a_coordinator_is_seen_however_it_is_written() {
    let (block, flow) = (coordinator(), in_flow("mixcoord"));
    let indented = block.replace('\n', "\n  ");
    let list =
        |head: &str, item: &str| format!("{head}\nkind: DeploymentList\nitems:\n- {{{item}}}\n");
    let bare = flow.replace("apiVersion: apps/v1, kind: Deployment, ", "");
    let examples = [
        block.replace(" component:", " ?component:"),
        format!("{{{flow}, x: !a,kind: Service}}\n"),
        format!("{block}x: {{y: !a,kind: Service}}\n"),
        format!("{block}&b:c kind: Service\n"),
        format!(
            "{{{}}}\n",
            flow.replace("kind: Deployment", "kind: Deployment, kind:")
        ),
        format!("{block}!!merge spec: {{replicas: 1}}\n"),
        block.replace("spec:", "!!merg%65 spec:"),
        format!("{block}!!str <<: {{kind: Service}}\n"),
        format!("{block}!x <<: {{kind: Service}}\n"),
        format!("# \u{85}{}\n...\n: [\n", block.replace('\n', "\u{85}")),
        format!("a: 1\n---#x: |\n  {indented}\n"),
        format!("a: 1\n---# x\u{a0}\n{block}"),
        list("apiVersion: ! apps/v1", &bare),
        list(
            "apiVersion: apps/v1",
            &format!("apiVersion: 1, kind: 5, {bare}"),
        ),
        format!("{} : \n", as_json("mixcoord")),
        format!("{}{}", as_json("proxy"), as_json("mixcoord")),
        format!("\u{feff}---\n\u{feff}{block}"),
    ];
    let passed: Vec<_> = examples
        .iter()
        .filter(|example| {
            let outcome = filter(&[], example.as_bytes());
            outcome.code == 0 || !outcome.stdout.is_empty()
        })
        .collect();
    assert!(passed.is_empty(), "{passed:#?}");
}

#[test]
fn a_target_is_written_where_kubernetes_reads_the_count_or_refused() {
    let written = |spec: &str, set: Option<&str>| {
        let flow = format!("{{{}}}\n", in_flow("querynode"));
        let with = |spec: &str| flow.replace("spec: {replicas: 5", spec);
        let outcome = filter(&["--target=queryNode=7"], with(spec).as_bytes());
        let expected = set.map(with).unwrap_or_default();
        assert_eq!(String::from_utf8_lossy(&outcome.stdout), expected, "{spec}");
        assert_eq!(outcome.code == 0, set.is_some(), "{spec}");
    };
    written("spec: {?replicas: 5", Some("spec: {?replicas: 7"));
    written("spec: {x: !a,replicas: 5", None);
    written("spec: {&b:c replicas: 5", None);
    written("spec: {x: &b:c replicas: 5", None);
    written("spec: {replicas:", None);
    written("spec: {!!str replicas: 5", Some("spec: {!!str replicas: 7"));
    written("spec: {? replicas", None);
    written("spec: {\"replicas\":5", Some("spec: {\"replicas\":7"));
}

#[test]
fn what_kubernetes_reads_is_not_refused() {
    let block = deployment("querynode");
    let json = as_json("querynode");
    let examples = [
        format!("{block}x: \"a\"# c\n"),
        format!("{block}x: [a]# c\n"),
        format!("{block}x: |# c\n  y\n"),
        format!("{block}x: \"it\\'s \\\"a\\\" \\'\"\ny: \"\\'\"\n"),
        format!("{block}x: |\n  no line break at the end"),
        format!("a: 1\n---\n\u{feff}{block}"),
        format!("{json}\n{}", json.replace("hidden", "other")),
        format!("{json}{}\n---\n", json.replace("hidden", "other")),
        format!("  \n{json}\n---\n{}", block.replace("hidden", "other")),
        json.replace("\"hidden\"", "\"hidden\", \"x\": \"a\u{7f}b\""),
        format!("{block}---#x\n{}", block.replace("hidden", "other")),
    ];
    for example in examples {
        let outcome = filter(&["--target=queryNode=7"], example.as_bytes());
        assert_eq!(outcome.code, 0, "{example}\n{}", outcome.report);
        let expected = example.replace("replicas: 5", "replicas: 7");
        let expected = expected.replace("\"replicas\": 5", "\"replicas\": 7");
        assert_eq!(String::from_utf8_lossy(&outcome.stdout), expected);
    }
}
