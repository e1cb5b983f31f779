//! What the command line or the environment says, under the name by which its author knows it.

/// A value, and the option or the variable that it was given by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Argument {
    /// `--target`, or `TRIMTAB_TARGETS`.
    pub from: &'static str,
    /// The value, as it was given.
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
