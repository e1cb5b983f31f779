//! The forms of a report: their names, and the extensions of their files.

#![allow(
    clippy::doc_markdown,
    reason = "doc comments of the forms are help texts"
)]

use std::path::Path;

use clap::ValueEnum;

use super::{Command, Detail};

/// The forms of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For people to read.
    #[default]
    Text,
    /// For programs, as described by `docs/report.schema.json`.
    Json,
    /// For code scanning: SARIF 2.1.0.
    Sarif,
    /// For lists of tests in CI: JUnit XML.
    Junit,
    /// For annotations in GitHub Actions: workflow commands.
    Github,
    /// For GitLab: code quality.
    Gitlab,
    /// For a comment on a pull request.
    Markdown,
    /// Of plan: the next release's counts as JSON Patches (RFC 6902), each with its object.
    JsonPatch,
    /// Of plan: the next release's counts as a Kustomization of `kind: Component`.
    Kustomize,
    /// Of plan: the next release's counts as values of the chart.
    Values,
}

/// The extensions of report files. The other forms have none of their own.
const EXTENSIONS: [(&str, Form); 5] = [
    ("txt", Form::Text),
    ("json", Form::Json),
    ("sarif", Form::Sarif),
    ("xml", Form::Junit),
    ("md", Form::Markdown),
];

impl Form {
    /// The form for a report file's extension.
    pub fn of_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?;
        let mut known = EXTENSIONS.iter();
        let (_, form) = known.find(|(known, _)| extension.eq_ignore_ascii_case(known))?;
        Some(*form)
    }

    /// `.txt`, `.json`, ...: the extensions that [`Form::of_path`] knows.
    pub(crate) fn extensions() -> Vec<String> {
        let known = EXTENSIONS.iter();
        known.map(|(known, _)| format!(".{known}")).collect()
    }

    /// The extension of its files, without the dot.
    pub(crate) fn extension(self) -> Option<&'static str> {
        let mut known = EXTENSIONS.iter();
        known
            .find(|(_, form)| *form == self)
            .map(|(extension, _)| *extension)
    }

    /// What it shows of a release. A plan shows all in every form.
    pub(crate) fn detail(self) -> Detail {
        match self {
            Self::Text | Self::Sarif | Self::Github | Self::Gitlab => Detail::Releases,
            Self::Json | Self::Junit | Self::Markdown => Detail::Counts,
            Self::JsonPatch | Self::Kustomize | Self::Values => Detail::Renderings,
        }
    }

    /// The word on the command line.
    pub(crate) fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

impl Command {
    /// The forms that it prints.
    ///
    /// The filter reports on standard error, between what others say there; a whole document belongs into a file.
    pub(crate) fn forms(self) -> &'static [Form] {
        match self {
            Self::Filter => &[Form::Text, Form::Json, Form::Github],
            Self::Plan => &[
                Form::Text,
                Form::Json,
                Form::Markdown,
                Form::JsonPatch,
                Form::Kustomize,
                Form::Values,
            ],
            Self::Policy => &[Form::Text, Form::Json],
            Self::Converge | Self::Init => &[Form::Text],
            Self::Check | Self::Fix | Self::Explain | Self::Generate => &[
                Form::Text,
                Form::Json,
                Form::Sarif,
                Form::Junit,
                Form::Github,
                Form::Gitlab,
                Form::Markdown,
            ],
        }
    }
}
