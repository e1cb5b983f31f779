//! The rules of a SARIF log: those that found something, each with its page as help.

use super::model::{Configuration, Help, RuleDescriptor, RuleProperties, Text};
use crate::finding::Finding;
use crate::rule::{Rule, Severity};

/// The most characters of a full description that GitHub takes.
const LONGEST: usize = 1024;

/// The rules that found something, in the order of their first finding.
pub(super) struct Rules(Vec<&'static Rule>);

impl Rules {
    pub(super) fn of(findings: &[Finding]) -> Self {
        let mut rules: Vec<&'static Rule> = Vec::new();
        for finding in findings {
            if !rules.iter().any(|rule| rule.id == finding.rule.id) {
                rules.push(finding.rule);
            }
        }
        Self(rules)
    }

    /// The place of a rule in the list.
    pub(super) fn index(&self, rule: &Rule) -> usize {
        let known = self.0.iter().position(|known| known.id == rule.id);
        known.unwrap_or_default()
    }

    pub(super) fn descriptors(&self) -> Vec<RuleDescriptor> {
        self.0.iter().copied().map(descriptor).collect()
    }
}

fn descriptor(rule: &'static Rule) -> RuleDescriptor {
    RuleDescriptor {
        id: rule.id,
        short_description: Text {
            text: sentence(rule.summary),
        },
        full_description: Text {
            text: full_description(rule),
        },
        help: Help {
            text: rule.page.to_owned(),
            markdown: rule.page,
        },
        default_configuration: Configuration {
            level: rule.severity.as_str(),
        },
        properties: RuleProperties {
            tags: ["kubernetes", "reliability"],
            precision: "very-high",
            severity: match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
        },
    }
}

/// The section "What it finds", as plain text with one line for each paragraph or item.
fn full_description(rule: &Rule) -> String {
    let section = rule.page.split("\n## ").nth(1).unwrap_or_default();
    let mut text = String::new();
    for line in section.lines().skip(1).map(str::trim_end) {
        let goes_on = !line.is_empty() && !line.starts_with("- ");
        match text.chars().next_back() {
            None | Some('\n') => {}
            Some(_) if goes_on => text.push(' '),
            Some(_) => text.push('\n'),
        }
        text.push_str(&line.trim_start().replace('`', ""));
    }
    cut(text.trim_end(), LONGEST)
}

/// With a capital letter and a full stop.
fn sentence(summary: &str) -> String {
    let mut chars = summary.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    format!(
        "{}{}.",
        first.map_or_else(String::new, String::from),
        chars.as_str()
    )
}

/// The text, up to the end of the last sentence that fits.
fn cut(text: &str, longest: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(longest) else {
        return text.to_owned();
    };
    let fits = text.get(..end).unwrap_or_default();
    let sentence = fits.rfind(". ").map_or(end, |at| at + 1);
    fits.get(..sentence).unwrap_or(fits).to_owned()
}
