//! Counts at other places than `spec.replicas`: several in one object, and the bounds of an autoscaler.

use super::{read, try_read};
use crate::field::{self, Count, Field, FieldPath, Goal, HazardKind};
use crate::manifest::Kinds;
use crate::manifest::kinds::Counts;
use crate::source::slice;
use crate::yaml;

const COMPONENTS: [&str; 3] = ["proxy", "queryNode", "dataNode"];

/// The counts of a Milvus of the operator, in the order of [`COMPONENTS`].
fn milvus(text: &str) -> Vec<Field> {
    let paths = COMPONENTS.map(|name| format!("spec.components.{name}.replicas"));
    let [first, further @ ..] = paths.map(|path| FieldPath::parse(&path).unwrap());
    let further = further.to_vec();
    let counts = Counts {
        first,
        further,
        start: None,
    };
    let kinds = Kinds::with_counts([("Milvus".to_owned(), counts)]);
    let workload = try_read(text, &kinds)
        .unwrap()
        .workloads
        .into_iter()
        .last()
        .unwrap();
    [workload.replicas]
        .into_iter()
        .chain(workload.further.unwrap_or_default().counts)
        .collect()
}

/// The text with the edits of some counts of one object, proven to differ from it in nothing else.
fn edited<'f>(text: &str, goals: impl IntoIterator<Item = (&'f Field, u32)>) -> String {
    let goals = goals
        .into_iter()
        .map(|(field, count)| Goal { field, count });
    let edits = field::edits(goals).unwrap();
    assert_eq!(yaml::verify(text, &(0..text.len()), &edits), Ok(()));
    let (mut edited, mut at) = (String::new(), 0);
    for edit in &edits {
        edited += slice(text, &(at..edit.span.start));
        edited += &edit.text;
        at = edit.span.end;
    }
    edited + slice(text, &(at..text.len()))
}

/// A Milvus with its three components at 2, 3 and 4, by the edits of its text and the text that they must give.
fn all_set(text: &str, expected: &str) {
    let fields = milvus(text);
    assert_eq!(edited(text, fields.iter().zip(2..)), expected);
    let again = milvus(expected);
    let counts: Vec<_> = again.iter().map(|field| field.count.clone()).collect();
    assert_eq!(counts, [Count::Set(2), Count::Set(3), Count::Set(4)]);
    assert_eq!(edited(expected, again.iter().zip(2..)), expected);
}

const HEAD: &str = "apiVersion: milvus.io/v1beta1\nkind: Milvus\nmetadata:\n  name: my\n";

#[test]
fn one_object_has_several_counts() {
    let text = format!(
        "{HEAD}spec:\n  mode: cluster\n  components:\n    image: x\n    proxy:\n      replicas: 1\n    queryNode:\n      replicas: # none\n      groups: []\n    dataNode: {{replicas: -1}}\n"
    );
    let fields = milvus(&text);
    let counts: Vec<_> = fields.iter().map(|field| field.count.clone()).collect();
    assert_eq!(
        counts,
        [Count::Set(1), Count::Null, Count::Invalid("-1".into())]
    );
    let paths = fields.iter().map(|field| field.path.to_string());
    assert!(paths.eq(COMPONENTS.map(|name| format!("spec.components.{name}.replicas"))));
    all_set(
        &text,
        &format!(
            "{HEAD}spec:\n  mode: cluster\n  components:\n    image: x\n    proxy:\n      replicas: 2\n    queryNode:\n      replicas: 3 # none\n      groups: []\n    dataNode: {{replicas: 4}}\n"
        ),
    );
}

#[test]
fn missing_levels_are_written_with_the_count() {
    all_set(
        &format!("{HEAD}spec:\n  # the mode\n  mode: cluster\n"),
        &format!(
            "{HEAD}spec:\n  # the mode\n  components:\n    proxy:\n      replicas: 2\n    queryNode:\n      replicas: 3\n    dataNode:\n      replicas: 4\n  mode: cluster\n"
        ),
    );
    all_set(
        &format!(
            "{HEAD}spec:\n    components:\n        proxy:\n            image: x\n        queryNode:\n            replicas: 1\n    mode: cluster"
        ),
        &format!(
            "{HEAD}spec:\n    components:\n        dataNode:\n          replicas: 4\n        proxy:\n            replicas: 2\n            image: x\n        queryNode:\n            replicas: 3\n    mode: cluster"
        ),
    );
}

#[test]
fn missing_levels_have_the_line_breaks_of_the_document() {
    let crlf = |text: &str| text.replace('\n', "\r\n");
    all_set(
        &crlf(&format!("{HEAD}spec:\n  mode: cluster\n")),
        &crlf(&format!(
            "{HEAD}spec:\n  components:\n    proxy:\n      replicas: 2\n    queryNode:\n      replicas: 3\n    dataNode:\n      replicas: 4\n  mode: cluster\n"
        )),
    );
}

