//! Text from manifests, made fit for a table cell of Markdown.
//!
//! A name can hold anything. What Markdown, or a forge that shows it, would act on is written as a character reference, which
//! never becomes structure: emphasis, links, HTML, the bars of the table, references to people and issues.

use crate::report::clean;

/// The most characters of a cell's text.
const LONGEST: usize = 1000;

/// Text that is read as text; what it puts between backticks is read as code.
pub(in crate::report) fn text(text: &str) -> String {
    let text = shortened(text);
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return plain(&text);
    }
    let parts = parts.iter().zip([false, true].into_iter().cycle());
    parts
        .map(|(part, is_code)| if is_code { code(part) } else { plain(part) })
        .collect()
}

fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        let rest = text.get(at..).unwrap_or_default();
        match c {
            // Forges look for people, issues and addresses in the finished text, but not in code.
            '@' => escaped.push_str("<code>&#64;</code>"),
            '#' if rest
                .get(1..)
                .is_some_and(|it| it.starts_with(char::is_alphanumeric)) =>
            {
                escaped.push_str("<code>&#35;</code>");
            }
            ':' if rest.starts_with("://") => {
                escaped.push_str("<code>&#58;//</code>");
                _ = chars.nth(1);
            }
            ':' if is_emoji(rest) => escaped.push_str("<code>&#58;</code>"),
            '.' if escaped.to_ascii_lowercase().ends_with("www") => escaped.push_str(&reference(c)),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '$' => {
                escaped.push_str(&reference(c));
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

/// Text that is read as code: a name, a place, a number.
pub(in crate::report) fn code(text: &str) -> String {
    let text = shortened(text);
    let is_plain = |c: char| c.is_alphanumeric() || " ./:_-=,()+@#<>{}".contains(c);
    if !text.is_empty() && text.trim() == text && text.chars().all(is_plain) {
        return format!("`{text}`");
    }
    let escaped = text.chars().map(|c| {
        if c.is_ascii_punctuation() {
            reference(c)
        } else {
            c.to_string()
        }
    });
    format!("<code>{}</code>", escaped.collect::<String>())
}

/// `:name:`
fn is_emoji(text: &str) -> bool {
    let name = text.strip_prefix(':').and_then(|rest| rest.split_once(':'));
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_+-".contains(c);
    name.is_some_and(|(name, _)| !name.is_empty() && name.chars().all(is_part))
}

fn shortened(text: &str) -> String {
    let line = clean::line(text);
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => line.get(..end).unwrap_or(&line).to_owned() + "...",
        None => line,
    }
}

fn reference(c: char) -> String {
    format!("&#{};", u32::from(c))
}
