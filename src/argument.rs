//! A value from the command line or the environment, with the option or variable that gave it.

/// A value, and the option or variable that gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Argument {
    /// `--target`, or `TRIMTAB_TARGETS`.
    pub from: &'static str,
    /// The value as given.
    pub text: String,
}

impl Argument {
    /// A value of an option or a variable.
    pub(crate) fn new(from: &'static str, text: impl Into<String>) -> Self {
        Self {
            from,
            text: text.into(),
        }
    }
}
