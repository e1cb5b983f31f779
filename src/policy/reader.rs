//! Reads a policy's tree into the records of its table, and reports everything that does not fit.
//!
//! What does not fit is left out ([`Slot::Refused`]), so that the rest can still be judged.

use super::fields::{PolicyFile, Spec};
use super::given::{Given, Slot, Text};
use super::hints;
use super::problems::Problems;
use super::record::{self, Field, Record as _};
use super::scalar::{self, Kind, decimal, found};
use super::values::{Shape, Spot, Value};
use crate::diagnostic::Diagnostic;
use crate::field::MAX_REPLICAS;
use crate::names::{self, shown};
use crate::source::{Place, SourceId};
use crate::yaml::positions::{Content, Entry, Node};

/// What to write for a share of 0 %, which the limit cannot have: one replica may always go.
const NONE_MAY_GO: &str = "to let none go, write `maxReplicas: 0`";

/// One file's reading.
pub(super) struct Reader<'p> {
    pub(super) source: SourceId,
    pub(super) problems: &'p mut Problems,
}

impl Reader<'_> {
    /// What a field's node says. The example is one for the field.
    pub(super) fn slot<T: Value>(
        &mut self,
        name: &str,
        example: Option<&'static str>,
        node: &Node,
    ) -> Slot<T> {
        let at = Spot {
            name,
            example,
            node,
            may_be_null: false,
        };
        let value = match node.content {
            Content::Refused => None,
            _ => T::read(self, at),
        };
        value.map_or(Slot::Refused, |value| {
            Slot::Given(Given::at(value, self.place(node)))
        })
    }

    /// The entries of a record; an empty value is one without fields.
    pub(super) fn entries<'n>(&mut self, what: &str, node: &'n Node) -> Option<&'n [Entry]> {
        if let Content::Mapping(_) = node.content {
            return Some(node.entries());
        }
        if !node.is_null() {
            self.problem(
                format!("{what} must be a mapping, found {}", found(node)),
                node,
                None,
            );
            return None;
        }
        Some(&[])
    }

    /// The entries of a mapping whose keys the user chooses.
    pub(super) fn named_entries<'n>(
        &mut self,
        at: Spot<'n>,
        needs_some: bool,
    ) -> Option<Vec<&'n Entry>> {
        let entries = match at.node.content {
            Content::Mapping(_) => at.node.entries(),
            _ if at.node.is_null() => &[],
            _ => return self.wrong(at, &Shape::Map(&Shape::Text, needs_some)),
        };
        if needs_some && entries.is_empty() {
            let message = format!("`{}` must contain at least one label", at.name);
            let problem = Diagnostic::new(message)
                .label(self.place(at.node), "it would match every workload");
            self.problems.push(problem);
        }
        let named = entries
            .iter()
            .filter(|entry| self.is_apart(entry) && self.is_name(entry));
        Some(named.collect())
    }

    /// The items of a list; an empty value is an empty list.
    pub(super) fn items<'n>(&mut self, at: Spot<'n>, shape: &Shape) -> Option<&'n [Node]> {
        match at.node.content {
            Content::List(_) => Some(at.node.items()),
            _ if at.node.is_null() => Some(&[]),
            _ => self.wrong(at, shape),
        }
    }

    /// A non-empty string.
    pub(super) fn text<T>(
        &mut self,
        at: Spot<'_>,
        shape: &Shape,
        meaning: impl FnOnce(&Text) -> Option<T>,
    ) -> Option<T> {
        let Content::Scalar { text, plain } = &at.node.content else {
            return self.wrong(at, &Shape::Label);
        };
        let kind = scalar::kind(text, *plain);
        let is_date = kind == Kind::Date && matches!(shape, Shape::Date);
        if kind != Kind::Text && !is_date && matches!(shape, Shape::Date | Shape::OneOf(_)) {
            return self.wrong(at, shape);
        }
        if kind != Kind::Text && !is_date {
            let help = (kind != Kind::Null).then(|| format!("quote it: \"{}\"", shown(text)));
            let message = format!(
                "`{}` must be a string, found {}",
                shown(at.name),
                found(at.node)
            );
            self.problem(message, at.node, help);
            return None;
        }
        if let Shape::Date = shape
            && let Some(day) = scalar::day_that_is_not(text)
        {
            self.problem(format!("`{}`: {day}", shown(at.name)), at.node, None);
            return None;
        }
        meaning(text).or_else(|| self.wrong(at, shape))
    }

    /// A plain decimal between two bounds.
    pub(super) fn number(&mut self, at: Spot<'_>, shape: &Shape) -> Option<u32> {
        let (least, most) = match *shape {
            Shape::Number(least, most) => (least, most),
            Shape::Replicas => (0, MAX_REPLICAS),
            _ => return self.wrong(at, shape),
        };
        let (text, plain) = match &at.node.content {
            Content::Scalar { text, plain } => (&**text, *plain),
            _ => ("", false),
        };
        let number = decimal(text).filter(|_| plain);
        if let Some(number) = number.filter(|number| (least..=most).contains(number)) {
            return Some(number);
        }
        let name = shown(at.name);
        let lift = at.may_be_null.then_some("write null for no limit");
        if number.is_none() {
            let wanted = shape.wanted();
            let message = format!("`{name}` must be {wanted}, found {}", found(at.node));
            self.problem(
                message,
                at.node,
                scalar::remedy(&name, text, plain, most, lift),
            );
            return None;
        }
        let is_none_allowed = number == Some(0) && at.may_be_null;
        let lift = if is_none_allowed {
            Some(NONE_MAY_GO)
        } else {
            lift
        };
        let found = shown(text);
        let message = format!("`{name}` must be between {least} and {most}, found {found}");
        self.problem(message, at.node, lift.map(str::to_owned));
        None
    }

    /// Reports a value that does not have the expected shape.
    pub(super) fn wrong<T>(&mut self, at: Spot<'_>, shape: &Shape) -> Option<T> {
        let (name, found) = (shown(at.name), found(at.node));
        let message = format!("`{name}` must be {}, found {found}", shape.wanted());
        let text = match &at.node.content {
            Content::Scalar { text, .. } => &**text,
            _ => "",
        };
        let help = match shape {
            Shape::OneOf(words) if words.len() > 1 => names::nearest(text, words.iter().copied())
                .map(|near| format!("did you mean `{near}`?")),
            _ if text.contains("{{") => Some(hints::TEMPLATE.to_owned()),
            Shape::Map(..) | Shape::Record(..) | Shape::CountOr(..)
                if let Some(pair) = hints::pair(text) =>
            {
                Some(pair)
            }
            Shape::Flag => flag(text).map(|flag| format!("write `{flag}`")),
            Shape::Text | Shape::Label | Shape::OneOf(_) => None,
            _ => at
                .example
                .map(|example| format!("for example: `{name}: {example}`")),
        };
        self.problem(message, at.node, help);
        None
    }

    /// Reports a value that is planned but not supported yet.
    pub(super) fn later<T>(&mut self, at: Spot<'_>) -> Option<T> {
        let message = format!("`{}` is not supported yet", at.name);
        let help = "remove it: it would have no effect in this version";
        self.problem(message, at.node, Some(help.to_owned()));
        None
    }

    /// Reports the missing fields of a record.
    pub(super) fn missing(&mut self, node: &Node, what: &str, fields: &'static [Field]) {
        let is_missing = |field: &&Field| field.is_required && node.entry(field.name).is_none();
        for field in fields.iter().filter(is_missing) {
            let (name, example) = (field.name, field.example);
            let problem = Diagnostic::new(format!("missing field `{name}` in {what}"))
                .label(self.place(node), "")
                .note(format!("{name}: {}", field.description))
                .help(format!("for example: `{name}: {example}`"));
            self.problems.push(problem);
        }
    }

    /// Reports an unknown field, with the nearest known one or the record that the field belongs to.
    pub(super) fn unknown(&mut self, entry: &Entry, what: &str, fields: &'static [Field]) {
        if !self.is_apart(entry) {
            return;
        }
        let key = shown(&entry.key);
        let known = fields.iter().map(|field| field.name);
        let elsewhere = record::home(&entry.key, fields);
        let later = elsewhere.filter(|(_, field)| matches!(field.shape, Shape::Later));
        let mut message = format!("unknown field `{key}` in {what}");
        let help = if let Some((home, field)) = later {
            message = format!("`{key}` is not supported yet");
            Some(format!(
                "it will belong in {home}: `{key}: {}`",
                field.example
            ))
        } else if let Some(near) = names::nearest(&entry.key, known.clone()) {
            Some(format!("did you mean `{near}`?"))
        } else if let Some((home, _)) = elsewhere {
            Some(belongs(home, what, entry))
        } else if let (Spec::WHAT, Content::Scalar { text, plain: true }) =
            (what, &entry.value.content)
            && decimal(text).is_some()
        {
            Some(format!(
                "a count belongs in `targets`: `targets: {{{key}: {text}}}`"
            ))
        } else {
            names::help(&entry.key, "fields", known)
        };
        let problem = Diagnostic::new(message).label(self.key_place(entry), "");
        self.problems.push(problem.help_opt(help));
    }

    /// A key without a value may be both, without a space between them.
    pub(super) fn is_apart(&mut self, entry: &Entry) -> bool {
        let pair = hints::pair(&entry.key).filter(|_| entry.key_plain && entry.value.is_null());
        let Some(help) = pair else {
            return true;
        };
        let message = format!("`{}` has no value", shown(&entry.key));
        let problem = Diagnostic::new(message).label(self.key_place(entry), "");
        self.problems.push(problem.help(help));
        false
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

    fn problem(&mut self, message: String, node: &Node, help: Option<String>) {
        let problem = Diagnostic::new(message).label(self.place(node), "");
        self.problems.push(problem.help_opt(help));
    }

    pub(super) fn place(&self, node: &Node) -> Place {
        Place::new(self.source, node.span.clone())
    }

    pub(super) fn key_place(&self, entry: &Entry) -> Place {
        Place::new(self.source, entry.key_span.clone())
    }
}

/// The flag that YAML 1.1 also writes in another way.
fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" => Some(true),
        "false" | "no" | "off" | "n" => Some(false),
        _ => None,
    }
}

/// What to do about a field of another record, in the words of the policy rather than of an example.
fn belongs(home: &str, what: &str, entry: &Entry) -> String {
    let key = shown(&entry.key);
    match &entry.value.content {
        Content::Scalar { text, .. } if !text.is_empty() => {
            format!("it belongs in {home}: `{key}: {}`", shown(text))
        }
        _ if what == PolicyFile::WHAT => {
            format!("it belongs in {home}: indent it under `spec:`, with what is in it")
        }
        _ => format!("it belongs in {home}: move it there, with what is in it"),
    }
}