#[test]
fn a_level_of_nothing_becomes_a_mapping() {
    all_set(
        &format!("{HEAD}spec:\n  components: # none yet\n  mode: cluster\n"),
        &format!(
            "{HEAD}spec:\n  components: {{\"proxy\": {{\"replicas\": 2}}, \"queryNode\": {{\"replicas\": 3}}, \"dataNode\": {{\"replicas\": 4}}}} # none yet\n  mode: cluster\n"
        ),
    );
    all_set(
        &format!(
            "{HEAD}spec:\n  components:\n    proxy: ~\n    queryNode: null\n    dataNode: {{}}\n"
        ),
        &format!(
            "{HEAD}spec:\n  components:\n    proxy: {{\"replicas\": 2}}\n    queryNode: {{\"replicas\": 3}}\n    dataNode: {{replicas: 4}}\n"
        ),
    );
}

#[test]
fn flow_style_and_json_stay_what_they_are() {
    all_set(
        "{apiVersion: milvus.io/v1beta1, kind: Milvus, metadata: {name: m}, spec: {mode: cluster, components: {proxy: {}}}}",
        "{apiVersion: milvus.io/v1beta1, kind: Milvus, metadata: {name: m}, spec: {mode: cluster, components: {queryNode: {replicas: 3}, dataNode: {replicas: 4}, proxy: {replicas: 2}}}}",
    );
    all_set(
        "{\"kind\": \"Milvus\", \"metadata\": {\"name\": \"m\"}, \"spec\": {\"mode\": \"cluster\", \"components\": null}}\n",
        "{\"kind\": \"Milvus\", \"metadata\": {\"name\": \"m\"}, \"spec\": {\"mode\": \"cluster\", \"components\": {\"proxy\": {\"replicas\": 2}, \"queryNode\": {\"replicas\": 3}, \"dataNode\": {\"replicas\": 4}}}}\n",
    );
    all_set(
        "{\"kind\":\"Milvus\",\"metadata\":{\"name\":\"m\"},\"spec\":{\"mode\":\"cluster\"}}",
        "{\"kind\":\"Milvus\",\"metadata\":{\"name\":\"m\"},\"spec\":{\"components\": {\"proxy\": {\"replicas\": 2}, \"queryNode\": {\"replicas\": 3}, \"dataNode\": {\"replicas\": 4}}, \"mode\":\"cluster\"}}",
    );
}

#[test]
fn what_makes_a_level_uncertain_forbids_the_edit() {
    let slot_of = |spec: &str| {
        let text = format!("{HEAD}spec:\n{spec}");
        let [_, query_node, _] = milvus(&text).try_into().unwrap();
        let kind = query_node.slot.unwrap_err().kind;
        (kind, query_node.doubt.is_some())
    };
    let all = "  mode: a\n  components:\n    queryNode: {replicas: 1}\n";
    assert_eq!(
        slot_of(&format!("{all}{all}")),
        (HazardKind::DuplicateKey, true)
    );
    assert_eq!(
        slot_of("  components:\n    queryNode: {}\n    queryNode: {a: 1}\n"),
        (HazardKind::DuplicateKey, true)
    );
    assert_eq!(
        slot_of("  components:\n    <<: {}\n    proxy: 1\n"),
        (HazardKind::MergeKey, true)
    );
    assert_eq!(
        slot_of("  components: !a {queryNode: {replicas: 1}}\n"),
        (HazardKind::Tag, true)
    );
    assert_eq!(
        slot_of("  components: [1]\n"),
        (HazardKind::NotAMapping, true)
    );
    assert_eq!(
        slot_of("  components:\n    queryNode: three\n"),
        (HazardKind::NotAMapping, true)
    );
    assert_eq!(
        slot_of("  components: &a\n    queryNode: {replicas: 1}\n  other: *a\n"),
        (HazardKind::SharedAnchor, false)
    );
    assert_eq!(
        slot_of("  a: &a {queryNode: {replicas: 1}}\n  components: *a\n"),
        (HazardKind::Alias, false)
    );
    assert_eq!(
        slot_of("  a: &a {queryNode: {mode: b}}\n  components: *a\n"),
        (HazardKind::Alias, false)
    );
    assert_eq!(
        slot_of("  components:\n    &a proxy: 1\n"),
        (HazardKind::FirstKey, false)
    );
}

#[test]
fn a_level_behind_an_alias_that_cannot_be_followed_is_uncertain() {
    let text = format!("{HEAD}spec:\n  components: &a\n    queryNode: *a\n");
    let [_, query_node, _] = milvus(&text).try_into().unwrap();
    let (slot, doubt) = (query_node.slot.unwrap_err(), query_node.doubt.unwrap());
    assert_eq!(
        (slot.kind, doubt.kind),
        (HazardKind::Alias, HazardKind::Unresolved)
    );
}

