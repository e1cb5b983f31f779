//! Workflow commands of GitHub Actions: each finding is a line that the runner turns into an annotation.
//!
//! Escaped as the runner unescapes them. Every line is a command, so that no text of a manifest can become one.

use super::shortened::{Rest, Shortened, Weight};
use super::spot::{Spot, Spots};
use super::{Report, Setting, Style, Verbosity, Verdict, clean, prose, text};
use crate::diagnostic::Diagnostic;
use crate::finding::Finding;

/// The report as workflow commands; empty, or ending in a line feed.
pub(super) fn report(report: &Report, setting: &Setting<'_>, style: Style) -> String {
    let is_quiet = style.verbosity == Verbosity::Quiet;
    if is_quiet && report.verdict == Verdict::Passed {
        return String::new();
    }
    let told = report.findings.iter();
    let told = Shortened::new(told.filter(|finding| !(is_quiet && finding.waived.is_some())));
    let labels = told.shown.iter().flat_map(|it| &it.diagnostic.labels);
    let spots = Spots::new(setting, None, labels.map(|label| &label.place));
    let findings = told.shown.iter().map(|it| finding(it, &spots));
    let mut commands: Vec<Command> = findings.collect();
    commands.extend(told.rest.iter().map(rest));
    if !is_quiet {
        commands.push(summary(report, setting, style));
    }
    commands.iter().map(Command::line).collect()
}

/// What a run that could not decide says.
pub(super) fn failure(problems: &[Diagnostic], setting: &Setting<'_>) -> String {
    let spots = Spots::of_problems(setting, problems);
    let commands = problems.iter().map(|problem| Command {
        name: "error",
        title: "trimtab could not decide".to_owned(),
        place: place(problem, &spots),
        message: prose::whole(problem),
    });
    commands.map(|command| command.line()).collect()
}

/// One command.
struct Command {
    name: &'static str,
    title: String,
    /// Properties that name the place, in the form that they are printed in.
    place: String,
    message: String,
}

impl Command {
    /// `::error file=prod/milvus.yaml,line=8,endLine=8,col=13,endColumn=14,title=target-drift::...`
    fn line(&self) -> String {
        format!(
            "::{} {}title={}::{}\n",
            self.name,
            self.place,
            property(&clean::line(&self.title)),
            data(&clean::lines(&self.message)),
        )
    }
}

fn finding(finding: &Finding, spots: &Spots<'_>) -> Command {
    let mut message = prose::whole(&finding.diagnostic);
    if let Some(waived) = &finding.waived {
        message = format!("{message}\nwaived: {}", prose::reason(waived));
    }
    let weight = Weight::of(finding);
    Command {
        name: name(weight),
        title: title(finding.rule.id, weight),
        place: place(&finding.diagnostic, spots),
        message,
    }
}

fn rest(rest: &Rest<'_>) -> Command {
    Command {
        name: name(rest.weight),
        title: title(rest.rule.id, rest.weight),
        place: String::new(),
        message: format!("{}\nthe JSON report has all of them", rest.message()),
    }
}

fn name(weight: Weight) -> &'static str {
    match weight {
        Weight::Error => "error",
        Weight::Warning => "warning",
        Weight::Waived => "notice",
    }
}

fn title(rule: &str, weight: Weight) -> String {
    match weight {
        Weight::Error | Weight::Warning => rule.to_owned(),
        Weight::Waived => format!("waived: {rule}"),
    }
}

/// What the text report says after its findings.
fn summary(report: &Report, setting: &Setting<'_>, style: Style) -> Command {
    let command = report.command.as_str();
    Command {
        name: "notice",
        title: format!("trimtab {command}: {}", report.verdict.as_str()),
        place: String::new(),
        message: text::summary(report, setting.sources, style)
            .trim_end()
            .to_owned(),
    }
}

/// The first place that is in a file of the repository.
fn place(diagnostic: &Diagnostic, spots: &Spots<'_>) -> String {
    let exact = spots.exact(diagnostic);
    let spot = exact.iter().find(|spot| spot.file.is_inside());
    spot.map_or_else(String::new, properties)
}

/// GitHub takes columns only of a place on one line.
fn properties(spot: &Spot<'_>) -> String {
    let (start, end) = (spot.start, spot.end);
    let columns = if start.line == end.line {
        format!("col={},endColumn={},", start.column, end.column)
    } else {
        String::new()
    };
    let file = property(&clean::line(&spot.file.path()));
    format!(
        "file={file},line={},endLine={},{columns}",
        start.line, end.line
    )
}

/// A message, as `escapeData` of the runner's toolkit has it.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property, as `escapeProperty` of the runner's toolkit has it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
