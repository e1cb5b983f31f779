//! `explain`: a rule's page, or the list of all rules. In a terminal a page is laid out for reading.

use terminal_size::Width;

use crate::cli::Display;
use crate::diagnostic::Diagnostic;
use crate::ending::Done;
use crate::names::{self, shown};
use crate::page::{self, Look};
use crate::rule::Rule;
use crate::rules::{self, RULES};

/// The width of a terminal that does not tell it.
const COLUMNS: usize = 80;

/// `look` is how a page is rendered; none for a program that reads Markdown.
pub(super) fn explain(id: Option<&str>, look: Option<Look>) -> Done {
    match id.map(|id| rules::find(bare(id)).ok_or_else(|| unknown(bare(id)))) {
        None => Done::page(list()),
        Some(Ok(rule)) => Done::page(match look {
            Some(look) => page::rendered(rule.page, look),
            None => rule.page.to_owned(),
        }),
        Some(Err(problem)) => Done::undecided(vec![problem]),
    }
}

/// How a page is shown: as Markdown, unless it goes to a terminal, or colours are asked for in any case.
pub(super) fn look(is_terminal: bool, display: &Display) -> Option<Look> {
    let color = display.color(is_terminal);
    let columns = || match terminal_size::terminal_size() {
        Some((Width(columns), _)) if is_terminal && columns > 0 => columns.into(),
        _ => COLUMNS,
    };
    (is_terminal || color).then(|| Look {
        color,
        width: columns(),
    })
}

/// The id of a finding as a report shows it: `error[target-drift]`.
fn bare(id: &str) -> &str {
    let inner = ["error[", "warning["]
        .iter()
        .find_map(|it| id.strip_prefix(it));
    let inner = inner.and_then(|it| it.split_once(']'));
    inner.map_or(id, |(id, _)| id)
}

fn unknown(id: &str) -> Diagnostic {
    let problem = Diagnostic::new(format!("unknown rule `{}`", shown(id)));
    let problem = match names::nearest(id, RULES.iter().map(|rule| rule.id)) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem,
    };
    problem.help("trimtab explain lists the rules")
}

fn list() -> String {
    let row = |rule: &&Rule| {
        let severity = rule.severity.as_str();
        format!("{severity:<7}  {:<26}  {}\n", rule.id, rule.summary)
    };
    RULES.iter().map(row).collect()
}
