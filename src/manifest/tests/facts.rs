//! Kinds, folders, hooks, the age of live objects, autoscalers' bounds and behaviour, disruption budgets.

use std::fmt::Write as _;

use super::{kinds, origin, read};
use crate::field::Count;
use crate::manifest::{
    Autoscaler, Budget, Kinds, Manifest, Origin, ScaleDown, ScalingPolicy, Select, Share,
};

fn hpa(spec: &str) -> Autoscaler {
    let mut text =
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec:\n"
            .to_owned();
    for line in spec.lines() {
        writeln!(text, "  {line}").unwrap();
    }
    text += "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: b}\n";
    read(&text).autoscalers.into_iter().last().unwrap()
}

fn budget(spec: &str) -> Budget {
    let text = format!(
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: a}}\nspec: {spec}\n"
    );
    read(&text).budgets.pop().unwrap()
}

#[test]
fn an_object_with_the_annotation_is_a_hook_whatever_its_value() {
    let is_hook = |annotations: &str| {
        let text = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\n  annotations: {annotations}\nspec: {{replicas: 1}}\n"
        );
        let workload = read(&text).workloads.into_iter().last().unwrap();
        (workload.is_hook, workload.hazard.is_some())
    };
    assert_eq!(is_hook("{helm.sh/hook: post-install}"), (true, false));
    assert_eq!(is_hook("{\"helm.sh/hook\": no-such-hook}"), (true, false));
    assert_eq!(is_hook("{helm.sh/hook: ''}"), (true, false));
    assert_eq!(is_hook("{helm.sh/hook: }"), (true, false));
    assert_eq!(is_hook("{<<: {helm.sh/hook: x}}"), (true, false));
    assert_eq!(is_hook("{helm.sh/hook-weight: '1'}"), (false, false));
    assert_eq!(is_hook("{argocd.argoproj.io/hook: PreSync}"), (true, false));
    assert_eq!(is_hook("{argocd.argoproj.io/hook: ''}"), (true, false));
    assert_eq!(is_hook("{argocd.argoproj.io/hook: Skip}"), (false, false));
    let both = "{helm.sh/hook: x, argocd.argoproj.io/hook: Skip}";
    assert_eq!(is_hook(both), (true, false));
    assert_eq!(is_hook("{<<: [{helm.sh/hook: x}]}"), (false, true));
    assert_eq!(is_hook(""), (false, false));
}

#[test]
fn a_list_is_a_hook_with_its_items_and_an_item_is_none_by_itself() {
    let are_hooks = |list: &str, item: &str| {
        let item = format!(
            "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: a, annotations: {item}}}, spec: {{replicas: 1}}}}"
        );
        let metadata = format!("metadata:\n  annotations: {list}\n");
        [
            format!("apiVersion: v1\nkind: List\n{metadata}items:\n- {item}\n"),
            format!("apiVersion: v1\nkind: Other\nitems:\n- {item}\n{metadata}"),
            format!(
                "kind: List\n{metadata}items:\n- {{kind: List, apiVersion: v1, items: [{item}]}}\n"
            ),
        ]
        .map(|text| {
            let workload = read(&text).workloads.into_iter().last().unwrap();
            (workload.is_hook, workload.hazard.is_some())
        })
    };
    assert_eq!(are_hooks("{helm.sh/hook: x}", "{}"), [(true, false); 3]);
    assert_eq!(are_hooks("{}", "{helm.sh/hook: x}"), [(false, false); 3]);
    let hidden = are_hooks("{<<: [{helm.sh/hook: x}]}", "{}");
    assert_eq!(hidden, [(false, true); 3]);
    let running = "kind: List\napiVersion: v1\nitems:\n- {apiVersion: apps/v1, kind: Deployment, metadata: {name: a, uid: u, annotations: {helm.sh/hook: x}}, spec: {replicas: 1}}\n";
    assert!(read(running).workloads.into_iter().last().unwrap().is_hook);
}

