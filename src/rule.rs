//! A rule's id, severity, summary and page. Its check is in `rules`.

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Reported; refuses only with `--deny-warnings`.
    Warning,
    /// Refuses, unless waived.
    Error,
}

impl Severity {
    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A rule, as `trimtab explain` and the reports name it.
pub struct Rule {
    /// The kebab-case id; also the name of its page in `docs/rules/`.
    pub id: &'static str,
    /// The severity of its findings, unless a mode changes it.
    pub severity: Severity,
    /// Whether a waiver, `--allow` or `--mode warn` can accept its findings.
    pub waivable: bool,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// Its page, as Markdown.
    pub page: &'static str,
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Rule").field(&self.id).finish()
    }
}
