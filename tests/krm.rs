//! trimtab as a KRM function: lists as kustomize sends them, and odd ones.
//!
//! `testdata/krm/build.yaml` and `fn-run.yaml` are what kustomize sends for the folders `app` and `package` beside them;
//! `tests/hosts` compares them with the real one.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

mod support;

use serde_json::{Value, json};
use support::{Outcome, TRIMTAB, command, root, run_with};

/// A list of a single item, whose function asks for three query nodes.
const LIST: &str = r"apiVersion: config.kubernetes.io/v1
kind: ResourceList
functionConfig: {apiVersion: trimtab.dev/v1alpha1, kind: ReplicaPolicy, spec: {extends: milvus, targets: {queryNode: 3}}}
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: q}
  spec:
    replicas: 1
    selector: {matchLabels: {app.kubernetes.io/name: milvus, app.kubernetes.io/instance: r, component: querynode}}
";

fn trimtab(args: &[&str], list: &str) -> Outcome {
    run_with(command(TRIMTAB, root(), &[]).args(args), list.as_bytes())
}

fn captured(name: &str) -> String {
    std::fs::read_to_string(root().join("testdata/krm").join(name)).expect("a captured list")
}

/// Stdout of a run that ended with this code.
#[track_caller]
fn printed(outcome: Outcome, code: i32) -> String {
    assert_eq!(outcome.code, Some(code), "{}", outcome.stderr);
    String::from_utf8(outcome.stdout).expect("UTF-8")
}

/// The results in a list, and the list without the line that holds them.
#[track_caller]
fn results(list: &str) -> (Vec<Value>, String) {
    let line = list
        .lines()
        .find(|line| line.starts_with("results: ["))
        .unwrap_or_else(|| panic!("no results in:\n{list}"));
    let yaml: Value = serde_yaml::from_str(list).expect("YAML");
    let results = yaml["results"].as_array().expect("a list").clone();
    (results, list.replace(&format!("{line}\n"), ""))
}

#[test]
fn what_kustomize_build_sends_changes_in_counts_alone() {
    let list = captured("build.yaml");
    let expected = list
        .replacen("    replicas: 1\n", "    replicas: 3\n", 1)
        .replacen(
            "  spec:\n    selector:\n",
            "  spec:\n    replicas: 2\n    selector:\n",
            1,
        );
    let outcome = trimtab(&[], &list);
    assert!(
        outcome.stderr.contains("querynode 1 -> 3"),
        "{}",
        outcome.stderr
    );
    let after = printed(outcome, 0);
    assert_eq!(after, expected);
    assert_eq!(printed(trimtab(&[], &after), 0), after, "a second run");
}

#[test]
fn what_kustomize_fn_run_sends_changes_in_counts_alone() {
    let list = captured("fn-run.yaml");
    let expected = list
        .replace("replicas: 1 # one", "replicas: 3 # one")
        .replace(
            "  spec:\n    selector:\n",
            "  spec:\n    replicas: 2\n    selector:\n",
        );
    assert_eq!(printed(trimtab(&[], &list), 0), expected);
}

#[test]
fn a_refusal_leaves_the_items_and_says_why() {
    let list = captured("fn-run.yaml");
    let named = list
        .rfind("my-release-milvus-mixcoord")
        .expect("mixCoord of prod");
    let at = named + list[named..].find("    replicas: 1\n").expect("its count");
    let list = format!("{}    replicas: 2\n{}", &list[..at], &list[at + 16..]);
    let outcome = trimtab(&[], &list);
    assert!(
        outcome.stderr.contains("error[coordinator-scaled]"),
        "{}",
        outcome.stderr
    );
    let (findings, items) = results(&printed(outcome, 1));
    assert_eq!(items, list);
    let expected = json!([{
        "message": "mixCoord would run at 2 replicas; a coordinator runs at 1",
        "severity": "error",
        "resourceRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "my-release-milvus-mixcoord"},
        "field": {"path": "spec.replicas"},
        "file": {"path": "prod/workloads.yaml"},
        "tags": {"rule": "coordinator-scaled"},
    }]);
    assert_eq!(Value::Array(findings), expected);
}

