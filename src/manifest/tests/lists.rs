//! Lists: whose items are objects, and of which kind.

use super::{kinds, read, try_read};
use crate::field::{Count, HazardKind};

/// The kinds and names of the workloads of a text, and what is unreadable in it.
fn found(text: &str) -> (Vec<String>, Vec<HazardKind>) {
    let manifest = read(text);
    let workloads = manifest.workloads.iter();
    let workloads = workloads.map(|it| format!("{} {}", it.object.kind, it.object.name));
    let unreadable = manifest.unreadable.iter().map(|it| it.hazard.kind);
    (workloads.collect(), unreadable.collect())
}

fn workloads(text: &str) -> Vec<String> {
    let (workloads, unreadable) = found(text);
    assert_eq!(unreadable, [], "{text}");
    workloads
}

fn refused(text: &str) -> HazardKind {
    let (workloads, unreadable) = found(text);
    assert_eq!(workloads, NONE, "{text}");
    unreadable.into_iter().next().unwrap()
}

const NONE: [&str; 0] = [];

const ITEM: &str = "{metadata: {name: a}, spec: {}}";

#[test]
fn items_have_the_kind_of_a_typed_list_wherever_it_is_written() {
    let list = |text: &str| workloads(&text.replace("ITEM", ITEM));
    assert_eq!(
        list("{kind: DeploymentList, items: [ITEM]}"),
        ["Deployment a"]
    );
    assert_eq!(
        list("{items: [ITEM], kind: DeploymentList}"),
        ["Deployment a"]
    );
    assert_eq!(list("{items: [ITEM], kind: List, x: Deployment}"), NONE);
    let own = "{kind: StatefulSet, metadata: {name: b}, spec: {}}";
    assert_eq!(
        list(&format!("{{kind: List, items: [{own}]}}")),
        ["StatefulSet b"]
    );
    assert_eq!(
        list(&format!("{{kind: DeploymentList, items: [{own}, ITEM]}}")),
        ["StatefulSet b", "Deployment a"]
    );
}

#[test]
fn a_list_that_could_be_of_two_kinds_is_refused() {
    let text = format!("{{kind: List, items: [{ITEM}], kind: DeploymentList}}");
    assert_eq!(refused(&text), HazardKind::KindOfTheList);
    let none = format!("{{kind: DeploymentList, items: [{ITEM}], kind: List}}");
    assert_eq!(workloads(&none), NONE);
    let late =
        format!("{{apiVersion: apps/v1, kind: DeploymentList, items: [{ITEM}], kind: List}}");
    assert_eq!(found(&late).1, [HazardKind::DuplicateKey]);
}

#[test]
fn many_items_before_the_kind_of_their_list_are_refused_rather_than_kept() {
    let items = vec![ITEM; 10_001].join(", ");
    let text = format!("{{items: [{items}], kind: DeploymentList}}");
    assert_eq!(refused(&text), HazardKind::KindOfTheList);
    let text = format!("{{items: [{items}], kind: List, x: Deployment}}");
    assert_eq!(workloads(&text), NONE);
}

#[test]
fn items_that_are_of_no_concern_are_as_many_as_they_like() {
    for item in ["{kind: Service, spec: {}}", "{metadata: {name: a}}"] {
        let items = vec![item; 10_001].join(", ");
        let text = format!("{{items: [{items}], kind: DeploymentList}}");
        assert_eq!(workloads(&text), NONE, "{item}");
    }
}

#[test]
fn a_list_may_say_what_it_is_behind_items_that_took_nothing_from_it() {
    let own = "{kind: Deployment, metadata: {name: a}, spec: {}}";
    let again = format!("{{apiVersion: v1, kind: List, items: [{own}], kind: List}}");
    assert_eq!(workloads(&again), ["Deployment a"]);
    let late = format!("{{items: [{ITEM}], apiVersion: apps/v1, kind: DeploymentList}}");
    assert_eq!(workloads(&late), ["Deployment a"]);
}

#[test]
fn a_key_that_go_does_not_merge_is_one_like_any_other() {
    let replicas = |key: &str| {
        let text = format!(
            "kind: Deployment\nmetadata: {{name: a}}\nspec:\n  replicas: 2\n  {key}: {{replicas: 5}}\n"
        );
        let mut workloads = read(&text).workloads.into_iter();
        workloads.next().unwrap().replicas
    };
    for key in ["'<<'", "\"<<\"", "!!str <<", "!!str '<<'"] {
        let replicas = replicas(key);
        assert_eq!(replicas.count, Count::Set(2), "{key}");
        assert!(replicas.doubt.is_none(), "{key}");
    }
    for key in ["<<", "!!merge <<"] {
        assert!(replicas(key).doubt.is_some(), "{key}");
    }
}

