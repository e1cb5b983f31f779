//! What is refused, and what the user reads.

use super::*;

#[test]
fn everything_wrong_is_told_at_once_in_the_order_of_the_text() {
    let problems = refused(
        "apiVersion: trimtab.dev/v1
kind: ReplicaPolicy
metadata: {name: x, creationTimestamp: null}
spec:
  extends: milvus
  targts: {}
  targets:
    proxy: '2'
    querynode: 3
    rootCoord: 2
    standalone: 1
    dataNode: {replicas: 3.0, optional: yes}
    proxy: 4
  scaleIn: {maxPercent: 0, maxComponents: -1}
  waivers:
  - {rule: worker-remved, reason: x}
",
    );
    assert_eq!(
        problems,
        [
            "p.yaml:1:13 'trimtab.dev/v1' `apiVersion` must be `trimtab.dev/v1alpha1`, found the string \"trimtab.dev/v1\"",
            "p.yaml:3:21 'creationTimestamp' unknown field `creationTimestamp` in `metadata` | known fields: `name`, `namespace`, `labels`, `annotations`",
            "p.yaml:6:3 'targts' unknown field `targts` in `spec` | did you mean `targets`?",
            "p.yaml:8:12 ''2'' `proxy` must be a plain non-negative integer or `keep`, found the string \"2\" | write it without quotes: proxy: 2",
            "p.yaml:9:5 'querynode' unknown component `querynode` | did you mean `queryNode`?",
            "p.yaml:10:16 '2' `rootCoord` is a coordinator, and cannot be scaled | remove the target; if active-standby is enabled, a second copy is allowed by `components: {rootCoord: {activeStandby: true}}` in the policy",
            "p.yaml:11:17 '1' `standalone` is a singleton, and has one copy by design | remove the target",
            "p.yaml:12:26 '3.0' `replicas` must be a plain non-negative integer or `keep`, found 3.0 | write it in plain digits: replicas: 3",
            "p.yaml:12:41 'yes' `optional` must be true or false, found the boolean yes | write `true`",
            "p.yaml:13:5 'proxy' p.yaml:8:5 'proxy' duplicate key `proxy` | keep one of the two",
            "p.yaml:14:25 '0' `maxPercent` must be between 1 and 100, found 0 | to let none go, write `maxReplicas: 0`",
            "p.yaml:14:43 '-1' `maxComponents` must be a plain non-negative integer, found -1 | write null for no limit",
            "p.yaml:16:12 'worker-remved' unknown rule `worker-remved` | did you mean `worker-removed`?",
        ]
    );
}

/// The problems of a spec that extends milvus, from line 5 on, without the file's name.
pub(super) fn of_spec(spec: &str) -> Vec<String> {
    let problems = refused(&milvus(spec));
    problems
        .into_iter()
        .map(|problem| problem.replacen("p.yaml:", "", 1))
        .collect()
}

#[test]
fn a_kind_of_kubernetes_is_spelt_as_there() {
    let spec = |api_version: &str, kind: &str| {
        let workload =
            format!("{{apiVersion: {api_version}, kind: {kind}, matchLabels: {{app: x}}}}");
        format!("components: {{own: {{role: worker, workloads: [{workload}]}}}}")
    };
    for (api_version, kind) in [
        ("apps/v1", "Deployment"),
        ("apps/v1", "ReplicaSet"),
        ("extensions/v1beta1", "Deployment"),
        ("v1", "ReplicationController"),
        ("apps.kruise.io/v1beta1", "StatefulSet"),
        ("example.com/v1", "deploymnet"),
    ] {
        valid(&milvus(&spec(api_version, kind)));
    }
    for (api_version, kind, problem) in [
        (
            "apps/v1",
            "deployment",
            "5:76 'deployment' `apps/v1` has no kind `deployment` with replicas | did you mean `Deployment`?",
        ),
        (
            "apps/v1",
            "Deploymnet",
            "5:76 'Deploymnet' `apps/v1` has no kind `Deploymnet` with replicas | did you mean `Deployment`?",
        ),
        (
            "apps/v1",
            "DaemonSet",
            "5:76 'DaemonSet' `apps/v1` has no kind `DaemonSet` with replicas | its kinds with replicas: `Deployment`, `StatefulSet` or `ReplicaSet`",
        ),
        (
            "app/v1",
            "Deployment",
            "5:61 'app/v1' Kubernetes has no workloads with replicas in `app/v1` | did you mean `apps/v1`?",
        ),
        (
            "apps",
            "Deployment",
            "5:61 'apps' Kubernetes has no workloads with replicas in `apps` | Deployments and StatefulSets are in `apps/v1`; the group of a custom resource contains a dot",
        ),
    ] {
        assert_eq!(of_spec(&spec(api_version, kind)), [problem]);
    }
}

