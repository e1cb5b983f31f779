//! What people type out of habit, and what they are told.

use super::refused::of_spec;
use super::*;

#[test]
fn what_people_type_is_answered() {
    let first = |spec: &str| of_spec(spec).remove(0);
    assert_eq!(
        first("targets:\n\tproxy: 2").split(" | ").last(),
        Some("indent with spaces: YAML does not allow tabs")
    );
    assert_eq!(
        refused(&format!(
            "{}<<<<<<< HEAD\n  scaleIn: {{floor: 2}}\n=======\n>>>>>>> mine\n",
            milvus("targets: {proxy: 2}")
        )),
        [
            "p.yaml:6:1 '<<<<<<< HEAD' unresolved merge conflict in the policy | keep one of the two sides, and remove the marks"
        ]
    );
    let variable = "variables are not expanded in a policy: write the value, or give it as an option, such as --target";
    assert_eq!(
        of_spec("targets:\n  proxy: ${PROXIES}\n  dataNode: $N"),
        [
            format!(
                "6:12 '${{PROXIES}}' `proxy` must be a plain non-negative integer or `keep`, found the string \"${{PROXIES}}\" | {variable}"
            ),
            format!(
                "7:15 '$N' `dataNode` must be a plain non-negative integer or `keep`, found the string \"$N\" | {variable}"
            ),
        ]
    );
    let template = " | a policy cannot be a template: render it first";
    for (spec, expected) in [
        (
            "targets:\n  queryNode: {{ .Values.n }}",
            "6:17 '{ .Values.n }' a key must be a string",
        ),
        (
            "targets:\n  queryNode: '{{ .Values.n }}'",
            "6:16 ''{{ .Values.n }}'' `queryNode` must be a plain non-negative integer or `keep`, found the string \"{{ .Values.n }}\"",
        ),
        (
            "{{- if .x }}\n  baseline: rendered",
            "6:5 '' malformed YAML: could not find expected ':' while scanning a simple key",
        ),
    ] {
        let problems = of_spec(spec);
        assert_eq!(problems, [format!("{expected}{template}")], "{spec}");
    }
    assert_eq!(
        refused(&policy("extends: https://example.com/milvus.yaml")),
        [
            "p.yaml:4:12 'https://example.com/milvus.yaml' `extends` accepts built-in names and paths, but not URLs | save a copy of the file next to this one and use its path"
        ]
    );
    assert_eq!(
        of_spec("baseline: file=last.yaml"),
        [
            "5:13 'file=last.yaml' unknown baseline `file=last.yaml` (did you mean `file:last.yaml`?) | use `auto`, `rendered`, `file:PATH`, `cluster` or, for files, `git:REV`"
        ]
    );
}

#[test]
fn a_built_in_name_is_no_file() {
    for file in ["milvus", "milvus.yaml", "./milvus"] {
        let options = PolicyOptions {
            file: Some(Path::new(file)),
            ..PolicyOptions::default()
        };
        let error = Policy::load(&mut Sources::default(), &options).unwrap_err();
        let problem = error.into_diagnostics().remove(0);
        assert_eq!(
            (problem.message.as_str(), problem.helps[0].as_str()),
            (
                format!("cannot read the policy {file}: no such file or directory").as_str(),
                "`milvus` is built in: extend it in a file of your own (`extends: milvus`), or leave --policy out"
            )
        );
    }
}

#[test]
fn a_built_in_policy_is_extended_by_its_name_alone() {
    for file in ["milvus.yaml", "./milvus", "policies/milvus.yaml"] {
        let problems = refused(&policy(&format!("extends: {file}"))).concat();
        let help = " | the built-in policy is meant by its name alone: extends: milvus";
        assert!(problems.ends_with(help), "{problems}");
    }
}

