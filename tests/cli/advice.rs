//! What a refusal proposes first is not refused by the next run: every way down of two components, followed step by step.

use crate::trimtab;

/// A stream with two query nodes' and proxies' counts.
fn stream(query_nodes: u32, proxies: u32) -> String {
    let deployment = |name: &str, replicas: u32| {
        format!(
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  replicas: {replicas}\n  \
             selector: {{matchLabels: {{app.kubernetes.io/name: milvus, component: {name}}}}}\n"
        )
    };
    deployment("querynode", query_nodes) + &deployment("proxy", proxies)
}

/// A component and the count that the first help about it says to ask for now.
fn advised(finding: &serde_json::Value) -> Option<(String, u32)> {
    let component = finding["component"].as_str()?.to_owned();
    let help = finding["help"][0].as_str()?;
    let count = help
        .strip_prefix("set the target to ")
        .or_else(|| help.strip_prefix(&format!("keep {component} at ")))?;
    let count: String = count.chars().take_while(char::is_ascii_digit).collect();
    Some((component, count.parse().ok()?))
}

#[test]
fn the_first_help_passes_in_the_next_run() {
    const MOST: u32 = 4;
    let counts = || (1..=MOST).flat_map(|one| (1..=MOST).map(move |other| (one, other)));
    for had in counts() {
        for wanted in counts() {
            let (mut query_nodes, mut proxies) = wanted;
            let run = |query_nodes: u32, proxies: u32| {
                let target = format!("queryNode={query_nodes},proxy={proxies}");
                let args = ["--baseline=file:last.yaml", "-o=json", "--target", &target];
                let mut run = trimtab(&args);
                std::fs::write(run.home.path().join("last.yaml"), stream(had.0, had.1))
                    .expect("a file");
                run.on(&stream(1, 1))
            };
            let first = run(query_nodes, proxies);
            if first.code == Some(0) {
                continue;
            }
            let report: serde_json::Value =
                serde_json::from_str(&first.stderr).expect("a JSON report");
            for finding in report["findings"].as_array().expect("findings") {
                let (component, count) =
                    advised(finding).unwrap_or_else(|| panic!("no advice in {finding}"));
                match component.as_str() {
                    "queryNode" => query_nodes = count,
                    _ => proxies = count,
                }
            }
            let second = run(query_nodes, proxies);
            let what = format!("{had:?} -> {wanted:?}, by way of {query_nodes}, {proxies}");
            assert_eq!(second.code, Some(0), "{what}: {}", second.stderr);
            assert!(query_nodes <= had.0 || query_nodes == wanted.0, "{what}");
        }
    }
}
