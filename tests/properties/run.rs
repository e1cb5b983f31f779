//! One run of the filter in this process, as the program does it but for writing.

use trimtab::report::{Change, Form, Outcome as Ended};
use trimtab::{Call, run};

/// The result of a run.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The exit code.
    pub(crate) code: u8,
    /// What would be on standard output.
    pub(crate) stdout: Vec<u8>,
    /// The JSON report.
    pub(crate) report: String,
    pub(crate) changes: Vec<Change>,
    /// The findings that refuse, as `rule` or `rule=component`.
    pub(crate) refusals: Vec<String>,
}

/// Runs the filter with these arguments over an input.
pub(crate) fn filter(args: &[&str], input: &[u8]) -> Outcome {
    let args = ["trimtab"].iter().chain(args).map(Into::into);
    let call = Call::new(args.collect());
    let ending = run(&call, input, &mut std::io::sink());
    let (changes, refusals) = match &ending.outcome {
        Ended::Judged(report) => {
            let refusing = report.findings.iter();
            let refusing =
                refusing.filter(|it| it.waived.is_none() && it.severity.as_str() == "error");
            let refusals = refusing.map(|finding| match &finding.component {
                Some(component) => format!("{}={component}", finding.rule.id),
                None => finding.rule.id.to_owned(),
            });
            (report.changes.clone(), refusals.collect())
        }
        Ended::Undecided(_) | Ended::Page(_) | Ended::Stopped(..) => (Vec::new(), Vec::new()),
    };
    let report = |form| {
        let mut report = Vec::new();
        ending.write_report(form, &mut report).unwrap();
        String::from_utf8(report).unwrap()
    };
    // The text form walks the same findings, and must not panic either.
    let (report, text) = (report(Form::Json), report(Form::Text));
    let expected = ending.code();
    let mut stdout = Vec::new();
    let code = ending.deliver(&mut stdout, std::io::sink());
    assert_eq!(code, expected);
    assert!(code == 0 || !text.is_empty());
    Outcome {
        code,
        stdout,
        report,
        changes,
        refusals,
    }
}