/// The keys that the chart has for counts are what people know.
#[test]
fn a_key_of_the_chart_is_answered_with_the_component() {
    for (key, help) in [
        (
            "queryNode.replicas",
            "did you mean `queryNode`? A target names only the component",
        ),
        ("querynode", "did you mean `queryNode`?"),
        (
            "query-node.replicaCount",
            "did you mean `queryNode`? A target names only the component",
        ),
        (
            "mixCoordinator",
            "the nearest component is `mixCoord`, a coordinator: it cannot have a target",
        ),
        (
            "rootCoordinator.replicas",
            "the nearest component is `rootCoord`, a coordinator: it cannot have a target",
        ),
        (
            "standalon",
            "the nearest component is `standalone`, a singleton: it cannot have a target",
        ),
    ] {
        let problem = of_spec(&format!("targets: {{{key}: 3}}")).concat();
        let message = format!("unknown component `{key}` | {help}");
        assert!(problem.ends_with(&message), "{problem}");
    }
    let others = refused(&policy(
        "extends: mimir\ntargets: {store_gateway.replicas: 3, querier.replicas: 2}",
    ));
    assert!(
        others.concat().contains("did you mean `storeGateway`?"),
        "{others:?}"
    );
}

#[test]
fn another_file_in_the_place_of_a_policy_is_one_message() {
    let begins = "a policy begins with: apiVersion: trimtab.dev/v1alpha1, kind: ReplicaPolicy";
    for (text, expected) in [
        (
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: q}\nspec: {replicas: 1}\n---\nkind: Service\n",
            "p.yaml:2:7 'Deployment' this is a Kubernetes manifest (Deployment), not a policy | manifests are read from standard input, or named after `trimtab check`; --policy names the policy".to_owned(),
        ),
        (
            "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: q}\nspec: {rules: []}\n",
            format!("p.yaml:2:7 'ClusterPolicy' this is a ClusterPolicy of kyverno.io/v1, not a policy of trimtab | {begins}"),
        ),
        (
            "image: {tag: x}\nqueryNode: {replicas: 3}\n",
            "p.yaml:2:1 'queryNode' this looks like the values of a chart, not like a policy | give it to Helm with --values; a policy declares counts in `spec.targets`, as in: targets: {queryNode: 3}".to_owned(),
        ),
        (
            "cluster:\n  enabled: true\nqueryNode:\n  replicas: 3\n",
            "p.yaml:3:1 'queryNode' this looks like the values of a chart, not like a policy | give it to Helm with --values; a policy declares counts in `spec.targets`, as in: targets: {queryNode: 3}".to_owned(),
        ),
        (
            "image: {tag: x}\ncluster:\n  enabled: true\n",
            "p.yaml:2:1 'cluster' this looks like the values of a chart, not like a policy | give it to Helm with --values; a policy declares counts in `spec.targets`, as in: targets: {queryNode: 3}".to_owned(),
        ),
        (
            "a: 1\n",
            format!("p.yaml:1:1 'a' this is not a policy: it has neither `apiVersion` nor `kind` | {begins}"),
        ),
        (
            "targets: {queryNode: 3}\n",
            format!("p.yaml:1:1 'targets' missing field `spec` in a policy: `targets` belongs under it | write `spec:` on a line before it, and indent `targets` | {begins}"),
        ),
        (
            "apiVersion: trimtab.dev/v1alpha1\nkind: ReplicaPolicy\nextends: milvus\ntargets: {queryNode: 3}\n",
            "p.yaml:3:1 'extends' missing field `spec` in a policy: `extends` and `targets` belong under it | write `spec:` on a line before it, and indent `extends` and `targets`".to_owned(),
        ),
    ] {
        assert_eq!(refused(text), [expected]);
    }
    assert_eq!(
        of_spec("queryNode: 3"),
        [
            "5:3 'queryNode' unknown field `queryNode` in `spec` | a count belongs in `targets`: `targets: {queryNode: 3}`"
        ]
    );
    assert_eq!(
        of_spec("waivers: [{rule: 'worker-removed:queryNode', reason: x}]"),
        [
            "5:20 ''worker-removed:queryNode'' unknown rule `worker-removed:queryNode` | the component has a field of its own: `rule: worker-removed, component: queryNode`"
        ]
    );
}

