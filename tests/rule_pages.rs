//! Each rule's page says what the rule's row says, and its examples are YAML.
#![allow(clippy::unwrap_used, reason = "a test that fails should stop")]

use serde::Deserialize;
use trimtab::rule::Rule;
use trimtab::rules::{self, RULES};

#[test]
fn pages_agree_with_their_rules() {
    for rule in RULES {
        let mut lines = rule.page.lines().filter(|line| !line.is_empty());
        assert_eq!(lines.next(), Some(format!("# {}", rule.id).as_str()));
        let summary = lines.next().unwrap().trim_end_matches('.');
        assert!(
            summary.ends_with(&rule.summary[1..]),
            "{}: {summary}",
            rule.id
        );
        let weight = lines.next().unwrap();
        let severity = format!("Severity: {}", rule.severity.as_str());
        assert!(weight.starts_with(&severity), "{}: {weight}", rule.id);
        assert_eq!(
            weight.contains("Can be waived."),
            rule.waivable,
            "{}: {weight}",
            rule.id
        );
        let headings: Vec<_> = lines.filter_map(|line| line.strip_prefix("## ")).collect();
        let expected = [
            "What it finds",
            "Why",
            "Example",
            "What to do",
            "Letting it pass",
        ];
        let expected = if rule.waivable {
            &expected[..]
        } else {
            &expected[..4]
        };
        assert_eq!(headings, expected, "{}", rule.id);
    }
}

/// The table of docs/rules/README.md has each rule once, in their order, with what its row says.
#[test]
fn the_table_of_the_index_is_the_list_of_rules() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules/README.md");
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("| [`"))
        .collect();
    let row = |rule: &&Rule| {
        let star = if rule.waivable { "" } else { " *" };
        let (id, severity) = (rule.id, rule.severity.as_str());
        format!(
            "| [`{id}`]({id}.md){star} | {severity} | {} |",
            rule.summary
        )
    };
    let expected: Vec<String> = RULES.iter().map(row).collect();
    assert_eq!(rows, expected);
}

#[test]
fn waivers_on_pages_name_the_rule() {
    for rule in RULES.iter().filter(|rule| rule.waivable) {
        let section = rule.page.split("## Letting it pass").nth(1).unwrap();
        assert!(
            section.contains(&format!("--allow {}", rule.id)),
            "{}",
            rule.id
        );
        assert!(
            section.contains(&format!("{{rule: {},", rule.id)),
            "{}",
            rule.id
        );
    }
}

#[test]
fn examples_are_yaml() {
    for rule in RULES {
        for block in yaml_blocks(rule) {
            for document in serde_yaml::Deserializer::from_str(block) {
                let value = serde_yaml::Value::deserialize(document);
                assert!(value.is_ok(), "{}: {block}", rule.id);
                for waiver in value
                    .iter()
                    .filter_map(|value| value.get("spec")?.get("waivers")?.as_sequence())
                    .flatten()
                {
                    let named = waiver
                        .get("rule")
                        .and_then(|rule| rule.as_str())
                        .and_then(rules::find);
                    assert!(
                        named.is_some_and(|named| named.waivable),
                        "{}: {block}",
                        rule.id
                    );
                }
            }
        }
    }
}

fn yaml_blocks(rule: &Rule) -> impl Iterator<Item = &'static str> {
    let blocks = rule.page.split("```yaml\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap())
}