#[test]
fn an_alias_that_cannot_be_followed_is_refused_where_an_object_may_be_behind_it() {
    for text in [
        "&a {kind: Deployment, metadata: {name: b}, spec: *a}",
        "&a {kind: DeploymentList, items: *a}",
        "&a {kind: DeploymentList, items: [*a]}",
    ] {
        assert_eq!(refused(text), HazardKind::Unresolved, "{text}");
    }
}

#[test]
fn an_alias_stands_for_no_more_than_a_document_may_replay() {
    let behind = |entries: &str| {
        let object = "kind: Deployment\nmetadata: {name: a}\nspec: *a\n";
        found(&format!("x: &a {{{entries}}}\n{object}"))
    };
    assert_eq!(behind("k: v").0, ["Deployment a"]);
    let refused = (Vec::new(), vec![HazardKind::Unresolved]);
    assert_eq!(behind(&"k: v, ".repeat(20_000)), refused);
    let half = "k: v, ".repeat(9_000);
    assert_eq!(behind(&half).0, ["Deployment a"]);
    assert_eq!(behind(&format!("{half}}}\ny: *a\nz: {{")), refused);
    let long = "b".repeat(2 << 20);
    assert_eq!(behind(&format!("k: \"\\x61{long}\"")), refused);
}

#[test]
fn where_helm_cuts_is_of_concern_only_to_what_is_managed() {
    let of = |object: &str| try_read(&format!("{object}\n---x: Deployment\n"), &kinds()).is_ok();
    assert!(of("kind: Service"));
    assert!(of("kind: List\nitems:\n- {kind: Service}"));
    assert!(!of("kind: Deployment"));
    assert!(!of("kind: List\nitems:\n- {kind: Deployment, spec: {}}"));
}

#[test]
fn an_unreadable_item_refuses_however_many_there_are() {
    let items = vec!["{!a x: b}"; 2_000].join(", ");
    let (_, unreadable) = found(&format!("{{kind: List, x: Deployment, items: [{items}]}}"));
    assert_eq!(unreadable.len(), 1_000);
}

#[test]
fn a_managed_object_with_items_is_refused() {
    for items in ["", "[]", "null", "{}", "x", "[{kind: Deployment}]"] {
        let of =
            |kind: &str| format!("{{kind: {kind}, x: Deployment, spec: {{}}, items: {items}}}");
        assert_eq!(refused(&of("Deployment")), HazardKind::Items, "{items}");
        assert_eq!(workloads(&of("Service")), NONE, "{items}");
    }
    let item = "{metadata: {name: a}, items: []}";
    let text = format!("{{kind: DeploymentList, items: [{item}]}}");
    assert_eq!(refused(&text), HazardKind::Items);
}

#[test]
fn a_kind_in_another_case_is_refused() {
    for kind in [
        "deployment",
        "DEPLOYMENT",
        "deploymentList",
        "DeploymentLIST",
        "horizontalPodAutoscaler",
        "poddisruptionbudget",
    ] {
        let text = format!("kind: {kind}\nspec: {{}}\n");
        assert_eq!(refused(&text), HazardKind::Case, "{kind}");
    }
    let manifest = read("kind: deployment\n");
    let remedies: Vec<_> = manifest.unreadable.iter().map(|it| &*it.remedy).collect();
    assert_eq!(remedies, ["write `Deployment`"]);
    assert_eq!(workloads("kind: Deployments\nspec: {}\n"), NONE);
}

#[test]
fn a_kind_that_is_not_a_string_is_absent() {
    let list = |own: &str| {
        format!("{{kind: DeploymentList, items: [{{{own}, metadata: {{name: a}}, spec: {{}}}}]}}")
    };
    for odd in [
        "kind: 5",
        "apiVersion: 1",
        "kind: true",
        "apiVersion: .5",
        "kind: 0x1",
    ] {
        assert_eq!(refused(&list(odd)), HazardKind::NotAString, "{odd}");
    }
    for own in [
        "kind: '5'",
        "kind: Service",
        "apiVersion: v1, kind: 5",
        "kind: !!str 5",
    ] {
        assert_eq!(workloads(&list(own)), NONE, "{own}");
    }
}

#[test]
fn what_has_no_name_and_selects_nothing_is_not_kept() {
    let bare = [
        "{}",
        "{replicas: 3}",
        "{selector: {matchLabels: {}}}",
        "{template: {}}",
    ];
    for spec in bare {
        let item = format!("{{kind: Deployment, spec: {spec}}}");
        assert_eq!(workloads(&item), NONE);
        assert_eq!(workloads(&format!("{{kind: List, items: [{item}]}}")), NONE);
        let typed = format!("{{kind: DeploymentList, items: [{{spec: {spec}}}]}}");
        assert_eq!(workloads(&typed), NONE);
        let late = format!("{{items: [{{spec: {spec}}}], kind: DeploymentList}}");
        assert_eq!(workloads(&late), NONE);
    }
}

