//! Plans of odd shapes; `testdata/cases/plan*` are those that users see.

use insta::assert_snapshot;

use super::super::tests::{Texts, release};
use super::*;
use crate::field::{Count, FieldPath};
use crate::finding::ObjectRef;
use crate::plan::{Before, LadderEnd};
use crate::report::columns::width;
use crate::report::{
    Command, ComponentCounts, Rendering, ScaledBy, Style, Unrecognised, Verbosity,
};
use crate::source::Sources;

const LARGEST: u32 = i32::MAX.unsigned_abs();

/// A plan of one release with one workload, which is compared with something.
fn plan(change: impl Fn(&mut WorkloadCounts)) -> Report {
    let mut report = Texts::report(Command::Plan, Vec::new());
    "file:live.yaml".clone_into(&mut report.baseline.source);
    let workloads = &mut report.releases.iter_mut();
    let workloads = workloads.flat_map(|it| &mut it.components);
    workloads.flat_map(|it| &mut it.workloads).for_each(change);
    report
}

fn shown(report: &Report) -> String {
    text(report, Style::default())
}

/// The line of the one workload.
fn line(report: &Report) -> String {
    shown(report).lines().nth(2).unwrap_or_default().to_owned()
}

/// What is searched for is found on one line; all that is no name fits beside it or below.
#[test]
fn names_stay_whole_and_the_rest_fits_a_hundred_columns() {
    let mut report = plan(|it| {
        it.object.name = "m".repeat(253).into();
        it.before = Before::Known(LARGEST);
        it.rendered = Count::Invalid("9".repeat(40).into());
        it.target = Some(LARGEST - 1);
        it.keeps = true;
        it.count = Some(LARGEST);
        it.next = [LARGEST; 8].into();
        it.rendering = Some(Box::new(scaled_by(vec![autoscaler(), autoscaler()])));
    });
    for component in report.releases.iter_mut().flat_map(|it| &mut it.components) {
        component.component = "c".repeat(80).into();
        component.end = LadderEnd::Cut;
    }
    report.unrecognised = vec![unrecognised("日".repeat(100), "why ".repeat(50))];
    let shown = shown(&report);
    let names = ["m".repeat(253), "c".repeat(80), "日".repeat(100)];
    for name in &names {
        assert!(shown.contains(name), "{shown}");
    }
    let without_names = |line: &str| {
        let rest = names
            .iter()
            .fold(line.to_owned(), |line, name| line.replace(name, ""));
        let words: Vec<&str> = rest.split_whitespace().collect();
        width(&words.join("  "))
    };
    let longest = shown.lines().map(without_names).max();
    assert!(longest <= Some(WIDTH), "{shown}");
}

fn autoscaler() -> ScaledBy {
    ScaledBy {
        kind: "HorizontalPodAutoscaler".to_owned(),
        name: "scaler".to_owned(),
        min: Some(1),
        max: None,
    }
}

fn scaled_by(autoscalers: Vec<ScaledBy>) -> Rendering {
    // Of a text that no finding is about.
    let mut sources = Sources::default();
    for _ in 0..9 {
        sources.add("one.yaml", "");
    }
    Rendering {
        source: sources.add("another.yaml", ""),
        path: FieldPath::in_spec("replicas"),
        names_namespace: true,
        template: None,
        values_key: None,
        autoscalers,
    }
}

fn unrecognised(name: String, reason: String) -> Unrecognised {
    let object = ObjectRef {
        api_version: "apps/v1".into(),
        kind: "StatefulSet".into(),
        namespace: Some("milvus".into()),
        name: name.into(),
    };
    Unrecognised {
        object,
        reason,
        rendered: Some(1),
    }
}

/// Two components, of which the second waits, and one that an autoscaler owns.
fn production() -> Report {
    let mut report = plan(|_| {});
    let Some(release) = report.releases.first_mut() else {
        return report;
    };
    let Some(first) = release.components.first().cloned() else {
        return report;
    };
    let mut second = ComponentCounts {
        component: "queryNode".into(),
        waits_for: vec!["dataNode".into()],
        ..first.clone()
    };
    let mut third = ComponentCounts {
        component: "proxy".into(),
        ..first
    };
    for workload in &mut second.workloads {
        workload.object.name = "my-release-milvus-querynode-of-the-group-for-日本語".into();
        workload.before = Before::Known(40);
        (workload.target, workload.count) = (Some(1), Some(40));
        workload.next = [40, 40, 39, 38, 37, 36, 35, 34].into();
    }
    second.end = LadderEnd::Cut;
    for workload in &mut third.workloads {
        workload.object.name = "my-release-milvus-proxy".into();
        (workload.target, workload.count) = (None, None);
        workload.before = Before::Unset;
        workload.rendered = Count::Absent;
        workload.next = [].into();
        workload.rendering = Some(Box::new(scaled_by(vec![autoscaler()])));
    }
    release.components.extend([second, third]);
    report.unrecognised = vec![
        unrecognised(
            "my-release-etcd".to_owned(),
            "no component has the label app.kubernetes.io/name: etcd".to_owned(),
        ),
        unrecognised(
            "my-release-hook".to_owned(),
            "it is a hook, which belongs to no release".to_owned(),
        ),
    ];
    report.findings = vec![Texts::new().scale_in()];
    report
}