/// A colon makes a key only before a space, and an odd space is none.
#[test]
fn a_colon_without_a_space_is_shown() {
    let help = " | put a space after the colon: `queryNode: 3`";
    for (spec, problem) in [
        (
            "targets: {queryNode:3}",
            "5:13 'queryNode:3' `queryNode:3` has no value",
        ),
        (
            "targets: {queryNode:\u{a0}3}",
            "5:13 'queryNode:\u{a0}3' `queryNode:\\u{a0}3` has no value",
        ),
        (
            "targets:\n  queryNode:3",
            "6:5 'queryNode:3' `targets` must be a mapping, found the string \"queryNode:3\"",
        ),
        (
            "targets:\n  queryNode=3",
            "6:5 'queryNode=3' `targets` must be a mapping, found the string \"queryNode=3\"",
        ),
        (
            "targets:\n  queryNode:3\n  proxy: 2",
            "7:10 '' malformed YAML: mapping values are not allowed in this context",
        ),
        (
            "targets:\n  proxy: 2\n  queryNode:3",
            "8:1 '' malformed YAML: could not find expected ':' while scanning a simple key",
        ),
    ] {
        assert_eq!(of_spec(spec), [format!("{problem}{help}")], "{spec}");
    }
    assert_eq!(
        of_spec("targets:\n  queryNode: {replicas:3}"),
        [
            "6:17 'replicas:3' `replicas:3` has no value | put a space after the colon: `replicas: 3`"
        ]
    );
}

#[test]
fn a_colon_too_many_is_a_matter_of_quotes_or_of_the_indentation() {
    let message = "malformed YAML: mapping values are not allowed in this context";
    assert_eq!(
        of_spec("waivers:\n- rule: worker-removed\n  reason: it's down: rack 4"),
        [format!(
            "7:22 '' {message} | quote the value: it contains a colon and a space"
        )]
    );
    assert_eq!(
        of_spec("  targets:\n    proxy: 2"),
        [format!(
            "5:12 '' {message} | check the indentation: a key starts in the column of the keys beside it"
        )]
    );
}

/// An example would set what nobody declared.
#[test]
fn a_field_in_the_wrong_place_is_moved_as_it_is() {
    assert_eq!(
        refused(&format!(
            "{}targets: {{queryNode: 3}}\nbaseline: rendered\n",
            milvus("")
        )),
        [
            "p.yaml:5:1 'targets' unknown field `targets` in a policy | it belongs in `spec`: indent it under `spec:`, with what is in it",
            "p.yaml:6:1 'baseline' unknown field `baseline` in a policy | it belongs in `spec`: `baseline: rendered`",
        ]
    );
    assert_eq!(
        of_spec("overrides: [{matchLabels: {a: b}, replicas: 4}]"),
        [
            "5:3 'overrides' unknown field `overrides` in `spec` | it belongs in a target: move it there, with what is in it"
        ]
    );
}

#[test]
fn a_standby_that_is_allowed_is_not_proposed_again() {
    let problem =
        of_spec("targets: {mixCoord: 2}\ncomponents: {mixCoord: {activeStandby: true}}").concat();
    let help = "| remove the target, and set the count in the chart's values: `activeStandby` allows a second copy there";
    assert!(problem.ends_with(help), "{problem}");
}

#[test]
fn what_is_too_large_for_a_policy_is_perhaps_a_manifest() {
    let large = Folder::new(&[("r.yaml", &"# a render\n".repeat(7_000))]);
    let file = large.path("r.yaml");
    let options = PolicyOptions {
        file: Some(&file),
        ..PolicyOptions::default()
    };
    let error = Policy::load(&mut Sources::default(), &options).unwrap_err();
    let helps = error.into_diagnostics().remove(0).helps;
    let help = helps[0].as_str();
    assert!(
        help.starts_with("manifests are read from standard input"),
        "{help}"
    );
}
