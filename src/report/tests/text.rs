//! The text form of whole reports.

use insta::assert_snapshot;

use super::{Texts, finding, printed};
use crate::diagnostic::Diagnostic;
use crate::report::text::{diagnostics_text, text};
use crate::report::{Command, Form, Outcome, Style, Verbosity, Verdict};
use crate::source::Sources;

const QUIET: Style = Style {
    color: false,
    verbosity: Verbosity::Quiet,
    width: None,
    blocks: false,
};

const VERBOSE: Style = Style {
    verbosity: Verbosity::Verbose,
    ..QUIET
};

#[test]
fn a_refusal_names_the_places_and_says_that_nothing_was_written() {
    let texts = Texts::new();
    let report = Texts::report(Command::Filter, vec![texts.scale_in()]);
    assert_snapshot!(text(&report, &texts.sources, Style::default()), @r#"
    error[scale-in-too-large]: dataNode would lose 3 of 5 replicas in one release; at most 1 may go
     --> policies/production.yaml:3:26
      |
    3 |     dataNode: {replicas: 2}
      |                          ^ the target
      |
     ::: <stdin>:8:13
      |
    8 |   replicas: 5
      |             - Deployment milvus/my-release-milvus-datanode
      |
      = note: rendered by milvus/templates/datanode-deployment.yaml
      = help: set the target to 4 now, then 3, then 2, each once the one before is available
      = help: in an emergency: --allow scale-in-too-large=dataNode

    baseline: rendered; live counts not checked
    refused: 1 error; nothing was written
    "#);
    assert_snapshot!(text(&report, &texts.sources, QUIET), @r#"
    error[scale-in-too-large]: dataNode would lose 3 of 5 replicas in one release; at most 1 may go
     --> policies/production.yaml:3:26
      |
    3 |     dataNode: {replicas: 2}
      |                          ^ the target
      |
     ::: <stdin>:8:13
      |
    8 |   replicas: 5
      |             - Deployment milvus/my-release-milvus-datanode
      |
      = note: rendered by milvus/templates/datanode-deployment.yaml
      = help: set the target to 4 now, then 3, then 2, each once the one before is available
      = help: in an emergency: --allow scale-in-too-large=dataNode

    refused: 1 error; nothing was written
    "#);
}

#[test]
fn a_refused_change_is_not_shown_as_done() {
    let texts = Texts::new();
    let mut report = Texts::report(Command::Filter, vec![texts.scale_in()]);
    report.changes.push(texts.change());
    assert!(!text(&report, &texts.sources, VERBOSE).contains("5 -> 4"));
}

#[test]
fn success_shows_a_line_a_change() {
    let texts = Texts::new();
    let mut report = Texts::report(Command::Filter, Vec::new());
    report.changes.push(texts.change());
    let mut absent = texts.change();
    absent.component = "queryNode".into();
    absent.object.name = "my-release-milvus-querynode".into();
    (absent.from, absent.to, absent.step, absent.place) = (None, 3, None, None);
    absent.written = "absent".into();
    report.changes.push(absent);
    assert_snapshot!(text(&report, &texts.sources, Style::default()), @r#"
    dataNode my-release-milvus-datanode 5 -> 4 (step 1 of 3, next 3, 2)
    queryNode my-release-milvus-querynode absent -> 3
    baseline: rendered; live counts not checked
    "#);
    assert_snapshot!(text(&report, &texts.sources, VERBOSE), @r#"
    dataNode my-release-milvus-datanode 5 -> 4 (step 1 of 3, next 3, 2) [namespace milvus; <stdin>:8:13; milvus/templates/datanode-deployment.yaml; target 2]
    queryNode my-release-milvus-querynode absent -> 3 [namespace milvus; milvus/templates/datanode-deployment.yaml; target 2]
    policy: milvus-production (policies/production.yaml)
    baseline: rendered; live counts not checked
    "#);
    assert_eq!(text(&report, &texts.sources, QUIET), "");
}

#[test]
fn a_long_ladder_is_cut() {
    let texts = Texts::new();
    let mut report = Texts::report(Command::Filter, Vec::new());
    let mut change = texts.change();
    let step = change.step.as_mut().unwrap();
    (step.of, step.next) = (500, (492..500).rev().collect());
    report.changes.push(change);
    assert_snapshot!(text(&report, &texts.sources, Style::default()), @r#"
    dataNode my-release-milvus-datanode 5 -> 4 (step 1 of 500, next 499, 498, 497, 496, 495, 494, 493, 492, ...)
    baseline: rendered; live counts not checked
    "#);
}

#[test]
fn a_check_ends_with_a_summary() {
    let texts = Texts::new();
    let warning = Diagnostic::new("the HPA scales a Deployment that is not in the stream");
    let warning = finding("autoscaler-orphaned", "dataNode", warning);
    let mut report = Texts::report(
        Command::Check,
        vec![texts.scale_in(), warning, texts.waived()],
    );
    report
        .notes
        .push("charts/values.yaml is no manifest".into());
    report.baseline.live = true;
    report.baseline.source = "file:live.yaml".into();
    assert_snapshot!(text(&report, &texts.sources, Style::default()), @r#"
    error[scale-in-too-large]: dataNode would lose 3 of 5 replicas in one release; at most 1 may go
     --> policies/production.yaml:3:26
      |
    3 |     dataNode: {replicas: 2}
      |                          ^ the target
      |
     ::: <stdin>:8:13
      |
    8 |   replicas: 5
      |             - Deployment milvus/my-release-milvus-datanode
      |
      = note: rendered by milvus/templates/datanode-deployment.yaml
      = help: set the target to 4 now, then 3, then 2, each once the one before is available
      = help: in an emergency: --allow scale-in-too-large=dataNode

    warning[autoscaler-orphaned]: the HPA scales a Deployment that is not in the stream

    waived[worker-removed]: indexNode is gone from release my-release
     --> <stdin>:4:1
      |
    4 | kind: Deployment
      | ^^^^ the release's first object
      |
     ::: policies/production.yaml:5:6
      |
    5 |   - {rule: worker-removed, reason: "2.6 has none", expires: 2026-12-31}
      |      -------------------- waived here
      |
      = note: waived: 2.6 has none (until 2026-12-31)

    note: charts/values.yaml is no manifest
    checked 5 workloads of 1 release: 1 error, 1 warning, 1 waived
    baseline: file:live.yaml; readiness not checked
    "#);
}

#[test]
fn a_clean_check_says_so() {
    let texts = Texts::new();
    let report = Texts::report(Command::Check, Vec::new());
    assert_snapshot!(text(&report, &texts.sources, Style::default()), @r#"
    checked 5 workloads of 1 release: no findings
    baseline: rendered; live counts not checked
    "#);
    assert_eq!(text(&report, &texts.sources, QUIET), "");
}

#[test]
fn waived_findings_are_always_told_but_for_quiet() {
    let texts = Texts::new();
    let mut by_option = texts.waived();
    let waived = by_option.waived.as_mut().unwrap();
    (waived.reason, waived.place, waived.expires) = (None, None, None);
    let report = Texts::report(Command::Filter, vec![texts.waived(), by_option]);
    assert_eq!(report.verdict, Verdict::Passed);
    assert_snapshot!(text(&report, &texts.sources, VERBOSE), @r#"
    waived[worker-removed]: indexNode is gone from release my-release
     --> <stdin>:4:1
      |
    4 | kind: Deployment
      | ^^^^ the release's first object
      |
     ::: policies/production.yaml:5:6
      |
    5 |   - {rule: worker-removed, reason: "2.6 has none", expires: 2026-12-31}
      |      -------------------- waived here
      |
      = note: waived: 2.6 has none (until 2026-12-31)
      = help: keep it, or name what replaces it

    waived[worker-removed]: indexNode is gone from release my-release
     --> <stdin>:4:1
      |
    4 | kind: Deployment
      | ^^^^ the release's first object
      |
      = note: waived: no reason given
      = help: keep it, or name what replaces it

    policy: milvus-production (policies/production.yaml)
    baseline: rendered; live counts not checked
    "#);
    assert!(!text(&report, &texts.sources, Style::default()).contains("help"));
    assert_eq!(text(&report, &texts.sources, QUIET), "");
}

#[test]
fn colour_is_only_there_on_request() {
    let texts = Texts::new();
    let report = Texts::report(Command::Filter, vec![texts.scale_in()]);
    let plain = text(&report, &texts.sources, Style::default());
    let style = Style {
        color: true,
        ..Style::default()
    };
    let styled = text(&report, &texts.sources, style);
    assert!(!plain.contains('\u{1b}'));
    assert!(styled.contains("\u{1b}["));
    assert_eq!(without_colour(&styled), plain);
    let outcome = Outcome::Judged(report);
    let written = printed(
        &outcome,
        Command::Filter,
        (Form::Text, style),
        &texts.sources,
    );
    assert_eq!(written, styled);
}

/// What is left of a text without the sequences that set a style.
fn without_colour(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |whole, part| whole + part.split_once('m').unwrap().1)
}

#[test]
fn errors_that_end_a_run() {
    let texts = Texts::new();
    let errors = [
        Diagnostic::new("unknown field `replica`")
            .label(texts.place(texts.policy, "replicas"), "")
            .help("did you mean `replicas`?\nsee `trimtab generate schema`"),
        Diagnostic::new("cannot read live.yaml").note("no such file"),
    ];
    assert_snapshot!(diagnostics_text(&errors, &texts.sources, false), @r#"
    error: unknown field `replica`
     --> policies/production.yaml:3:16
      |
    3 |     dataNode: {replicas: 2}
      |                ^^^^^^^^
      |
      = help: did you mean `replicas`?
              see `trimtab generate schema`

    error: cannot read live.yaml
     |
     = note: no such file
    "#);
    assert_eq!(diagnostics_text(&[], &Sources::default(), true), "");
}

#[test]
fn a_cluster_is_named_and_what_told_of_it() {
    let texts = Texts::new();
    let mut report = Texts::report(Command::Filter, Vec::new());
    report.baseline.cluster = Some(super::in_cluster());
    assert_eq!(
        text(&report, &texts.sources, Style::default()),
        "baseline cluster: https://10.0.0.1:6443 (context prod, namespace milvus; from --context)\n"
    );
    report.baseline.cluster = Some(crate::report::ClusterRef {
        server: "https://a\u{1b}[2J".to_owned(),
        context: None,
        ..super::in_cluster()
    });
    assert_eq!(
        text(&report, &texts.sources, Style::default()),
        "baseline cluster: https://a\u{241b}[2J (namespace milvus; from --context)\n"
    );
}
