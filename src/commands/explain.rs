//! `explain`: a rule's page, or the list of all rules.

use crate::diagnostic::Diagnostic;
use crate::ending::Done;
use crate::names::{self, shown};
use crate::rule::Rule;
use crate::rules::{self, RULES};

pub(super) fn explain(id: Option<&str>) -> Done {
    match id.map(|id| rules::find(id).ok_or_else(|| unknown(id))) {
        None => Done::page(list()),
        Some(Ok(rule)) => Done::page(rule.page.to_owned()),
        Some(Err(problem)) => Done::undecided(vec![problem]),
    }
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