#[test]
fn a_count_is_a_plain_decimal() {
    let message = |count: &str| {
        let problems = of_spec(&format!("targets: {{proxy: {{replicas: {count}}}}}"));
        assert_eq!(problems.len(), 1, "{problems:?}");
        let at = format!("5:31 '{}' ", count.split(" #").next().unwrap());
        problems[0].replacen(&at, "", 1)
    };
    let plain = "`replicas` must be a plain non-negative integer or `keep`, found";
    for (count, rest) in [
        (
            "\"3\"",
            "the string \"3\" | write it without quotes: replicas: 3",
        ),
        ("'three'", "the string \"three\""),
        ("3.0", "3.0 | write it in plain digits: replicas: 3"),
        ("1e3", "1e3 | write it in plain digits: replicas: 1000"),
        ("+3", "+3 | write it in plain digits: replicas: 3"),
        ("-1", "-1 | remove it if something else sets the count"),
        ("0x3", "0x3"),
        ("0o3", "0o3"),
        ("03", "03"),
        ("1_000", "1_000"),
        ("true", "the boolean true"),
        ("~", "nothing"),
        ("[3]", "a list"),
        ("{a: 3}", "a mapping"),
        ("25%", "the string \"25%\""),
        ("2026-12-31", "the date 2026-12-31"),
        ("٣", "the string \"٣\""),
    ] {
        assert_eq!(message(count), format!("{plain} {rest}"));
    }
    assert_eq!(
        message("2147483648"),
        "`replicas` must be between 0 and 2147483647, found 2147483648"
    );
    assert_eq!(
        message("99999999999999999999999999"),
        "`replicas` must be between 0 and 2147483647, found 99999999999999999999999999"
    );
}

#[test]
fn a_percentage_is_a_number_from_1_to_100() {
    let message = |percent: &str| of_spec(&format!("scaleIn: {{maxPercent: {percent}}}"));
    assert_eq!(
        message("25%"),
        [
            "5:25 '25%' `maxPercent` must be a plain positive integer, found the string \"25%\" | write it in plain digits: maxPercent: 25"
        ]
    );
    assert_eq!(
        message("101"),
        ["5:25 '101' `maxPercent` must be between 1 and 100, found 101 | write null for no limit"]
    );
}

#[test]
fn what_comes_later_is_refused_and_not_ignored() {
    let help = "remove it: it would have no effect in this version";
    assert_eq!(
        of_spec("targets: {dataNode: {minReplicas: 2, maxReplicas: 6}}"),
        [
            format!("5:37 '2' `minReplicas` is not supported yet | {help}"),
            format!("5:53 '6' `maxReplicas` is not supported yet | {help}"),
        ]
    );
    let forms = "use `auto`, `rendered`, `file:PATH`, `cluster` or, for files, `git:REV`";
    for (baseline, message) in [
        (
            "Cluster",
            "unknown baseline `Cluster` (did you mean `cluster`?)",
        ),
        ("live", "unknown baseline `live` (did you mean `cluster`?)"),
        ("'file:'", "the baseline `file:` needs a path"),
        (
            "Rendered",
            "unknown baseline `Rendered` (did you mean `rendered`?)",
        ),
    ] {
        let problems = of_spec(&format!("baseline: {baseline}"));
        assert_eq!(problems, [format!("5:13 '{baseline}' {message} | {forms}")]);
    }
}

#[test]
fn a_pin_names_a_cluster() {
    assert_eq!(
        of_spec("cluster: {}"),
        [
            "5:12 '{}' `cluster` must contain `context` or `server` | for example: `cluster: {context: production}`"
        ]
    );
    assert_eq!(
        of_spec("cluster: {contxt: prod}\nscaleIn: {requireSettled: no}"),
        [
            "5:12 '{contxt: prod}' `cluster` must contain `context` or `server` | for example: `cluster: {context: production}`",
            "5:13 'contxt' unknown field `contxt` in `spec.cluster` | did you mean `context`?",
            "6:29 'no' `requireSettled` must be true or false, found the boolean no | write `false`",
        ]
    );
}

