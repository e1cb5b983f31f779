//! Workflow commands of GitHub Actions.

use std::path::Path;

use insta::assert_snapshot;
use proptest::prelude::*;

use super::{Texts, finding, printed};
use crate::diagnostic::Diagnostic;
use crate::finding::Severity;
use crate::report::{Command, Form, Outcome, Style, Verbosity};
use crate::source::{Place, Sources};

fn commands(outcome: &Outcome, command: Command, sources: &Sources) -> String {
    let form = (Form::Github, Style::default());
    printed(outcome, command, form, sources)
}

fn texts_of_files() -> Texts {
    let mut texts = Texts::new();
    let policy = Path::new("policies/a,b:production.yaml");
    texts.sources.is_from(texts.policy, policy);
    texts
}

#[test]
fn each_finding_is_a_line_with_its_place() {
    let texts = texts_of_files();
    let mut warning = texts.scale_in();
    warning.severity = Severity::Warning;
    let whole = texts.place(texts.policy, "targets:\n    dataNode");
    warning.diagnostic = Diagnostic::new("100% is\r\ntoo much").label(whole, "");
    let mut report = Texts::report(
        Command::Check,
        vec![texts.scale_in(), warning, texts.waived()],
    );
    report.notes.push("a note".to_owned());
    assert_snapshot!(commands(&Outcome::Judged(report), Command::Check, &texts.sources), @r#"
    ::error file=policies/a%2Cb%3Aproduction.yaml,line=3,endLine=3,col=26,endColumn=27,title=scale-in-too-large::dataNode would lose 3 of 5 replicas in one release; at most 1 may go%0Anote: rendered by milvus/templates/datanode-deployment.yaml%0Ahelp: set the target to 4 now, then 3, then 2, each once the one before is available%0Ahelp: in an emergency: --allow scale-in-too-large=dataNode
    ::warning file=policies/a%2Cb%3Aproduction.yaml,line=2,endLine=3,title=scale-in-too-large::100%25 is␍%0Atoo much
    ::notice title=waived%3A worker-removed::indexNode is gone from release my-release%0Ahelp: keep it, or name what replaces it%0Awaived: 2.6 has none (until 2026-12-31)
    ::notice title=trimtab check%3A refused::note: a note%0Achecked 5 workloads of 1 release: 1 error, 1 warning, 1 waived%0Abaseline: rendered; live counts not checked
    "#);
}

#[test]
fn quiet_is_only_what_refuses() {
    let texts = texts_of_files();
    let style = Style {
        verbosity: Verbosity::Quiet,
        ..Style::default()
    };
    let of = |findings| {
        let report = Texts::report(Command::Filter, findings);
        let form = (Form::Github, style);
        printed(
            &Outcome::Judged(report),
            Command::Filter,
            form,
            &texts.sources,
        )
    };
    assert_eq!(of(vec![texts.waived()]), "");
    let refused = of(vec![texts.scale_in(), texts.waived()]);
    assert_eq!(refused.lines().count(), 1, "{refused}");
}

#[test]
fn a_change_and_a_failure() {
    let texts = texts_of_files();
    let mut report = Texts::report(Command::Filter, Vec::new());
    report.changes.push(texts.change());
    assert_snapshot!(commands(&Outcome::Judged(report), Command::Filter, &texts.sources), @"::notice title=trimtab filter%3A passed::dataNode my-release-milvus-datanode 5 -> 4 (step 1 of 3, next 3, 2)%0Abaseline: rendered; live counts not checked");
    let error = Diagnostic::new("unknown field `replica`")
        .label(texts.place(texts.policy, "replicas"), "")
        .help("did you mean `replicas`?");
    let failed = Outcome::Undecided(vec![error]);
    assert_snapshot!(commands(&failed, Command::Check, &texts.sources), @"::error file=policies/a%2Cb%3Aproduction.yaml,line=3,endLine=3,col=16,endColumn=24,title=trimtab could not decide::unknown field `replica`%0Ahelp: did you mean `replicas`?");
}

#[test]
fn many_findings_of_one_rule_are_counted() {
    let texts = texts_of_files();
    let findings = (0..25).map(|_| texts.scale_in());
    let report = Texts::report(Command::Check, findings.collect());
    let commands = commands(&Outcome::Judged(report), Command::Check, &texts.sources);
    let last: Vec<_> = commands.lines().skip(20).collect();
    assert_eq!(last.len(), 2);
    assert_eq!(
        last[0],
        "::error title=scale-in-too-large::5 more: 5 of dataNode%0Athe JSON report has all of them"
    );
}

proptest! {
    /// Whatever a manifest holds, each line is one command of ours, and says what was meant.
    #[test]
    fn no_text_becomes_a_command(name in any::<String>(), text in any::<String>()) {
        let mut sources = Sources::default();
        let id = sources.add(name.as_str(), text.as_str());
        sources.is_from(id, Path::new(&name));
        let error = Diagnostic::new(text.as_str()).label(Place::new(id, 0..text.len()), "").note(name.as_str());
        let found = finding("unsafe-edit", &name, error);
        let report = Texts::report(Command::Check, vec![found]);
        let printed = commands(&Outcome::Judged(report), Command::Check, &sources);
        prop_assert_eq!(printed.matches('\n').count(), 2);
        prop_assert!(!printed.contains('\r'));
        for (line, start) in printed.lines().zip(["::error ", "::notice "]) {
            prop_assert!(line.starts_with(start), "{}", line);
            let (properties, data) = line[start.len()..].split_once("::").unwrap();
            let known = ["file", "line", "endLine", "col", "endColumn", "title"];
            for property in properties.split(',') {
                let (key, value) = property.split_once('=').unwrap();
                prop_assert!(known.contains(&key) && !value.contains(':'), "{}", line);
            }
            let data = data.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%");
            if start == "::error " {
                let meant = super::super::clean::lines(&format!("{text}\nnote: {name}"));
                prop_assert_eq!(data, meant);
            }
        }
    }
}
