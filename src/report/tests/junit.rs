//! `JUnit` XML.

use std::path::Path;

use insta::assert_snapshot;
use proptest::prelude::*;

use super::{Texts, finding, printed};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::report::{Command, Form, Outcome, Report, Style, clean};
use crate::source::{Place, Sources};

fn xml(outcome: &Outcome, sources: &Sources) -> String {
    let form = (Form::Junit, Style::default());
    printed(outcome, Command::Check, form, sources)
}

fn judged(findings: Vec<Finding>, texts: &Texts) -> String {
    xml(
        &Outcome::Judged(Texts::report(Command::Check, findings)),
        &texts.sources,
    )
}

#[test]
fn a_workload_fails_is_skipped_or_passes() {
    let mut texts = Texts::new();
    texts
        .sources
        .is_from(texts.stream, Path::new("prod/milvus.yaml"));
    assert_snapshot!(judged(vec![texts.scale_in()], &texts), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="trimtab" tests="1" skipped="0" failures="1" errors="0">
        <testsuite name="trimtab check" tests="1" skipped="0" errors="0" failures="1">
            <properties>
                <property name="verdict" value="refused"/>
                <property name="policy" value="milvus-production (policies/production.yaml)"/>
                <property name="baseline" value="rendered; live counts not checked"/>
            </properties>
            <testcase name="Deployment milvus/my-release-milvus-datanode" classname="trimtab.dataNode" file="prod/milvus.yaml">
                <failure message="dataNode would lose 3 of 5 replicas in one release; at most 1 may go" type="scale-in-too-large">error[scale-in-too-large]: dataNode would lose 3 of 5 replicas in one release; at most 1 may go
     --&gt; policies/production.yaml:3:26
      |
    3 |     dataNode: {replicas: 2}
      |                          ^ the target
      |
     ::: &lt;stdin&gt;:8:13
      |
    8 |   replicas: 5
      |             - Deployment milvus/my-release-milvus-datanode
      |
      = note: rendered by milvus/templates/datanode-deployment.yaml
      = help: set the target to 4 now, then 3, then 2, each once the one before is available
      = help: in an emergency: --allow scale-in-too-large=dataNode
    </failure>
            </testcase>
            <system-out>checked 5 workloads of 1 release: 1 error
    baseline: rendered; live counts not checked
    </system-out>
        </testsuite>
    </testsuites>
    "#);
    assert_snapshot!(judged(vec![texts.waived()], &texts), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="trimtab" tests="1" skipped="1" failures="0" errors="0">
        <testsuite name="trimtab check" tests="1" skipped="1" errors="0" failures="0">
            <properties>
                <property name="verdict" value="passed"/>
                <property name="policy" value="milvus-production (policies/production.yaml)"/>
                <property name="baseline" value="rendered; live counts not checked"/>
            </properties>
            <testcase name="Deployment milvus/my-release-milvus-datanode" classname="trimtab.dataNode" file="prod/milvus.yaml">
                <skipped message="waived: 2.6 has none (until 2026-12-31)"/>
                <system-out>waived[worker-removed]: indexNode is gone from release my-release
     --&gt; &lt;stdin&gt;:4:1
      |
    4 | kind: Deployment
      | ^^^^ the release&apos;s first object
      |
     ::: policies/production.yaml:5:6
      |
    5 |   - {rule: worker-removed, reason: &quot;2.6 has none&quot;, expires: 2026-12-31}
      |      -------------------- waived here
      |
      = note: waived: 2.6 has none (until 2026-12-31)
    </system-out>
            </testcase>
            <system-out>checked 5 workloads of 1 release: 1 waived
    baseline: rendered; live counts not checked
    </system-out>
        </testsuite>
    </testsuites>
    "#);
    let mut warning = texts.scale_in();
    warning.severity = Severity::Warning;
    assert!(judged(vec![warning.clone()], &texts).contains(r#"failures="0""#));
    let mut report = Texts::report(Command::Check, vec![warning]);
    report.denies_warnings = true;
    let denied = xml(&Outcome::Judged(report), &texts.sources);
    assert!(denied.contains(r#"failures="1""#), "{denied}");
}

#[test]
fn what_is_about_no_workload_is_a_case_of_its_own() {
    let texts = Texts::new();
    let mut found = finding("nothing-recognised", "x", Diagnostic::new("no workload"));
    (found.object, found.component) = (None, None);
    let printed = judged(vec![found], &texts);
    let case = r#"<testcase name="nothing-recognised" classname="trimtab">"#;
    assert!(printed.contains(case), "{printed}");
}

#[test]
fn a_run_that_could_not_decide_is_an_error() {
    let texts = Texts::new();
    let error = Diagnostic::new("no such file").help("name another");
    let failed = Outcome::Undecided(vec![error.clone(), error]);
    assert_snapshot!(xml(&failed, &texts.sources), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="trimtab" tests="1" skipped="0" failures="0" errors="1">
        <testsuite name="trimtab check" tests="1" skipped="0" errors="1" failures="0">
            <testcase name="trimtab reaches a verdict" classname="trimtab">
                <error message="no such file (and 1 more)" type="undecided">error: no such file
     |
     = help: name another

    error: no such file
     |
     = help: name another
    </error>
            </testcase>
        </testsuite>
    </testsuites>
    "#);
}

/// The names of two environments may be the same; each has its case, and its own findings.
#[test]
fn a_folder_tells_the_same_names_apart() {
    let mut texts = Texts::new();
    texts
        .sources
        .is_from(texts.stream, Path::new("prod/milvus.yaml"));
    let mut report: Report = Texts::report(Command::Check, vec![texts.scale_in()]);
    let mut other = report.releases[0].clone();
    report.releases[0].folder = Some("dev".to_owned());
    other.folder = Some("prod".to_owned());
    report.releases.push(other);
    let printed = xml(&Outcome::Judged(report), &texts.sources);
    let dev = r#"<testcase name="Deployment milvus/my-release-milvus-datanode in dev" classname="trimtab.dataNode"/>"#;
    assert!(printed.contains(dev), "{printed}");
    assert!(printed.contains(r#"failures="1""#), "{printed}");
}

proptest! {
    /// Whatever a manifest holds, the document can be read, and says it.
    #[test]
    fn no_text_breaks_the_document(text in ".*") {
        let mut sources = Sources::default();
        let id = sources.add(text.as_str(), text.as_str());
        sources.is_from(id, Path::new("m.yaml"));
        let error = Diagnostic::new(text.as_str()).label(Place::new(id, 0..text.len()), text.as_str());
        let mut found = finding("unsafe-edit", &text, error);
        found.object.as_mut().unwrap().name = text.as_str().into();
        let outcome = Outcome::Judged(Texts::report(Command::Check, vec![found]));
        let printed = xml(&outcome, &sources);
        let is_char = |c: char| matches!(c, '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
        prop_assert!(printed.chars().all(is_char), "{:?}", printed);
        let document = quick_junit::Report::deserialize_from_str(&printed).unwrap();
        let case = document.test_suites[0].test_cases.last().unwrap();
        let name = clean::line(&format!("Deployment milvus/{text}")).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
        prop_assert_eq!(case.name.as_str(), name);
    }
}
