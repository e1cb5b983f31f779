//! Hints for common mistakes in policies: tabs, templates, variables, and the markers of a merge conflict.

use std::ops::Range;

/// The first mark that git leaves in a file with a conflict.
pub(super) fn conflict(text: &str) -> Option<Range<usize>> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ") {
            return Some(start..start + line.trim_end().len());
        }
        start += line.len();
    }
    None
}

/// What to do about the line that cannot be read.
pub(super) fn of_line(text: &str, at: usize) -> Option<&'static str> {
    let at = text.floor_char_boundary(at);
    let before = text.get(..at)?;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = text.get(start..)?.lines().next()?;
    let indent = line.len() - line.trim_start().len();
    if line.get(..indent)?.contains('\t') {
        Some("indent with spaces: YAML does not allow tabs")
    } else if line.contains("{{") || is_after_a_template(text, start) {
        Some(TEMPLATE)
    } else if line.contains("${") {
        Some(VARIABLE)
    } else {
        None
    }
}

/// Whether the line before is one of a template: a parser notices it only here.
fn is_after_a_template(text: &str, start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let last = before.lines().next_back().unwrap_or_default();
    last.trim_start().starts_with("{{")
}

/// What to do about a template in the place of a policy.
pub(super) const TEMPLATE: &str = "a policy cannot be a template: render it first";

/// What to do about a variable in the place of a value.
pub(super) const VARIABLE: &str = "variables are not expanded in a policy: write the value, or give it as an option, such as --target";