#[test]
fn a_count_is_one_of_the_manifest_and_of_no_chart() {
    let outcome = trimtab(&[], &LIST.replace("replicas: 1", "replicas: 5"));
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("lower the count in the manifest"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn what_is_let_pass_is_information() {
    let list = LIST.replace("component: querynode", "component: mixcoord");
    let list = list
        .replace("replicas: 1", "replicas: 2")
        .replace("queryNode: 3", "");
    let allow = [
        "--allow",
        "coordinator-scaled",
        "--reason",
        "a \"test\"\nof lines",
    ];
    let (results, items) = results(&printed(trimtab(&allow, &list), 0));
    assert_eq!(
        (results[0]["severity"].as_str(), items),
        (Some("info"), list)
    );
}

#[test]
fn what_cannot_be_decided_leaves_the_list_too() {
    let wrong = [
        (
            "kind: ReplicaPolicy",
            "kind: ReplicaPolicies",
            "ReplicaPolic",
        ),
        (
            "trimtab.dev/v1alpha1, kind: ReplicaPolicy",
            "v1, kind: ConfigMap",
            "trimtab.dev/v1alpha1",
        ),
        ("extends: milvus", "extends: milvas", "milvas"),
        ("queryNode: 3", "queryNodes: 3", "queryNodes"),
    ];
    for (from, to, why) in wrong {
        let list = LIST.replace(from, to);
        let outcome = trimtab(&[], &list);
        assert!(outcome.stderr.contains(why), "{}", outcome.stderr);
        let (results, items) = results(&printed(outcome, 2));
        assert_eq!(items, list);
        let message = results[0]["message"].as_str().expect("a message");
        assert_eq!(results[0]["severity"], "error");
        assert!(message.contains(why), "{message}");
    }
}

#[test]
fn what_is_no_list_of_this_version_is_refused() {
    for version in ["v1alpha1", "v1beta1", "v2"] {
        let list = LIST.replace(
            "config.kubernetes.io/v1",
            &format!("config.kubernetes.io/{version}"),
        );
        let outcome = trimtab(&[], &list);
        assert!(
            outcome.stderr.contains("config.kubernetes.io/v1"),
            "{}",
            outcome.stderr
        );
        assert_eq!(printed(outcome, 2), "");
    }
}

#[test]
fn a_list_that_is_broken_gives_nothing() {
    let outcome = trimtab(&[], &LIST.replace("spec:\n", "spec: [\n"));
    assert_eq!(printed(outcome, 2), "");
}

/// Hosts in Go marshal JSON with sorted keys, so that `results` may come before what is edited.
#[test]
fn json_stays_json() {
    let value: Value = serde_yaml::from_str(LIST).expect("YAML");
    let mut many = value.clone();
    many["results"] = json!([{"message": "of another function"}]);
    for list in [&value, &many] {
        for text in [
            list.to_string(),
            serde_json::to_string_pretty(list).expect("JSON"),
        ] {
            let mut expected = list.clone();
            expected["items"][0]["spec"]["replicas"] = json!(3);
            let after: Value =
                serde_json::from_str(&printed(trimtab(&[], &text), 0)).expect("JSON");
            assert_eq!(after, expected);

            let refused = text.replace("querynode", "mixcoord");
            let after: Value =
                serde_json::from_str(&printed(trimtab(&[], &refused), 1)).expect("JSON");
            let results = after["results"].as_array().expect("results");
            assert_eq!(results[0]["tags"]["rule"], "unmatched-target");
            let kept = results
                .iter()
                .filter(|it| it["message"] == "of another function");
            assert_eq!(kept.count(), usize::from(list["results"].is_array()));
        }
    }
}

#[test]
fn results_that_are_there_stay() {
    let forms = [
        ("results:\n- message: other\n  severity: info\n", true),
        ("results:\n    # of another\n    - message: other\n", true),
        ("results: [{message: other}]\n", true),
        ("results: []\n", false),
        ("results: [ ]\n", false),
        ("results:\n", false),
        ("results: null\n", false),
        ("\"results\" : ~ # none\n", false),
    ];
    let list = LIST.replace("querynode", "mixcoord");
    for (form, has_other) in forms {
        for list in [format!("{form}{list}"), format!("{list}{form}")] {
            let after = printed(trimtab(&[], &list), 1);
            let after: Value =
                serde_yaml::from_str(&after).unwrap_or_else(|error| panic!("{error}: {after}"));
            let results = after["results"].as_array().expect("a list");
            assert_eq!(results[0]["tags"]["rule"], "unmatched-target", "{form}");
            assert_eq!(
                results.last().expect("one")["message"] == "other",
                has_other,
                "{form}"
            );
            let before: Value = serde_yaml::from_str(&list).expect("YAML");
            assert_eq!(after["items"], before["items"]);
        }
    }
}

#[test]
fn the_form_of_the_list_stays() {
    let scalar = "- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {}}\n- apiVersion: v1\n  data:\n    x: |\n      no line feed";
    let indented = format!("  {}\n", LIST.trim_end().replace('\n', "\n  "));
    let lists = [
        LIST.replace('\n', "\r\n"),
        format!("\u{feff}{LIST}"),
        format!("---\n# Comment: first\n{LIST}# end\n"),
        format!("{LIST}{scalar}"),
        indented,
    ];
    for list in lists {
        let expected = list.replace("replicas: 1", "replicas: 3");
        assert_eq!(printed(trimtab(&[], &list), 0), expected);
        let list = list.replace("querynode", "mixcoord");
        let after = printed(trimtab(&[], &list), 1);
        let kept: String = after
            .split_inclusive('\n')
            .filter(|line| !line.contains("results: ["))
            .collect();
        let blank = [' ', '\u{feff}'];
        assert_eq!(
            kept.trim_start_matches(blank),
            list.trim_start_matches(blank)
        );
        let read = |text: &str| -> Value {
            let text = text.trim_start_matches('\u{feff}');
            serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
        };
        let after = read(&after);
        assert_eq!(after["items"], read(&list)["items"]);
        assert!(after["results"][0]["message"].is_string());
    }
}

/// Two folders, one data node less in each: within what one release may lose, and together more.
#[test]
fn folders_are_releases_of_their_own() {
    let list = captured("fn-run.yaml").replace("replicas: 1 # one", "replicas: 4 # four");
    assert!(printed(trimtab(&[], &list), 0).contains("replicas: 3 # four"));
    let together = list.replace("'prod/workloads.yaml'", "'dev/workloads.yaml'");
    let outcome = trimtab(&[], &together);
    assert!(
        outcome.stderr.contains("error[duplicate-object]"),
        "{}",
        outcome.stderr
    );
    // The older annotation alone says the same.
    let older = list.replace("internal.config.kubernetes.io/path", "example.com/path");
    assert!(printed(trimtab(&[], &older), 0).contains("replicas: 3 # four"));
}

#[test]
fn the_policy_may_come_from_elsewhere() {
    let start = LIST.find("functionConfig").expect("a config");
    let end = LIST.find("items").expect("items");
    let without = format!("{}{}", &LIST[..start], &LIST[end..]);
    assert_eq!(printed(trimtab(&[], &without), 0), without);
    let folder = tempfile::tempdir().expect("a folder");
    let policy = folder.path().join("policy.yaml");
    let text = "apiVersion: trimtab.dev/v1alpha1\nkind: ReplicaPolicy\nspec: {extends: milvus, targets: {queryNode: 5}}\n";
    std::fs::write(&policy, text).expect("a policy");
    let args = ["--policy", policy.to_str().expect("a plain path")];
    for list in [without.as_str(), LIST] {
        let expected = list.replace("replicas: 1", "replicas: 5");
        assert_eq!(printed(trimtab(&args, list), 0), expected);
    }
    let target = ["--target", "queryNode=7"];
    assert_eq!(
        printed(trimtab(&target, LIST), 0),
        LIST.replace("replicas: 1", "replicas: 7")
    );
}

/// Frames point into the list that the host sent.
#[test]
fn problems_of_the_policy_have_their_place_in_the_list() {
    let outcome = trimtab(
        &[],
        &captured("build.yaml").replace("dataNode:", "dateNode:"),
    );
    let stderr = &outcome.stderr;
    let list = captured("build.yaml");
    let line = list
        .lines()
        .position(|line| line.contains("dataNode"))
        .expect("a target")
        + 1;
    assert!(stderr.contains(&format!("<stdin>:{line}:")), "{stderr}");
}

#[test]
fn a_list_without_items_is_no_success() {
    let end = LIST.find("items").expect("items");
    for items in ["", "items: []\n", "items:\n"] {
        let list = format!("{}{items}", &LIST[..end]);
        let outcome = trimtab(&[], &list);
        assert!(
            outcome.stderr.contains("nothing-recognised"),
            "{}",
            outcome.stderr
        );
        assert_eq!(results(&printed(outcome, 1)).1, list);
    }
}

/// It mentions everything that a list has but is not one: it passes, whatever its keys are.
#[test]
fn what_only_speaks_of_lists_passes() {
    for text in [
        "kind: ConfigMap\napiVersion: v1\n? [odd]\n: config.kubernetes.io/v1 ResourceList\n",
        "? {odd: 1}\n: config.kubernetes.io/v1\nkind: ConfigMap\ndata: {kind: ResourceList}\n",
        "kind: ResourceList\napiVersion: example.com/v1\n? [config.kubernetes.io/v1]\n: a\n",
    ] {
        assert_eq!(printed(trimtab(&[], text), 0), text);
    }
}

#[test]
fn results_end_their_line_as_the_list_does() {
    let refused = LIST.replace("querynode", "mixcoord");
    for list in [
        refused.clone(),
        format!("results:\n- message: other\n{refused}"),
        format!("---\n{refused}"),
    ] {
        let list = list.replace('\n', "\r\n");
        let after = printed(trimtab(&[], &list), 1);
        assert!(after.contains("unmatched-target"), "{after}");
        assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
    }
}
