//! A rule's row: what everyone may know of it. What it finds is in `rules`.

/// How much a finding weighs.
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

/// A rule, as `trimtab explain` and every report name it.
pub struct Rule {
    /// The kebab-case id; also the name of its page in `docs/rules/`.
    pub id: &'static str,
    /// How much its findings weigh, unless a mode changes it.
    pub severity: Severity,
    /// Whether a waiver, `--allow` or `--mode warn` may let its findings pass.
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
