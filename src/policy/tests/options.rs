//! What the command line adds.

use super::*;

fn with(targets: &[&str], allow: &[&str]) -> Result<Policy, Vec<String>> {
    let folder = Folder::new(&[(
        "p.yaml",
        &milvus(
            "targets: {proxy: 2, queryNode: {replicas: 3, optional: true, overrides: [{matchLabels: {a: b}, replicas: 9}]}}",
        ),
    )]);
    let path = folder.path("p.yaml");
    load(&PolicyOptions {
        file: Some(&path),
        function_config: None,
        targets: &arguments("--target", targets),
        allow: &arguments("--allow", allow),
        reason: Some("incident 7"),
        rules: RULES,
    })
}

fn arguments(from: &'static str, texts: &[&str]) -> Vec<Argument> {
    texts
        .iter()
        .map(|&text| Argument::new(from, text))
        .collect()
}

#[test]
fn a_target_replaces_the_policys_in_its_place() {
    let policy = with(&["dataNode=4", "queryNode=1"], &[]).unwrap();
    assert_eq!(targets(&policy), ["proxy=2", "queryNode?=1", "dataNode=4"]);
}

#[test]
fn an_option_holds_over_a_variable() {
    let targets = [
        Argument::new("TRIMTAB_TARGETS", "proxy=4"),
        Argument::new("TRIMTAB_TARGETS", "dataNode=2"),
        Argument::new("--target", "proxy=5"),
    ];
    let options = PolicyOptions {
        targets: &targets,
        ..PolicyOptions::default()
    };
    let policy = load(&options).unwrap();
    assert_eq!(super::targets(&policy), ["proxy=5", "dataNode=2"]);
    let twice = arguments("TRIMTAB_TARGETS", &["proxy=4", "proxy=4"]);
    let options = PolicyOptions {
        targets: &twice,
        ..PolicyOptions::default()
    };
    assert_eq!(
        load(&options).unwrap_err(),
        ["TRIMTAB_TARGETS:1:1 'proxy=4' TRIMTAB_TARGETS:1:1 'proxy=4' two targets for `proxy`"]
    );
}

#[test]
fn an_option_is_shown_as_it_was_given() {
    let targets = [
        "querynode=3",
        "mixCoord=2",
        "queryNode",
        "proxy=03",
        "proxy=-1",
        "=3",
        "dataNode=4",
        "dataNode=4",
        "proxy=2147483648",
        "proxy = 2",
    ];
    let allow = [
        "unsafe-edit",
        "worker-remove",
        "worker-removed=indexnode",
        "worker-removed=",
        "worker-removed=queryNode/",
        "worker-removed=querynode/a",
    ];
    let options = PolicyOptions {
        targets: &arguments("--target", &targets),
        allow: &arguments("--allow", &allow),
        ..PolicyOptions::default()
    };
    assert_eq!(
        load(&options).unwrap_err(),
        [
            "--target:1:1 'querynode' unknown component `querynode` | did you mean `queryNode`?",
            "--target:1:10 '2' `mixCoord` is a coordinator, and cannot be scaled | remove the target; if \
             active-standby is enabled, a second copy is allowed by `components: {mixCoord: {activeStandby: true}}` in the policy",
            "--target:1:1 'queryNode' invalid value `queryNode` for `--target`, expected COMPONENT=N | give a count: queryNode=3",
            "--target:1:7 '03' invalid count `03` for `proxy`, expected a plain integer from 0 to 2147483647, or `keep`",
            "--target:1:7 '-1' invalid count `-1` for `proxy`, expected a plain integer from 0 to 2147483647, or `keep`",
            "--target:1:1 '=3' invalid value `=3` for `--target`, expected COMPONENT=N | for example: queryNode=3",
            "--target:1:1 'dataNode=4' --target:1:1 'dataNode=4' two targets for `dataNode`",
            "--target:1:7 '2147483648' invalid count `2147483648` for `proxy`, expected a plain integer from 0 to 2147483647, or `keep`",
            "--target:1:8 ' 2' invalid count ` 2` for `proxy `, expected a plain integer from 0 to 2147483647, or `keep` | \
             did you mean `proxy=2`?",
            "--allow:1:1 'unsafe-edit' `unsafe-edit` cannot be waived",
            "--allow:1:1 'worker-remove' unknown rule `worker-remove` | did you mean `worker-removed`?",
            "--allow:1:16 'indexnode' unknown component `indexnode` | did you mean `indexNode`?",
            "--allow:1:16 '' missing component name after the `=` | write RULE=COMPONENT, or remove the `=` to waive the \
             rule for all of them",
            "--allow:1:26 '' missing workload name after the `/` | write RULE=COMPONENT/WORKLOAD, or \
             remove the `/` to waive the whole component",
            "--allow:1:16 'querynode' unknown component `querynode` | did you mean `queryNode`?",
        ]
    );
}

#[test]
fn a_waiver_of_the_command_line_has_its_reason() {
    let policy = with(&[], &["scale-in-too-large", "worker-removed=indexNode"]).unwrap();
    let waivers: Vec<_> = policy
        .waivers
        .iter()
        .map(|w| {
            (
                w.rule.id,
                told(w.component.as_ref()),
                told(w.reason.as_ref()),
            )
        })
        .collect();
    assert_eq!(
        waivers,
        [
            ("scale-in-too-large", None, Some("incident 7")),
            ("worker-removed", Some("indexNode"), Some("incident 7")),
        ]
    );
}

#[test]
fn a_target_needs_no_policy_file() {
    let options = PolicyOptions {
        targets: &arguments("--target", &["queryNode=3"]),
        ..PolicyOptions::default()
    };
    let policy = load(&options).unwrap();
    assert!(policy.builtin);
    assert_eq!(targets(&policy), ["queryNode=3"]);
    assert!(policy.target_of(component(&policy, "queryNode")).is_some());
}