#[test]
fn a_plan_in_ascii() {
    assert_snapshot!(shown(&production()), @r#"
    release my-release in namespace milvus
    COMPONENT  ROLE    WORKLOAD                                             RENDERED  BASELINE  TARGET
    dataNode   worker  my-release-milvus-datanode                                  5         5       2
      finding: scale-in-too-large
    queryNode  worker  my-release-milvus-querynode-of-the-group-for-日本語         5        40       1
    proxy      worker  my-release-milvus-proxy                                absent     unset       -
      autoscaler: HPA 1-?

               dataNode   queryNode
    baseline   5 #####    40 ########################################
    step 1     refused    40 ########################################
    step 2                40 ########################################
    step 3                40 ########################################
    step 4                39 #######################################
    step 5                38 ######################################
    step 6                37 #####################################
    step 7                36 ####################################
    step 8                35 ###################################
    step 9                34 ##################################
    ...                   ...
    target                 1 #
    queryNode waits for dataNode

    not recognised
    WORKLOAD                            REASON
    StatefulSet milvus/my-release-etcd  no component has the label app.kubernetes.io/name: etcd
    StatefulSet milvus/my-release-hook  it is a hook, which belongs to no release

    error    scale-in-too-large  dataNode would lose 3 of 5 replicas in one release; at most 1 may go
                                 help: set the target to 4 now, then 3, then 2, each once the one before
                                   is available

    baseline: file:live.yaml; live counts not checked
    1 finding to fix before the next step
    "#);
}

#[test]
fn a_plan_with_blocks() {
    let style = Style {
        blocks: true,
        ..Style::default()
    };
    assert_snapshot!(text(&production(), style), @r#"
    release my-release in namespace milvus
    COMPONENT  ROLE    WORKLOAD                                             RENDERED  BASELINE  TARGET
    dataNode   worker  my-release-milvus-datanode                                  5         5       2
      finding: scale-in-too-large
    queryNode  worker  my-release-milvus-querynode-of-the-group-for-日本語         5        40       1
    proxy      worker  my-release-milvus-proxy                                absent     unset       -
      autoscaler: HPA 1-?

               dataNode   queryNode
    baseline   5 █████    40 ████████████████████████████████████████
    step 1     refused    40 ████████████████████████████████████████
    step 2                40 ████████████████████████████████████████
    step 3                40 ████████████████████████████████████████
    step 4                39 ███████████████████████████████████████
    step 5                38 ██████████████████████████████████████
    step 6                37 █████████████████████████████████████
    step 7                36 ████████████████████████████████████
    step 8                35 ███████████████████████████████████
    step 9                34 ██████████████████████████████████
    ...                   ...
    target                 1 █
    queryNode waits for dataNode

    not recognised
    WORKLOAD                            REASON
    StatefulSet milvus/my-release-etcd  no component has the label app.kubernetes.io/name: etcd
    StatefulSet milvus/my-release-hook  it is a hook, which belongs to no release

    error    scale-in-too-large  dataNode would lose 3 of 5 replicas in one release; at most 1 may go
                                 help: set the target to 4 now, then 3, then 2, each once the one before
                                   is available

    baseline: file:live.yaml; live counts not checked
    1 finding to fix before the next step
    "#);
}

#[test]
fn many_workloads_go_into_further_blocks() {
    let mut report = plan(|_| {});
    for component in report.releases.iter_mut().flat_map(|it| &mut it.components) {
        let first = component.workloads.first().cloned();
        let groups = (1..=8).filter_map(|group| {
            let mut workload = first.clone()?;
            workload.object.name = format!("my-release-milvus-datanode-rg{group}").into();
            Some(workload)
        });
        component.workloads = groups.collect();
    }
    assert_snapshot!(shown(&report), @r#"
    release my-release in namespace milvus
    COMPONENT  ROLE    WORKLOAD                        RENDERED  BASELINE  TARGET
    dataNode   worker  my-release-milvus-datanode-rg1         5         5       2
    dataNode   worker  my-release-milvus-datanode-rg2         5         5       2
    dataNode   worker  my-release-milvus-datanode-rg3         5         5       2
    dataNode   worker  my-release-milvus-datanode-rg4         5         5       2
    dataNode   worker  my-release-milvus-datanode-rg5         5         5       2
    dataNode   worker  my-release-milvus-datanode-rg6         5         5       2
    dataNode   worker  my-release-milvus-datanode-rg7         5         5       2
    dataNode   worker  my-release-milvus-datanode-rg8         5         5       2

               dataNode             dataNode             dataNode             dataNode
               my-release-milvus-   my-release-milvus-   my-release-milvus-   my-release-milvus-
               datanode-rg1         datanode-rg2         datanode-rg3         datanode-rg4
    baseline   5 #####              5 #####              5 #####              5 #####
    step 1     4 ####               4 ####               4 ####               4 ####
    step 2     3 ###                3 ###                3 ###                3 ###
    step 3     2 ##                 2 ##                 2 ##                 2 ##

               dataNode             dataNode             dataNode             dataNode
               my-release-milvus-   my-release-milvus-   my-release-milvus-   my-release-milvus-
               datanode-rg5         datanode-rg6         datanode-rg7         datanode-rg8
    baseline   5 #####              5 #####              5 #####              5 #####
    step 1     4 ####               4 ####               4 ####               4 ####
    step 2     3 ###                3 ###                3 ###                3 ###
    step 3     2 ##                 2 ##                 2 ##                 2 ##

    baseline: file:live.yaml; live counts not checked
    3 steps to go; start each once the previous one has settled
    "#);
}

#[test]
fn a_name_cannot_forge_a_line() {
    let report = plan(|it| it.object.name = "a\nb\u{1b}[2J".into());
    assert!(
        line(&report).contains("  a\u{240a}b\u{241b}[2J  "),
        "{}",
        line(&report)
    );
}

#[test]
fn each_count_has_its_word() {
    for (before, word) in [
        (Before::New, "new"),
        (Before::Unset, "unset"),
        (Before::Unknown, "unknown"),
        (Before::Known(12), "12"),
    ] {
        let report = plan(|it| it.before = before);
        let words: Vec<String> = line(&report)
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        assert_eq!(words.get(4).map(String::as_str), Some(word), "{words:?}");
        let shown = shown(&report);
        assert!(shown.contains(&format!("baseline   {word}")), "{shown}");
    }
}

#[test]
fn a_target_may_keep_what_runs() {
    let report = plan(|it| (it.keeps, it.target) = (true, Some(2)));
    assert!(line(&report).ends_with(" 5  keep 2"), "{}", line(&report));
}

#[test]
fn a_ladder_that_ends_early_says_so() {
    let mut report = plan(|it| it.target = Some(1));
    let cut = shown(&report);
    assert!(cut.contains("\n...        ...\ntarget     1 #\n"), "{cut}");
    for component in report.releases.iter_mut().flat_map(|it| &mut it.components) {
        component.end = LadderEnd::Stuck;
    }
    let stuck = shown(&report);
    let end =
        "\nstep 3     2 ##\ntarget     1 #\ndataNode may take no further step towards its target\n";
    assert!(stuck.contains(end), "{stuck}");
}

#[test]
fn what_is_refused_has_no_ladder() {
    let mut report = production();
    report.baseline.live = true;
    let refused = shown(&report);
    assert!(refused.contains("\nstep 1     refused"), "{refused}");
}

#[test]
fn many_unrecognised_workloads_are_counted() {
    let mut report = plan(|_| {});
    report.unrecognised = vec![unrecognised("x".to_owned(), "y".to_owned()); 25];
    let shown = shown(&report);
    assert_eq!(shown.matches("StatefulSet milvus/x").count(), 20);
    assert!(
        shown.contains("\nand 5 more: the JSON report has all of them\n"),
        "{shown}"
    );
}

#[test]
fn the_state_is_what_is_to_be_done() {
    let report = plan(|_| {});
    assert_eq!(
        report.state(),
        State::Steps(3),
        "five, then four, three, two"
    );
    let done = |it: &mut WorkloadCounts| {
        (it.before, it.count, it.target) = (Before::Known(2), Some(2), Some(2));
        it.next = [].into();
    };
    let mut report = plan(done);
    for release in &mut report.releases {
        release.remaining = 0;
    }
    assert_eq!(report.state(), State::Done);
    report.releases.push(release());
    assert_eq!(report.state(), State::Steps(3));
    report.releases.clear();
    assert_eq!(report.state(), State::Done);
}

#[test]
fn colours_are_of_the_severity_alone() {
    let texts = Texts::new();
    let report = Texts::report(Command::Plan, vec![texts.scale_in(), texts.waived()]);
    let style = Style {
        color: true,
        ..Style::default()
    };
    let colored = text(&report, style);
    assert!(
        colored.contains("\u{1b}[1m\u{1b}[91merror  \u{1b}[0m  scale-in-too-large"),
        "{colored}"
    );
    assert!(!shown(&report).contains('\u{1b}'));
    let quiet = Style {
        verbosity: Verbosity::Quiet,
        ..Style::default()
    };
    assert!(text(&report, quiet).starts_with("error    scale-in-too-large  dataNode would lose"));
    assert_eq!(text(&report, quiet).matches("worker-removed").count(), 0);
}
