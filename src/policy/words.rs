//! The scalars of a policy: numbers, flags, strings, dates and fixed words.

use jiff::civil::Date;
use serde_yaml::Value;

use super::fields::Shape;
use super::scalar::{self, Kind, found};
use super::shape::{Check, number};
use crate::diagnostic::Diagnostic;
use crate::names::{self, shown};
use crate::yaml::positions::{Content, Node};

impl Check<'_> {
    pub(super) fn number(
        &mut self,
        name: &str,
        node: &Node,
        bounds: (u32, u32),
        lift: Option<&str>,
    ) -> Option<Value> {
        match number(name, node, bounds, lift) {
            Ok(number) => Some(Value::from(number)),
            Err(bad) => {
                let mut problem = Diagnostic::new(bad.message).label(self.place(node), "");
                problem.helps.extend(bad.help);
                self.problems.push(problem);
                None
            }
        }
    }

    pub(super) fn flag(&mut self, name: &str, node: &Node) -> Option<Value> {
        match &node.content {
            Content::Scalar { text, plain: true } if text == "true" => Some(Value::Bool(true)),
            Content::Scalar { text, plain: true } if text == "false" => Some(Value::Bool(false)),
            _ => self.wrong(name, node, "true or false"),
        }
    }

    /// A string of some kind.
    pub(super) fn word(&mut self, name: &str, node: &Node, shape: &Shape) -> Option<Value> {
        let text = self.string(name, node, matches!(shape, Shape::Date))?;
        let fits = match shape {
            Shape::Text => !text.trim().is_empty(),
            Shape::LabelName => is_label_name(text),
            Shape::ValuesKey => is_values_key(text),
            Shape::Date => date(text).is_some(),
            Shape::OneOf(words) => words.contains(&text),
            Shape::Exactly(word) => *word == text,
            _ => true,
        };
        if fits {
            return Some(Value::from(text));
        }
        let (wanted, help) = match shape {
            Shape::Date => (
                "a day of the calendar".to_owned(),
                Some("write it as YYYY-MM-DD".to_owned()),
            ),
            Shape::OneOf(words) => (
                in_words(words),
                names::nearest(text, words.iter().copied())
                    .map(|word| format!("did you mean `{word}`?")),
            ),
            Shape::Exactly(word) => (format!("`{word}`"), None),
            Shape::LabelName => (
                "the name of a label".to_owned(),
                Some("write it as in app.kubernetes.io/instance".to_owned()),
            ),
            Shape::ValuesKey => (
                "a key of the chart's values".to_owned(),
                Some("write it as --set takes it: queryNode.replicas".to_owned()),
            ),
            _ => ("a string that is not empty".to_owned(), None),
        };
        let message = format!("`{name}` must be {wanted}, found {}", found(node));
        let mut problem = Diagnostic::new(message).label(self.place(node), "");
        problem.helps.extend(help);
        self.problems.push(problem);
        None
    }

    /// The text of a string; of a plain date too where a date is wanted.
    fn string<'n>(&mut self, name: &str, node: &'n Node, date: bool) -> Option<&'n str> {
        let Content::Scalar { text, plain } = &node.content else {
            self.wrong(name, node, "a string")?;
            return None;
        };
        let kind = scalar::kind(text, *plain);
        if kind == Kind::Text || (date && kind == Kind::Date) {
            return Some(text);
        }
        let message = format!("`{}` must be a string, found {}", shown(name), found(node));
        let mut problem = Diagnostic::new(message).label(self.place(node), "");
        if kind != Kind::Null {
            problem = problem.help(format!("quote it: \"{}\"", shown(text)));
        }
        self.problems.push(problem);
        None
    }
}

/// Whether Kubernetes takes a text for a label's name: a name of at most 63 characters, perhaps after a domain and `/`.
fn is_label_name(text: &str) -> bool {
    let (prefix, name) = match text.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, text),
    };
    let is_end = |c: char| c.is_ascii_alphanumeric();
    let is_part = |part: &str, longest: usize| {
        (1..=longest).contains(&part.len())
            && part.starts_with(is_end)
            && part.ends_with(is_end)
            && part
                .chars()
                .all(|c| is_end(c) || matches!(c, '-' | '_' | '.'))
    };
    is_part(name, 63) && prefix.is_none_or(|prefix| is_part(prefix, 253))
}

/// Whether `--set` of Helm could take a text for one key: names with dots between them.
fn is_values_key(text: &str) -> bool {
    let is_odd =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '=' | ',' | '{' | '}');
    !text.contains(is_odd) && text.split('.').all(|part| !part.is_empty())
}

/// A day in exactly the form `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Option<Date> {
    let form = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    text.parse().ok().filter(|_| form)
}

fn in_words(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
