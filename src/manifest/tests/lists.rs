//! Lists: whose items are objects, and of which kind.

use super::read;
use crate::field::HazardKind;

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