#[test]
fn a_label_is_a_string() {
    assert_eq!(
        of_spec(
            "matchLabels: {version: 1.10, on: 'x', canary: yes, rev: 0644, none: , list: [a], ok: rg1, ok2: ''}"
        ),
        [
            "5:26 '1.10' `version` must be a string, found 1.10 | quote it: \"1.10\"",
            "5:32 'on' the name `on` must be a string | quote it: \"on\"",
            "5:49 'yes' `canary` must be a string, found the boolean yes | quote it: \"yes\"",
            "5:59 '0644' `rev` must be a string, found 0644 | quote it: \"0644\"",
            "5:65 'none' `none` must be a string, found nothing",
            "5:79 '[a]' `list` must be a string, found a list",
        ]
    );
}

#[test]
fn a_new_component_is_whole_and_a_typing_error_is_shown_as_one() {
    assert_eq!(
        of_spec(
            "components:
  querynode: {scaleIn: {maxReplicas: 2}}
  cache: {role: worker, workloads: []}
  'a,b': {role: workr, workloads: [{apiVersion: apps/v1, kind: Deployment}]}
  gone: {role: worker, workloads: [{apiVersion: apps/v1, kind: '', matchLabels: {}}], replacedBy: proxi}
  proxy: {activeStandby: false, replacedBy: proxy, scaleIn: {maxComponents: 2}}"
        ),
        [
            "6:5 'querynode' `querynode` is not in the catalogue, and a new component needs `role` and `workloads` | did you mean `queryNode`?",
            "7:5 'cache' `cache` is not in the catalogue, and a new component needs at least one entry in `workloads`",
            "8:5 ''a,b'' invalid component name `a,b` | use letters, digits, `-`, `_` and `.`",
            "8:19 'workr' `role` must be `worker`, `coordinator` or `singleton`, found the string \"workr\" | did you mean `worker`?",
            "8:38 '{apiVersion: apps/v1, kind: Deployment}' missing field `matchLabels` in a workload | for example: `matchLabels: {app.kubernetes.io/name: milvus, component: querynode}`",
            "9:66 '''' `kind` must be a non-empty string, found the string \"\"",
            "9:83 '{}' `matchLabels` must contain at least one label",
            "9:101 'proxi' unknown component `proxi` | did you mean `proxy`?",
            "10:28 'false' `activeStandby` is for coordinators, and `proxy` is a worker",
            "10:47 'proxy' `proxy` cannot be replaced by itself",
            "10:64 'maxComponents' unknown field `maxComponents` in a component's `scaleIn` | it belongs in `spec.scaleIn`: `maxComponents: 2`",
        ]
    );
}

#[test]
fn a_waiver_has_a_rule_a_reason_and_a_day() {
    assert_eq!(
        of_spec(
            "waivers:
- {rule: duplicate-object, reason: x}
- {rule: worker-removed}
- {rule: worker-removed, reason: ' ', component: indexnode}
- {rule: worker-removed, reason: x, expires: 31.12.2026}
- {rule: worker-removed, reason: x, expires: 2026-02-30}
- {rule: worker-removed, reason: x, expires: 2026-2-3}
- {reason: x, until: 2026-12-31}
- worker-removed"
        ),
        [
            "6:12 'duplicate-object' `duplicate-object` cannot be waived",
            "7:5 '{rule: worker-removed}' missing field `reason` in a waiver | for example: `reason: Milvus 2.6 has none`",
            "8:36 '' '' `reason` must be a non-empty string, found the string \" \"",
            "8:52 'indexnode' unknown component `indexnode` | did you mean `indexNode`?",
            "9:48 '31.12.2026' `expires` must be a date, YYYY-MM-DD, found the string \"31.12.2026\" | for example: `expires: 2026-12-31`",
            "10:48 '2026-02-30' `expires`: there is no day 2026-02-30: February 2026 has 28 days",
            "11:48 '2026-2-3' `expires` must be a date, YYYY-MM-DD, found the date 2026-2-3 | for example: `expires: 2026-12-31`",
            "12:5 '{reason: x, until: 2026-12-31}' missing field `rule` in a waiver | for example: `rule: worker-removed`",
            "12:17 'until' unknown field `until` in a waiver | known fields: `rule`, `component`, `workload`, `reason`, `expires`",
            "13:5 'worker-removed' a waiver must be a mapping, found the string \"worker-removed\"",
        ]
    );
}

