//! Where YAML 1.2 and Go's YAML disagree, Go's reading counts, or the document is refused.
//!
//! `tests/differential/kubernetes` says of each example what Kubernetes reads in it, where it is built.

use crate::run::filter;
use crate::texts::{bare, block, flow, json};

pub(crate) const TESTS: &[(&str, fn())] = tests![
    a_coordinator_is_seen_however_it_is_written,
    a_target_is_written_where_kubernetes_reads_the_count_or_refused,
    what_kubernetes_reads_is_not_refused,
];

/// Streams in which Kubernetes finds the coordinator at 5.
pub(crate) fn with_a_coordinator() -> Vec<String> {
    let (block, flow) = (block("hidden", "mixcoord"), flow("hidden", "mixcoord"));
    let json = |component| json("hidden", component);
    let indented = block.replace('\n', "\n  ");
    let list =
        |head: &str, item: &str| format!("{head}\nkind: DeploymentList\nitems:\n- {{{item}}}\n");
    let bare = bare("hidden", "mixcoord");
    vec![
        block.replace(" component:", " ?component:"),
        format!("{{{flow}, x: !a,kind: Service}}\n"),
        format!("{block}x: {{y: !a,kind: Service}}\n"),
        format!("{block}&b:c kind: Service\n"),
        format!(
            "{{{}}}\n",
            flow.replace("kind: Deployment", "kind: Deployment, kind:")
        ),
        block.replace("spec:", "!!merge spec:"),
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
        format!("{} : \n", json("mixcoord")),
        format!("{}{}", json("proxy"), json("mixcoord")),
        format!("\u{feff}---\n{block}"),
        format!("a: 1\n---\n\u{feff}{block}"),
        format!("{block}x: \"\u{feff}\"\n"),
        format!("--- # \u{85}{}", block.replace('\n', "\u{85}")),
    ]
}

fn a_coordinator_is_seen_however_it_is_written() {
    let examples = with_a_coordinator();
    let passed: Vec<_> = examples
        .iter()
        .filter(|example| {
            let outcome = filter(&[], example.as_bytes());
            outcome.code == 0 || !outcome.stdout.is_empty()
        })
        .collect();
    assert!(passed.is_empty(), "{passed:#?}");
}

fn a_target_is_written_where_kubernetes_reads_the_count_or_refused() {
    let written = |spec: &str, set: Option<&str>| {
        let whole = format!("{{{}}}\n", flow("hidden", "querynode"));
        let with = |spec: &str| whole.replace("spec: {replicas: 5", spec);
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

/// Streams that Kubernetes reads, with a query node at 5 and what other readers of YAML refuse.
pub(crate) fn readable() -> Vec<String> {
    let (block, json) = (block("hidden", "querynode"), json("hidden", "querynode"));
    vec![
        format!("{block}x: \"a\"# c\n"),
        format!("{block}x: [a]# c\n"),
        format!("{block}x: |# c\n  y\n"),
        format!("{block}x: \"it\\'s \\\"a\\\" \\'\"\ny: \"\\'\"\n"),
        format!("{block}x: |\n  no line break at the end"),
        format!("a: 1\n---\n\u{feff}{block}"),
        format!("{json}\n{}", json.replace("hidden", "other")),
        format!("{json}{}", json.replace("hidden", "other")),
        format!("  \n{json}\n---\n{}", block.replace("hidden", "other")),
        json.replace("\"hidden\"", "\"hidden\", \"x\": \"a\u{7f}b\""),
        format!("{block}---#x\n{}", block.replace("hidden", "other")),
    ]
}

fn what_kubernetes_reads_is_not_refused() {
    for example in readable() {
        let outcome = filter(&["--target=queryNode=7"], example.as_bytes());
        assert_eq!(outcome.code, 0, "{example}\n{}", outcome.report);
        let expected = example.replace("replicas: 5", "replicas: 7");
        let expected = expected.replace("\"replicas\": 5", "\"replicas\": 7");
        assert_eq!(String::from_utf8_lossy(&outcome.stdout), expected);
    }
}
