//! The environment: trimtab's own variables, and those of its hosts. The command line overrides both.
//!
//! An unknown or empty variable of trimtab's is refused: if a misspelt variable were ignored, the cluster would be left
//! without its policy. An empty variable of a host counts as unset, as it does in Helm and Argo CD.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use crate::diagnostic::Diagnostic;
use crate::names::{self, shown};

/// The prefix of trimtab's variables.
const PREFIX: &str = "TRIMTAB_";

/// The list of kubeconfigs that kubectl and Helm read.
pub(crate) const KUBECONFIG: &str = "KUBECONFIG";

pub(crate) const POLICY: &str = "TRIMTAB_POLICY";
pub(crate) const TARGETS: &str = "TRIMTAB_TARGETS";
pub(crate) const BASELINE: &str = "TRIMTAB_BASELINE";
pub(crate) const NAMESPACE: &str = "TRIMTAB_NAMESPACE";
pub(crate) const CONTEXT: &str = "TRIMTAB_CONTEXT";
pub(crate) const TIMEOUT: &str = "TRIMTAB_TIMEOUT";
pub(crate) const SCALE_IN: &str = "TRIMTAB_SCALE_IN";
pub(crate) const MODE: &str = "TRIMTAB_MODE";
pub(crate) const ALLOW: &str = "TRIMTAB_ALLOW";
pub(crate) const REASON: &str = "TRIMTAB_REASON";
pub(crate) const OUTPUT: &str = "TRIMTAB_OUTPUT";
pub(crate) const REPORT: &str = "TRIMTAB_REPORT";
pub(crate) const LOG: &str = "TRIMTAB_LOG";

pub(crate) const KNOWN: [&str; 13] = [
    POLICY, TARGETS, BASELINE, NAMESPACE, CONTEXT, TIMEOUT, SCALE_IN, MODE, ALLOW, REASON, OUTPUT,
    REPORT, LOG,
];

/// What only an option says, by the name that its variable would have.
const OPTIONS_ONLY: [(&str, &str); 4] = [
    ("DENY_WARNINGS", "--deny-warnings"),
    ("QUIET", "--quiet"),
    ("VERBOSE", "--verbose"),
    ("COLOR", "--color"),
];

/// The variables that a program inherits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment(BTreeMap<OsString, OsString>);

impl FromIterator<(OsString, OsString)> for Environment {
    fn from_iter<T: IntoIterator<Item = (OsString, OsString)>>(variables: T) -> Self {
        Self(variables.into_iter().collect())
    }
}

impl Environment {
    /// A non-empty variable; invalid UTF-8 is replaced, so that it cannot match a name.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let value = self.0.get(&OsString::from(name))?;
        Some(value.to_string_lossy().into_owned()).filter(|value| !value.is_empty())
    }

    /// A non-empty variable, byte by byte: for a path.
    pub(crate) fn path(&self, name: &str) -> Option<&OsStr> {
        let value = self.0.get(&OsString::from(name))?;
        Some(value.as_os_str()).filter(|value| !value.is_empty())
    }

    /// The same with another value of a variable.
    pub(crate) fn with(mut self, name: &str, value: OsString) -> Self {
        self.0.insert(name.into(), value);
        self
    }

    /// All variables.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        let variables = self.0.iter();
        variables.map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    /// The parts of a variable between its commas.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let value = self.get(name).unwrap_or_default();
        let parts = value.split(',').map(str::trim);
        parts
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// All problems with trimtab's own variables, except for invalid values.
    pub(crate) fn problems(&self) -> Vec<Diagnostic> {
        let own = self.0.iter().filter_map(|(name, value)| {
            let name = name.to_string_lossy();
            name.starts_with(PREFIX).then_some((name, value))
        });
        own.filter_map(|(name, value)| {
            if !KNOWN.contains(&name.as_ref()) {
                return Some(unknown(&name));
            }
            let Some(text) = value.to_str() else {
                return Some(Diagnostic::new(format!("{name} is not UTF-8")));
            };
            let is_empty = text.split(',').all(|part| part.trim().is_empty());
            is_empty.then(|| {
                Diagnostic::new(format!("{name} is set but empty"))
                    .help(format!("unset {name}, or give it a value"))
            })
        })
        .collect()
    }
}

fn unknown(name: &str) -> Diagnostic {
    let own = |name: &'static str| name.strip_prefix(PREFIX).unwrap_or(name);
    let wrong = name.strip_prefix(PREFIX).unwrap_or(name);
    let diagnostic = Diagnostic::new(format!("unknown variable {}", shown(name)));
    if name.strip_prefix(PREFIX) == Some(KUBECONFIG) {
        return diagnostic.help(format!("the variable is {KUBECONFIG}, as for kubectl"));
    }
    if let Some((_, option)) = OPTIONS_ONLY.iter().find(|(known, _)| *known == wrong) {
        return diagnostic.help(format!("it has no variable: give the option {option}"));
    }
    diagnostic.help(match names::nearest(wrong, KNOWN.map(own)) {
        Some(near) if !wrong.is_empty() => format!("did you mean {PREFIX}{near}?"),
        _ => format!("known variables: {}", KNOWN.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(variables: &[(&str, &str)]) -> Vec<String> {
        let variables = variables
            .iter()
            .map(|(name, value)| (name.into(), value.into()));
        let environment: Environment = variables.collect();
        let problems = environment.problems().into_iter();
        problems
            .map(|problem| {
                let helps = problem.helps.iter().map(|help| format!(" | {help}"));
                problem.message.to_string() + &helps.collect::<String>()
            })
            .collect()
    }

    #[test]
    fn what_was_meant_is_never_passed_over() {
        for (wrong, meant) in [
            ("TRIMTAB_POLCY", "TRIMTAB_POLICY"),
            ("TRIMTAB_TARGET", "TRIMTAB_TARGETS"),
            ("TRIMTAB_BASELINES", "TRIMTAB_BASELINE"),
            ("TRIMTAB_SCALEIN", "TRIMTAB_SCALE_IN"),
        ] {
            assert_eq!(
                problems(&[(wrong, "x")]),
                [format!("unknown variable {wrong} | did you mean {meant}?")]
            );
        }
        for nothing_near in ["TRIMTAB_", "TRIMTAB_VERSION"] {
            let told = problems(&[(nothing_near, "x")]).concat();
            assert!(
                told.contains("| known variables: TRIMTAB_POLICY, "),
                "{told}"
            );
        }
    }

    #[test]
    fn what_has_no_variable_of_ours_is_said_otherwise() {
        assert_eq!(
            problems(&[("TRIMTAB_DENY_WARNINGS", "1")]),
            [
                "unknown variable TRIMTAB_DENY_WARNINGS | it has no variable: give the option --deny-warnings"
            ]
        );
        assert_eq!(
            problems(&[("TRIMTAB_KUBECONFIG", "k")]),
            ["unknown variable TRIMTAB_KUBECONFIG | the variable is KUBECONFIG, as for kubectl"]
        );
    }

    #[test]
    fn what_is_empty_names_nothing() {
        for empty in ["", " ", ",", " , "] {
            assert_eq!(
                problems(&[("TRIMTAB_POLICY", empty)]),
                ["TRIMTAB_POLICY is set but empty | unset TRIMTAB_POLICY, or give it a value"]
            );
        }
        assert_eq!(
            problems(&[("HELM_NAMESPACE", ""), ("NO_COLOR", "")]),
            [""; 0]
        );
    }

    #[test]
    fn every_variable_is_known() {
        let all = KNOWN.map(|name| (name, "x"));
        assert_eq!(problems(&all), [""; 0]);
    }
}