#[test]
fn a_target_says_how_many() {
    assert_eq!(
        of_spec(
            "targets: {proxy: {optional: true}, queryNode: {}, dataNode: , indexNode: {replicas: 1, overrides: [{matchLabels: {a: b}}]}}"
        ),
        [
            "5:13 'proxy' missing field `replicas` in the target of `proxy` | for example: `proxy: 3`",
            "5:38 'queryNode' missing field `replicas` in the target of `queryNode` | for example: `queryNode: 3`",
            "5:53 'dataNode' `dataNode` must be a plain non-negative integer or `keep`, found nothing",
            "5:102 '{matchLabels: {a: b}}' missing field `replicas` in an override | for example: `replicas: 4`",
        ]
    );
}

#[test]
fn labels_with_nothing_to_lie_over_are_not_ignored() {
    assert_eq!(
        refused(&policy("matchLabels: {a: b}")),
        [
            "p.yaml:4:16 '{a: b}' `spec.matchLabels` has no effect here | add these labels to the `matchLabels` of the workloads"
        ]
    );
}

#[test]
fn what_is_no_policy_is_said_to_be_none() {
    assert_eq!(
        refused(""),
        [
            "p.yaml:1:1 '' the policy is empty | a policy begins with apiVersion: trimtab.dev/v1alpha1"
        ]
    );
    assert_eq!(refused("# nothing\n---\n").len(), 1);
    assert_eq!(
        refused("- a\n"),
        ["p.yaml:1:3 'a' a policy must be a mapping, found a list"]
    );
    assert_eq!(
        refused("{}"),
        [
            "p.yaml:1:1 '{}' missing field `apiVersion` in a policy | for example: `apiVersion: trimtab.dev/v1alpha1`",
            "p.yaml:1:1 '{}' missing field `kind` in a policy | for example: `kind: ReplicaPolicy`",
            "p.yaml:1:1 '{}' missing field `spec` in a policy | for example: `spec: {extends: milvus, targets: {queryNode: 3}}`",
        ]
    );
    assert_eq!(
        refused(&format!("{}---\na: 1\n", policy("{}"))),
        ["p.yaml:5:1 '---' a second document is not allowed here | keep one document"]
    );
}

#[test]
fn a_file_that_cannot_be_read_is_named_with_the_reason() {
    let path = root().join("policies");
    let problems = load(&PolicyOptions {
        file: Some(&path),
        ..PolicyOptions::default()
    });
    let shown = path.display();
    assert_eq!(
        problems.unwrap_err(),
        [format!(
            "cannot read the policy {shown}: it is a folder, not a file"
        )]
    );
}

#[test]
fn a_flood_of_problems_is_counted_and_soon_over() {
    let spec: Vec<String> = (0..5_000).map(|at| format!("f{at}: 1")).collect();
    let problems = refused(&policy(&spec.join("\n")));
    assert_eq!(problems.len(), 51);
    assert_eq!(problems[50], "4950 more problems in the policy");
    let targets: Vec<String> = (0..5_000).map(|at| format!("  c{at}: 1")).collect();
    let problems = refused(&milvus(&format!("targets:\n{}", targets.join("\n"))));
    assert_eq!(problems.len(), 51);
    let components: Vec<String> = (0..5_000).map(|at| format!("  c{at}:")).collect();
    let problems = refused(&milvus(&format!("components:\n{}", components.join("\n"))));
    assert_eq!(problems.len(), 51);
}

#[test]
fn aliases_and_merges_are_refused_with_their_place() {
    assert_eq!(
        of_spec("targets:\n  proxy: &n 2\n  queryNode: *n\n  <<: {dataNode: 1}"),
        [
            "6:12 '&n' an anchor is not allowed here | write the value out where it is used",
            "7:16 '*n' an alias is not allowed here | write the value out",
            "8:5 '<<' a merge key is not allowed here | write the fields out",
        ]
    );
}

proptest::proptest! {
    /// Whatever a policy file holds, it is read or refused, and every place in a message is one in the text.
    #[test]
    fn a_broken_policy_is_an_error_and_never_a_crash(
        at in 0_usize..4_000,
        length in 0_usize..40,
        text in r#"[a-c3:{}\[\],'"&*!|>?<%~ #\né-]{0,12}"#,
    ) {
        let whole = include_str!("../../../policies/milvus.yaml");
        let start = whole.floor_char_boundary(at.min(whole.len()));
        let end = whole.floor_char_boundary((start + length).min(whole.len()));
        let mut broken = whole.to_owned();
        broken.replace_range(start..end, &text);
        let _ = Folder::new(&[("p.yaml", &broken)]).load("p.yaml");
    }
}
