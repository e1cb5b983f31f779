//! Prints a document as YAML with its comments.
//!
//! A YAML library serialises it, with a word in the place of each string that some YAML reader takes for something else than a
//! string, or that would not show as it is. What was serialised is then read with the places of its nodes: there these
//! strings go in as JSON, which is YAML too, and each comment to the line of its value.

use std::collections::BTreeMap;
use std::ops::Range;

use super::node::{Content, Node};
use crate::policy::is_surely_a_string;
use crate::report::{clean_line, is_unseen};
use crate::yaml::positions::{self, Node as Read};

/// The widest line that comments after values are aligned with.
const ALIGNED: usize = 60;

/// The document, with these lines of comment in front of it.
///
/// # Errors
/// A value that the YAML library does not serialise, or that its text does not give back: an internal error.
pub(crate) fn print(head: &[String], document: &Node) -> Result<String, Unprintable> {
    let plain = serde_yaml::to_string(&with_words(document));
    let plain = plain.map_err(|error| Unprintable(error.to_string()))?;
    let text = quoted(&plain, document)?;
    let mut comments = Comments::default();
    comments.lay(&text, document, &read(&text)?, 0);
    let mut printed: String = head.iter().map(|line| comment(line)).collect();
    printed.push_str(&comments.into_text(&text));
    Ok(printed)
}

/// A document that cannot be printed.
#[derive(Debug, thiserror::Error)]
#[error("internal error: the policy cannot be printed: {0}")]
pub(crate) struct Unprintable(String);

fn read(text: &str) -> Result<Read, Unprintable> {
    let reading = positions::read(text);
    let first = reading.problems.first().map(|it| it.message.clone());
    match (reading.root, first) {
        (Some(root), None) => Ok(root),
        (_, problem) => Err(Unprintable(problem.unwrap_or_default())),
    }
}

/// A line of comment, whatever its text holds.
fn comment(text: &str) -> String {
    match clean_line(text) {
        text if text.is_empty() => "#\n".to_owned(),
        text => format!("# {text}\n"),
    }
}

/// Whether a string has to be in quotes to be read as what it is, and to be seen.
fn needs_quotes(text: &str) -> bool {
    let is_odd = |c: char| c.is_control() || is_unseen(c);
    !is_surely_a_string(text, true) || matches!(text, "<<" | "=") || text.contains(is_odd)
}

/// The keys of a mapping that are replaced by words: those that need quotes, and all of them if one could be such a word.
fn have_words(entries: &[(String, Node)]) -> Vec<bool> {
    let need = |(key, _): &(String, Node)| needs_quotes(key);
    let is_like_one = |(key, _): &(String, Node)| key.starts_with(WORD);
    let all = entries.iter().any(need) && entries.iter().any(is_like_one);
    entries.iter().map(|entry| all || need(entry)).collect()
}

/// What replaces a string; a number replaces a key.
const WORD: &str = "quoted";

/// The document with a word in the place of each string that needs quotes.
fn with_words(node: &Node) -> Node {
    Node::new(match &node.content {
        Content::Text(text) if needs_quotes(text) => WORD.into(),
        Content::List(items) => Content::List(items.iter().map(with_words).collect()),
        Content::Mapping(entries) => {
            let have_words = have_words(entries);
            let entries = entries.iter().zip(have_words).enumerate();
            let entries = entries.map(|(at, ((key, node), has_word))| {
                let word = || format!("{WORD}{at}");
                let key = if has_word { word() } else { key.clone() };
                (key, with_words(node))
            });
            Content::Mapping(entries.collect())
        }
        other => other.clone(),
    })
}

/// The text with the strings in the place of the words.
fn quoted(text: &str, document: &Node) -> Result<String, Unprintable> {
    let mut words = Vec::new();
    find_words(document, &read(text)?, &mut words);
    let mut quoted = String::with_capacity(text.len());
    let mut done = 0;
    for (span, string) in words {
        quoted.push_str(text.get(done..span.start).unwrap_or_default());
        quoted.push_str(&in_quotes(string));
        done = span.end;
    }
    quoted.push_str(text.get(done..).unwrap_or_default());
    Ok(quoted)
}

