//! Streams with autoscalers and disruption budgets in every form, and mutations of them.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::mutation::{Mutation, mutate, mutation};

/// What the autoscalers and budgets are about.
const WORKLOADS: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: proxy}
spec: {replicas: 3, selector: {matchLabels: {app: proxy, release: one}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store}
spec: {replicas: 4, selector: {matchLabels: {app: store, release: one}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: coord}
spec: {replicas: 1, selector: {matchLabels: {app: coord, release: one}}}
---
";

const BEHAVIOR: &str = "  behavior:
    scaleUp: {stabilizationWindowSeconds: 0}
    scaleDown:
      selectPolicy: Min
      stabilizationWindowSeconds: 300
      policies:
      - type: Percent
        value: 40
        periodSeconds: 60
      - {type: Pods, value: 1, periodSeconds: 300}
";

/// What a value or a key is replaced with.
const WORDS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "7",
    "200",
    "-1",
    "05",
    "0o5",
    "0x5",
    "1_0",
    "1e1",
    "5.0",
    "+5",
    "\"5\"",
    "'5'",
    "50%",
    "\"50%\"",
    "0%",
    "'0%'",
    "00%",
    "100%",
    "101%",
    "5 %",
    "null",
    "~",
    "\"\"",
    "true",
    "!!str 5",
    "!!int 5",
    "! 5",
    "!x 5",
    "*a",
    "&a 5",
    "[5]",
    "{a: 5}",
    "|\n 5",
    "Pods",
    "Percent",
    "pods",
    "Max",
    "Min",
    "Disabled",
    "Deployment",
    "StatefulSet",
    "ReplicaSet",
    "proxy",
    "coord",
    "store",
    "gone",
    "default",
    "other",
    "apps/v1",
    "v1",
    "autoscaling/v1",
    "autoscaling/v2",
    "policy/v1",
    "name",
    "kind",
    "namespace",
    "spec",
    "behavior",
    "scaleDown",
    "scaleUp",
    "policies",
    "selectPolicy",
    "type",
    "value",
    "periodSeconds",
    "minReplicas",
    "maxReplicas",
    "minReplicaCount",
    "maxReplicaCount",
    "idleReplicaCount",
    "scaleTargetRef",
    "selector",
    "matchLabels",
    "matchExpressions",
    "minAvailable",
    "maxUnavailable",
    "app",
    "release",
    "one",
    "<<",
];

/// Replaces a word, counted from the first: names, numbers and what is quoted.
#[derive(Debug, Clone)]
struct Swap {
    at: usize,
    word: usize,
}

fn hpa(target: &str, rest: &str) -> String {
    format!(
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: hpa}}\nspec:\n  scaleTargetRef: {{apiVersion: apps/v1, {target}}}\n{rest}"
    )
}

fn autoscalers() -> Vec<String> {
    let (proxy, store) = (
        "kind: Deployment, name: proxy",
        "kind: StatefulSet, name: store",
    );
    let bounds = "  minReplicas: 2\n  maxReplicas: 10\n";
    let whole = hpa(proxy, &format!("{bounds}{BEHAVIOR}"));
    let keda = format!(
        "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {{name: keda}}\nspec:\n  scaleTargetRef:\n    name: proxy\n  minReplicaCount: 2\n  maxReplicaCount: 10\n  triggers: [{{type: cron}}]\n  advanced:\n    horizontalPodAutoscalerConfig:\n{}",
        BEHAVIOR
            .replace("\n  ", "\n      ")
            .replacen("  ", "      ", 1)
    );
    let flow = format!(
        "{{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {{name: hpa}}, spec: {{scaleTargetRef: {{{store}}}, maxReplicas: 6, behavior: {{scaleDown: {{policies: [{{type: Pods, value: 3, periodSeconds: 60}}]}}}}}}}}\n"
    );
    let json = r#"{"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "hpa"}, "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "proxy"}, "minReplicas": 3, "maxReplicas": 6, "behavior": {"scaleDown": {"selectPolicy": "Disabled"}}}}"#;
    vec![
        whole.clone(),
        whole.replace('\n', "\r\n"),
        whole.replace("autoscaling/v2", "autoscaling/v1"),
        whole.replace("{name: hpa}", "{name: hpa, namespace: other}"),
        hpa(store, bounds),
        hpa("kind: Deployment, name: coord", bounds),
        hpa("kind: Deployment, name: gone", bounds),
        flow.clone(),
        format!("{json}\n"),
        format!("{json}\n{}\n", json.replace("\"hpa\"", "\"two\"")),
        keda.clone(),
        keda.replace(
            "    name: proxy\n",
            "    kind: StatefulSet\n    name: store\n",
        ),
        keda.split("  advanced").next().unwrap().to_owned(),
        keda.replace("  minReplicaCount: 2\n", ""),
        keda.replace("  max", "  idleReplicaCount: 1\n  max"),
        keda.replace(
            "{name: keda}",
            "\n  name: keda\n  annotations: {autoscaling.keda.sh/paused-replicas: \"3\"}",
        ),
        format!("x: &b {{minReplicas: 2}}\n{whole}"),
        format!(
            "kind: List\napiVersion: v1\nitems:\n- {flow}- {}",
            whole.trim_end().replace('\n', "\n  ")
        ),
        format!(
            "kind: HorizontalPodAutoscalerList\napiVersion: autoscaling/v2\nitems:\n- metadata: {{name: hpa}}\n  spec: {{scaleTargetRef: {{{proxy}}}, maxReplicas: 4}}\n"
        ),
    ]
}