#[test]
fn a_hazard_of_one_component_is_no_concern_of_another() {
    let text = format!(
        "{HEAD}spec:\n  components:\n    proxy: !a {{replicas: 1}}\n    queryNode: {{replicas: 1}}\n"
    );
    let [proxy, query_node, data_node] = milvus(&text).try_into().unwrap();
    assert!(proxy.slot.is_err() && proxy.doubt.is_some());
    assert!(query_node.slot.is_ok() && query_node.doubt.is_none());
    assert!(data_node.slot.is_ok() && data_node.doubt.is_none());
}

#[test]
fn each_count_that_is_there_twice_is_uncertain() {
    let text = format!(
        "{HEAD}spec:\n  components:\n    proxy: {{replicas: 1}}\n    proxy: {{replicas: 2}}\n    \
         queryNode: {{replicas: 3}}\n    queryNode: {{replicas: 4}}\n    dataNode: {{replicas: 5}}\n"
    );
    let doubts = milvus(&text).into_iter().map(|it| it.doubt);
    let kinds: Vec<Option<HazardKind>> = doubts.map(|it| it.map(|it| it.kind)).collect();
    let twice = Some(HazardKind::DuplicateKey);
    assert_eq!(kinds, [twice, twice, None]);
    let (_, bounds) = hpa(
        "  minReplicas: 1\n  minReplicas: 2\n  maxReplicas: 3\n  maxReplicas: 4\n  scaleTargetRef: {}\n",
    );
    assert_eq!(bounds.map(|it| it.doubt.map(|it| it.kind)), [twice, twice]);
}

#[test]
fn the_last_of_two_levels_counts() {
    let text = format!(
        "{HEAD}spec:\n  components:\n    queryNode: {{replicas: 5}}\n  components:\n    proxy: {{replicas: 7}}\n"
    );
    let [proxy, query_node, _] = milvus(&text).try_into().unwrap();
    assert_eq!(
        (proxy.count, query_node.count),
        (Count::Set(7), Count::Absent)
    );
}

fn hpa(spec: &str) -> (String, [Field; 2]) {
    let text = format!(
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: a}}\nspec:\n{spec}"
    );
    let found = read(&text).autoscalers.into_iter().last().unwrap();
    (text, [found.min, found.max])
}

#[test]
fn an_autoscaler_has_two_bounds_that_can_be_written() {
    let bounds = |spec: &str, expected: &str| {
        let (text, [min, max]) = hpa(spec);
        let head = text.strip_suffix(spec).unwrap();
        assert_eq!(
            edited(&text, [(&min, 2), (&max, 6)]),
            format!("{head}{expected}")
        );
    };
    bounds(
        "  maxReplicas: 5\n  minReplicas: 1\n  scaleTargetRef: {kind: Deployment, name: b}\n",
        "  maxReplicas: 6\n  minReplicas: 2\n  scaleTargetRef: {kind: Deployment, name: b}\n",
    );
    bounds(
        "  scaleTargetRef: {kind: Deployment, name: b}\n  maxReplicas: 5\n",
        "  minReplicas: 2\n  scaleTargetRef: {kind: Deployment, name: b}\n  maxReplicas: 6\n",
    );
    bounds(
        "  scaleTargetRef: {kind: Deployment, name: b}\n",
        "  minReplicas: 2\n  maxReplicas: 6\n  scaleTargetRef: {kind: Deployment, name: b}\n",
    );
}

/// The skimming looks for `spec.replicas` alone.
#[test]
fn an_object_with_counts_elsewhere_is_read_to_its_end() {
    let path = |text| FieldPath::parse(text).unwrap();
    let read = |first, further: &[FieldPath]| {
        let counts = Counts {
            first,
            further: further.to_vec(),
            start: None,
        };
        let kinds = Kinds::with_counts([("Milvus".to_owned(), counts)]);
        let text = format!(
            "{HEAD}spec:\n  replicas: 3\n  selector: {{matchLabels: {{a: b}}}}\n  x: y\n  size: 2\n"
        );
        let mut workloads = try_read(&text, &kinds).unwrap().workloads.into_iter();
        let workload = workloads.next().unwrap();
        let further = workload.further.unwrap_or_default().counts;
        let all = [workload.replicas].into_iter().chain(further);
        all.map(|it| it.count).collect::<Vec<_>>()
    };
    let (size, replicas) = (path("spec.size"), path("spec.replicas"));
    assert_eq!(read(size.clone(), &[]), [Count::Set(2)]);
    assert_eq!(read(replicas, &[size]), [Count::Set(3), Count::Set(2)]);
}
