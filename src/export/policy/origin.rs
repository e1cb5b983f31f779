//! Where a value of a policy comes from.

use std::fmt;

use serde::Serialize;

use crate::policy;
use crate::source::{Place, Sources};

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase", tag = "from")]
pub(crate) enum Origin {
    /// No policy says it.
    Default,
    /// A policy file.
    File { name: String, line: usize },
    /// A built-in catalogue.
    Catalogue { name: String, line: usize },
    /// An option of the command line, or a variable.
    Setting { name: String },
}

impl Origin {
    pub(super) fn of(place: Option<&Place>, sources: &Sources) -> Self {
        let Some(place) = place else {
            return Self::Default;
        };
        let source = sources.get(place.source);
        let (line, _) = source.position(place.start());
        let name = source.name();
        if let Some(catalogue) = policy::catalogue_of(name) {
            let name = catalogue.to_owned();
            Self::Catalogue { name, line }
        } else if source.file().is_some() {
            let name = name.to_owned();
            Self::File { name, line }
        } else {
            let name = name.to_owned();
            Self::Setting { name }
        }
    }
}

impl fmt::Display for Origin {
    /// `production.yaml:9`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { name, line } => write!(f, "{name}:{line}"),
            Self::Catalogue { name, line } => write!(f, "catalogue {name}:{line}"),
            Self::Setting { name } => f.write_str(name),
        }
    }
}
