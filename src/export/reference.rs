//! The reference of policies in `docs/policy.md`, made from the table of their fields.

#![allow(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

use std::fs;
use std::path::Path;

use crate::policy::{Field, Policy, PolicyOptions, SHAPE, Shape};
use crate::rules::RULES;
use crate::source::Sources;

/// What follows this line in the document is made here.
const MARK: &str = "<!-- from here on made from src/policy/fields.rs: BLESS=1 cargo test --lib export::reference -->\n";

/// The first two rows of each table.
const HEADS: &str = "| field | value | meaning | for example |\n| --- | --- | --- | --- |\n";

/// A section for each record, in the order of a policy.
fn reference() -> String {
    let mut text = String::new();
    section("", &SHAPE, &mut text);
    text.trim_end().to_owned() + "\n"
}

/// The section of a record at a path, and those of the records in it.
fn section(path: &str, shape: &'static Shape, text: &mut String) {
    let Some((_, fields)) = shape.record() else {
        return;
    };
    let title = match path {
        "" => "The file".to_owned(),
        path => format!("`{path}`"),
    };
    let heads = ["\n### ", &title, "\n\n", HEADS].concat();
    text.push_str(&heads);
    let known = fields
        .iter()
        .filter(|field| !matches!(field.shape, Shape::Later));
    text.extend(known.clone().map(|field| row(field, path)));
    for field in known {
        section(&path_of(field, path), &field.shape, text);
    }
}

/// The path of a field, or of the records in it.
fn path_of(field: &Field, of_record: &str) -> String {
    let parts = [of_record, field.name];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(".") + within(&field.shape)
}

/// What a path to the records in a value adds to that of the value.
fn within(shape: &Shape) -> &'static str {
    match shape {
        Shape::List(_) => "[]",
        Shape::Map(..) => ".COMPONENT",
        _ => "",
    }
}

fn row(field: &Field, path: &str) -> String {
    let required = if field.is_required { ", required" } else { "" };
    let anchor = path_of(field, path).to_lowercase();
    let anchor = anchor.replace(['.', '[', ']'], "");
    let value = value(&field.shape).replace("fields", &format!("[fields](#{anchor})"));
    format!(
        "| `{}` | {value}{required} | {} | `{}: {}` |\n",
        field.name, field.description, field.name, field.example,
    )
}

/// What a value looks like, in words.
fn value(shape: &Shape) -> String {
    match *shape {
        Shape::Text | Shape::Label => "text".to_owned(),
        Shape::Policy => "a name or a path".to_owned(),
        Shape::Baseline => "a baseline".to_owned(),
        Shape::Rule => "a rule".to_owned(),
        Shape::LabelName => "a label's name".to_owned(),
        Shape::ValuesKey => "a key of the chart's values".to_owned(),
        Shape::Date => "a date".to_owned(),
        Shape::Flag => "`true` or `false`".to_owned(),
        Shape::Number(least, 100) => format!("{least} to 100"),
        Shape::Number(..) => "a count".to_owned(),
        Shape::Replicas => "a count or `keep`".to_owned(),
        Shape::OneOf(words) => {
            let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
            words.join(", ")
        }
        Shape::Nullable(of) => format!("{} or `null`", value(of)),
        Shape::List(of) => format!("a list: {}", value(of)),
        Shape::OneOrMany(of) => format!("{}, or a list", value(of)),
        Shape::Map(&Shape::Label, _) => "labels".to_owned(),
        Shape::Map(of, _) => format!("by component: {}", value(of)),
        Shape::Record(..) => "fields".to_owned(),
        Shape::CountOr(..) => "a count, `keep` or fields".to_owned(),
        Shape::Later => "none".to_owned(),
    }
}

#[test]
fn the_document_has_what_the_table_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/policy.md");
    let text = fs::read_to_string(&path).unwrap();
    let (written, _) = text.split_once(MARK).unwrap();
    let made = format!("{written}{MARK}{}", reference());
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, made).unwrap();
    } else {
        assert!(made == text, "docs/policy.md is not up to date: {MARK}");
    }
}

/// Each field's example in a policy of its own, under these components.
#[test]
fn every_example_loads_in_a_policy() {
    let mut count = 0;
    examples(&SHAPE, &|text| text, &mut |field, text| {
        let texts = ["queryNode", "mixCoord"].map(|name| text.replace("COMPONENT", name));
        let problems =
            texts.map(|text| problems(&text).map(|problems| format!("{text}: {problems}")));
        assert!(
            problems.iter().any(Option::is_none),
            "{field}: {problems:?}"
        );
        count += 1;
    });
    assert!(count > 40, "{count}");
}

/// Gives each field with a whole policy that holds its example, and what its record cannot do without.
fn examples(
    shape: &'static Shape,
    whole: &dyn Fn(String) -> String,
    each: &mut dyn FnMut(&str, String),
) {
    let Some((_, fields)) = shape.record() else {
        return;
    };
    for field in fields {
        let record = |value: &str| {
            let others = fields.iter().filter(|other| {
                other.name != field.name
                    && (other.is_required || ["extends", "replicas"].contains(&other.name))
            });
            let others = others.map(|other| format!(", {}: {}", other.name, other.example));
            let record = format!("{{{}: {value}{}}}", field.name, others.collect::<String>());
            whole(record)
        };
        if matches!(field.shape, Shape::Later) {
            continue;
        }
        each(field.name, record(field.example));
        let inner = |text: String| match field.shape {
            Shape::List(_) => record(&format!("[{text}]")),
            Shape::Map(..) => record(&format!("{{COMPONENT: {text}}}")),
            _ => record(&text),
        };
        examples(&field.shape, &inner, each);
    }
}

fn problems(text: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.yaml");
    fs::write(&path, text).unwrap();
    let options = PolicyOptions {
        file: Some(&path),
        rules: RULES,
        ..PolicyOptions::default()
    };
    let error = Policy::load(&mut Sources::default(), &options).err()?;
    let problems = error.into_diagnostics().into_iter();
    Some(
        problems
            .map(|problem| problem.message.clone())
            .collect::<Vec<_>>()
            .join("; "),
    )
}
