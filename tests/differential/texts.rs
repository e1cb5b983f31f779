//! Streams with a workload in every form of YAML and JSON, and mutations of them.

use proptest::collection::vec;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::mutation::{Mutation, mutate, mutation};

/// A Deployment as a block.
pub(crate) fn block(name: &str, component: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  replicas: 5\n  selector: {{matchLabels: {{app.kubernetes.io/name: milvus, component: {component}}}}}\n"
    )
}

/// The same in braces, without these.
pub(crate) fn flow(name: &str, component: &str) -> String {
    format!(
        "apiVersion: apps/v1, kind: Deployment, {}",
        bare(name, component)
    )
}

/// The same without a kind.
pub(crate) fn bare(name: &str, component: &str) -> String {
    format!(
        "metadata: {{name: {name}}}, spec: {{replicas: 5, selector: {{matchLabels: {{app.kubernetes.io/name: milvus, component: {component}}}}}}}"
    )
}

/// The same as JSON.
pub(crate) fn json(name: &str, component: &str) -> String {
    format!(
        r#"{{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {{"name": "{name}"}}, "spec": {{"replicas": 5, "selector": {{"matchLabels": {{"app.kubernetes.io/name": "milvus", "component": "{component}"}}}}}}}}"#
    )
}

/// Streams that Kubernetes reads, each short, so that a mutation is likely to hit what matters.
fn seeds() -> Vec<String> {
    let (one, two) = (block("one", "proxy"), block("two", "querynode"));
    let (in_flow, as_json) = (flow("one", "proxy"), json("two", "querynode"));
    let bare = bare("one", "proxy");
    let whole = one.replace(
        "{name: one}",
        "\n  name: one\n  labels:\n    x: 'y'\n    z: \"a\"",
    );
    let keys =
        "    matchLabels:\n      app.kubernetes.io/name: milvus\n      component: \"proxy\"\n";
    let nested = format!(
        "kind: StatefulSet\nspec:\n  selector:\n{keys}  replicas: 5\n  template:\n    spec:\n      containers:\n      - name: a\n        args: [a, b]\n        command:\n        - |\n          a: b\n          ---\n        - >-\n          c\n          d\nmetadata:\n  name: one\napiVersion: apps/v1\n"
    );
    vec![
        one.clone(),
        whole,
        nested.clone(),
        one.replace("replicas: 5", "replicas:"),
        one.replace("  replicas: 5\n", ""),
        one.replace('\n', "\r\n"),
        format!("{{{in_flow}}}\n"),
        format!("{{{}}}\n", in_flow.replace("replicas: 5, ", "")),
        as_json.clone(),
        as_json.replace(", ", ",\n  "),
        format!("{as_json}\n{}\n", as_json.replace("two", "three")),
        format!("{as_json}\n---\n{one}"),
        format!("---\n{one}---\n{two}"),
        format!("---\n# Source: a/b.yaml\n{two}\n---\n# a comment\n---\n{nested}"),
        format!(
            "kind: DeploymentList\napiVersion: apps/v1\nitems:\n- {{{bare}}}\n- {{{in_flow}}}\n"
        ),
        format!(
            "kind: List\napiVersion: v1\nitems:\n- {}",
            two.trim_end().replace('\n', "\n  ")
        ),
        format!("{{kind: List, apiVersion: v1, items: [{{{in_flow}}}, {{kind: Service}}]}}\n"),
        format!("{one}x: &b {{kind: Service}}\ny: *b\n"),
        one.replace("spec:", "spec: &a"),
        format!("x: &b {{{in_flow}}}\n<<: *b\n"),
        format!("kind: Service\n---\n{one}...\n"),
        format!(
            "kind: ConfigMap\ndata:\n  a: |\n{}\n",
            two.replace('\n', "\n    ")
        ),
        format!("a: \"it\\'s\"\n---\n\u{feff}{one}"),
        format!("{one}x: \"a\\\n  b\\x41\"# c\nz: 'a\n\n  b'\n"),
    ]
}

/// `count` mutated streams; the same ones for the same number.
pub(crate) fn mutated(number: u64, count: usize) -> Vec<String> {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let seeds = seeds();
    let what = (0..seeds.len(), vec(mutation(), 0..4));
    let mut texts = Vec::with_capacity(count);
    while texts.len() < count {
        let (seed, mutations) = what.new_tree(&mut runner).unwrap().current();
        texts.push(after(&seeds[seed], &mutations));
    }
    texts
}

fn after(text: &str, mutations: &[Mutation]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for mutation in mutations {
        mutate(&mut bytes, mutation);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
