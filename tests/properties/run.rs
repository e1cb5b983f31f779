//! One run of the filter in this process, as the program does it but for writing.

use clap::Parser;
use trimtab::cli::Cli;
use trimtab::options::Environment;
use trimtab::report::{self, Change, Command, Verdict};
use trimtab::source::Sources;
use trimtab::{Ask, Output, run};

/// What a run left behind.
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
    let cli = Cli::try_parse_from(["trimtab"].iter().chain(args)).unwrap();
    let options = cli.stream.options(&Environment(&|_| None)).unwrap();
    let mut sources = Sources::default();
    let judged = match run(&Ask::Filter, &options, input, &mut sources) {
        Ok(judged) => judged,
        Err(problems) => {
            // The text form walks the same diagnostics, and must not panic either.
            assert!(!report::diagnostics_text(&problems, &sources, false).is_empty());
            return Outcome {
                code: 2,
                stdout: Vec::new(),
                report: report::failure_json(Command::Filter, &problems, &sources),
                changes: Vec::new(),
                refusals: Vec::new(),
            };
        }
    };
    let mut stdout = Vec::new();
    if let Some(Output::Stream(patch)) = &judged.output {
        patch.write(&sources, &mut stdout).unwrap();
    }
    let report = judged.report(&sources);
    let refusing = report
        .findings
        .iter()
        .filter(|it| it.waived.is_none() && it.severity.as_str() == "error");
    let refusals = refusing
        .map(|finding| match &finding.component {
            Some(component) => format!("{}={component}", finding.rule.id),
            None => finding.rule.id.to_owned(),
        })
        .collect();
    Outcome {
        code: u8::from(judged.verdict() == Verdict::Refused),
        stdout,
        report: report::json(&report),
        changes: report.changes.clone(),
        refusals,
    }
}
