//! Markdown for a comment on a pull request.

use insta::assert_snapshot;
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{Texts, finding, printed};
use crate::diagnostic::Diagnostic;
use crate::field::Count;
use crate::plan::{Before, LadderEnd};
use crate::report::markdown::escape;
use crate::report::{Command, Form, Outcome, Report, Style, Unrecognised, Verdict, clean};
use crate::source::{Place, Sources};

fn markdown(outcome: &Outcome, command: Command, sources: &Sources) -> String {
    let form = (Form::Markdown, Style::default());
    printed(outcome, command, form, sources)
}

fn of(report: Report, texts: &Texts) -> String {
    let command = report.command;
    markdown(&Outcome::Judged(report), command, &texts.sources)
}

#[test]
fn a_refused_check() {
    let texts = Texts::new();
    let mut report = Texts::report(Command::Check, vec![texts.scale_in(), texts.waived()]);
    report
        .notes
        .push("2 workers are new to the baseline: a, b".to_owned());
    assert_snapshot!(of(report, &texts), @r#"
    ### trimtab check: refused

    Checked 5 workloads of 1 release: 1 error, 1 waived. Policy `milvus-production` (`policies/production.yaml`). Baseline `rendered`; live counts not checked.

    |  | rule | finding | where |
    | --- | --- | --- | --- |
    | **error** | `scale-in-too-large` | dataNode would lose 3 of 5 replicas in one release; at most 1 may go<br>note: rendered by milvus/templates/datanode-deployment.yaml<br>help: set the target to 4 now, then 3, then 2, each once the one before is available<br>help: in an emergency: --allow scale-in-too-large=dataNode | `policies/production.yaml:3:26` |
    | waived | `worker-removed` | indexNode is gone from release my-release<br>help: keep it, or name what replaces it<br>waived: 2.6 has none (until 2026-12-31) | `<stdin>:4:1` |

    | component | workload | replicas | next releases |
    | --- | --- | --- | --- |
    | `dataNode` | `Deployment milvus/my-release-milvus-datanode` | `5 -> 4` | `3 -> 2` |

    - note: 2 workers are new to the baseline: a, b
    "#);
}

/// A step that is taken, with the way that follows.
fn stepping() -> Report {
    let mut report = Texts::report(Command::Filter, Vec::new());
    report.baseline.source = "cluster".to_owned();
    report.baseline.live = true;
    let component = &mut report.releases[0].components[0];
    component.waits_for = vec!["queryNode".into()];
    let workload = &mut component.workloads[0];
    (workload.before, workload.count) = (Before::Known(5), Some(4));
    workload.rendered = Count::Set(1);
    (workload.target, workload.next) = (Some(2), [3, 2].into());
    report
}

#[test]
fn a_step_has_its_ladder() {
    assert_snapshot!(of(stepping(), &Texts::new()), @r#"
    ### trimtab filter: passed

    Checked 5 workloads of 1 release: no findings. Policy `milvus-production` (`policies/production.yaml`). Baseline `cluster`.

    | component | workload | replicas | next releases |
    | --- | --- | --- | --- |
    | `dataNode` | `Deployment milvus/my-release-milvus-datanode` | `5 -> 4 (rendered 1)` | after `queryNode`; `3 -> 2` |
    "#);
}

#[test]
fn a_ladder_that_ends_early_says_so() {
    let mut report = stepping();
    report.verdict = Verdict::Refused;
    let component = &mut report.releases[0].components[0];
    (component.end, component.remaining) = (LadderEnd::Stuck, 1);
    component.waits_for.clear();
    component.workloads[0].next = [3].into();
    let refused = of(report, &Texts::new());
    let row = refused.lines().last().unwrap();
    assert!(refused.contains("| replicas (not written) |"), "{refused}");
    let end = "| `3`; no further step towards 2 is allowed |";
    assert!(row.ends_with(end), "{row}");
}

#[test]
fn a_run_that_could_not_decide() {
    let texts = Texts::new();
    let error = Diagnostic::new("unknown field `replica`")
        .label(texts.place(texts.policy, "replicas"), "")
        .help("did you mean `replicas`?");
    let failed = Outcome::Undecided(vec![error, Diagnostic::new("cannot read a|b")]);
    assert_snapshot!(markdown(&failed, Command::Check, &texts.sources), @r#"
    ### trimtab check: could not decide

    | error | where |
    | --- | --- |
    | unknown field `replica`<br>help: did you mean `replicas`? | `policies/production.yaml:3:16` |
    | cannot read a&#124;b |  |
    "#);
}

/// GitHub takes no comment of more than 65,536 characters.
#[test]
fn many_findings_are_cut() {
    let texts = Texts::new();
    let all = crate::rules::RULES.iter();
    let findings = all.flat_map(|rule| {
        let error = Diagnostic::new("x".repeat(300)).note("y".repeat(300));
        vec![finding(rule.id, "x", error); 30]
    });
    let printed = of(Texts::report(Command::Check, findings.collect()), &texts);
    assert!(printed.len() < 60_000, "{}", printed.len());
    assert!(printed.contains(" more |"), "{printed}");
}

/// What a reader of the table sees, and what it must not hold: `None`.
fn cells(printed: &str) -> Option<Vec<String>> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH;
    let mut cells: Vec<String> = Vec::new();
    let mut is_in_cell = false;
    for event in Parser::new_ext(printed, options) {
        match event {
            Event::Start(Tag::TableCell) => {
                cells.push(String::new());
                is_in_cell = true;
            }
            Event::End(TagEnd::TableCell) => is_in_cell = false,
            Event::Text(text) | Event::Code(text) if is_in_cell => {
                cells.last_mut()?.push_str(&text);
            }
            Event::InlineHtml(html) if &*html == "<br>" => cells.last_mut()?.push('\n'),
            Event::InlineHtml(html) if ["<code>", "</code>"].contains(&&*html) => {}
            Event::Start(
                Tag::Strong
                | Tag::Table(_)
                | Tag::TableHead
                | Tag::TableRow
                | Tag::Paragraph
                | Tag::Heading { .. }
                | Tag::List(None)
                | Tag::Item,
            )
            | Event::End(_)
            | Event::Text(_)
            | Event::Code(_) => {}
            _ => return None,
        }
    }
    Some(cells)
}

const ACTIVE: &str = r"[|`*_<>\[\]()!#@~$&;:/.\\ \t\n\-+=^{}a-zA-Z0-9ä\x{202e}]{0,40}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Whatever a manifest holds, it stays in its cell, as text.
    #[test]
    fn no_text_breaks_out_of_its_cell(text in prop_oneof![ACTIVE, ".*"], name in ACTIVE) {
        let mut sources = Sources::default();
        let id = sources.add(name.as_str(), text.as_str());
        let error = Diagnostic::new(text.as_str()).label(Place::new(id, 0..text.len()), "").note(name.as_str());
        let mut report = Texts::report(Command::Check, vec![finding("unsafe-edit", &name, error)]);
        report.releases.clear();
        report.policy.name = Some(name.clone());
        report.notes = vec![text.clone()];
        let printed = markdown(&Outcome::Judged(report), Command::Check, &sources);
        let cells = cells(&printed);
        prop_assert!(cells.is_some(), "{}", printed);
        let cells = cells.unwrap();
        prop_assert_eq!(cells.len(), 8, "{}", printed);
        let squeezed = |text: &str| text.replace('`', "").split_whitespace().collect::<Vec<_>>().join(" ");
        let meant = format!("{}\nnote: {}", clean::line(&text), clean::line(&name));
        prop_assert_eq!(squeezed(&cells[6]), squeezed(&meant), "{}", printed);
    }

    /// The same of a plan: seven cells and a head of them, a ladder of a column, and what is not recognised.
    #[test]
    fn no_name_breaks_out_of_a_plan(name in prop_oneof![ACTIVE, ".*"], reason in ACTIVE) {
        let mut report = Texts::report(Command::Plan, Vec::new());
        report.baseline.source = "cluster".to_owned();
        let release = &mut report.releases[0];
        (release.instance, release.namespace) = (Some(name.clone()), Some(reason.clone()));
        let component = &mut release.components[0];
        component.waits_for = vec![name.as_str().into()];
        let workload = &mut component.workloads[0];
        workload.object.name = name.as_str().into();
        workload.rendered = Count::Invalid(reason.as_str().into());
        let object = workload.object.clone();
        report.unrecognised = vec![Unrecognised { object, reason: reason.clone(), rendered: None }];
        let printed = of(report, &Texts::new());
        let cells = cells(&printed);
        prop_assert!(cells.is_some(), "{}", printed);
        let cells = cells.unwrap();
        prop_assert_eq!(cells.len(), 2 * 6 + 2 * 5 + 2 * 2, "{}", printed);
        let squeezed = |text: &str| text.replace('`', "").split_whitespace().collect::<Vec<_>>().join(" ");
        let meant = format!("Deployment milvus/{}", clean::line(&name));
        prop_assert_eq!(squeezed(&cells[8]), squeezed(&meant), "{}", printed);
        prop_assert_eq!(squeezed(&cells[25]), squeezed(&clean::line(&reason)), "{}", printed);
    }

    #[test]
    fn code_is_code(text in ACTIVE) {
        let table = format!("| a |\n| --- |\n| {} |\n", escape::code(&text));
        let cells = cells(&table).unwrap();
        let meant = clean::line(&text);
        prop_assert_eq!(cells[1].trim(), meant.trim(), "{}", table);
    }
}

/// Forges link these in the finished text, where a reference is already resolved.
#[test]
fn nobody_is_called_and_nothing_linked() {
    for (text, escaped) in [
        ("@team", "<code>&#64;</code>team"),
        ("fixes #12", "fixes <code>&#35;</code>12"),
        ("# a", "# a"),
        (
            "https://evil.example",
            "https<code>&#58;//</code>evil.example",
        ),
        ("WWW.evil.example", "WWW&#46;evil.example"),
        (":tada: git:HEAD", "<code>&#58;</code>tada: git:HEAD"),
        ("write `replicas: 2` there", "write `replicas: 2` there"),
        ("a ` b", "a &#96; b"),
    ] {
        assert_eq!(escape::text(text), escaped);
    }
}
