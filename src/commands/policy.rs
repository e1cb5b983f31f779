//! `policy`: the effective policy, or the built-in catalogues.

use serde::Serialize;

use crate::cli::Options;
use crate::diagnostic::Diagnostic;
use crate::ending::Done;
use crate::export::policy as export;
use crate::names;
use crate::policy;
use crate::report::{Form, json_document};
use crate::run;
use crate::source::Sources;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asked<'a> {
    /// What the policy comes to.
    Effective,
    /// The names of the built-in catalogues.
    List,
    /// The built-in catalogue of this name.
    Catalogue(&'a str),
}

impl<'a> Asked<'a> {
    pub(super) fn of(list: bool, show: Option<&'a str>) -> Self {
        match show {
            Some(name) => Self::Catalogue(name),
            None if list => Self::List,
            None => Self::Effective,
        }
    }
}

pub(super) fn policy(
    options: &Options,
    form: Form,
    asked: &Asked<'_>,
    sources: &mut Sources,
) -> Done {
    let page = match asked {
        Asked::Effective => effective(options, form, sources),
        Asked::List => Ok(list(form)),
        Asked::Catalogue(name) => catalogue(name, form),
    };
    page.map_or_else(Done::undecided, Done::page)
}

fn effective(
    options: &Options,
    form: Form,
    sources: &mut Sources,
) -> Result<String, Vec<Diagnostic>> {
    let policy = run::load_policy(options, None, sources)?;
    if form == Form::Json {
        return Ok(export::as_json(&policy, sources));
    }
    let yaml = export::as_yaml(&policy, sources);
    yaml.map_err(|error| vec![Diagnostic::new(error.to_string())])
}

fn list(form: Form) -> String {
    #[derive(Serialize)]
    struct Listed {
        name: &'static str,
        summary: &'static str,
    }
    if form == Form::Json {
        let all = policy::summaries().map(|(name, summary)| Listed { name, summary });
        return json_document(&all.collect::<Vec<_>>());
    }
    let row = |(name, summary)| format!("{name:<7}  {summary}\n");
    policy::summaries().map(row).collect()
}

fn catalogue(name: &str, form: Form) -> Result<String, Vec<Diagnostic>> {
    if form == Form::Json {
        let problem = Diagnostic::new("--show prints a file as it is, and has no form `json`");
        let help = format!("extend it in a policy, and print that: `spec: {{extends: {name}}}`");
        return Err(vec![problem.help(help)]);
    }
    policy::catalogue(name).map(str::to_owned).ok_or_else(|| {
        let message = format!("unknown catalogue `{}`", names::shown(name));
        let known = policy::built_in_names().collect::<Vec<_>>();
        let help = names::help(name, "catalogues", known);
        vec![Diagnostic::new(message).help_opt(help)]
    })
}
