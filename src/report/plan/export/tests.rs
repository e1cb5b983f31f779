//! Exports of odd plans; `tests/hosts` gives those of real charts to the tools that they are for.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that fails should stop"
)]

use serde_yaml::Value;

use super::super::super::tests::Texts;
use super::*;
use crate::field::{Count, FieldPath};
use crate::report::{Command, Style, Verbosity};
use crate::source::Sources;
use crate::word::Word;

/// A plan of one workload that goes from one replica to three.
fn plan(change: impl Fn(&mut WorkloadCounts)) -> Report {
    let mut report = Texts::report(Command::Plan, Vec::new());
    let workload = &mut report.releases[0].components[0].workloads[0];
    workload.rendered = Count::Set(1);
    (workload.target, workload.count) = (Some(3), Some(3));
    workload.next = [].into();
    workload.rendering = Some(Box::new(Rendering {
        source: Sources::default().add("<stdin>", ""),
        path: FieldPath::in_spec("replicas"),
        names_namespace: true,
        template: None,
        values_key: Some("queryNode.replicas".to_owned()),
        autoscalers: Vec::new(),
    }));
    change(workload);
    report
}

fn printed(export: Export, report: &Report) -> Result<String, String> {
    let printed = export.print(report);
    let printed = printed.map_err(|problems| problems[0].message.to_string());
    printed.map(|document| document.unwrap())
}

#[test]
fn a_name_that_looks_like_something_else_is_quoted() {
    for name in ["on", "1e3", "null", "a: b", "- a", "#a", "ä\u{202e}\n"] {
        let report = plan(|it| it.object.name = name.into());
        let component = printed(Export::Kustomize, &report).unwrap();
        let component: Value = serde_yaml::from_str(&component).unwrap();
        assert_eq!(component["replicas"][0]["name"], name);
        let patches = printed(Export::JsonPatch, &report).unwrap();
        let patches: serde_json::Value = serde_json::from_str(&patches).unwrap();
        assert_eq!(patches[0]["target"]["name"], name);
        assert!(!patches.to_string().contains('\n'), "{patches}");
    }
}

#[test]
fn a_baseline_cannot_leave_its_comment() {
    let mut report = plan(|_| {});
    report.baseline.source = "file:a\nreplicas: []\u{85}b: c\u{2028}d: e".to_owned();
    for export in [Export::Kustomize, Export::Values] {
        let document = printed(export, &report).unwrap();
        let read: Value = serde_yaml::from_str(&document).unwrap();
        assert!(read.get("b").is_none() && read.get("d").is_none());
        assert_eq!(document.lines().filter(|it| it.starts_with('#')).count(), 3);
    }
}

#[test]
fn a_name_that_kustomize_would_take_for_a_pattern_is_exact_or_refused() {
    let odd = |name: &str| {
        plan(|it| {
            it.object.kind = "Rollout".into();
            it.object.name = name.into();
        })
    };
    let component = printed(Export::Kustomize, &odd("a.b-c")).unwrap();
    assert!(component.contains("name: a\\.b-c\n"), "{component}");
    for name in ["a|b", "a.*", "(", "a\\"] {
        let refused = printed(Export::Kustomize, &odd(name)).unwrap_err();
        assert!(refused.starts_with("kustomize cannot select"), "{refused}");
    }
}

#[test]
fn a_count_of_another_path_is_patched() {
    let report = plan(|it| {
        let rendering = it.rendering.as_mut().unwrap();
        rendering.path = FieldPath::parse("spec.components.queryNode.replicas").unwrap();
    });
    let component = printed(Export::Kustomize, &report).unwrap();
    let path = "\"path\":\"/spec/components/queryNode/replicas\"";
    assert!(component.contains(path), "{component}");
}

#[test]
fn sub_charts_come_before_the_key() {
    for (template, own, whole) in [
        (None, "a.b", "a.b"),
        (Some("top/templates/x.yaml"), "a.b", "a.b"),
        (Some("top/charts/x/templates/x.yaml"), "a.b", "x.a.b"),
        (Some("top/charts/x/charts/y/templates/x.yaml"), "a", "x.y.a"),
        (Some("top/charts/x/templates/charts/z/x.yaml"), "a", "x.a"),
        (Some("top/charts/x/templates/x.yaml"), "x.a", "x.a"),
        (Some("top/charts/x/templates/x.yaml"), "xy.a", "x.xy.a"),
        (Some(""), "a", "a"),
    ] {
        let report = plan(|it| {
            let rendering = it.rendering.as_mut().unwrap();
            rendering.template = template.map(Word::from);
            rendering.values_key = Some(own.to_owned());
        });
        let values = printed(Export::Values, &report).unwrap();
        let mut values: &Value = &serde_yaml::from_str(&values).unwrap();
        for key in whole.split('.') {
            values = &values[key];
        }
        assert_eq!(*values, Value::from(3), "{template:?} {own}");
    }
}

#[test]
fn what_is_withheld_says_so_and_nothing_else_is_told_quietly() {
    let mut report = plan(|_| {});
    report.export = Some(Export::Values);
    let quiet = Style {
        verbosity: Verbosity::Quiet,
        ..Style::default()
    };
    assert_eq!(super::super::told(&report, quiet), "");
    report.findings.push(Texts::new().scale_in());
    assert_eq!(Export::Values.print(&report), Ok(None));
    let told = super::super::told(&report, quiet);
    assert!(told.starts_with("error    scale-in-too-large"), "{told}");
    let last = "\nerror: nothing is printed: fix the findings above first\n";
    assert!(told.ends_with(last), "{told}");
}

#[test]
fn what_two_folders_hold_cannot_be_told_apart() {
    let mut report = plan(|_| {});
    let mut other = report.releases[0].clone();
    report.releases[0].folder = Some("dev".to_owned());
    other.folder = Some("prod".to_owned());
    other.components[0].workloads[0].count = Some(2);
    report.releases.push(other);
    let why = "Deployment milvus/my-release-milvus-datanode is in dev and in prod";
    for export in [Export::JsonPatch, Export::Kustomize, Export::Values] {
        assert_eq!(printed(export, &report), Err(why.to_owned()));
    }
    report.releases[1].components[0].workloads[0].target = None;
    assert!(printed(Export::JsonPatch, &report).is_ok());
}
