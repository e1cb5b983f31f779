//! Holds a policy's tree against the table of its fields, and reports everything that does not fit.
//!
//! What fits becomes the value that `raw` is deserialised from; what does not is left out, so that the rest can still
//! be judged.

use serde_yaml::{Mapping, Value};

use super::fields::{Field, Shape};
use super::problems::Problems;
use super::scalar::{self, Kind, decimal, found};
use super::targets::{KEEP, keep};
use crate::diagnostic::Diagnostic;
use crate::names::{self, shown};
use crate::source::{Place, SourceId};
use crate::yaml::positions::{Content, Entry, Node};

/// One file's check.
pub(super) struct Check<'p> {
    pub(super) source: SourceId,
    pub(super) problems: &'p mut Problems,
}

impl Check<'_> {
    /// The part of a value that fits its shape. `name` is what messages call it; none is returned, and a problem
    /// reported, where nothing does.
    pub(super) fn value(&mut self, name: &str, node: &Node, shape: &Shape) -> Option<Value> {
        if node.content == Content::Refused {
            return None;
        }
        match shape {
            Shape::OrNull(_) if node.is_null() => Some(Value::Null),
            Shape::OrNull(Shape::Number(least, most)) => {
                let lift = "write null for no limit";
                self.number(name, node, (*least, *most), Some(lift))
            }
            Shape::OrNull(shape) => self.value(name, node, shape),
            Shape::Number(least, most) => self.number(name, node, (*least, *most), None),
            Shape::Flag => self.flag(name, node),
            Shape::Text
            | Shape::Label
            | Shape::LabelName
            | Shape::ValuesKey
            | Shape::Date
            | Shape::OneOf(_)
            | Shape::Exactly(_) => self.word(name, node, shape),
            Shape::List(item) => self.list(name, node, item),
            Shape::OneOrMany(item) => match node.content {
                Content::List(_) => self.list(name, node, item),
                _ => Some(Value::Sequence(vec![self.value(name, node, item)?])),
            },
            Shape::Map(of, some) => self.map(name, node, of, *some),
            Shape::Object(what, fields) => self.object(node, what, fields),
            Shape::CountOr(fields) => self.count_or(name, node, fields),
            Shape::Later => {
                self.later(name, node);
                None
            }
        }
    }

    fn list(&mut self, name: &str, node: &Node, shape: &Shape) -> Option<Value> {
        if node.is_null() {
            return Some(Value::Sequence(Vec::new()));
        }
        let Content::List(items) = &node.content else {
            return self.wrong(name, node, "a list");
        };
        // What is left of a refused item keeps its place, so that items and their nodes stay side by side.
        let left = matches!(shape, Shape::Object(..)).then(|| Value::Mapping(Mapping::new()));
        let fitting: Vec<_> = items
            .iter()
            .map(|item| self.value(name, item, shape).or_else(|| left.clone()))
            .collect();
        fitting
            .into_iter()
            .collect::<Option<_>>()
            .map(Value::Sequence)
    }

    fn map(&mut self, name: &str, node: &Node, shape: &Shape, some: bool) -> Option<Value> {
        let entries = self.entries(&format!("`{}`", shown(name)), node)?;
        if some && entries.is_empty() {
            let message = format!("`{name}` must hold at least one label");
            let problem =
                Diagnostic::new(message).label(self.place(node), "it would match every workload");
            self.problems.push(problem);
        }
        let mut fitting = Mapping::new();
        for entry in entries {
            if !self.is_name(entry) {
                continue;
            }
            if let Some(value) = self.value(&entry.key, &entry.value, shape) {
                fitting.insert(Value::from(entry.key.as_str()), value);
            }
        }
        Some(Value::Mapping(fitting))
    }

    fn object(&mut self, node: &Node, what: &str, fields: &'static [Field]) -> Option<Value> {
        let entries = self.entries(what, node)?;
        let mut fitting = Mapping::new();
        for entry in entries {
            let Some(field) = fields.iter().find(|field| field.name == entry.key) else {
                self.unknown(entry, what, fields);
                continue;
            };
            if let Some(value) = self.value(field.name, &entry.value, &field.shape) {
                fitting.insert(Value::from(field.name), value);
            }
        }
        for field in fields.iter().filter(|field| field.required) {
            if node.entry(field.name).is_none() {
                let message = format!("{what} needs `{}`", field.name);
                let problem = Diagnostic::new(message).label(self.place(node), "missing here");
                self.problems.push(problem);
            }
        }
        Some(Value::Mapping(fitting))
    }

    fn count_or(&mut self, name: &str, node: &Node, fields: &'static [Field]) -> Option<Value> {
        if let Content::Mapping(_) = node.content {
            return self.object(node, "a target", fields);
        }
        if matches!(&node.content, Content::Scalar { text, .. } if text == KEEP) {
            self.problems.push(keep(self.place(node)));
            return None;
        }
        let count = fields.iter().find(|field| field.name == "replicas")?;
        let value = self.value(name, node, &count.shape)?;
        Some(Value::Mapping(
            [(Value::from(count.name), value)].into_iter().collect(),
        ))
    }

    /// The entries of a mapping; an empty value is an empty mapping.
    fn entries<'n>(&mut self, what: &str, node: &'n Node) -> Option<&'n [Entry]> {
        if let Content::Mapping(_) = node.content {
            return Some(node.entries());
        }
        if !node.is_null() {
            let message = format!("{what} must be a mapping, found {}", found(node));
            let problem = Diagnostic::new(message).label(self.place(node), "");
            self.problems.push(problem);
            return None;
        }
        Some(&[])
    }

    fn unknown(&mut self, entry: &Entry, what: &str, fields: &'static [Field]) {
        if matches!(entry.key.as_str(), "minReplicas" | "maxReplicas") {
            self.bound(entry, what);
            return;
        }
        let known = fields.iter().map(|field| field.name);
        let mut problem =
            Diagnostic::new(format!("unknown field `{}` in {what}", shown(&entry.key)))
                .label(self.key_place(entry), "");
        problem
            .helps
            .extend(names::help(&entry.key, "fields", known));
        self.problems.push(problem);
    }

    /// A bound of a count, where none belongs.
    fn bound(&mut self, entry: &Entry, what: &str) {
        let key = &entry.key;
        let problem = Diagnostic::new(format!("`{key}` does not belong in {what}"))
            .label(self.key_place(entry), "")
            .help("it will belong in a target, as in queryNode: {minReplicas: 2, maxReplicas: 6}, and is not supported yet")
            .help("the least that a component keeps is `floor` of `scaleIn`");
        self.problems.push(problem);
    }

    fn later(&mut self, name: &str, node: &Node) {
        let problem = Diagnostic::new(format!("`{name}` is not supported yet"))
            .label(self.place(node), "")
            .help("remove it: this version would not act on it");
        self.problems.push(problem);
    }

    /// A key that the user chose must be a string too.
    fn is_name(&mut self, entry: &Entry) -> bool {
        if scalar::kind(&entry.key, entry.key_plain) == Kind::Text && !entry.key.is_empty() {
            return true;
        }
        let shown = shown(&entry.key);
        let problem = Diagnostic::new(format!("the name `{shown}` must be a string"))
            .label(self.key_place(entry), "")
            .help(format!("quote it: \"{shown}\""));
        self.problems.push(problem);
        false
    }

    pub(super) fn wrong(&mut self, name: &str, node: &Node, wanted: &str) -> Option<Value> {
        let message = format!("`{}` must be {wanted}, found {}", shown(name), found(node));
        let problem = Diagnostic::new(message).label(self.place(node), "");
        self.problems.push(problem);
        None
    }

    pub(super) fn place(&self, node: &Node) -> Place {
        Place::new(self.source, node.span.clone())
    }

    fn key_place(&self, entry: &Entry) -> Place {
        Place::new(self.source, entry.key_span.clone())
    }
}