#[test]
fn what_has_no_name_is_kept_where_it_may_be_recognised() {
    for rest in [
        "spec: {selector: {matchLabels: {a: b}}}",
        "spec: {selector: !a {}}",
        "metadata: {labels: {helm.sh/chart: milvus-5.0}}, spec: {}",
        "metadata: {name: !a b}, spec: {}",
    ] {
        assert_eq!(
            workloads(&format!("{{kind: Deployment, {rest}}}")),
            ["Deployment "]
        );
        let list = format!("{{kind: List, items: [{{kind: Deployment, {rest}}}]}}");
        assert_eq!(workloads(&list), ["Deployment "]);
    }
    let in_other_case = "{kind: List, items: [{kind: deployment, spec: {}}]}";
    assert_eq!(refused(in_other_case), HazardKind::Case);
    let no_string = "{apiVersion: apps/v1, kind: DeploymentList, items: [{kind: 5, spec: {}}]}";
    assert_eq!(refused(no_string), HazardKind::NotAString);
}

#[test]
fn what_makes_a_list_uncertain_reaches_the_items_that_were_sorted_before() {
    let list = |items: &str| {
        let text = format!("{{apiVersion: v1, kind: List, items: [{items}]}}");
        let outer = format!(
            "{{kind: List, items: [{{kind: Deployment, metadata: {{name: b}}, spec: {{}}}}, {text}]}}"
        );
        [text, outer].map(|text| read(&text).workloads)
    };
    let own = "{kind: Deployment, metadata: {name: a}, spec: {replicas: 1}}";
    let tagged = format!("{{apiVersion: v1, kind: List, items: [{own}], !x metadata: {{}}}}");
    let manifest = read(&format!("{{kind: List, items: [{own}, {tagged}, {own}]}}"));
    let doubts = manifest
        .workloads
        .iter()
        .map(|it| it.replicas.doubt.is_some());
    assert_eq!(doubts.collect::<Vec<_>>(), [false, true, false]);
    for workloads in list(&format!("{own}, {own}")) {
        assert!(workloads.iter().all(|it| it.replicas.slot.is_ok()));
    }
    let twice = format!("{{kind: List, items: [{own}, {own}], x: {{}}, items: [{own}]}}");
    assert_eq!(workloads(&twice), ["Deployment a"]);
}

#[test]
fn an_item_with_an_anchor_on_its_way_waits_for_the_end_of_the_document() {
    let own = "{kind: Deployment, metadata: {name: a}, spec: &s {replicas: 1}}";
    let slot = |text: &str| {
        let workloads = read(text).workloads;
        assert_eq!(workloads.len(), 1, "{text}");
        workloads
            .into_iter()
            .last()
            .unwrap()
            .replicas
            .slot
            .map_err(|it| it.kind)
    };
    assert!(slot(&format!("{{kind: List, items: [{own}]}}")).is_ok());
    let shared = slot(&format!("{{kind: List, items: [{own}], x: *s}}"));
    assert_eq!(shared.unwrap_err(), HazardKind::SharedAnchor);
}

#[test]
fn more_objects_than_a_text_of_its_size_can_hold_are_refused() {
    let text = |size: usize| {
        let items = (0..size).map(|it| format!("- {{metadata: {{name: a{it}}}, spec: {{}}}}\n"));
        let items: String = items.collect();
        format!("apiVersion: apps/v1\nkind: DeploymentList\nitems:\n{items}")
    };
    assert_eq!(workloads(&text(40_000)).len(), 40_000);
    let refused = try_read(&text(40_001), &kinds()).unwrap_err();
    assert_eq!(refused.len(), 1);
    assert!(refused[0].message.starts_with("more than 40000 objects"));
    assert!(refused[0].is_too_many);
    // Until a document with an anchor is read to its end, its items take more memory.
    let held = |size| format!("x: &a 1\n{}", text(size));
    assert_eq!(workloads(&held(10_000)).len(), 10_000);
    assert!(try_read(&held(10_001), &kinds()).unwrap_err()[0].is_too_many);
    let documents = |size| "kind: Deployment\nmetadata: {name: a}\nspec: {}\n---\n".repeat(size);
    assert_eq!(workloads(&documents(40_000)).len(), 40_000);
    let refused = try_read(&documents(40_001), &kinds()).unwrap_err();
    assert_eq!(refused.len(), 1);
    let padded = documents(40_001) + &"# a comment\n".repeat(700_000);
    assert_eq!(workloads(&padded).len(), 40_001);
}
