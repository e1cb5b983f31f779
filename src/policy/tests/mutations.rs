//! Whatever becomes of a valid policy, it loads or is refused with a place.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;

const POLICIES: &[&str] = &[
    include_str!("../../../policies/milvus.yaml"),
    include_str!("../../../policies/examples/production.yaml"),
    include_str!("../../../policies/examples/resource-groups.yaml"),
    include_str!("../../../policies/examples/trino.yaml"),
];

/// Lines and values as people come to write them.
const TOKENS: &[&str] = &[
    "replicas: 3",
    "minReplicas: 1",
    "queryNode: keep",
    "extends: milvus",
    "extends: ./none.yaml",
    "extends: https://example.com/p.yaml",
    "role: coordinator",
    "floor: 9",
    "- {rule: worker-removed, reason: x}",
    "<<: *base",
    "<<<<<<< HEAD",
    "\ttargets:",
    "${REPLICAS}",
    "{{ .Values.replicas }}",
    "---",
    "null",
    "[]",
    "{",
    "'",
    "!!int 3",
];

#[derive(Debug, Clone)]
enum Mutation {
    Delete(Index),
    Repeat(Index, Index),
    Swap(Index, Index),
    Indent(Index, usize),
    Insert(Index, usize, &'static str),
    Value(Index, &'static str),
    Truncate(Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let line = any::<Index>;
    let token = || select(TOKENS);
    prop_oneof![
        line().prop_map(Mutation::Delete),
        (line(), line()).prop_map(|(from, to)| Mutation::Repeat(from, to)),
        (line(), line()).prop_map(|(one, other)| Mutation::Swap(one, other)),
        (line(), 0_usize..6).prop_map(|(at, by)| Mutation::Indent(at, by)),
        (line(), 0_usize..8, token()).prop_map(|(at, by, text)| Mutation::Insert(at, by, text)),
        (line(), token()).prop_map(|(at, text)| Mutation::Value(at, text)),
        line().prop_map(Mutation::Truncate),
    ]
}

fn apply(lines: &mut Vec<String>, mutation: &Mutation) {
    if lines.is_empty() {
        return;
    }
    let at = |index: &Index| index.index(lines.len());
    match mutation {
        Mutation::Delete(line) => drop(lines.remove(at(line))),
        Mutation::Repeat(from, to) => {
            let (from, to) = (at(from), at(to));
            lines.insert(to, lines[from].clone());
        }
        Mutation::Swap(one, other) => {
            let (one, other) = (at(one), at(other));
            lines.swap(one, other);
        }
        Mutation::Indent(line, by) => {
            let line = at(line);
            lines[line] = format!("{}{}", " ".repeat(*by), lines[line].trim_start());
        }
        Mutation::Insert(line, by, text) => {
            let line = at(line);
            lines.insert(line, format!("{}{text}", " ".repeat(*by)));
        }
        Mutation::Value(line, text) => {
            let line = at(line);
            let key = lines[line].split(':').next().unwrap_or_default();
            lines[line] = format!("{key}: {text}");
        }
        Mutation::Truncate(line) => lines.truncate(at(line)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn a_changed_policy_loads_or_is_refused_with_a_place(
        policy in select(POLICIES),
        mutations in prop::collection::vec(mutation(), 1..4),
    ) {
        let mut lines: Vec<String> = policy.lines().map(str::to_owned).collect();
        for mutation in &mutations {
            apply(&mut lines, mutation);
        }
        let folder = Folder::new(&[("p.yaml", &lines.join("\n"))]);
        let path = folder.path("p.yaml");
        let mut sources = Sources::default();
        let options = PolicyOptions { file: Some(&path), rules: RULES, ..PolicyOptions::default() };
        match Policy::load(&mut sources, &options) {
            Ok(policy) => {
                for target in &policy.targets {
                    prop_assert!(target.component < policy.components.len());
                }
            }
            Err(PolicyError::Unreadable { .. }) => prop_assert!(false, "it was read"),
            Err(PolicyError::Invalid(problems)) => {
                prop_assert!(!problems.is_empty());
                for problem in &problems {
                    prop_assert!(!problem.message.is_empty());
                    prop_assert!(!problem.labels.is_empty(), "{}", problem.message);
                    for label in &problem.labels {
                        let text = sources.get(label.place.source).text();
                        prop_assert!(text.get(label.place.span()).is_some());
                    }
                }
            }
        }
    }
}
