//! What a refusal proposes first is not refused by the next run: every way down of two components, followed step by step.

use crate::support::Outcome;
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

/// A component and the count that the first help about it says to ask for now; a floor asks for no fewer.
fn advised(finding: &serde_json::Value) -> Option<(String, u32)> {
    let component = finding["component"].as_str()?.to_owned();
    let help = finding["help"][0].as_str()?;
    let behind = |start: &str, rest: &str| help.strip_prefix(start)?.split_once(rest);
    let count = help
        .strip_prefix("set the target to ")
        .or_else(|| help.strip_prefix(&format!("keep {component} at ")))
        .or_else(|| Some(behind("set the chart's value `", "` to ")?.1))
        .or_else(|| Some(behind("give ", " at least ")?.1))?;
    let count: String = count.chars().take_while(char::is_ascii_digit).collect();
    Some((component, count.parse().ok()?))
}

/// A run with two query nodes' and proxies' counts after others.
type Run = fn(had: (u32, u32), wanted: (u32, u32)) -> Outcome;

fn by_targets(had: (u32, u32), (query_nodes, proxies): (u32, u32)) -> Outcome {
    let target = format!("--target=queryNode={query_nodes},proxy={proxies}");
    after(had, &[&target], &stream(1, 1))
}

fn by_the_render(had: (u32, u32), (query_nodes, proxies): (u32, u32)) -> Outcome {
    after(had, &[], &stream(query_nodes, proxies))
}

fn after(had: (u32, u32), args: &[&str], stream_now: &str) -> Outcome {
    let args = [&["--baseline=file:last.yaml", "-o=json"], args].concat();
    let mut run = trimtab(&args);
    std::fs::write(run.home.path().join("last.yaml"), stream(had.0, had.1)).expect("a file");
    run.on(stream_now)
}

/// Follows the first help of each finding once, from every pair of counts to every other.
fn follow(run: Run, least: u32) {
    const MOST: u32 = 4;
    let counts =
        |least| (least..=MOST).flat_map(move |one| (least..=MOST).map(move |it| (one, it)));
    for had in counts(1) {
        for wanted in counts(least) {
            let first = run(had, wanted);
            if first.code == Some(0) {
                continue;
            }
            let report: serde_json::Value =
                serde_json::from_str(&first.stderr).expect("a JSON report");
            let (mut query_nodes, mut proxies) = wanted;
            for finding in report["findings"].as_array().expect("findings") {
                let (component, count) =
                    advised(finding).unwrap_or_else(|| panic!("no advice in {finding}"));
                let own = match component.as_str() {
                    "queryNode" => &mut query_nodes,
                    _ => &mut proxies,
                };
                *own = count.max(*own);
            }
            let second = run(had, (query_nodes, proxies));
            let what = format!("{had:?} -> {wanted:?}, by way of {query_nodes}, {proxies}");
            assert_eq!(second.code, Some(0), "{what}: {}", second.stderr);
            assert!(query_nodes <= had.0 || query_nodes == wanted.0, "{what}");
        }
    }
}

#[test]
fn the_first_help_passes_in_the_next_run() {
    follow(by_targets, 1);
}

#[test]
fn the_first_help_about_the_charts_values_passes_in_the_next_run() {
    follow(by_the_render, 0);
}
