//! The sources of the counts before a change, as `--baseline` and `spec.baseline` name them.
//!
//! Names only: what a source gives is read in `baseline`, and what [`BaselineSource::Auto`] means is decided in
//! `cli::baseline`, where it is known who runs trimtab.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::names;

/// A requested baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BaselineSource {
    /// The baseline that fits the host.
    Auto,
    /// The stream's own counts.
    Rendered,
    /// The counts of a file.
    File(PathBuf),
    /// The same files at a git revision; an empty one is the revision that pre-commit compares with, else `HEAD`.
    Git(String),
    /// The live objects.
    Cluster,
}

/// Why a text is not a valid baseline.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotABaseline {
    /// A path without `file:`.
    #[error("unknown baseline `{0}` (did you mean `file:{0}`?)")]
    Path(String),
    /// `=` instead of `:`.
    #[error("unknown baseline `{0}={1}` (did you mean `{0}:{1}`?)")]
    Equals(String, String),
    /// `file:` without a path.
    #[error("the baseline `file:` needs a path")]
    NoPath,
    /// Another name for one, a misspelt one, or a revision without `git:`.
    #[error("unknown baseline `{0}` (did you mean `{1}`?)")]
    Meant(String, String),
    /// Anything else.
    #[error("unknown baseline `{0}`")]
    Unknown(String),
}

impl BaselineSource {
    /// The forms that [`Self::parse`] takes, for a help line.
    pub(crate) const FORMS: &str =
        "use `auto`, `rendered`, `file:PATH`, `cluster` or, for files, `git:REV`";

    /// Reads `auto`, `rendered`, `cluster`, `file:PATH` or `git:REV`; a relative path counts from `folder`.
    ///
    /// # Errors
    /// When the text is not a valid baseline.
    pub(crate) fn parse(text: &str, folder: &Path) -> Result<Self, NotABaseline> {
        match text.split_once(':') {
            None if text == "auto" => Ok(Self::Auto),
            None if text == "rendered" => Ok(Self::Rendered),
            None if text == "cluster" => Ok(Self::Cluster),
            Some(("file", "")) => Err(NotABaseline::NoPath),
            Some(("file", path)) => Ok(Self::File(folder.join(path))),
            Some(("git", revision)) => Ok(Self::Git(revision.to_owned())),
            None if let Some((form @ ("file" | "git"), rest)) = text.split_once('=') => {
                Err(NotABaseline::Equals(form.to_owned(), rest.to_owned()))
            }
            None if text.contains(['/', '.']) => Err(NotABaseline::Path(text.to_owned())),
            _ => Err(match meant(text) {
                Some(meant) => NotABaseline::Meant(text.to_owned(), meant),
                None => NotABaseline::Unknown(text.to_owned()),
            }),
        }
    }
}

impl fmt::Display for BaselineSource {
    /// As [`Self::parse`] takes it; a relative path counts from the current folder.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Rendered => f.write_str("rendered"),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Git(revision) => write!(f, "git:{revision}"),
            Self::Cluster => f.write_str("cluster"),
        }
    }
}

/// The baseline that was probably meant by a text that names none.
fn meant(text: &str) -> Option<String> {
    const LIVE: [&str; 6] = ["live", "kube", "kubernetes", "k8s", "current", "running"];
    let lower = text.to_ascii_lowercase();
    if LIVE.contains(&lower.as_str()) {
        return Some("cluster".to_owned());
    }
    let is_hash = (7..=40).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_hexdigit());
    if is_hash || text.starts_with("HEAD") || ["main", "master"].contains(&text) {
        return Some(format!("git:{text}"));
    }
    names::misspelt(&lower, ["auto", "rendered", "cluster"]).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<BaselineSource, String> {
        BaselineSource::parse(text, Path::new("folder")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_source_is_named_exactly() {
        assert_eq!(parse("auto"), Ok(BaselineSource::Auto));
        assert_eq!(parse("rendered"), Ok(BaselineSource::Rendered));
        assert_eq!(parse("cluster"), Ok(BaselineSource::Cluster));
        assert_eq!(
            parse("file:last.yaml"),
            Ok(BaselineSource::File("folder/last.yaml".into()))
        );
        assert_eq!(
            parse("file:/last.yaml"),
            Ok(BaselineSource::File("/last.yaml".into()))
        );
        assert_eq!(parse("git:"), Ok(BaselineSource::Git(String::new())));
        assert_eq!(
            parse("git:HEAD~1"),
            Ok(BaselineSource::Git("HEAD~1".into()))
        );
    }

    #[test]
    fn what_names_none_says_what_was_meant() {
        for (text, message) in [
            ("file:", "the baseline `file:` needs a path"),
            (
                "last.yaml",
                "unknown baseline `last.yaml` (did you mean `file:last.yaml`?)",
            ),
            (
                "Rendered",
                "unknown baseline `Rendered` (did you mean `rendered`?)",
            ),
            ("live", "unknown baseline `live` (did you mean `cluster`?)"),
            (
                "clsuter",
                "unknown baseline `clsuter` (did you mean `cluster`?)",
            ),
            ("HEAD", "unknown baseline `HEAD` (did you mean `git:HEAD`?)"),
            (
                "HEAD~2",
                "unknown baseline `HEAD~2` (did you mean `git:HEAD~2`?)",
            ),
            (
                "3a5ebc6",
                "unknown baseline `3a5ebc6` (did you mean `git:3a5ebc6`?)",
            ),
            ("nothing", "unknown baseline `nothing`"),
            (
                "file=a.yaml",
                "unknown baseline `file=a.yaml` (did you mean `file:a.yaml`?)",
            ),
            (
                "git=HEAD",
                "unknown baseline `git=HEAD` (did you mean `git:HEAD`?)",
            ),
            ("", "unknown baseline ``"),
            ("cluster:prod", "unknown baseline `cluster:prod`"),
        ] {
            assert_eq!(parse(text), Err(message.to_owned()), "{text:?}");
        }
    }
}
