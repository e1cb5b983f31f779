//! The table of fields: what the JSON Schema and the messages are made from is what policies are read by.

use std::collections::BTreeMap;

use super::super::fields::{
    Cluster, Component, ComponentScaleIn, Metadata, Override, PolicyFile, ScaleIn, Spec, Target,
    Waiver, Workload,
};
use super::super::reader::Reader;
use super::super::record::{Field, Record};
use super::super::values::{Shape, Value as _};
use super::*;
use crate::yaml::positions;

/// Every record of the table, by what messages call it.
fn records() -> BTreeMap<&'static str, &'static [Field]> {
    let mut found = BTreeMap::new();
    let mut open = vec![&PolicyFile::SHAPE];
    while let Some(shape) = open.pop() {
        if let Some((what, fields)) = shape.record() {
            open.extend(fields.iter().map(|field| &field.shape));
            found.insert(what, fields);
        }
    }
    found
}

#[test]
fn every_field_says_what_it_means() {
    let records = records();
    assert_eq!(records.len(), 11);
    for (what, fields) in records {
        let mut names: Vec<&str> = fields.iter().map(|field| field.name).collect();
        for field in fields {
            let at = format!("{what}: {}", field.name);
            let description = field.description;
            assert!(description.ends_with('.'), "{at}");
            assert!(
                description.starts_with(|c: char| c.is_uppercase()),
                "{at}: {description}"
            );
            assert!(!description.contains("  "), "{at}: {description}");
            assert!(!field.example.is_empty(), "{at}");
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), fields.len(), "{what}");
    }
}

/// Reads each field's example into a record, and tells which fields are promised for later.
fn read_examples<R: Record>() -> Vec<&'static str> {
    let mut later = Vec::new();
    for field in R::FIELDS {
        let text = format!("{}: {}\n", field.name, field.example);
        let mut sources = Sources::default();
        let source = sources.add("example", text.as_str());
        let root = positions::read(&text).root.unwrap();
        let mut problems = Problems::default();
        let mut reader = Reader {
            source,
            problems: &mut problems,
        };
        let mut record = R::default();
        assert!(
            record.read_field(&mut reader, &root.entries()[0]),
            "{text:?} is read"
        );
        if matches!(field.shape, Shape::Later) {
            later.push(field.name);
            let problems = problems.into_vec();
            assert!(problems[0].message.ends_with("is not supported yet"));
        } else {
            assert!(problems.is_empty(), "{text:?}: {problems:?}");
        }
    }
    assert!(records().contains_key(R::WHAT), "{}", R::WHAT);
    later
}

#[test]
fn every_field_takes_its_example_and_no_other_is_read() {
    let later = [
        read_examples::<PolicyFile>(),
        read_examples::<Metadata>(),
        read_examples::<Spec>(),
        read_examples::<Cluster>(),
        read_examples::<Target>(),
        read_examples::<Override>(),
        read_examples::<ScaleIn>(),
        read_examples::<Component>(),
        read_examples::<ComponentScaleIn>(),
        read_examples::<Workload>(),
        read_examples::<Waiver>(),
    ];
    assert_eq!(later.len(), records().len());
    assert_eq!(later.concat(), ["minReplicas", "maxReplicas"]);
}

#[test]
fn what_must_be_there_is_what_a_policy_cannot_do_without() {
    let required: Vec<String> = records()
        .iter()
        .flat_map(|(what, fields)| {
            let fields = fields.iter().filter(|field| field.is_required);
            fields.map(move |field| format!("{what}: {}", field.name))
        })
        .collect();
    assert_eq!(
        required,
        [
            "a policy: apiVersion",
            "a policy: kind",
            "a policy: spec",
            "a waiver: rule",
            "a waiver: reason",
            "a workload: apiVersion",
            "a workload: kind",
            "a workload: matchLabels",
            "an override: matchLabels",
            "an override: replicas",
        ]
    );
}

#[test]
fn a_field_in_the_wrong_place_is_told_where_it_belongs() {
    let text = "apiVersion: trimtab.dev/v1alpha1
kind: ReplicaPolicy
targets: {proxy: 2}
spec:
  extends: milvus
  name: production
  maxReplicas: 2
  minReplicas: 2
  role: worker
  components: {proxy: {maxPercent: 25, minReplicas: 1, whatever: 1}}
";
    assert_eq!(
        refused(text),
        [
            "p.yaml:3:1 'targets' unknown field `targets` in a policy | it belongs in `spec`: indent it under `spec:`, with what is in it",
            "p.yaml:6:3 'name' unknown field `name` in `spec` | it belongs in `metadata`: `name: production`",
            "p.yaml:7:3 'maxReplicas' unknown field `maxReplicas` in `spec` | it belongs in `spec.scaleIn`: `maxReplicas: 2`",
            "p.yaml:8:3 'minReplicas' `minReplicas` is not supported yet | it will belong in a target: `minReplicas: 2`",
            "p.yaml:9:3 'role' unknown field `role` in `spec` | it belongs in a component: `role: worker`",
            "p.yaml:10:24 'maxPercent' unknown field `maxPercent` in a component | it belongs in a component's `scaleIn`: `maxPercent: 25`",
            "p.yaml:10:40 'minReplicas' `minReplicas` is not supported yet | it will belong in a target: `minReplicas: 2`",
            "p.yaml:10:56 'whatever' unknown field `whatever` in a component | known fields: `role`, `replacedBy`, `activeStandby`, `setBy`, `valuesKey`, `instanceLabel`, `targets`, `scaleIn`, `workloads`",
        ]
    );
}
