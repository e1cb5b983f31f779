//! The JSON Schema of a policy, made from the table of its fields.
//!
//! It is draft-07, which the language servers of editors know best. It accepts every policy that trimtab accepts. It does
//! not refuse what only the catalogue or the other fields can tell: an unknown component, a floor above its target.

#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};

use crate::field::MAX_REPLICAS;
use crate::policy::{self, Field, Kind, SHAPE, Shape};
use crate::rules::RULES;
use crate::yaml::positions::{self, Content, Node};

/// What Kubernetes takes for a label's name.
const LABEL_NAME: &str = "^([A-Za-z0-9]([-A-Za-z0-9_.]{0,251}[A-Za-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";
/// Names with dots between them, as `--set` of Helm takes them.
const VALUES_KEY: &str = r"^[^\s=,{}.]+(\.[^\s=,{}.]+)*$";
/// What an option such as `--target NAME=3` can name.
const COMPONENT: &str = "^[-A-Za-z0-9_.]+$";
/// A year, a month, a day.
const DATE: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";

/// The schema, as a document.
pub(crate) fn schema() -> String {
    let heads = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "trimtab policy",
        "description":
            "The replica counts of a system's workers, how fast they may decrease, and which findings are waived.",
    });
    format!("{:#}\n", with(of(&SHAPE), heads))
}

/// A schema with further keys, or others.
fn with(mut schema: Value, more: Value) -> Value {
    if let (Value::Object(schema), Value::Object(more)) = (&mut schema, more) {
        schema.extend(more);
    }
    schema
}

/// The schema of a value.
fn of(shape: &Shape) -> Value {
    match *shape {
        Shape::Text => json!({"type": "string", "pattern": r"\S"}),
        Shape::Label => json!({"type": "string"}),
        Shape::LabelName => json!({"type": "string", "pattern": LABEL_NAME}),
        Shape::ValuesKey => json!({"type": "string", "pattern": VALUES_KEY}),
        Shape::Date => json!({"type": "string", "format": "date", "pattern": DATE}),
        Shape::Policy => policy_name(),
        Shape::Baseline => json!({"anyOf": [
            {"enum": ["auto", "cluster", "rendered"]},
            {"type": "string", "pattern": "^(file:.|git:)"},
        ]}),
        Shape::Rule => {
            let waivable = RULES.iter().filter(|rule| rule.waivable);
            json!({"enum": waivable.map(|rule| rule.id).collect::<Vec<_>>()})
        }
        Shape::Flag => json!({"type": "boolean"}),
        Shape::Number(least, most) => {
            json!({"type": "integer", "minimum": least, "maximum": most})
        }
        Shape::Replicas => {
            json!({"anyOf": [of(&Shape::Number(0, MAX_REPLICAS)), {"const": "keep"}]})
        }
        Shape::OneOf(words) => json!({"enum": words}),
        Shape::Nullable(shape) => json!({"anyOf": [of(shape), {"type": "null"}]}),
        Shape::List(items) => json!({"type": ["array", "null"], "items": of(items)}),
        Shape::OneOrMany(items) => json!({"anyOf": [of(items), of(&Shape::List(items))]}),
        Shape::Map(values, needs_some) => map(values, needs_some),
        Shape::Record(_, fields) => record(fields),
        Shape::CountOr(_, fields) => {
            // An empty target has no count.
            let fields = with(record(fields), json!({"type": "object"}));
            json!({"anyOf": [of(&Shape::Replicas), fields]})
        }
        Shape::Later => Value::Bool(false),
    }
}

/// A built-in policy, or a path: it has a `/`, or ends in `.yaml`.
fn policy_name() -> Value {
    let names: Vec<_> = policy::built_in_names().collect();
    json!({"anyOf": [
        {"enum": names},
        {"type": "string", "pattern": r"^(?!.*://).*(/|\.ya?ml$)"},
    ]})
}

/// Values under names that the user chooses: of components, or of labels.
fn map(values: &Shape, needs_some: bool) -> Value {
    let is_of_labels = matches!(values, Shape::Label);
    let pattern = if is_of_labels { "." } else { COMPONENT };
    let map = json!({
        "type": ["object", "null"],
        "propertyNames": {"pattern": pattern},
        "additionalProperties": of(values),
    });
    if needs_some {
        with(map, json!({"type": "object", "minProperties": 1}))
    } else {
        map
    }
}

/// A mapping with known fields; one that needs none of them may be empty.
fn record(fields: &[Field]) -> Value {
    let known = fields
        .iter()
        .filter(|field| !matches!(field.shape, Shape::Later));
    let properties: Map<_, _> = known
        .clone()
        .map(|field| (field.name.to_owned(), property(field)))
        .collect();
    let required: Vec<_> = known
        .filter(|field| field.is_required)
        .map(|field| field.name)
        .collect();
    let record = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if required.is_empty() {
        with(record, json!({"type": ["object", "null"]}))
    } else {
        with(record, json!({"required": required}))
    }
}

/// A field's value, with what the table says of it.
fn property(field: &Field) -> Value {
    let about = json!({"description": field.description, "examples": [example(field)]});
    with(of(&field.shape), about)
}

fn example(field: &Field) -> Value {
    let root = positions::read(field.example).root;
    root.as_ref().map_or(Value::Null, json_of)
}

/// What a value of a policy is in JSON.
fn json_of(node: &Node) -> Value {
    match &node.content {
        Content::List(items) => items.iter().map(json_of).collect(),
        Content::Mapping(entries) => {
            let entries = entries.iter();
            let entries =
                entries.map(|entry| (entry.key.clone().into_owned(), json_of(&entry.value)));
            Value::Object(entries.collect())
        }
        Content::Scalar { text, plain } => match policy::kind_of(text, *plain) {
            Kind::Boolean => Value::Bool(text == "true"),
            Kind::Number => text.parse::<u32>().map_or(Value::Null, Value::from),
            Kind::Date | Kind::Text => Value::from(&**text),
            Kind::Null => Value::Null,
        },
        Content::Refused => Value::Null,
    }
}