#[test]
fn the_newest_time_of_a_live_object_is_known() {
    let newest = |text: &str| read(text).newest.map(|at| at.to_string());
    let live = "
apiVersion: apps/v1
kind: Deployment
metadata:
  name: a
  uid: 1-2
  creationTimestamp: \"2026-01-01T00:00:00Z\"
  managedFields:
  - {manager: helm, time: \"2026-01-02T00:00:00Z\", fieldsV1: {\"f:spec\": {}}}
  - {manager: kubectl, time: never}
spec: {replicas: 1}
";
    assert_eq!(newest(live).as_deref(), Some("2026-01-02T00:00:00Z"));
    let status = "status:
  conditions:
  - {type: Available, lastTransitionTime: \"2025-01-01T00:00:00Z\", lastUpdateTime: 2026-01-03T02:00:00+02:00}
";
    assert_eq!(
        newest(&format!("{live}{status}")).as_deref(),
        Some("2026-01-03T00:00:00Z")
    );
    let rendered = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, creationTimestamp: \"2026-01-01T00:00:00Z\"}\nspec: {}\n";
    assert_eq!(newest(rendered), None, "not a live object");
    assert_eq!(
        newest(&rendered.replace("\"2026-01-01T00:00:00Z\"", "null")),
        None
    );
}

#[test]
fn an_autoscaler_has_two_bounds_by_the_names_of_its_kind() {
    let found = hpa("minReplicas: 2\nmaxReplicas: 6\nminReplicaCount: 9");
    assert_eq!(found.target_api_version.as_deref(), Some("apps/v1"));
    assert_eq!(
        (found.min.count, found.max.count),
        (Count::Set(2), Count::Set(6))
    );
    let found = hpa("minReplicas:\nmaxReplicas: '6'");
    assert_eq!(found.min.count, Count::Null);
    assert_eq!(found.max.count, Count::Invalid("'6'".into()));
    assert_eq!(hpa("").max.count, Count::Absent);
    assert!(hpa("maxReplicas: 1\nmaxReplicas: 2").max.doubt.is_some());
    assert!(hpa("<<: {maxReplicas: 1}").max.doubt.is_some());
    let keda = "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nspec: {minReplicas: 7, minReplicaCount: 1, maxReplicaCount: 4, scaleTargetRef: {name: b}}\n";
    let found = read(keda).autoscalers.into_iter().last().unwrap();
    assert_eq!(
        (found.min.count, found.max.count),
        (Count::Set(1), Count::Set(4))
    );
}

#[test]
fn scale_down_is_what_kubernetes_makes_of_it() {
    let all_at_once = ScalingPolicy {
        most: Share::Percent(100),
        period_seconds: 15,
    };
    for nothing in [
        "",
        "behavior:",
        "behavior: {scaleDown: }",
        "behavior: {scaleUp: {selectPolicy: Min}}",
    ] {
        assert_eq!(
            hpa(nothing).scale_down,
            Ok(ScaleDown::default()),
            "{nothing}"
        );
    }
    let found = hpa("behavior:\n  scaleDown:\n    stabilizationWindowSeconds: 60")
        .scale_down
        .unwrap();
    assert_eq!(*found.policies, [all_at_once]);
    assert_eq!(
        (found.select, found.stabilization_seconds),
        (Select::Most, Some(60))
    );
    let found = hpa(
        "behavior: {scaleDown: {selectPolicy: Min, policies: [{type: Pods, value: 1, periodSeconds: 600}, {type: Percent, value: 10, periodSeconds: 60}]}}",
    );
    let found = found.scale_down.unwrap();
    let shares: Vec<Share> = found.policies.iter().map(|policy| policy.most).collect();
    assert_eq!(shares, [Share::Pods(1), Share::Percent(10)]);
    assert_eq!(found.select, Select::Fewest);
    let found = hpa("behavior: {scaleDown: {selectPolicy: Disabled}}")
        .scale_down
        .unwrap();
    assert_eq!(found.select, Select::Disabled);
}

#[test]
fn the_first_version_of_autoscaling_has_no_behavior() {
    let text = "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nspec: {scaleTargetRef: {kind: Deployment, name: b}, behavior: {scaleDown: {selectPolicy: Disabled}}}\n";
    let found = read(text).autoscalers.into_iter().last().unwrap();
    assert_eq!(found.scale_down, Ok(ScaleDown::default()));
}

#[test]
fn scale_down_that_cannot_be_read_is_a_hazard() {
    for odd in [
        "selectPolicy: Most",
        "selectPolicy: !a Max",
        "policies: [{type: Pods, value: '1', periodSeconds: 60}]",
        "policies: [{type: Pods, value: 1}]",
        "policies: [{type: Nodes, value: 1, periodSeconds: 60}]",
        "policies: [5]",
        "stabilizationWindowSeconds: 5m",
        "<<: [{selectPolicy: Min}]",
    ] {
        let found = hpa(&format!("behavior: {{scaleDown: {{{odd}}}}}"));
        assert!(found.scale_down.is_err(), "{odd}: {:?}", found.scale_down);
    }
}

#[test]
fn keda_has_its_behaviour_elsewhere() {
    let text = "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nspec:\n  scaleTargetRef: {name: b}\n  behavior: {scaleDown: {selectPolicy: Min}}\n  advanced: {horizontalPodAutoscalerConfig: {behavior: {scaleDown: {selectPolicy: Disabled}}}}\n";
    let found = read(text).autoscalers.into_iter().last().unwrap();
    assert_eq!(found.scale_down.unwrap().select, Select::Disabled);
}

#[test]
fn a_budget_has_its_numbers_and_labels() {
    let found = budget("{minAvailable: 2, maxUnavailable: '50%', selector: {matchLabels: {a: b}}}");
    assert_eq!(found.min_available.unwrap().share, Share::Pods(2));
    assert_eq!(found.max_unavailable.unwrap().share, Share::Percent(50));
    assert_eq!(found.match_labels.unwrap().get("a"), Some("b"));
    assert!(!found.has_expressions && found.hazard.is_none() && found.odd_number.is_none());
    let found =
        budget("{minAvailable: , selector: {matchExpressions: [{key: a, operator: Exists}]}}");
    assert!(found.min_available.is_none() && found.has_expressions && found.hazard.is_none());
    assert_eq!(budget("{minAvailable: 1}").match_labels, None);
    assert!(budget("{selector: {}}").match_labels.unwrap().is_empty());
}

#[test]
fn a_budget_that_cannot_be_read_says_so() {
    for odd in [
        "minAvailable: '2'",
        "minAvailable: 150%",
        "maxUnavailable: +1%",
        "maxUnavailable: []",
        "selector: {<<: [{}]}",
    ] {
        let found = budget(&format!("{{{odd}}}"));
        assert!(found.hazard.or(found.odd_number).is_some(), "{odd}");
    }
}

#[test]
fn all_kinds_are_workloads_but_lists_autoscalers_and_budgets() {
    let (all, some) = (Kinds::all(), kinds());
    for kind in ["Deployment", "Service", "Milvus"] {
        assert!(all.manages(kind), "{kind}");
        assert_eq!(some.manages(kind), kind == "Deployment", "{kind}");
    }
    let others = ["", "List", "DeploymentList"];
    for kind in others.into_iter().chain([
        "HorizontalPodAutoscaler",
        "ScaledObject",
        "PodDisruptionBudget",
    ]) {
        assert!(!all.manages(kind), "{kind}");
    }
}

#[test]
fn the_folder_of_an_object_is_that_of_its_file() {
    let folder = |is_resource_list, path: &str| {
        let text = format!(
            "kind: Deployment\nmetadata: {{name: a{path}}}\nspec: {{selector: {{matchLabels: {{a: b}}}}}}\n"
        );
        let origin = Origin {
            folder: Some("own".into()),
            is_resource_list,
            ..origin(&text)
        };
        let mut workloads = Manifest::read(&origin, &text, &kinds())
            .unwrap()
            .workloads
            .into_iter();
        workloads.next().unwrap().folder.map(|it| it.to_string())
    };
    let annotated = |path| format!(", annotations: {{internal.config.kubernetes.io/path: {path}}}");
    assert_eq!(
        folder(true, &annotated("a/b/c.yaml")).as_deref(),
        Some("a/b")
    );
    assert_eq!(folder(true, &annotated("c.yaml")).as_deref(), Some(""));
    assert_eq!(folder(true, ""), None, "nobody knows");
    for path in [annotated("a/c.yaml"), String::new()] {
        assert_eq!(
            folder(false, &path).as_deref(),
            Some("own"),
            "a host's list alone is of several files"
        );
    }
}
