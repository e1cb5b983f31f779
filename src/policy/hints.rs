//! Hints for common mistakes in policies: tabs, templates, variables, a colon without a space, an indentation, and the
//! markers of a merge conflict.

use std::borrow::Cow;
use std::ops::Range;

use super::scalar::decimal;
use super::values::KEEP;
use crate::names::shown;
use crate::yaml::positions::Problem;

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
pub(super) fn of_line(text: &str, problem: &Problem) -> Option<Cow<'static, str>> {
    let at = text.floor_char_boundary(problem.span.start);
    let before = text.get(..at)?;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = text.get(start..)?.lines().next().unwrap_or_default();
    let indent = line.len() - line.trim_start().len();
    if line.get(..indent)?.contains('\t') {
        Some("indent with spaces: YAML does not allow tabs".into())
    } else if line.contains("{{") || is_after_a_template(text, start) {
        Some(TEMPLATE.into())
    } else if line.contains("${") {
        Some(VARIABLE.into())
    } else if let Some(pair) = pair(line).or_else(|| pair(last_line(text.get(..start)?))) {
        Some(pair.into())
    } else if problem.message.ends_with(NO_MAPPING_HERE) {
        let key = text.get(start..at)?;
        let is_in_a_value = key.contains(": ");
        Some(if is_in_a_value { QUOTE } else { INDENT }.into())
    } else {
        None
    }
}

/// What libyaml says where a colon makes a key of what cannot be one.
const NO_MAPPING_HERE: &str = "mapping values are not allowed in this context";

const QUOTE: &str = "quote the value: it contains a colon and a space";

const INDENT: &str = "check the indentation: a key starts in the column of the keys beside it";

/// What to do about a key and a count that are one string, since no space stands between them: `queryNode:3`.
pub(super) fn pair(text: &str) -> Option<String> {
    let (key, rest) = text.split_once([':', '='])?;
    let key = key.trim();
    let value = rest.split_whitespace().next()?;
    let is_value = decimal(value).is_some() || value == KEEP;
    let is_key = !key.is_empty() && !key.contains(char::is_whitespace);
    let is_apart = text.contains(": ");
    (is_key && is_value && !is_apart)
        .then(|| format!("put a space after the colon: `{}: {value}`", shown(key)))
}

/// Whether the line before is one of a template: a parser notices it only here.
fn is_after_a_template(text: &str, start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    last_line(before).trim_start().starts_with("{{")
}

fn last_line(text: &str) -> &str {
    text.lines().next_back().unwrap_or_default()
}

/// What to do about a template in the place of a policy.
pub(super) const TEMPLATE: &str = "a policy cannot be a template: render it first";

/// What to do about a variable in the place of a value.
pub(super) const VARIABLE: &str = "variables are not expanded in a policy: write the value, or give it as an option, such as --target";