/// Why a count is refused: the message, and the remedy.
pub(super) struct BadNumber {
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// The number that a scalar is, between two bounds.
pub(super) fn number(
    name: &str,
    node: &Node,
    (least, most): (u32, u32),
    lift: Option<&str>,
) -> Result<u32, BadNumber> {
    let name = shown(name);
    let (text, plain) = match &node.content {
        Content::Scalar { text, plain } => (text.as_str(), *plain),
        _ => ("", false),
    };
    let sign = if least == 0 {
        "non-negative"
    } else {
        "positive"
    };
    let Some(number) = decimal(text).filter(|_| plain) else {
        return Err(BadNumber {
            message: format!(
                "`{name}` must be a plain {sign} integer, found {}",
                found(node)
            ),
            help: remedy(&name, text, plain, most, lift),
        });
    };
    if (least..=most).contains(&number) {
        return Ok(number);
    }
    Err(BadNumber {
        message: format!(
            "`{name}` must be between {least} and {most}, found {}",
            shown(text)
        ),
        help: lift.map(str::to_owned),
    })
}

fn remedy(name: &str, text: &str, plain: bool, most: u32, lift: Option<&str>) -> Option<String> {
    if !plain && decimal(text).is_some() {
        return Some(format!("write it without quotes: {name}: {text}"));
    }
    let percent = text.strip_suffix('%').filter(|_| most == 100);
    if let Some(meant) = scalar::meant(percent.unwrap_or(text)).filter(|meant| *meant <= most) {
        return Some(format!("write it in plain digits: {name}: {meant}"));
    }
    if text.starts_with('-') {
        let none = "give none where something else owns the count";
        return Some(lift.unwrap_or(none).to_owned());
    }
    None
}