fn budgets() -> Vec<String> {
    let budget = |name: &str, rest: &str| {
        format!(
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: {name}}}\nspec:\n  {rest}\n"
        )
    };
    let proxies = "selector: {matchLabels: {app: proxy}}";
    let all = "selector:\n    matchLabels:\n      release: one";
    vec![
        budget("few", &format!("{proxies}\n  minAvailable: 3")),
        budget("most", &format!("minAvailable: 5\n  {proxies}")),
        budget("share", &format!("minAvailable: \"70%\"\n  {all}")),
        budget("none", &format!("maxUnavailable: 0\n  {all}")),
        budget("none", &format!("maxUnavailable: 0%\n  {proxies}")).replace('\n', "\r\n"),
        budget("any", "selector: {}\n  minAvailable: 9"),
        budget("some", "selector: {matchExpressions: [{key: app, operator: Exists}]}\n  maxUnavailable: 0"),
        "{\"apiVersion\": \"policy/v1\", \"kind\": \"PodDisruptionBudget\", \"metadata\": {\"name\": \"json\"}, \"spec\": {\"minAvailable\": 7, \"selector\": {\"matchLabels\": {\"app\": \"store\"}}}}\n".to_owned(),
        format!(
            "kind: List\napiVersion: v1\nitems:\n- {}\n- {{kind: Service}}\n",
            budget("listed", &format!("{proxies}\n  minAvailable: 4")).trim_end().replace('\n', "\n  ")
        ),
    ]
}

/// `count` mutated streams; the same ones for the same number.
pub(crate) fn mutated(number: u64, count: usize) -> Vec<String> {
    let mut seed = [1; 32];
    seed[..8].copy_from_slice(&number.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut seeds = autoscalers();
    seeds.extend(budgets());
    let swap = (any::<usize>(), 0..WORDS.len()).prop_map(|(at, word)| Swap { at, word });
    let what = (
        0..seeds.len(),
        0..seeds.len() * 3,
        vec(swap, 0..4),
        vec(mutation(), 0..3),
    );
    let mut next = || what.new_tree(&mut runner).unwrap().current();
    let texts = std::iter::repeat_with(|| {
        let (one, other, swaps, mutations) = next();
        // With another one, in a third of the texts.
        let other = seeds
            .get(other)
            .map(|it| format!("---\n{it}"))
            .unwrap_or_default();
        format!(
            "{WORKLOADS}{}",
            after(&format!("{}{other}", seeds[one]), &swaps, &mutations)
        )
    });
    texts.take(count).collect()
}

fn after(text: &str, swaps: &[Swap], mutations: &[Mutation]) -> String {
    let swapped = swaps
        .iter()
        .fold(text.to_owned(), |text, swap| swapped(&text, swap));
    let mut bytes = swapped.into_bytes();
    for mutation in mutations {
        mutate(&mut bytes, mutation);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn swapped(text: &str, swap: &Swap) -> String {
    let is_of_a_word = |sign: char| sign.is_ascii_alphanumeric() || "%/\"".contains(sign);
    let mut words: Vec<(usize, usize)> = Vec::new();
    for (at, sign) in text.char_indices().filter(|(_, sign)| is_of_a_word(*sign)) {
        match words.last_mut() {
            Some((_, end)) if *end == at => *end = at + sign.len_utf8(),
            _ => words.push((at, at + sign.len_utf8())),
        }
    }
    let Some((start, end)) = words.get(swap.at % words.len().max(1)) else {
        return text.to_owned();
    };
    format!("{}{}{}", &text[..*start], WORDS[swap.word], &text[*end..])
}