/// The words and what they replace, in the order of the text.
fn find_words<'n>(node: &'n Node, read: &Read, words: &mut Vec<(Range<usize>, &'n str)>) {
    match &node.content {
        Content::Text(text) if needs_quotes(text) => words.push((read.span.clone(), text)),
        Content::List(items) => {
            for (item, read) in items.iter().zip(read.items()) {
                find_words(item, read, words);
            }
        }
        Content::Mapping(entries) => {
            let have_words = have_words(entries);
            let entries = entries.iter().zip(have_words);
            for (((key, node), has_word), entry) in entries.zip(read.entries()) {
                if has_word {
                    words.push((entry.key_span.clone(), key));
                }
                find_words(node, &entry.value, words);
            }
        }
        _ => {}
    }
}

/// A string of JSON, in which all that acts unseen is escaped as YAML has it: JSON writes pairs of surrogates.
fn in_quotes(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    json.chars()
        .flat_map(|c| {
            let code = u32::from(c);
            let escaped = match code {
                0..0x7f => c.to_string(),
                _ if !c.is_control() && !is_unseen(c) => c.to_string(),
                0x7f..=0xffff => format!("\\u{code:04x}"),
                _ => format!("\\U{code:08x}"),
            };
            escaped.chars().collect::<Vec<_>>()
        })
        .collect()
}

/// The comments of a text, by the lines that they are above or beside.
#[derive(Default)]
struct Comments {
    above: BTreeMap<usize, Vec<String>>,
    beside: BTreeMap<usize, String>,
}

impl Comments {
    /// Takes the comments of a node that is written, with its key, from `start` on.
    fn lay(&mut self, text: &str, node: &Node, read: &Read, start: usize) {
        if !node.above.is_empty() {
            let above = self.above.entry(line_of(text, start)).or_default();
            above.extend(node.above.iter().map(|line| comment(line)));
        }
        if let Some(origin) = &node.origin {
            let line = line_of(text, read.span.start);
            self.beside.insert(line, comment(&origin.to_string()));
        }
        match &node.content {
            Content::List(items) => {
                for (item, read) in items.iter().zip(read.items()) {
                    self.lay(text, item, read, read.span.start);
                }
            }
            Content::Mapping(entries) => {
                for ((_, node), entry) in entries.iter().zip(read.entries()) {
                    self.lay(text, node, &entry.value, entry.key_span.start);
                }
            }
            _ => {}
        }
    }

    /// The text with the comments between its lines and after them.
    fn into_text(self, text: &str) -> String {
        let lines: Vec<&str> = text.lines().collect();
        let mut laid = String::with_capacity(2 * text.len());
        for (at, line) in lines.iter().enumerate() {
            let indent = line.len() - line.trim_start_matches(' ').len();
            for comment in self.above.get(&at).into_iter().flatten() {
                laid.push_str(&" ".repeat(indent));
                laid.push_str(comment);
            }
            laid.push_str(line);
            if let Some(comment) = self.beside.get(&at) {
                let gap = self.width_at(&lines, at).saturating_sub(width(line)) + 2;
                laid.push_str(&" ".repeat(gap));
                laid.push_str(comment);
            } else {
                laid.push('\n');
            }
        }
        laid
    }

    /// The width of the neighbouring lines that have comments after them, too.
    fn width_at(&self, lines: &[&str], at: usize) -> usize {
        let is_beside = |line: &usize| self.beside.contains_key(line);
        let before = (0..at).rev().take_while(is_beside);
        let after = (at..lines.len()).take_while(is_beside);
        let widths = before.chain(after).filter_map(|line| lines.get(line));
        let widths = widths.map(|line| width(line)).filter(|it| *it <= ALIGNED);
        widths.max().unwrap_or_default()
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    memchr::memchr_iter(b'\n', before.as_bytes()).count()
}

fn width(line: &str) -> usize {
    line.chars().count()
}
